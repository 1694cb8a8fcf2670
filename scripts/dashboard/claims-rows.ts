import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import { type Panel, RowBuilder, type RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import { colours, limits, names, narrowTo, rangeQuery, seriesPanel, statPanel, tablePanel } from './panels.ts';
import { binding, claimTimeline, countClaims, dataAge, own, source, statusNumbers } from './queries.ts';

export interface Row {
  readonly row: Builder<RowPanel>;
  readonly panels: readonly Builder<Panel>[];
}

/** From the general to the specific: how many, which claims, which checks, which subjects. */
export const failsRow: Row = {
  row: new RowBuilder('What fails'),
  panels: [
    statPanel({
      title: 'Claims that fail',
      description: 'Promises of the policy that are not so now, as written or as meant. Text defects are not counted here.',
      span: 4,
      height: 4,
      expr: countClaims('fail'),
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.fail]],
    }),
    statPanel({
      title: 'Claims that cannot be known',
      description: 'Nobody can say now whether these hold: no check yet, no run yet, old data, or nothing could be seen. Never a pass.',
      span: 4,
      height: 4,
      expr: countClaims('unknown'),
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.unknown]],
    }),
    statPanel({
      title: 'Claims that hold',
      description: 'Promises of which all is checked and all passes, in at least one interpretation that binds.',
      span: 4,
      height: 4,
      expr: countClaims('pass'),
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.pass]],
    }),
    statPanel({
      title: 'Checks on old data',
      description: 'Checks whose data are older than allowed, or that have never run. Their passes are unknown.',
      span: 4,
      height: 4,
      expr: `sum(${dataAge} > bool 1)`,
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.stale]],
    }),
    statPanel({
      title: 'Last tick of the schedule',
      description:
        'How long ago the watcher last looked at its schedule, which it does every second. More than two minutes: nobody watches.',
      span: 4,
      height: 4,
      expr: `max(time() - ${own('scheduler_last_tick_timestamp_seconds')})`,
      unit: 's',
      noValue: 'nobody watches',
      first: colours.pass,
      from: [
        [60, colours.unknown],
        [120, colours.fail],
      ],
    }),
    statPanel({
      title: 'Messages that wait',
      description: 'Alerts that a receiver has not accepted yet. They are sent until they are; a few seconds are usual.',
      span: 4,
      height: 4,
      expr: `sum(${own('outbox_pending')})`,
      unit: 'none',
      first: colours.plain,
      from: [[1, colours.unknown]],
    }),
    tablePanel({
      title: 'Checks that fail',
      description:
        'How many subjects fail, and what a failure asks for: page, ticket or report. Interpretation: the sentence as written, or as meant.',
      span: 10,
      height: 8,
      expr: `(${own('check_findings', 'status="fail", check=~"$check"')} > 0) * on (job, instance, check, interpretation) group_left (response) (${own('check_alerts', 'standing="binding"')} >= bool 0)`,
      columns: ['check', 'interpretation', 'response'],
      value: { name: 'failing', unit: 'none', limits: { first: colours.fail } },
      sortBy: { column: 'failing', descending: true },
      links: narrowTo('check'),
    }),
    tablePanel({
      title: 'Subjects that fail',
      description:
        'Where it fails; "claimwatch findings" says what was expected and seen, and how to mend it. At most 200 a check; the numbers beside are whole.',
      span: 14,
      height: 8,
      expr: binding(own('failing_subject_info', 'check=~"$check"')),
      columns: ['subject', 'check', 'interpretation'],
      sortBy: { column: 'subject', descending: false },
      links: { subject: { title: 'Open it', url: 'https://${__data.fields.subject}' } },
    }),
    claimsTimeline(),
    tablePanel({
      title: 'Sentences that are badly worded',
      description:
        'Text defects: as written they cannot be true, and nobody is alerted. "claimwatch explain" has a better wording for each.',
      span: 12,
      height: 7,
      expr: `${own('claim_status', 'interpretation="literal", status="fail", claim=~"$claim"')} * on (job, instance, claim) group_left (owner) ${own('claim_info', 'literal="text-defect"')} == 1`,
      columns: ['claim', 'owner'],
      sortBy: { column: 'claim', descending: false },
      links: narrowTo('claim'),
    }),
    tablePanel({
      title: 'Accepted risks',
      description: 'Waivers in force, and when each ends. What is waived is still checked, and never counts as a pass.',
      span: 12,
      height: 7,
      expr: `${own('waiver_end_timestamp_seconds', 'check=~"$check"')} - time()`,
      columns: ['waiver', 'check'],
      value: { name: 'ends in', unit: 's', limits: { first: colours.unknown, from: [[14 * 86_400, colours.waived]] } },
      sortBy: { column: 'ends in', descending: false },
    }),
  ],
};

