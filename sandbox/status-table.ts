import type { Screen, Style } from './screen.ts';

/** What is shown of one endpoint under one check; `pending`: no run yet. */
export type CellStatus = 'pass' | 'fail' | 'unknown' | 'waived' | 'pending';

export interface StatusTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly CellStatus[] }[];
}

const signs: { readonly [S in CellStatus]: { readonly text: string; readonly style: Style } } = {
  pass: { text: '✓ pass', style: 'green' },
  fail: { text: '✗ fail', style: 'red' },
  unknown: { text: '? unknown', style: 'yellow' },
  waived: { text: '~ waived', style: 'cyan' },
  pending: { text: '… pending', style: 'dim' },
};

/** Aligned lines, header first. Every sign is one column wide. */
export function renderTable(table: StatusTable, paint: Screen['paint']): readonly string[] {
  const nameWidth = Math.max(...table.rows.map((row) => row.name.length), 0);
  const widths = table.columns.map((column) => Math.max(column.length, ...Object.values(signs).map(({ text }) => text.length)));
  const header = ['endpoint'.padEnd(nameWidth), ...table.columns.map((column, index) => column.padEnd(widths[index] ?? 0))];
  const rows = table.rows.map((row) => {
    const cells = row.cells.map((cell, index) => {
      const { text, style } = signs[cell];
      return paint(style, text.padEnd(widths[index] ?? 0));
    });
    return [row.name.padEnd(nameWidth), ...cells].join('  ').trimEnd();
  });
  return [paint('bold', header.join('  ').trimEnd()), ...rows];
}
