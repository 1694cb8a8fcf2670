import { expect, test } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import { createMeter } from '../../src/engine/meter.ts';
import { azureSource } from '../../src/sources/azure/azure-source.ts';
import { type AzureWorld, startAzureWorld } from '../support/azure-world.ts';
import { lookOf, metricsOf, nowMs } from './metrics-fixtures.ts';

/** The real source looks at the pretend Azure; what it counted becomes metrics. */
function watch({ plan }: AzureWorld) {
  const metrics = metricsOf({}, () => nowMs, { plan, lookAgeLimits: new Map([['azure', 60_000]]) });
  const source = azureSource.create();
  return {
    look: async () => {
      const meter = createMeter();
      const { scopes: subjects, resourceTypes, azure, discovered, vantage } = plan;
      const signal = AbortSignal.timeout(60_000);
      const asked = { subjects, resourceTypes, azure: azure ?? {}, discovered, vantage, signal, meter };
      const kinds = new Set<string>();
      for await (const { seen } of source.look({ ...asked, options: {}, concurrency: 8, subjectDeadlineMs: 15_000 })) {
        for (const kind of Object.keys(seen)) kinds.add(kind);
      }
      expect(kinds).toContain('resource');
      const look = { ...lookOf('azure', 1, 0), dataAsOf: timestamp(nowMs) };
      metrics.lookEnded(look, { phaseSeconds: {}, faults: {}, measures: {}, metered: meter.taken() });
    },
    shown: async (): Promise<ReadonlyMap<string, number>> => {
      const lines = (await metrics.render()).body
        .split('\n')
        .filter((line) => /^claimwatch_(azure_|defects_total\{where="look)/.test(line));
      return new Map(lines.map((line) => [line.slice('claimwatch_'.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
    },
  };
}

test('all that the source counts is known here, and tells of the estate', async () => {
  const world = await startAzureWorld();
  const { look, shown } = watch(world);
  await look();
  const before = await shown();
  expect(before.get('defects_total{where="look azure"}')).toBe(0);
  expect(before.get('azure_requests_total{api="resource-graph",code="200"}')).toBeGreaterThan(3);
  expect(before.get('azure_resources{look="azure"}')).toBeGreaterThan(100);
  expect(before.get('azure_fields{state="present"}')).toBeGreaterThan(20);
  expect(before.get('azure_fields{state="stopped"}')).toBe(0);
  for (const { subscription } of world.plan.scopes) expect(before.get(`azure_scope_readable{subscription="${subscription}"}`)).toBe(1);
  expect(before.size).toBeLessThan(80);

  const [first = ''] = world.plan.scopes.map(({ subscription }) => subscription);
  world.azure.hideSubscription(first);
  world.azure.faults.set({ name: 'throttled', api: 'graph', times: 1, retryAfterSeconds: 1 });
  await look();
  const after = await shown();
  expect(after.get(`azure_scope_readable{subscription="${first}"}`)).toBe(0);
  expect([...after].filter(([name, value]) => name.startsWith('azure_scope_readable') && value === 1)).toHaveLength(
    world.plan.scopes.length - 1,
  );
  expect(after.get('azure_requests_total{api="resource-graph",code="429"}')).toBe(1);
  expect(after.get('azure_throttle_wait_seconds_total{api="resource-graph"}')).toBeGreaterThanOrEqual(1);
  expect(after.get('azure_resources{look="azure"}')).toBeLessThan(before.get('azure_resources{look="azure"}') ?? 0);
  expect(after.get('defects_total{where="look azure"}')).toBe(0);
});
