import type { ClaimStanding, Stance } from './claim-standings.ts';
import type { Screen, Style } from './screen.ts';
import type { Standing } from './standings.ts';

const words: { readonly [status: string]: { readonly text: string; readonly style: Style } } = {
  fail: { text: '✗ fails', style: 'red' },
  unknown: { text: '? unknown', style: 'yellow' },
  waived: { text: '~ accepted', style: 'cyan' },
  pass: { text: '✓ passes', style: 'green' },
  'not-applicable': { text: '- nothing there', style: 'dim' },
  'not-testable': { text: '- not testable', style: 'dim' },
};

export type CheckCounts = Pick<Standing, 'check' | 'interpretation' | 'counts'>;

/** Unknown it is, but not for anything that was seen. */
const soFar = { text: '? well so far', style: 'yellow' } as const;

/** One line per claim that a check serves, with what its checks found under its intent. */
export function renderClaims(
  claims: readonly ClaimStanding[],
  standings: readonly CheckCounts[],
  paint: Screen['paint'],
): readonly string[] {
  const checked = claims.filter(({ checks }) => checks.length > 0);
  const rows = checked.map((claim) => ({ claim, counts: countsOf(claim, standings) }));
  const nameWidth = Math.max(...checked.map(({ claim }) => claim.length), 'claim'.length);
  const title = `${'claim'.padEnd(nameWidth)}  ${'literally'.padEnd(wordWidth)}  ${'as meant'.padEnd(wordWidth)}  ${'✗'.padStart(5)} ${'?'.padStart(5)} ${'~'.padStart(5)} ${'✓'.padStart(5)}  checks`;
  return [
    paint('bold', title),
    ...rows.map(({ claim, counts }) =>
      [
        claim.claim.padEnd(nameWidth),
        describe(claim.literal, paint),
        describe(claim.intent, paint),
        countOrder.map((status) => showCount(counts[status], words[status]?.style ?? 'dim', paint)).join(' '),
        String(claim.checks.length).padStart(6),
      ].join('  '),
    ),
  ];
}

/** What the table leaves out. */
export function explainClaims(claims: readonly ClaimStanding[]): string {
  const unchecked = claims.filter(({ checks }) => checks.length === 0).length;
  return `${unchecked} more have no check yet. "well so far": unknown, because not all of it is checked yet.`;
}

/** The claims in one line, as they are meant. */
export function summariseClaims(claims: readonly ClaimStanding[]): string {
  const counts = Object.entries(Object.groupBy(claims, ({ intent }) => intent.status));
  const wellSoFar = claims.filter(({ intent }) => intent.because === 'partly-checked').length;
  const parts = counts.map(([status, those]) => `${those?.length ?? 0} ${status}`).sort();
  return `claims, as they are meant: ${parts.join(', ')}; ${wellSoFar} of them well so far`;
}

const countOrder = ['fail', 'unknown', 'waived', 'pass'] as const;
const wordWidth = Math.max(...Object.values(words).map(({ text }) => text.length));

function describe({ status, because }: Stance, paint: Screen['paint']): string {
  const { text, style } = because === 'partly-checked' ? soFar : (words[status] ?? { text: status, style: 'dim' });
  return paint(style, text.padEnd(wordWidth));
}

function showCount(count: number, style: Style, paint: Screen['paint']): string {
  return count === 0 ? paint('dim', '.'.padStart(5)) : paint(style, String(count).padStart(5));
}

function countsOf(claim: ClaimStanding, standings: readonly CheckCounts[]): Standing['counts'] {
  const counts = { pass: 0, fail: 0, unknown: 0, waived: 0 };
  for (const { check, interpretation, counts: own } of standings) {
    if (interpretation !== 'intent' || !claim.checks.includes(check)) continue;
    for (const status of countOrder) counts[status] += own[status];
  }
  return counts;
}
