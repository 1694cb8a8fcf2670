import { RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Row } from './claims-rows.ts';
import { colours, seriesPanel, statPanel, tablePanel } from './panels.ts';
import { own } from './queries.ts';

const nothing = 'no Azure was looked at';

export const azureRow: Row = {
  row: new RowBuilder('Azure'),
  panels: [
    statPanel({
      title: 'Resources found',
      description:
        'What the last whole look at Azure was given, of the types that checks need. Fewer than usual: look at the panel beside.',
      span: 8,
      height: 4,
      expr: `sum(${own('azure_resources')})`,
      unit: 'none',
      noValue: nothing,
      first: colours.unknown,
      from: [[1, colours.plain]],
    }),
    statPanel({
      title: 'Subscriptions that cannot be seen',
      description: 'All that stands in them is unknown. Runbook: ClaimwatchAzureScopeUnreadable.',
      span: 8,
      height: 4,
      expr: `sum(${own('azure_scope_readable')} == bool 0)`,
      unit: 'none',
      noValue: nothing,
      first: colours.plain,
      from: [[1, colours.unknown]],
    }),
    statPanel({
      title: 'Host names refused in 24 hours',
      description: 'Host names in resources that cannot be host names, counted at each look: nobody looks at such endpoints.',
      span: 8,
      height: 4,
      expr: `ceil(sum(increase(${own('azure_endpoint_names_refused_total')}[1d])))`,
      unit: 'none',
      noValue: 'none was seen',
      first: colours.plain,
      from: [[1, colours.unknown]],
    }),
    tablePanel({
      title: 'Which subscriptions cannot be seen',
      description: '"claimwatch azure permissions" says what is missing.',
      span: 12,
      height: 7,
      expr: `${own('azure_scope_readable')} == 0`,
      columns: ['subscription'],
      sortBy: { column: 'subscription', descending: false },
    }),
    tablePanel({
      title: 'Fields that stopped coming',
      description:
        'Checks read them, and no resource of the type has them any more: renamed, or the last resource is gone. Runbook: ClaimwatchAzureFieldAbsent.',
      span: 12,
      height: 7,
      expr: own('azure_field_absent'),
      columns: ['type', 'field'],
      sortBy: { column: 'type', descending: false },
    }),
    seriesPanel({
      title: 'Requests to Azure, by answer',
      description:
        '429: refused as too many, and asked again; 403: a right is missing; network, timeout: no answer. Runbook: ClaimwatchAzureThrottled.',
      span: 8,
      height: 7,
      queries: { '{{code}}': `sum by (code) (increase(${own('azure_requests_total')}[$__rate_interval])) > 0` },
      unit: 'none',
      noValue: nothing,
    }),
    seriesPanel({
      title: 'Time that requests waited for their turn',
      description: 'So as not to ask for more than Azure allows, or because it said so. Where it grows, looks end later.',
      span: 8,
      height: 7,
      queries: { '{{api}}': `sum by (api) (increase(${own('azure_throttle_wait_seconds_total')}[$__rate_interval])) > 0` },
      unit: 's',
      noValue: 'none waited',
    }),
    seriesPanel({
      title: 'Quota left',
      description:
        'Requests that Azure would still have taken, by its last answer of each look. Others who use the same identity take from it too.',
      span: 8,
      height: 7,
      queries: { '{{api}}': `min by (api) (${own('azure_quota_remaining')})` },
      unit: 'none',
      noValue: nothing,
    }),
  ],
};
