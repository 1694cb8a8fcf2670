import { type Content, html } from './html.ts';
import { claimLink, sectionNumber, sections } from './page-anchors.ts';
import { facts } from './page-table.ts';
import { durationBetween, timeUtc } from './readable-time.ts';
import type { Report } from './report.ts';

/** What this is, about what and when, and from which evidence. */
export function cover(report: Report): Content {
  const { period, policy, evidence, generatedBy, control } = report;
  return html`
<header>
<h1>${policy.name}</h1>
<p class="subtitle">Its claims, tested against the running system from ${timeUtc(period.from)} to ${timeUtc(period.to)}${control === null ? null : html`, control ${control} only`}</p>
<div class="note">
<p><strong>What this document is.</strong> A record, made by a machine, of tests that claimwatch ran against the running system. It supports an
auditor's tests of controls. It is no auditor's opinion, no certificate, and no statement of the management: a named person answers for it
in <a href="#sign-off">section ${sectionNumber('sign-off')}</a>.</p>
</div>
${facts([
  ['Policy', policy.name],
  ['Policy, SHA‑256', html`<code>${policy.sha256}</code>`],
  ['Period', html`from ${timeUtc(period.from)} (included) to ${timeUtc(period.to)} (excluded), ${durationBetween(period.from, period.to)}`],
  ['Control', control === null ? null : html`${control}: only claims that the register maps to it`],
  ['Report made', timeUtc(report.generatedAt)],
  ['Made by', html`claimwatch ${generatedBy.version}, revision <code>${generatedBy.revision}</code>`],
  ['Configuration, SHA‑256', html`<code>${report.configurationDigest}</code>`],
  ['Evidence: runs', runsText(report)],
  ['Evidence: log', `${evidence.entries.toLocaleString('en')} entries when the report was made; each run is sealed by one`],
  ['The same as data', html`<code>${dataCommand(report)}</code>`],
  ['Times', 'All times are UTC; a time from–to includes its beginning and not its end.'],
])}
</header>`;
}

function runsText({ evidence }: Report): string {
  if (evidence.runs === 0 || evidence.firstRun === null || evidence.lastRun === null) return 'no run ended within the period';
  return `${evidence.runs.toLocaleString('en')} ended within the period, numbers ${evidence.firstRun} to ${evidence.lastRun}`;
}

function dataCommand({ period, control }: Report): string {
  const only = control === null ? '' : ` --control "${control}"`;
  return `claimwatch report --from ${period.from} --to ${period.to}${only} --json`;
}

export function contents(report: Report): Content {
  return html`
<nav aria-labelledby="contents">
<h2 id="contents">Contents</h2>
<ol>${sections.map(
    ({ id, title }) => html`
<li><a href="#${id}">${title}</a>${id === 'claims' && report.claims.length > 0 ? claimList(report) : null}</li>`,
  )}
</ol>
</nav>`;
}

function claimList(report: Report): Content {
  return html`
<ol>${report.claims.map(
    ({ id }) => html`
<li>${claimLink(report, id)}</li>`,
  )}
</ol>`;
}
