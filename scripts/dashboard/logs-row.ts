import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './claims-rows.ts';
import { colours, seriesPanel, statPanel, tablePanel } from './panels.ts';
import { own } from './queries.ts';

const nothing = 'no logs were looked at';
const minuteSeconds = 60;

export const logsRow: Row = {
  row: new RowBuilder('Logs'),
  panels: [
    statPanel({
      title: 'Events that are in no workspace',
      description:
        'Of those that the activity logs list and that had six hours to arrive. "claimwatch findings" names them under audit-completeness.',
      span: 6,
      height: 7,
      expr: `sum(${own('activity_log_missing_events')})`,
      unit: 'none',
      noValue: nothing,
      first: colours.plain,
      from: [[1, colours.fail]],
    }),
    statPanel({
      title: 'Slowest table',
      description:
        'How long a row took until it could be asked for, of those that arrived since the look before. Azure takes 3 to 20 minutes as a rule.',
      span: 6,
      height: 7,
      expr: `max(${own('log_ingestion_delay_seconds')})`,
      unit: 's',
      noValue: 'nothing arrived',
      first: colours.plain,
      from: [[30 * minuteSeconds, colours.unknown]],
    }),
    tablePanel({
      title: 'Events of activity logs that are in no workspace',
      description:
        'By subscription. An export that was switched off and on again leaves a gap for ever: it has to be explained, not mended.',
      span: 12,
      height: 7,
      expr: `${own('activity_log_missing_events')} > 0`,
      columns: ['subscription'],
      value: { name: 'missing', unit: 'none', limits: { first: colours.fail } },
      sortBy: { column: 'missing', descending: true },
    }),
    seriesPanel({
      title: 'How long rows take until they can be asked for',
      description:
        'The slowest of each table at each look. A table in which nothing arrived has no line: whether it should have is judged by the checks.',
      span: 8,
      height: 7,
      queries: { '{{workspace}} {{table}}': own('log_ingestion_delay_seconds') },
      unit: 's',
      noValue: 'nothing arrived',
    }),
    seriesPanel({
      title: 'How long events of activity logs take',
      description:
        'From when something was done until a workspace could be asked for it: the slowest of each subscription, in whole five minutes.',
      span: 8,
      height: 7,
      queries: { '{{subscription}}': own('activity_log_ingestion_seconds') },
      unit: 's',
      noValue: 'nothing arrived',
    }),
    seriesPanel({
      title: 'Events compared',
      description: 'How many events each activity log lists that had six hours to arrive, each looked for in the workspaces by its id.',
      span: 8,
      height: 7,
      queries: { '{{subscription}}': own('activity_log_listed_events') },
      unit: 'none',
      noValue: nothing,
    }),
  ],
};
