import { type Content, html, joined } from './html.ts';
import { anchorOf, checkNumber, claimLink } from './page-anchors.ts';
import { facts, table } from './page-table.ts';
import { durationText } from './readable-time.ts';
import type { CheckReport, Report } from './report.ts';

/** How each check looks and judges, so that somebody else can do the same. */
export function method(report: Report): Content {
  return html`
<p>Looks are made on a schedule (cron, UTC) and bring facts; a check judges the facts of one subject at a time, and nothing else. A result counts until
the next one, and at most until its freshness limit; after that nothing is measured. Any recorded run can be judged again from its stored
facts with <code>claimwatch reperform &lt;run&gt;</code>, all of them with <code>claimwatch reperform --all</code>; <code>sha256sum</code> of the
policy gives the digest on the cover.</p>
${report.checks.length === 0 ? html`<p>No check is configured.</p>` : report.checks.map((check) => checkPart(report, check))}`;
}

function checkPart(report: Report, check: CheckReport): Content {
  const anchor = anchorOf('check', check.id);
  return html`
<section aria-labelledby="${anchor}">
<h3 id="${anchor}">${checkNumber(report, check.id, 'method')} ${check.id}</h3>
<p>${check.title}.</p>${facts([
    ['Serves', check.claims.length === 0 ? 'no claim of this report' : servesPart(report, check)],
    ['Needs', check.needs.join(', ') || 'nothing'],
    ['Looks', looksPart(check)],
    ['Freshness limit', `${durationText(check.maxAgeMs)}; what is older is not measured`],
    ['Parameters', html`<code>${check.parameters}</code>`],
    ['Runs in the period', check.runs.toLocaleString('en')],
    ['How to mend a failure', check.mend === '' ? null : check.mend],
    ['Repeat it by hand', repeatPart(check)],
  ])}
</section>`;
}

function servesPart(report: Report, check: CheckReport): Content {
  return joined(
    check.claims.map(({ claim, interpretations }) => html`${claimLink(report, claim)} (${interpretations.join(' and ')})`),
    ', ',
  );
}

function looksPart({ looks }: CheckReport): Content {
  if (looks.length === 0) return 'none brings what it needs';
  return joined(
    looks.map(({ name, schedule }) => html`${name}, at <code>${schedule}</code>`),
    '; ',
  );
}

function repeatPart({ repeat }: CheckReport): Content {
  if (repeat === null) return 'there is no subject to repeat it with';
  return html`<code class="command">${repeat.command}</code><span class="quiet">for ${repeat.subject}</span>`;
}

export function notTestable(report: Report): Content {
  if (report.notTestable.length === 0)
    return html`
<p>${report.control === null ? 'None.' : 'Left out: this report is about one control only.'}</p>`;
  return html`
<p>Every sentence of the policy is quoted by a claim of the register, or here with the reason why no machine could test it.</p>${table({
    id: 'not-testable-table',
    caption: 'Quoted to the letter',
    columns: [{ title: 'Sentence' }, { title: 'Why it is not testable' }],
    rows: report.notTestable.map(({ quote, reason }) => [quote, reason]),
  })}`;
}

export function limits(report: Report): Content {
  return html`
<p>What this report does not show:</p>
<ul>${report.limits.map(
    (limit) => html`
<li>${limit}</li>`,
  )}
</ul>`;
}
