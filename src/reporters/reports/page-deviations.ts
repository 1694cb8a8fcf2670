import { type Content, html } from './html.ts';
import { anchorOf, checkLink, checkNumber } from './page-anchors.ts';
import { numbersPart, timelineFigure } from './page-claims.ts';
import { began, ended, failedFor, gapTable, noneNoted, notListed } from './page-failures.ts';
import { statusMark } from './page-status.ts';
import { cut, leftOut, table } from './page-table.ts';
import type { CheckInterpretationReport, CheckReport, FailureReport, Report } from './report.ts';
import { gapsOf } from './report-lookup.ts';

const mostFailures = 200;
const mostGaps = 200;

/** Check by check: what it measured, and every failure with what proves it. */
export function deviations(report: Report): Content {
  return html`
<p>Each continuous time in which one subject failed is one failure, the gravest first. The runs are what an auditor judges again:
<code>claimwatch reperform &lt;run&gt;</code> judges the stored facts and compares the findings; the entry of the evidence log seals the first run.</p>
${report.checks.length === 0 ? html`<p>No check ran.</p>` : report.checks.map((check) => checkPart(report, check))}`;
}

function checkPart(report: Report, check: CheckReport): Content {
  const anchor = anchorOf('deviations', check.id);
  return html`
<section aria-labelledby="${anchor}">
<h3 id="${anchor}">${checkNumber(report, check.id, 'deviations')} ${check.id}</h3>
<p>${check.title}. How it looks: ${checkLink(report, check.id)}.</p>${check.interpretations.map((own) => interpretationPart(report, check, own))}
</section>`;
}

function interpretationPart(report: Report, check: CheckReport, own: CheckInterpretationReport): Content {
  return html`
<h4 id="${anchorOf(`deviations_${own.interpretation}`, check.id)}">${own.interpretation === 'literal' ? 'Literal' : 'Intent'}: ${statusMark(own.statusAtEnd)} at the end of the period</h4>
${timelineFigure(`${check.id}, ${own.interpretation}`, own, report)}
${numbersPart(own.numbers)}${failureTable(report, check, own)}`;
}

function failureTable(report: Report, check: CheckReport, own: CheckInterpretationReport): Content {
  if (own.failures.length === 0 && own.failuresNotShown === 0) return noneNoted(own.numbers);
  const { shown, left } = cut(own.failures, mostFailures);
  return [
    table({
      id: anchorOf(`failures_of_${own.interpretation}`, check.id),
      caption: `${check.id}, ${own.interpretation}: failures`,
      columns: [
        { title: 'Subject' },
        { title: 'From (UTC)', kind: 'time' },
        { title: 'To (UTC)', kind: 'time' },
        { title: 'In the period' },
        { title: 'Expected', kind: 'text' },
        { title: 'Observed', kind: 'text' },
        { title: 'Rule' },
        { title: 'Evidence' },
      ],
      rows: shown.map((failure) => [
        failure.subject,
        began(failure),
        ended(failure),
        failedFor(failure, report),
        failure.expected,
        failure.observed,
        failure.rule,
        evidenceOf(failure),
      ]),
    }),
    leftOut(left, 'failures'),
    notListed(own.failuresNotShown),
  ];
}

function evidenceOf({ firstRun, lastRun, entry }: FailureReport): string {
  return `${firstRun === lastRun ? `run ${firstRun}` : `runs ${firstRun} to ${lastRun}`}, entry ${entry}`;
}

/** Every time in which nothing was measured; where both interpretations were blind in the same way, one row says it. */
export function gaps(report: Report): Content {
  const tables = report.checks.flatMap((check) =>
    gapGroups(check).map(({ interpretations, own }) =>
      gapTable(
        anchorOf(`gaps_of_${interpretations.replaceAll(' ', '_')}`, check.id),
        `${check.id}, ${interpretations}: gaps`,
        gapsOf(own.timeline),
        mostGaps,
      ),
    ),
  );
  return html`
<p>Time that was not measured is never counted as pass: nothing ran, the data was past its limit, or a subject could not be seen.</p>
${tables.length === 0 ? html`<p>${withoutGaps(report)}</p>` : tables}`;
}

function withoutGaps({ checks }: Report): string {
  return checks.length === 0 ? 'No check ran, so nothing at all was measured.' : 'None: every check measured the whole period.';
}

function gapGroups(check: CheckReport): readonly { readonly interpretations: string; readonly own: CheckInterpretationReport }[] {
  const blind = check.interpretations.filter((own) => gapsOf(own.timeline).length > 0);
  const same = Map.groupBy(blind, (own) => JSON.stringify(gapsOf(own.timeline)));
  return [...same.values()].flatMap((group) => {
    const [own] = group;
    return own === undefined ? [] : [{ interpretations: group.map(({ interpretation }) => interpretation).join(' and '), own }];
  });
}
