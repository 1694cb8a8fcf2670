import { describe, expect, it } from 'vitest';
import { bad, faulty, good, lookPlan, makeFakeSource, minuteMs } from '../support/engine-fixtures.ts';
import { type RunningEngine, startTestEngine } from '../support/running-engine.ts';

/** One look an hour, during the first of which something befalls the machine; `seen` is what that look brings of the first endpoint. */
async function startInterrupted(seen: 'fault' | 'bad' | 'good', befall: (running: RunningEngine, stop: (ms: number) => void) => void) {
  const source = makeFakeSource('state');
  let stoppedMs = 0;
  const running = await startTestEngine({
    sources: [source],
    plan: { looks: [lookPlan('state', { schedule: '0 * * * *' })] },
    ranMs: () => running.clock.monotonic() - stoppedMs,
    around: (world) => ({
      ...world,
      look: async (request) => {
        if (source.looked.length === 0) {
          befall(running, (ms) => {
            running.clock.advance(ms);
            stoppedMs += ms;
          });
        }
        return await world.look(request);
      },
    }),
  });
  source.answer = () => (source.looked.length > 1 || seen === 'good' ? good : seen === 'bad' ? bad : faulty('timeout'));
  await running.step();
  return { running, source };
}

const counts = async (running: RunningEngine) => (await running.runs()).map((run) => run.counts.intent);

describe('a look that was cut off', () => {
  it.each<[string, Parameters<typeof startInterrupted>[1]]>([
    ['by a stop of two minutes', (_running, stop) => stop(2 * minuteMs)],
    ['by a suspended machine whose monotonic clock stood still', ({ clock }) => clock.jump(2 * minuteMs)],
  ])('%s: is unknown, never a failure, and is made again within half a minute', async (_title, befall) => {
    const { running, source } = await startInterrupted('fault', befall);
    expect(await counts(running)).toEqual([{ pass: 0, fail: 0, unknown: 3, waived: 0 }]);
    running.clock.advance(30_000);
    await running.step();
    expect(await counts(running)).toEqual([
      { pass: 0, fail: 0, unknown: 3, waived: 0 },
      { pass: 3, fail: 0, unknown: 0, waived: 0 },
    ]);
    for (let second = 0; second < 60; second += 1) {
      running.clock.advance(1_000);
      await running.step();
    }
    expect(source.looked).toHaveLength(2);
    expect(running.told).toEqual([]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it.each<[string, 'fault' | 'bad' | 'good', Parameters<typeof startInterrupted>[1]]>([
    ['that took its time', 'fault', ({ clock }) => clock.advance(2 * minuteMs)],
    ['during which the clock was nudged', 'fault', ({ clock }) => clock.jump(2_000)],
    ['that saw everything all the same', 'good', (_running, stop) => stop(2 * minuteMs)],
    ['that saw a failure all the same', 'bad', (_running, stop) => stop(2 * minuteMs)],
  ])('is not one %s: the next comes when it is due', async (_title, seen, befall) => {
    const { running, source } = await startInterrupted(seen, befall);
    await running.minutes(10);
    expect(source.looked).toHaveLength(1);
  });
});
