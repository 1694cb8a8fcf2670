import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { buildDashboard } from '../../scripts/dashboard/dashboard.ts';
import { ownMetrics } from '../prometheus/own-metrics.ts';
import { dashboardRules } from '../support/dashboard-rules.ts';
import {
  dashboardFile,
  type GrafanaDashboard,
  type GrafanaPanel,
  parseDashboard,
  queriesOf,
  readDashboard,
  shownPanels,
} from '../support/grafana-dashboard.ts';
import { fileOfProject } from '../support/prometheus-rules.ts';
import { parseQuery, substituteVariables } from '../support/promql.ts';

const dashboard = readDashboard();
const panels = shownPanels(dashboard);

test('what is committed is what is built; else: npm run dashboard', () => {
  expect(readFileSync(fileOfProject(dashboardFile), 'utf8')).toBe(`${JSON.stringify(buildDashboard(), null, 2)}\n`);
});

/** Rule and panel -> why it is right there. */
const exceptions: { readonly [complaint: string]: string } = {};

describe('the rules of the dashboard linter', () => {
  test('there are seventeen', () => {
    expect(Object.keys(dashboardRules)).toHaveLength(17);
  });

  test.each(Object.entries(dashboardRules))('%s', (name, rule) => {
    expect(rule(dashboard).filter((complaint) => exceptions[`${name}: ${complaint}`] === undefined)).toEqual([]);
  });

  const copy = (): GrafanaDashboard => parseDashboard(structuredClone(dashboard));
  const firstPanel = (given: GrafanaDashboard): GrafanaPanel => {
    const found = given.panels.find(({ type }) => type === 'stat');
    if (found === undefined) throw new Error('expected a panel');
    return found;
  };
  const withQuery = (expr: string) => (given: GrafanaDashboard) => {
    for (const target of firstPanel(given).targets ?? []) target.expr = expr;
  };
  const withVariable = (name: string, change: Partial<GrafanaDashboard['templating']['list'][number]>) => (given: GrafanaDashboard) => {
    given.templating.list = given.templating.list.map((variable) => (variable.name === name ? { ...variable, ...change } : variable));
  };
  const withPanel = (change: Partial<GrafanaPanel>) => (given: GrafanaDashboard) => Object.assign(firstPanel(given), change);
  const chosen = 'job=~"$job", instance=~"$instance"';

  test.each<readonly [string, (given: GrafanaDashboard) => unknown]>([
    ['template-datasource-rule', withVariable('datasource', { label: 'Source' })],
    ['template-job-rule', withVariable('job', { allValue: '.*' })],
    ['template-instance-rule', withVariable('instance', { multi: false })],
    ['template-label-promql-rule', withVariable('claim', { query: 'label_values(claimwatch_claim_info{, claim)' })],
    ['template-on-time-change-reload-rule', withVariable('check', { refresh: 1 })],
    ['panel-datasource-rule', withPanel({ datasource: { type: 'prometheus', uid: 'P1' } })],
    ['panel-title-description-rule', withPanel({ description: '' })],
    ['panel-units-rule', withPanel({ fieldConfig: { defaults: {}, overrides: [] } })],
    ['panel-no-targets-rule', withPanel({ targets: [] })],
    ['target-logql-rule', withPanel({ targets: [{ expr: '{a="b"}', refId: 'A', datasource: { type: 'loki', uid: '$datasource' } }] })],
    ['target-logql-auto-rule', withQuery('rate({a="b"}[$__auto])')],
    ['target-promql-rule', withQuery('sum(up')],
    ['target-rate-interval-rule', withQuery(`rate(claimwatch_defects_total{${chosen}}[5m])`)],
    ['target-job-rule', withQuery('up{job="a", instance=~"$instance"}')],
    ['target-instance-rule', withQuery('up{job=~"$job"}')],
    ['target-counter-agg-rule', withQuery(`sum(claimwatch_defects_total{${chosen}})`)],
    ['uneditable-dashboard-rule', (given) => Object.assign(given, { editable: true })],
  ])('%s sees what it is for', (name, breakIt) => {
    const broken = copy();
    breakIt(broken);
    expect(dashboardRules[name]?.(broken)).toHaveLength(1);
  });
});

