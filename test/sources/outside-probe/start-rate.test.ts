import { expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { createStartRate } from '../../../src/sources/outside-probe/start-rate.ts';
import { createSteppedClock } from '../azure/stepped-clock.ts';

test.each([
  [5, 12, 200],
  [1, 3, 1_000],
  [100, 30, 10],
])('%i a second: start after start, never two at a time', async (perSecond, count, gapMs) => {
  const clock = createSteppedClock();
  const rate = createStartRate(perSecond, clock);
  const { signal } = new AbortController();
  const startedMs: number[] = [];
  const start = async (): Promise<void> => {
    await rate.nextStart(signal);
    startedMs.push(clock.now());
  };
  await clock.runUntil(Promise.all(Array.from({ length: count }, start)));
  expect(startedMs).toEqual(Array.from({ length: count }, (_, index) => index * gapMs));
});

test('time that nobody used is not made up for', async () => {
  const clock = createSteppedClock();
  const rate = createStartRate(10, clock);
  const { signal } = new AbortController();
  await rate.nextStart(signal);
  await clock.runUntil(clock.sleep(60_000, signal));
  await rate.nextStart(signal);
  const second = rate.nextStart(signal).then(() => clock.now());
  await clock.runUntil(second);
  expect(await second).toBe(60_100);
});

test('who gives up is told why, and those behind move up without starting too early', async () => {
  const clock = createSteppedClock();
  const rate = createStartRate(2, clock);
  const abort = new AbortController();
  const { signal } = new AbortController();
  await rate.nextStart(signal);
  const start = async (): Promise<number> => {
    await rate.nextStart(signal);
    return clock.now();
  };
  const first = start();
  const given = [rate.nextStart(abort.signal), rate.nextStart(abort.signal)];
  const patient = [first, start(), start()];
  abort.abort(new FaultError('timeout', 'over'));
  for (const one of given) await expect(one).rejects.toThrow('over');
  await clock.runUntil(Promise.all(patient));
  expect(await Promise.all(patient)).toEqual([500, 1_000, 1_500]);
});

test('who comes after its end takes no place', async () => {
  const clock = createSteppedClock();
  const rate = createStartRate(2, clock);
  const { signal } = new AbortController();
  const over = AbortSignal.abort(new FaultError('timeout', 'before'));
  for (let turn = 0; turn < 3; turn += 1) await expect(rate.nextStart(over)).rejects.toThrow('before');
  await rate.nextStart(signal);
  expect(clock.now()).toBe(0);
});
