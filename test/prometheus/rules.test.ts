import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fileOfProject, readRules, readYaml, ruleFiles } from '../support/prometheus-rules.ts';
import { parseQuery } from '../support/promql.ts';
import { ownMetrics } from './own-metrics.ts';

const all = ruleFiles.map(readRules);
const alerts = all.flatMap((rules) => rules.alerts);
const records = all.flatMap((rules) => rules.records);
const expressions = [
  ...alerts.map(({ alert, expr }) => [alert, expr] as const),
  ...records.map(({ record, expr }) => [record, expr] as const),
];

describe('the rules', () => {
  test.each(expressions)('%s parses', (_name, expression) => {
    const { errors, selectors } = parseQuery(expression);
    expect(errors).toBe(0);
    expect(selectors.every(({ metric }) => metric !== '')).toBe(true);
  });

  test('the parser sees a mistake', () => {
    expect(parseQuery('rate(claimwatch_defects_total[5m]').errors).toBeGreaterThan(0);
    expect(parseQuery('sum by job (up)').errors).toBeGreaterThan(0);
  });

  test.each(expressions)('%s reads only metrics that the daemon has, with labels that they have', async (_name, expression) => {
    const known = new Map([...(await ownMetrics()), ...records.map(({ record }) => [record, null] as const)]);
    known.set('up', null);
    for (const { metric, matchers } of parseQuery(expression).selectors) {
      expect([...known.keys()]).toContain(metric);
      const labels = known.get(metric);
      const named = matchers.map(({ label }) => label).filter((label) => label !== 'job' && label !== 'instance');
      if (labels !== null && labels !== undefined) expect([...labels]).toEqual(expect.arrayContaining(named));
    }
  });

  test('counters are read by what they grew, or compared with what they were', () => {
    for (const [name, expression] of expressions) {
      for (const { metric, functions } of parseQuery(expression).selectors.filter((selector) => selector.metric.endsWith('_total'))) {
        if (name === 'ClaimwatchDefect' && functions.length === 0) continue;
        expect([metric, functions[0]]).toEqual([metric, 'increase']);
      }
    }
  });

  test('a gauge is read over five minutes at least, so that a failed scrape hides nothing', () => {
    const instants = expressions.flatMap(([name, expression]) =>
      parseQuery(expression).selectors.flatMap(({ metric, range }) => (range === null ? [`${name}: ${metric}`] : [])),
    );
    expect(instants.filter((each) => !each.includes(': check'))).toEqual([
      // A failed scrape is a sample of its own here.
      'ClaimwatchAbsent: up',
      'ClaimwatchDefect: claimwatch_defects_total',
      'ClaimwatchDefect: claimwatch_defects_total',
    ]);
  });

  test.each(ruleFiles)('%s is one group: rules that read one another are evaluated in order', (file) => {
    expect(readYaml(file)).toEqual({ groups: [expect.anything()] });
  });

  test.each(alerts)('$alert is written as alerts are', ({ alert, annotations, labels }) => {
    expect(alert).toMatch(/^Claimwatch([A-Z][a-z]+)+$/);
    expect(['critical', 'warning', 'info']).toContain(labels.severity);
    expect(annotations.summary).not.toContain('{{');
    expect(annotations.runbook_url).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
  });

  test.each(records)('$record is named level:metric:operations', ({ record }) => {
    expect(record).toMatch(/^[a-z_]+:claimwatch_[a-z_]+:[a-z_]+$/);
  });

  test('the runbook has a section for each alert, with what it means, where to look, what to do, and no other', () => {
    const sections = readFileSync(fileOfProject('docs/runbook.md'), 'utf8').split(/^## /m).slice(1);
    expect(sections.map((section) => section.split('\n')[0])).toEqual([...new Set(alerts.map(({ alert }) => alert))]);
    for (const section of sections) {
      for (const part of ['**Means.**', '**Look at.**', '**Do.**']) expect(section).toContain(part);
    }
  });
});

const unitTests = z.object({
  tests: z.array(z.object({ alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })) })),
});

describe('the tests of the rules', () => {
  const cases = ['test/prometheus/claimwatch.test.yaml', 'test/prometheus/claimwatch-claims.test.yaml'].flatMap((path) =>
    unitTests.parse(readYaml(path)).tests.flatMap((each) => each.alert_rule_test),
  );

  test.each([...new Set(alerts.map(({ alert }) => alert))])('%s is tested firing', (alert) => {
    expect(cases.some(({ alertname, exp_alerts }) => alertname === alert && exp_alerts.length > 0)).toBe(true);
  });

  test.each([...new Set(alerts.map(({ alert }) => alert))].filter((alert) => alert !== 'ClaimwatchWatchdog'))(
    '%s is tested silent',
    (alert) => {
      expect(cases.some(({ alertname, exp_alerts }) => alertname === alert && exp_alerts.length === 0)).toBe(true);
    },
  );
});
