import { describe, expect, it } from 'vitest';
import { sleepRunning, startRunningTime } from '../../src/engine/running-time.ts';
import { takeMachineTime } from '../support/machine-time.ts';

const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function start() {
  const machine = takeMachineTime(Date.UTC(2026, 10, 24), endOfTurn);
  const ranMs = startRunningTime(machine.clock);
  const startedMs = ranMs();
  return { machine, ranMs: () => ranMs() - startedMs };
}

describe('time in which the process ran', () => {
  it('is that of the monotonic clock while it runs, whoever sets the wall clock', async () => {
    const { machine, ranMs } = await start();
    await machine.pass(10_100);
    machine.setWall(3_600_000);
    await machine.pass(10_000);
    expect(ranMs()).toBeCloseTo(20_100, 3);
  });

  it.each(['goes on', 'stands still'] as const)(
    'counts at most a second of ten minutes in which it did not run (%s)',
    async (monotonic) => {
      const { machine, ranMs } = await start();
      await machine.pass(10_100);
      machine.suspend(600_000, monotonic);
      // At once, before any timer of this process ran again.
      expect(ranMs()).toBeLessThanOrEqual(11_000);
      await machine.pass(5_000);
      expect(ranMs()).toBeGreaterThanOrEqual(15_000);
      expect(ranMs()).toBeLessThanOrEqual(16_100);
    },
  );

  it('is what a deadline waits for', async () => {
    const { machine, ranMs } = await start();
    let isOver = false;
    void sleepRunning(machine.clock, ranMs, 10_000).then(() => {
      isOver = true;
    });
    await machine.pass(4_000);
    machine.suspend(600_000, 'goes on');
    await machine.pass(4_900);
    expect(isOver).toBe(false);
    await machine.pass(1_200);
    expect(isOver).toBe(true);
  });

  it('an abort ends the wait at once', async () => {
    const { machine, ranMs } = await start();
    const abort = new AbortController();
    const waiting = sleepRunning(machine.clock, ranMs, 10_000, abort.signal);
    abort.abort();
    await waiting;
    await sleepRunning(machine.clock, ranMs, 10_000, abort.signal);
    expect(ranMs()).toBe(0);
  });
});
