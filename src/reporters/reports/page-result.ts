import { type Interpretation, interpretations } from '../../domain/claim.ts';
import { statuses } from '../../domain/status.ts';
import { type Content, html } from './html.ts';
import { claimLink } from './page-anchors.ts';
import { standingWord, statusMark, wordOf } from './page-status.ts';
import { type Column, table, tableOf } from './page-table.ts';
import { percentText } from './percent.ts';
import { durationText } from './readable-time.ts';
import type { ClaimReport, InterpretationReport, Numbers, Report } from './report.ts';
import { failuresOf, gapsOf, measuredMs } from './report-lookup.ts';
import { stripLegend } from './timeline-strip.ts';

/** Nothing to divide by. */
export const notDefined = 'n/a';

const columns: readonly Column[] = [
  { title: 'Claim' },
  { title: 'Interpretation' },
  { title: 'Status at the end' },
  { title: 'Strict', kind: 'number' },
  { title: 'Measured', kind: 'number' },
  { title: 'Coverage', kind: 'number' },
  { title: 'Failures', kind: 'number' },
  { title: 'Gaps', kind: 'number' },
  { title: 'Accepted', kind: 'number' },
];

export function result(report: Report): Content {
  return html`
<p>Each claim is judged twice: <strong>literal</strong>, the sentence as it is written, and <strong>intent</strong>, what a security engineer
would require today. A conclusion never goes further than “no failures were measured in x of the period”. Three numbers say how far:</p>
<ul>
<li><strong>Strict</strong>: time that was measured and passed, of the whole period. What was not measured counts against it.</li>
<li><strong>Measured</strong>: time that passed, of the time that was measured.</li>
<li><strong>Coverage</strong>: time that was measured, of the whole period.</li>
</ul>
<p>Shares are cut after two digits and never rounded up: only a whole is 100&nbsp;%. An accepted risk is not a pass. A claim of which a part is
not looked at is never “pass”; its numbers are of the part that is checked.</p>
<p>${coverageOfClaims(report)}</p>
${counts(report)}
${tableOf(
  'result-table',
  'Every claim, both interpretations',
  columns,
  report.claims.map((claim) => claimBody(report, claim)),
)}
<h3 id="timelines">How to read the timelines</h3>
<p>A timeline runs from the beginning of the period on the left to its end on the right. The higher the mark, the graver the state. A strip has
600 columns; each takes the gravest state that touches its time, however shortly, and a failure or a gap is drawn at least as
wide as one line. So a strip may look worse than its numbers, and never better: the numbers and the tables are exact.</p>
${stripLegend()}`;
}

/** How much of the policy was looked at at all. */
function coverageOfClaims({ claims }: Report): string {
  const checked = claims.filter(isChecked);
  const inPart = checked.filter(({ unchecked }) => unchecked !== null).length;
  const rest = claims.length - checked.length;
  const parts = [
    `${checked.length} of ${claims.length} claims have a check`,
    ...(inPart > 0 ? [`${inPart} of them only for a part`] : []),
    ...(rest > 0 ? [`nothing is known of the other ${rest}`] : []),
  ];
  return `${parts.join('; ')}.`;
}

function isChecked({ interpretations: own }: ClaimReport): boolean {
  return own.some(({ checks }) => checks.length > 0);
}

/** How many claims ended with which status. */
function counts({ claims }: Report): Content {
  const endsOf = (interpretation: Interpretation) => {
    const ends = claims.flatMap((claim) => claim.interpretations.filter((own) => own.interpretation === interpretation));
    return statuses.map((status) => ends.filter(({ statusAtEnd }) => statusAtEnd === status).length);
  };
  return table({
    id: 'counts',
    caption: `Claims by status at the end of the period (${claims.length === 1 ? '1 claim' : `${claims.length} claims`})`,
    columns: [{ title: 'Interpretation' }, ...statuses.map((status) => ({ title: wordOf(status), kind: 'number' as const }))],
    rows: interpretations.map((interpretation) => [interpretation, ...endsOf(interpretation)]),
  });
}

function claimBody(report: Report, claim: ClaimReport): Content {
  const span = claim.interpretations.length;
  return html`<tbody>${claim.interpretations.map(
    (own, index) => html`
<tr>${index === 0 ? html`<th scope="rowgroup" rowspan="${span}">${claimLink(report, claim.id)}${claim.unchecked === null || !isChecked(claim) ? null : html`<br><span class="part">checked in part</span>`}</th>` : null}<td>${own.interpretation}${own.standing.kind === 'binding' ? null : html`<br><span class="quiet">${standingWord(own.standing)}</span>`}</td><td>${statusMark(own.statusAtEnd)}</td>${figures(report, own)}</tr>`,
  )}
</tbody>
`;
}

function figures(report: Report, own: InterpretationReport): Content {
  const { numbers } = own;
  if (numbers === null) return html`<td colspan="6" class="quiet">${whyNoNumbers(own)}</td>`;
  const { failures, notListed } = failuresOf(report, own);
  return [
    ...shares(numbers),
    measuredMs(numbers) === 0 ? notDefined : counted(failures.length + notListed, numbers.failMs),
    counted(gapsOf(own.timeline).length, numbers.notMeasuredMs),
    numbers.waivedMs === 0 ? '0' : durationText(numbers.waivedMs),
  ].map((cell) => html`<td class="number">${cell}</td>`);
}

export function whyNoNumbers({ standing }: InterpretationReport): string {
  return standing.kind === 'not-testable' ? 'not testable' : 'not measured: no check serves it';
}

/** Strict, measured, coverage. */
export function shares(numbers: Numbers): readonly string[] {
  const { passMs, periodMs } = numbers;
  const measured = measuredMs(numbers);
  return [percentText(passMs, periodMs), percentText(passMs, measured), percentText(measured, periodMs)].map(
    (share) => share ?? notDefined,
  );
}

function counted(count: number, ms: number): Content {
  if (count === 0 && ms === 0) return '0';
  return html`${count.toLocaleString('en')}<br><span class="quiet">${durationText(ms)}</span>`;
}

/** The only kind of conclusion that this report draws. */
export function conclusion(numbers: Numbers): string {
  if (measuredMs(numbers) === 0) return 'Nothing was measured in the period.';
  const { periodMs, passMs } = numbers;
  if (passMs === 0) return 'No part of the period was measured and passed.';
  const share = percentText(passMs, periodMs) ?? notDefined;
  return `No failures were measured in ${share} of the period (only time that was measured and passed counts).`;
}
