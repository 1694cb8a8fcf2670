import fc from 'fast-check';
import type { Report } from '../../src/reporters/reports/report.ts';

/** Text that wants to be markup, and any other. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('<b>', '</td>', '"', "'", '&', '<!--', '\u202e', '\u0000', '</style>', '</title>', ' x=y '),
    fc.string({ unit: 'binary', maxLength: 1 }),
  ),
  maxLength: 30,
});

export const anyTexts = fc.array(anyText, { minLength: 7, maxLength: 7 });

/** Words of ours: every other text may be anybody's, names by which the parts of a report find one another included. */
const ourWords = new Set(['interpretation', 'interpretations', 'kind', 'state', 'statusAtEnd', 'ended', 'what', 'reason']);
const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text);

/** The same report with other texts; what is the same stays the same, and what differs differs. */
export function withTexts(report: Report, texts: readonly string[]): { readonly report: Report; readonly put: Iterable<string> } {
  const others = new Map<string, string>();
  const other = (text: string, path: readonly string[]): string => {
    // How many lines it has depends on its texts: pictures have a test of their own.
    if (path.includes('picture')) return text;
    const field = path.findLast((name) => !/^\d+$/.test(name)) ?? '';
    if (isTime(text) || text === '*' || (ourWords.has(field) && !isReason(path))) return text;
    const put = others.get(text) ?? `${texts[others.size % texts.length] ?? ''}(${others.size})`;
    others.set(text, put);
    return put;
  };
  return { report: mapTexts(report, other, []) as Report, put: others.values() };
}

/** A reason is a word of ours in a gap, and anybody's text everywhere else. */
function isReason(path: readonly string[]): boolean {
  return path.at(-1) === 'reason' && path.at(-2) !== 'gap';
}

function mapTexts(value: unknown, change: (text: string, path: readonly string[]) => string, path: readonly string[]): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((item, index) => mapTexts(item, change, [...path, String(index)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapTexts(inner, change, [...path, name])]));
}
