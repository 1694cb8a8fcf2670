import type { PeriodRecord } from './read-period.ts';
import type { PopulationReport } from './report.ts';
import type { ReportNeeds } from './report-needs.ts';

/** What a report does not show, in sentences. */
export function limitsOf(needs: ReportNeeds, record: PeriodRecord, { vantage }: PopulationReport): readonly string[] {
  return [
    'Nothing in this report is signed yet, and its evidence log is not anchored outside: it shows what was recorded in which order, to a reader who trusts the machine that recorded it.',
    'Which check serves which claim, the wording of the register, the list of what is out of scope and how each check works are those of the day on which this report was made. Findings, parameters, populations, waivers and freshness limits are those of the time.',
    `Endpoints were seen from the vantage "${vantage.name}", which is ${vantage.external ? 'declared to be outside' : 'not declared to be outside'} the company's network; what others see may differ.`,
    'A run says what was seen at its looks: what came and went between two looks was not seen. A result counts until the next run ended, and at most as long as its check allows.',
    'A claim of which a part is not looked at names that part; its numbers are of what is checked, and never of the whole.',
    ...whereNeeded(needs, record),
  ];
}

function whereNeeded(needs: ReportNeeds, record: PeriodRecord): readonly string[] {
  const unconfigured = [...record.checks.keys()].filter((id) => !needs.plan.checks.some((check) => check.id === id));
  return [
    ...(record.runs === 0 ? ['No run ended within the period: nothing was measured anew.'] : []),
    ...(needs.control === null ? [] : [`Only claims that the register maps to ${needs.control} are reported; the others are left out.`]),
    ...(unconfigured.length === 0
      ? []
      : [`Not configured any more, listed with their runs, and counted for no claim: ${unconfigured.join(', ')}.`]),
    ...(record.limitAssumed
      ? ['Some runs were recorded before the freshness limit was kept with each run; the limit that is configured today was used for them.']
      : []),
    ...(record.changesNotShown === 0 ? [] : [`${record.changesNotShown} more changes are not listed, because there are so many.`]),
    ...(record.smallest !== null && record.smallest === 0 ? ['At some time no subject was configured at all.'] : []),
  ];
}
