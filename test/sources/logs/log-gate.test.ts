import { expect, it } from 'vitest';
import { createLogGate, logPlace } from '../../../src/sources/logs/log-gate.ts';
import { createSteppedClock } from '../azure/stepped-clock.ts';

const noEnd = [Number.POSITIVE_INFINITY, new AbortController().signal] as const;

it('lets 200 begin in 30 seconds, and the next one after them', async () => {
  const clock = createSteppedClock();
  const gate = createLogGate(clock);
  const beganMs: number[] = [];
  const entering = Array.from({ length: 401 }, async () => {
    const { leave } = await gate.enter(logPlace, ...noEnd);
    beganMs.push(clock.now());
    leave();
  });
  await clock.runUntil(Promise.all(entering));
  const beganAt = (ms: number) => beganMs.filter((one) => one === ms).length;
  expect([beganAt(0), beganAt(30_000), beganAt(60_000)]).toEqual([200, 200, 1]);
});

it('lets five go on at the same time', async () => {
  const gate = createLogGate(createSteppedClock());
  const entered = await Promise.all(Array.from({ length: 5 }, () => gate.enter(logPlace, ...noEnd)));
  let isIn = false;
  const sixth = gate.enter(logPlace, ...noEnd).then(() => (isIn = true));
  await new Promise(setImmediate);
  expect(isIn).toBe(false);
  entered[0]?.leave();
  await sixth;
  expect(isIn).toBe(true);
});

it.each([
  ['as long as an answer says', '7', 7_000],
  ['a minute at most', '3600', 60_000],
])('holds the next question %s', async (_what, retryAfter, heldMs) => {
  const clock = createSteppedClock();
  const gate = createLogGate(clock);
  gate.learn(logPlace, { get: (name) => (name.toLowerCase() === 'retry-after' ? retryAfter : undefined) });
  await clock.runUntil(gate.enter(logPlace, ...noEnd));
  expect(clock.now()).toBe(heldMs);
});
