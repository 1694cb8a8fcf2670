import { type GrafanaDashboard, type GrafanaPanel, shownPanels } from './grafana-dashboard.ts';
import { parseQuery, type Selector, substituteVariables } from './promql.ts';

/**
 * The rules of Grafana's dashboard-linter, which is written in Go, by the names that it gives them. A complaint begins with the panel's title where
 * it is about one.
 */
export type DashboardRule = (dashboard: GrafanaDashboard) => readonly string[];

const interval = '$__rate_interval';

const ofPanels =
  (complain: (panel: GrafanaPanel) => readonly string[]): DashboardRule =>
  (dashboard) =>
    shownPanels(dashboard).flatMap((panel) => complain(panel).map((complaint) => `${panel.title}: ${complaint}`));

const ofTargets = (complain: (query: string) => readonly string[]): DashboardRule =>
  ofPanels(({ targets = [] }) => targets.flatMap(({ expr }) => complain(expr)));

const ofSelectors = (complain: (selector: Selector) => string | null): DashboardRule =>
  ofTargets((query) => parseQuery(substituteVariables(query)).selectors.flatMap((selector) => complain(selector) ?? []));

function variableRule(name: string): DashboardRule {
  return ({ templating }) => {
    const found = templating.list.find((variable) => variable.name === name);
    if (found === undefined) return [`no variable ${name}`];
    return [
      ...(found.type === 'query' ? [] : [`${name} is no query`]),
      ...(found.datasource?.uid === '$datasource' ? [] : [`${name} does not use $datasource`]),
      ...(found.label?.toLowerCase() === name ? [] : [`${name} is labelled ${found.label}`]),
      ...(found.multi === true ? [] : [`${name} is not multi`]),
      ...(found.allValue === '.+' ? [] : [`${name} has the all value ${found.allValue}`]),
    ];
  };
}

function matcherRule(label: string): DashboardRule {
  return ofSelectors(({ metric, matchers }) => {
    const own = matchers.find((matcher) => matcher.label === label);
    return own?.operator === '=~' ? null : `${metric} is not matched by ${label}`;
  });
}

/** Units that we use, out of those that Grafana knows. */
const units: ReadonlySet<string> = new Set(['none', 's', 'bytes', 'percentunit']);

export const dashboardRules: { readonly [rule: string]: DashboardRule } = {
  'template-datasource-rule': ({ templating }) => {
    const found = templating.list.filter(({ type }) => type === 'datasource');
    const isRight = found.length === 1 && found[0]?.name === 'datasource' && found[0].label === 'Data source';
    return isRight ? [] : ['expected one data source variable "datasource", labelled "Data source"'];
  },
  'template-job-rule': variableRule('job'),
  'template-instance-rule': variableRule('instance'),
  'template-label-promql-rule': ({ templating }) =>
    templating.list
      .filter(({ type }) => type === 'query')
      .flatMap(({ name, query }) => {
        const [, selector] = /^label_values\((.+), \w+\)$/.exec(query) ?? [];
        return selector !== undefined && parseQuery(substituteVariables(selector)).errors === 0 ? [] : [`${name} asks ${query}`];
      }),
  'template-on-time-change-reload-rule': ({ templating }) =>
    templating.list.filter(({ type, refresh }) => type === 'query' && refresh !== 2).map(({ name }) => `${name} is not asked again`),
  'panel-datasource-rule': ofPanels(({ datasource, targets = [] }) =>
    [datasource, ...targets.map((target) => target.datasource)].every((used) => used?.uid === '$datasource') ? [] : ['not $datasource'],
  ),
  'panel-title-description-rule': ofPanels(({ title, description = '' }) =>
    title !== '' && description !== '' ? [] : ['no title, or no description'],
  ),
  'panel-units-rule': ofPanels(({ fieldConfig }) => (units.has(fieldConfig?.defaults.unit ?? '') ? [] : ['no unit that we know'])),
  'panel-no-targets-rule': ofPanels(({ targets = [] }) => (targets.length > 0 ? [] : ['asks nothing'])),
  'target-logql-rule': ofPanels(({ targets = [] }) =>
    targets.filter(({ datasource }) => datasource.type === 'loki').map(({ expr }) => expr),
  ),
  'target-logql-auto-rule': ofTargets((query) => (query.includes('$__auto') ? [query] : [])),
  'target-promql-rule': ofTargets((query) => (query !== '' && parseQuery(substituteVariables(query)).errors === 0 ? [] : [query])),
  'target-rate-interval-rule': ofTargets((query) =>
    Array.from(query.matchAll(/\bi?rate\([^[]*\[([^\]]+)\]/g))
      .filter(([, range]) => range !== interval)
      .map(([rate]) => rate),
  ),
  'target-job-rule': matcherRule('job'),
  'target-instance-rule': matcherRule('instance'),
  'target-counter-agg-rule': ofSelectors(({ metric, range, functions: [nearest = ''] }) => {
    const isRead = range !== null && ['rate', 'irate', 'increase'].includes(nearest);
    return metric.endsWith('_total') && !isRead ? `${metric} is read as it is` : null;
  }),
  'uneditable-dashboard-rule': ({ editable }) => (editable ? ['it can be edited'] : []),
};
