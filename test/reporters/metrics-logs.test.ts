import { describe, expect, test } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import type { Metered } from '../../src/reporters/metrics/azure-counters.ts';
import { mostLogDelays } from '../../src/reporters/metrics/log-delays.ts';
import { lookOf, metricsOf, nowMs } from './metrics-fixtures.ts';

const limitMs = 900_000;
const delay = (table: string, value: number, workspace = 'central'): Metered => ({
  kind: 'set',
  name: 'log_ingestion_delay_seconds',
  labels: { workspace, table },
  value,
});

function watch(now: () => number = () => nowMs) {
  const metrics = metricsOf({}, now, { lookAgeLimits: new Map([['logs', limitMs]]) });
  const linesOf = async (pattern: RegExp) => (await metrics.render()).body.split('\n').filter((line) => pattern.test(line));
  return {
    look: (metered: readonly Metered[], name = 'logs') =>
      metrics.lookEnded(
        { ...lookOf(name, 1, 0), source: name, dataAsOf: timestamp(nowMs), extent: { kind: 'all' } },
        { phaseSeconds: {}, faults: {}, measures: {}, metered },
      ),
    shown: async () => (await linesOf(/^claimwatch_log_ingestion_delay_seconds/)).map((line) => line.replace(/^[^{]*/, '')),
    defects: async () => await linesOf(/^claimwatch_defects_total\{where="look logs"\} [1-9]/),
  };
}

describe('how long rows of logs take', () => {
  test('is shown by workspace and table, of the last look', async () => {
    const { look, shown, defects } = watch();
    look([delay('SigninLogs', 90), delay('AuditLogs', 0)]);
    look([], 'heartbeats');
    expect(await shown()).toEqual(['{workspace="central",table="SigninLogs"} 90', '{workspace="central",table="AuditLogs"} 0']);
    look([delay('SigninLogs', 700.5)]);
    expect(await shown()).toEqual(['{workspace="central",table="SigninLogs"} 700.5']);
    expect(await defects()).toEqual([]);
    look([]);
    expect(await shown()).toEqual([]);
  });

  test('is not shown of a look that is too old', async () => {
    let now = nowMs;
    const { look, shown } = watch(() => now);
    look([delay('SigninLogs', 90)]);
    now += limitMs;
    expect(await shown()).toHaveLength(1);
    now += 1;
    expect(await shown()).toEqual([]);
  });

  test('has no more series than are shown', async () => {
    const { look, shown } = watch();
    look(Array.from({ length: mostLogDelays + 1 }, (_, index) => delay(`T${index}_CL`, 1)));
    expect(await shown()).toHaveLength(mostLogDelays);
  });

  test('with other labels is left out, and told', async () => {
    const { look, shown, defects } = watch();
    look([{ ...delay('SigninLogs', 1), labels: { table: 'SigninLogs' } }]);
    expect(await shown()).toEqual([]);
    expect(await defects()).toHaveLength(1);
  });
});
