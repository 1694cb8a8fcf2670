import { type Content, html } from './html.ts';
import { tableOf } from './page-table.ts';
import type { Report } from './report.ts';

/** Lines for people: a report that nobody answers for is no evidence. */
export function signOff(report: Report): Content {
  const owners = [...Map.groupBy(report.claims, ({ owner }) => owner)];
  const rows = [
    ...owners.map(([owner, own]) => [owner, own.length === 1 ? '1 claim' : `${own.length} claims`] as const),
    ['Whole report', 'checked and handed over'] as const,
  ];
  return html`
<p>A machine made this report; people answer for it. Who signs has read the deviations, the gaps and the limits, and states that the scope is
complete as far as they know.</p>
${tableOf(
  'sign-off-table',
  'To be filled in by hand',
  ['Answers for', 'Part', 'Name', 'Date (UTC)', 'Signature'].map((title) => ({ title })),
  html`<tbody class="sign">${rows.map(
    ([owner, part]) => html`
<tr><th scope="row">${owner}</th><td>${part}</td><td></td><td></td><td></td></tr>`,
  )}
</tbody>`,
)}`;
}

const words: readonly (readonly [string, string])[] = [
  ['Accepted', 'A failing finding that a waiver covers. It counts as measured and never as pass.'],
  ['Check', 'A rule that judges the facts of one subject at a time, always with the same result for the same facts.'],
  ['Claim', 'One promise of the policy, quoted to the letter.'],
  ['Coverage', 'Measured time divided by the period.'],
  ['Entry', 'One leaf of the append-only evidence log (RFC 6962); each run is sealed by one.'],
  ['Fail', 'At least one subject was seen to break the rule.'],
  ['Freshness limit', 'How long a result counts at the most. What is older is not measured.'],
  ['Gap', 'Time in which nothing was measured, with its cause.'],
  ['Intent', 'The claim as a security engineer would require it today.'],
  ['Literal', 'The claim as the sentence is written.'],
  ['Look', 'One collecting of facts from a set of subjects, on a schedule.'],
  ['Measured', 'Time that passed divided by the time that was measured.'],
  ['Not measured', 'Nobody knows: nothing ran, it could not be seen, or it was too old. Never a pass.'],
  ['Partly checked', 'A claim of which no check looks at some part yet. It fails where a part fails, and never passes.'],
  ['Pass', 'Every subject was seen to keep the rule.'],
  ['Population', 'All subjects that are in scope.'],
  ['Run', 'One judging by one check, recorded with its facts, parameters and code version.'],
  ['Strict', 'Time that was measured and passed, divided by the period.'],
  ['Subject', 'What a finding is about, for example an endpoint.'],
  [
    'Text defect',
    'A sentence that cannot be true, or cannot be shown, as it is written. It is reported with a better wording and does not bind.',
  ],
  ['Unknown', 'The status of what was not measured.'],
  ['Vantage', 'The place that was looked from; every result is as seen from there.'],
  ['Waiver', 'An accepted risk: who asked, who else approved, why, and until when.'],
];

export function glossary(): Content {
  return html`
<dl class="facts">${words.map(
    ([word, meaning]) => html`
<div><dt>${word}</dt><dd>${meaning}</dd></div>`,
  )}
</dl>`;
}
