import type { TlsAddress } from '../transport/tls-facts.ts';
import { alignRows, type Paper, paint, printable, wrapText } from './text.ts';

/** A part of the report under its own title; `body` is indented. */
export interface Section {
  readonly title: string;
  readonly body: string;
}

export type Mark = 'good' | 'bad' | 'unknown' | 'neutral';

/** By sign and by colour, so that it reads without colour too. What is not known looks like nothing else. */
const signs: { readonly [M in Mark]: { readonly sign: string; readonly style: Parameters<typeof paint>[1] } } = {
  good: { sign: '✓', style: 'green' },
  bad: { sign: '✗', style: ['red', 'bold'] },
  unknown: { sign: '?', style: 'yellow' },
  neutral: { sign: '-', style: 'dim' },
};

export function mark(kind: Mark, text: string, paper: Paper): string {
  const { sign, style } = signs[kind];
  return paint(text === '' ? sign : `${sign} ${text}`, style, paper);
}

export function dim(text: string, paper: Paper): string {
  return text === '' ? '' : paint(text, 'dim', paper);
}

/** What a peer said, on one line and safe for a terminal. */
export function clean(text: string): string {
  return printable(text).replace(/[\t\n]/g, '\ufffd');
}

export function table(rows: readonly (readonly string[])[], indent: number, paper: Paper): string {
  return alignRows(rows, ' '.repeat(indent), paper.columns);
}

/** A line that goes on below itself. */
export function sentence(text: string, indent: number, paper: Paper): string {
  const start = ' '.repeat(indent);
  return start + wrapText(text, Math.max(40, paper.columns - indent - 2), `${start}  `);
}

/** `? unknown: no answer in time` */
export function unknownText(why: string, paper: Paper, what = 'unknown:'): string {
  return `${mark('unknown', what, paper)} ${clean(why)}`;
}

export function unknownLine(what: string, why: string, indent: number, paper: Paper): string {
  return sentence(unknownText(why, paper, what), indent, paper);
}

/** Of what only an accepted version has. */
export function nothingAccepted(protocols: TlsAddress['protocols'], paper: Paper): string {
  const isUnknown = Object.values(protocols).some(({ outcome }) => outcome === 'fault');
  return `    ${isUnknown ? mark('unknown', 'unknown', paper) : mark('neutral', 'none: every version is refused', paper)}`;
}
