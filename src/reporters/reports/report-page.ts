import { createHash } from 'node:crypto';
import { type Content, html, markupOf, trustedMarkup } from './html.ts';
import { type SectionId, sectionNumber, sections } from './page-anchors.ts';
import { claims } from './page-claims.ts';
import { glossary, signOff } from './page-closing.ts';
import { contents, cover } from './page-cover.ts';
import { deviations, gaps } from './page-deviations.ts';
import { limits, method, notTestable } from './page-method.ts';
import { network } from './page-network.ts';
import { result } from './page-result.ts';
import { scope } from './page-scope.ts';
import { pageStyle } from './page-style.ts';
import { changes, waivers } from './page-waivers.ts';
import type { Report } from './report.ts';
import { stripPatterns } from './timeline-strip.ts';

const bodies: { readonly [S in SectionId]: (report: Report) => Content } = {
  result,
  scope,
  claims,
  deviations,
  gaps,
  network,
  waivers,
  changes,
  method,
  'not-testable': notTestable,
  limits,
  'sign-off': signOff,
  glossary,
};

/** The others follow on where there is room. */
const onNewPage: ReadonlySet<SectionId> = new Set(['result', 'claims', 'deviations', 'network', 'method', 'sign-off']);

/** One self-contained page of HTML: no script, and nothing that it would load from anywhere. */
export function renderReport(report: Report): string {
  const style = pageStyle(report.period);
  const styleHash = createHash('sha256').update(style).digest('base64');
  const days = [report.period.from, report.period.to].map((at) => at.slice(0, 10));
  return markupOf(html`${trustedMarkup('<!DOCTYPE html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="claimwatch ${report.generatedBy.version}">
<meta name="referrer" content="no-referrer">
<title>Claims report, ${days.join(' to ')} (UTC)</title>
<style>${trustedMarkup(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the result</a>${stripPatterns}${cover(report)}${contents(report)}
<main id="main">${sections.map(({ id, title }) => sectionPart(id, title, bodies[id](report)))}
</main>
</body>
</html>
`);
}

function sectionPart(id: SectionId, title: string, body: Content): Content {
  const ownPage = onNewPage.has(id) ? html` class="page"` : null;
  return html`
<section${ownPage} aria-labelledby="${id}">
<h2 id="${id}">${sectionNumber(id)}. ${title}</h2>${body}
</section>`;
}