describe('what it asks', () => {
  test.each(queriesOf(dashboard))('$where: parses, and reads only what the daemon has, with labels that it has', async ({ query }) => {
    const { errors, selectors } = parseQuery(substituteVariables(query));
    expect(errors).toBe(0);
    expect(selectors.length).toBeGreaterThan(0);
    const known = new Map([...(await ownMetrics()), ['up', new Set<string>()], ['ALERTS', new Set(['alertname', 'alertstate'])]] as const);
    for (const { metric, matchers } of selectors) {
      expect([...known.keys()]).toContain(metric);
      const named = matchers.map(({ label }) => label).filter((label) => label !== 'job' && label !== 'instance');
      expect([...(known.get(metric) ?? [])]).toEqual(expect.arrayContaining(named));
    }
  });

  test('no query can hide that nobody is scraped behind a number', () => {
    for (const { query } of queriesOf(dashboard)) expect(query).not.toMatch(/\bvector\(|\babsent\(/);
  });
});

describe('what people see', () => {
  test('the rows, from the general to the specific', () => {
    expect(dashboard.panels.filter(({ type }) => type === 'row').map(({ title }) => title)).toEqual([
      'What fails',
      'What cannot be known',
      'What is stale',
      'Certificates',
      'Azure',
      'Logs',
      'Is the watcher alive',
      'Alerts and deliveries',
    ]);
  });

  test('the first screen answers: what fails, what cannot be known, what is stale, does somebody watch, does somebody hear of it', () => {
    expect(panels.slice(0, 6).map(({ title }) => title)).toEqual([
      'Claims that fail',
      'Claims that cannot be known',
      'Claims that hold',
      'Checks on old data',
      'Last tick of the schedule',
      'Messages that wait',
    ]);
    expect(new Set(panels.slice(0, 6).map(({ gridPos }) => gridPos.y)).size).toBe(1);
  });

  test('no panel lies over another one, or beyond the edge', () => {
    const cells = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(cells.has(`${x} ${y}`)).toBe(false);
          cells.add(`${x} ${y}`);
        }
      }
    }
  });

  test('every panel has a number and a title of its own', () => {
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(dashboard.panels.map(({ title }) => title)).size).toBe(dashboard.panels.length);
  });

  test('numbers are those of now: when nobody answers, none is shown', () => {
    for (const { type, targets = [], options } of panels) {
      if (type !== 'stat') continue;
      expect(targets.map(({ instant, range }) => [instant, range])).toEqual([[true, false]]);
      expect(options?.reduceOptions?.calcs).toEqual(['last']);
    }
  });

  test('what is missing is said in words, and a gap stays a gap', () => {
    for (const { title, fieldConfig, type } of panels) {
      expect([title, fieldConfig?.defaults.noValue]).toEqual([title, expect.stringMatching(/\w/)]);
      if (type === 'timeseries' || type === 'state-timeline') expect(fieldConfig?.defaults.custom?.spanNulls).toBe(false);
    }
  });

  test('the same state has the same colour everywhere, and only what passes, or lives, is green', () => {
    const colours = new Map<string, Set<string>>();
    for (const { fieldConfig } of panels) {
      for (const mapping of fieldConfig?.defaults.mappings ?? []) {
        for (const { text, color } of Object.values(mapping.options)) colours.set(text, (colours.get(text) ?? new Set()).add(color));
      }
    }
    expect(Object.fromEntries([...colours].map(([text, own]) => [text, [...own].join()]))).toEqual({
      fail: 'red',
      unknown: 'orange',
      waived: 'blue',
      pass: 'green',
      'not applicable': 'text',
      'not testable': 'text',
      yes: 'green',
      no: 'red',
      active: 'text',
      'observe: nobody': 'orange',
    });
    // Grafana's own palette begins with green.
    const lines = panels.filter(({ type }) => type === 'timeseries').map(({ fieldConfig }) => fieldConfig?.defaults.color);
    expect(new Set(lines.map((color) => `${color?.mode} ${color?.fixedColor}`))).toEqual(
      new Set(['shades orange', 'shades purple', 'shades red', 'shades #7f95a8']),
    );
    const green = panels.filter(({ fieldConfig }) => fieldConfig?.defaults.thresholds?.steps.some(({ color }) => color === 'green'));
    expect(green.map(({ title }) => title)).toEqual(['Claims that hold', 'Last tick of the schedule', 'It answers']);
  });

  test('links to the dashboard itself set variables that it has', () => {
    const names = new Set(dashboard.templating.list.map(({ name }) => name));
    const text = JSON.stringify(dashboard);
    expect(dashboard.uid).toBe('claimwatch');
    const used = [...text.matchAll(/var-(\w+)=/g), ...text.matchAll(/\$\{(\w+):queryparam\}/g)].map(([, name = '']) => name);
    expect(used.length).toBeGreaterThan(0);
    for (const name of used) expect([...names]).toContain(name);
  });

  test('the runbook sections that descriptions name are there', () => {
    const runbook = readFileSync(fileOfProject('docs/runbook.md'), 'utf8');
    const named = panels.flatMap(({ description = '' }) => Array.from(description.matchAll(/Runbook: (\w+)/g), ([, name = '']) => name));
    expect(named.length).toBeGreaterThan(3);
    for (const name of named) expect(runbook).toContain(`## ${name}\n`);
  });

  test('six hours, every half minute', () => {
    expect([dashboard.time, dashboard.refresh]).toEqual([{ from: 'now-6h', to: 'now' }, '30s']);
  });
});
