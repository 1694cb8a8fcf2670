import type { Controls, Standing } from '../../domain/claim.ts';
import { type Content, html, joined } from './html.ts';
import { anchorOf, checkLink, claimNumber } from './page-anchors.ts';
import { failuresOfClaim, gapTable } from './page-failures.ts';
import { conclusion, notDefined, shares, whyNoNumbers } from './page-result.ts';
import { standingWord, statusMark } from './page-status.ts';
import { facts } from './page-table.ts';
import { percentText } from './percent.ts';
import { durationText } from './readable-time.ts';
import type { ClaimReport, InterpretationReport, Numbers, Report } from './report.ts';
import { failuresOf, gapsOf } from './report-lookup.ts';
import { timelineStrip } from './timeline-strip.ts';

const mostGapsPerClaim = 20;

export function claims(report: Report): Content {
  if (report.claims.length === 0)
    return html`
<p>No claim of the register is mapped to what this report is about.</p>`;
  return report.claims.map((claim) => claimSection(report, claim));
}

function claimSection(report: Report, claim: ClaimReport): Content {
  const anchor = anchorOf('claim', claim.id);
  return html`
<section aria-labelledby="${anchor}">
<div class="together">
<h3 id="${anchor}">${claimNumber(report, claim.id)} ${claim.id}</h3>
<blockquote>${claim.quotes.map((quote) => html`<p>${quote}</p>`)}</blockquote>
${facts([
  ['Owner', claim.owner],
  ['Controls', controlsText(claim.controls)],
  ['Checks', checksPart(report, claim)],
  ['Not looked at yet', claim.unchecked],
])}
</div>${claim.interpretations.map((own) => interpretationPart(report, claim, own))}
</section>`;
}

function checksPart(report: Report, claim: ClaimReport): Content {
  const checks = [...new Set(claim.interpretations.flatMap((own) => own.checks))];
  if (checks.length === 0) return 'none';
  const links = checks.map((check) => checkLink(report, check));
  return joined(links, ', ');
}

function interpretationPart(report: Report, claim: ClaimReport, own: InterpretationReport): Content {
  return html`
<h4 id="${anchorOf(own.interpretation, claim.id)}">${headingOf(own)}</h4>
${own.interpretation === 'intent' ? html`<p>${claim.intentText}</p>` : null}${standingPart(own.standing)}${own.numbers === null ? null : measuredPart(report, claim, own, own.numbers)}`;
}

function headingOf(own: InterpretationReport): Content {
  const { interpretation, standing, statusAtEnd, numbers } = own;
  const name = interpretation === 'literal' ? 'Literal' : 'Intent';
  if (standing.kind === statusAtEnd) return html`${name}: ${statusMark(statusAtEnd)}`;
  const what = numbers === null ? whyNoNumbers(own) : 'at the end of the period';
  return html`${name} (${standingWord(standing)}): ${statusMark(statusAtEnd)} ${what}`;
}

/** A badly worded sentence, or one that nobody can test, says so before any number. */
function standingPart(standing: Standing): Content {
  switch (standing.kind) {
    case 'binding':
      return null;
    case 'text-defect':
      return html`<div class="defect">
<p><strong>Defect of the text.</strong> ${standing.defect}</p>
<p><strong>Better wording.</strong> “${standing.betterWording}”</p>
</div>
`;
    case 'not-testable':
      return html`<div class="defect"><p><strong>Not testable.</strong> ${standing.reason}</p></div>
`;
  }
}

function measuredPart(report: Report, claim: ClaimReport, own: InterpretationReport, numbers: Numbers): Content {
  const label = `${claim.id}, ${own.interpretation}`;
  const part =
    claim.unchecked === null
      ? null
      : ' All numbers are of the part that is checked; as long as a part is not looked at, the claim itself never passes.';
  return html`<p>${conclusion(numbers)}${part}</p>
${timelineFigure(label, own, report)}
${numbersPart(numbers)}${failuresOfClaim(report, anchorOf(`failures_${own.interpretation}`, claim.id), own.interpretation, numbers, failuresOf(report, own))}${gapTable(anchorOf(`gaps_${own.interpretation}`, claim.id), `Gaps, ${own.interpretation}`, gapsOf(own.timeline), mostGapsPerClaim)}`;
}

export function timelineFigure(label: string, { timeline }: Pick<InterpretationReport, 'timeline'>, { period }: Report): Content {
  return html`<figure>
<figcaption>Timeline of ${label}</figcaption>${timelineStrip(label, timeline, period)}
</figure>`;
}

export function numbersPart(numbers: Numbers): Content {
  const [strict = '', measured = '', coverage = ''] = shares(numbers);
  const states = [
    ['pass', numbers.passMs],
    ['fail', numbers.failMs],
    ['accepted', numbers.waivedMs],
    ['not measured', numbers.notMeasuredMs],
  ] as const;
  const lasted = states
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name} ${durationText(ms)} (${percentText(ms, numbers.periodMs) ?? notDefined})`);
  return html`<p><strong>Strict ${strict}, measured ${measured}, coverage ${coverage}.</strong> Of ${durationText(numbers.periodMs)}: ${lasted.join(', ')}.</p>`;
}

function controlsText(controls: Controls): string {
  const named = [
    ['SOC 2', controls.soc2],
    ['ISO/IEC 27001:2022', controls.iso27001],
    ['CIS Azure 6.0.0', controls.cisAzure],
    ['PCI DSS 4.0', controls.pciDss],
  ] as const;
  return (
    named
      .filter(([, ids]) => ids.length > 0)
      .map(([name, ids]) => `${name}: ${ids.join(', ')}`)
      .join('; ') || 'none'
  );
}
