import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { azureRow } from './azure-row.ts';
import { failsRow, staleRow, unknownRow } from './claims-rows.ts';
import { logsRow } from './logs-row.ts';
import { colours } from './panels.ts';
import { ofTarget, own, source } from './queries.ts';
import { certificatesRow, deliveriesRow, watcherRow } from './watcher-rows.ts';

const rows = [failsRow, unknownRow, staleRow, certificatesRow, azureRow, logsRow, watcherRow, deliveriesRow];

export function buildDashboard(): Dashboard {
  const dashboard = new DashboardBuilder('claimwatch: does the security policy hold?')
    .uid('claimwatch')
    .description(
      'Each promise of the security policy, confirmed against the running system. Built by scripts/build-dashboard.ts: change that.',
    )
    .tags(['claimwatch', 'security', 'compliance'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .timezone('browser')
    .variables(variables())
    .annotations(annotations());
  for (const { row, panels } of rows) {
    dashboard.withRow(row);
    for (const panel of panels) dashboard.withPanel(panel);
  }
  return numberPanels(dashboard.build());
}

function variables() {
  const from = (name: string, label: string, query: string) =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(source)
      .query(query)
      .multi(true)
      .includeAll(true)
      .allValue('.+')
      .current({ selected: true, text: ['All'], value: ['$__all'] })
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc);
  const chosen = 'job=~"$job", instance=~"$instance"';
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    from('job', 'Job', 'label_values(claimwatch_build_info, job)'),
    from('instance', 'Instance', 'label_values(claimwatch_build_info{job=~"$job"}, instance)'),
    from('claim', 'Claim', `label_values(claimwatch_claim_info{${chosen}}, claim)`),
    from('check', 'Check', `label_values(claimwatch_check_max_age_seconds{${chosen}}, check)`),
  ];
}

function annotations() {
  return [
    new AnnotationQueryBuilder()
      .name('Alerts about claimwatch')
      .datasource(source)
      .enable(true)
      .iconColor(colours.fail)
      .expr('ALERTS{alertname=~"Claimwatch.+", alertname!="ClaimwatchWatchdog", alertstate="firing"}')
      .titleFormat('{{alertname}}')
      .textFormat('{{check}} {{interpretation}} {{receiver}} {{where}}'),
    new AnnotationQueryBuilder()
      .name('Starts of claimwatch')
      .datasource(source)
      .enable(true)
      .iconColor(colours.waived)
      .expr(`${ofTarget('process_start_time_seconds')} * 1000`)
      .useValueForTime(true)
      .titleFormat('claimwatch started')
      .textFormat('{{instance}}'),
    new AnnotationQueryBuilder()
      .name('Changes of the configuration')
      .datasource(source)
      .enable(true)
      .iconColor(colours.stale)
      .expr(`${own('config_info')} unless ${own('config_info')} offset 5m`)
      .titleFormat('new configuration')
      .textFormat('{{hash}} ({{mode}})'),
  ];
}

/** Links to a panel hold its number: it follows from its place. */
function numberPanels(dashboard: Dashboard): Dashboard {
  const panels = (dashboard.panels ?? []).map((panel, index) => ({ ...panel, id: index + 1 }));
  return { ...dashboard, panels };
}
