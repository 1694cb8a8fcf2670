import { type Content, html } from './html.ts';
import { cut, facts, leftOut, table } from './page-table.ts';
import type { Report } from './report.ts';

const mostSubjects = 2_000;
const mostOutOfScope = 500;

/** About whom the report speaks, how many there were, and who is left out. */
export function scope({ population }: Report): Content {
  const { vantage, subjects, outOfScope } = population;
  const { shown, left } = cut(subjects, mostSubjects);
  return html`
${facts([
  ['Subjects', subjects.length.toLocaleString('en')],
  ['In each whole run', rangeOf(population)],
  ['Left out on purpose', outOfScope.length.toLocaleString('en')],
  [
    'Looked from',
    `${vantage.name} (${vantage.external ? 'declared to be outside our own networks' : 'not declared to be outside our own networks'})`,
  ],
])}
<h3 id="subjects">Subjects</h3>
${
  subjects.length === 0
    ? html`<p>None: nothing was watched, and so nothing is known.</p>`
    : html`<ul class="columns">${shown.map(
        (subject) => html`
<li>${subject}</li>`,
      )}
</ul>`
}${leftOut(left, 'subjects')}
<h3 id="out-of-scope">Left out on purpose</h3>
${outOfScopePart(outOfScope)}`;
}

function rangeOf({ smallest, largest }: Report['population']): string {
  if (smallest === null || largest === null) return 'no run of the period judged the whole population';
  const [least, most] = [smallest.toLocaleString('en'), largest.toLocaleString('en')];
  return smallest === largest ? `always ${least}` : `from ${least} to ${most}`;
}

function outOfScopePart(list: Report['population']['outOfScope']): Content {
  if (list.length === 0) return html`<p>None.</p>`;
  const { shown, left } = cut(list, mostOutOfScope);
  return [
    table({
      id: 'out-of-scope-table',
      caption: 'Not judged, by decision',
      columns: [{ title: 'Subject' }, { title: 'Owner' }, { title: 'Reason' }],
      rows: shown.map(({ subject, owner, reason }) => [subject, owner, reason]),
    }),
    leftOut(left, 'subjects'),
  ];
}