function claimsTimeline(): Builder<Panel> {
  const { pass, waived, unknown, fail } = statusNumbers;
  return new statetimeline.PanelBuilder()
    .title('Claims over time')
    .description('Each claim as it is meant, over the chosen time. A gap is a time in which nobody was scraped: nothing is known of it.')
    .datasource(source)
    .span(24)
    .height(14)
    .unit('none')
    .noValue('not known')
    .mappings(
      names({
        [fail]: ['fail', colours.fail],
        [unknown]: ['unknown', colours.unknown],
        [waived]: ['waived', colours.waived],
        [pass]: ['pass', colours.pass],
        [statusNumbers['not-applicable']]: ['not applicable', colours.plain],
        [statusNumbers['not-testable']]: ['not testable', colours.plain],
      }),
    )
    .thresholds(limits({ first: colours.plain }))
    .showValue(common.VisibilityMode.Auto)
    .mergeValues(true)
    .rowHeight(0.8)
    .spanNulls(false)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true),
    )
    .withTarget(rangeQuery(claimTimeline).legendFormat('{{claim}}').refId('A'));
}

function unknownOf(interpretation: 'intent' | 'literal'): string {
  const unknown = own('claim_unknown_info', `interpretation="${interpretation}", claim=~"$claim"`);
  return `${unknown} * on (job, instance, claim) group_left (owner) ${own('claim_info', `${interpretation}="binding"`)}`;
}

export const unknownRow: Row = {
  row: new RowBuilder('What cannot be known'),
  panels: [
    tablePanel({
      title: 'Which claims cannot be known',
      description:
        'no-check: nothing checks it yet; partly-checked: what is checked passes, but it is not all; no-run, stale: wait, or look at the row below; findings: see the checks beside.',
      span: 14,
      height: 9,
      expr: `(${unknownOf('intent')}) or (${unknownOf('literal')})`,
      columns: ['claim', 'interpretation', 'because', 'owner'],
      sortBy: { column: 'because', descending: false },
      links: narrowTo('claim'),
    }),
    tablePanel({
      title: 'Which checks cannot be known',
      description: 'For how many subjects a check has no answer; "claimwatch findings" gives the reason of each.',
      span: 10,
      height: 9,
      expr: binding(`${own('check_findings', 'status="unknown", check=~"$check"')} > 0`),
      columns: ['check', 'interpretation'],
      value: { name: 'unknown', unit: 'none', limits: { first: colours.unknown } },
      sortBy: { column: 'unknown', descending: true },
      links: narrowTo('check'),
    }),
    seriesPanel({
      title: 'Subjects that a look could not read',
      description: 'Of the last look of each kind. All of them at once is one cause, mostly the network of the watcher itself.',
      span: 12,
      height: 7,
      queries: { '{{look}}': `max by (look) (${own('look_subjects', 'result="unread"')})` },
      tone: colours.unknown,
      unit: 'none',
      limits: { first: colours.plain, from: [[1, colours.unknown]] },
    }),
    seriesPanel({
      title: 'Why they could not be read',
      description:
        'timeout, unreachable, throttled: try again later; denied: a right is missing; malformed, unsupported, defect: ours to mend.',
      span: 12,
      height: 7,
      queries: { '{{look}}: {{code}}': `sum by (look, code) (increase(${own('look_faults_total')}[$__rate_interval])) > 0` },
      tone: colours.unknown,
      unit: 'none',
      noValue: 'no fault was seen',
    }),
  ],
};

export const staleRow: Row = {
  row: new RowBuilder('What is stale'),
  panels: [
    tablePanel({
      title: 'Which checks stand on old data',
      description:
        'How many times as old as allowed their data are. A huge number: the check has never run. Runbook: ClaimwatchCheckStale.',
      span: 8,
      height: 8,
      expr: `${dataAge} > 1`,
      columns: ['check'],
      value: { name: 'times the limit', unit: 'none', limits: { first: colours.stale } },
      sortBy: { column: 'times the limit', descending: true },
      links: narrowTo('check'),
    }),
    seriesPanel({
      title: 'Age of the data, as a share of what is allowed',
      description: 'Above 100% the passes of a check are unknown. A saw whose teeth come near the line looks too rarely.',
      span: 8,
      height: 8,
      queries: { '{{check}}': `max by (check) (${dataAge})` },
      tone: colours.stale,
      unit: 'percentunit',
      limits: { first: colours.plain, from: [[1, colours.stale]] },
    }),
    seriesPanel({
      title: 'Since the last look ended',
      description: 'Of each kind of look. A line that only rises is a look that does not end, or is not made.',
      span: 8,
      height: 8,
      queries: { '{{look}}': `max by (look) (time() - (${own('look_last_end_timestamp_seconds')} > 0))` },
      unit: 's',
    }),
  ],
};
