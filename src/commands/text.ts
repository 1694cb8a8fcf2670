import { stripVTControlCharacters, styleText } from 'node:util';
import type { Status } from '../domain/status.ts';

/** How a status looks: by sign and by word, so that it reads without colour too. Unknown is never green. */
const looks: { readonly [S in Status]: { readonly sign: string; readonly style: Parameters<typeof styleText>[0] } } = {
  pass: { sign: '✓', style: 'green' },
  fail: { sign: '✗', style: ['red', 'bold'] },
  unknown: { sign: '?', style: 'yellow' },
  waived: { sign: '~', style: 'cyan' },
  'not-applicable': { sign: '-', style: 'dim' },
  'not-testable': { sign: '-', style: 'dim' },
};

export interface Paper {
  readonly coloured: boolean;
  readonly columns: number;
}

export function showStatus(status: Status, paper: Paper): string {
  const { sign, style } = looks[status];
  return paint(`${sign} ${status}`, style, paper);
}

export function paint(text: string, style: Parameters<typeof styleText>[0], paper: Paper): string {
  return paper.coloured ? styleText(style, text, { validateStream: false }) : text;
}

/** Columns as wide as their widest cell; the last one runs on, or is broken where `columns` says how wide the paper is. */
export function alignRows(rows: readonly (readonly string[])[], indent = '', columns = Number.POSITIVE_INFINITY): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, visibleLength(cell));
  }
  const widthBefore = (count: number): number => indent.length + widths.slice(0, count).reduce((sum, width) => sum + width + 2, 0);
  const breakLast = (cell: string, before: number): string =>
    Number.isFinite(columns) ? wrapText(cell, Math.max(narrowest, columns - before), ' '.repeat(before)) : cell;
  return rows
    .map(
      (row) =>
        indent +
        row
          .map((cell, column) => (column === row.length - 1 ? breakLast(cell, widthBefore(column)) : padTo(cell, widths[column] ?? 0)))
          .join('  ')
          .trimEnd(),
    )
    .join('\n');
}

function padTo(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleLength(cell)));
}

function visibleLength(cell: string): number {
  return Array.from(stripVTControlCharacters(cell)).length;
}

/** A column narrower than this reads worse than one that runs over the edge. */
const narrowest = 30;

/** Breaks at spaces; a word longer than the width stands alone. Every line after the first is indented. */
export function wrapText(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && visibleLength(line) + 1 + visibleLength(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join(`\n${indent}`);
}

/** Text that came from outside, safe for a terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not reach a terminal.
  return stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
