import { expect, test } from 'vitest';
import { startStopwatch } from '../../src/sources/stopwatch.ts';

/** As a long judgement on the same thread does, a process that is stopped, or a machine that is suspended. */
function standStill(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs; );
}

test('time in which the thread stood still counts a tenth of a second at the most', () => {
  const stopwatch = startStopwatch();
  standStill(400);
  const seconds = stopwatch.seconds();
  stopwatch.stop();
  expect(seconds).toBeGreaterThan(0.09);
  expect(seconds).toBeLessThan(0.15);
});

test('time in which it listened counts whole', async () => {
  const stopwatch = startStopwatch();
  const startedMs = performance.now();
  const heard = Promise.withResolvers<number>();
  const timer = setInterval(() => {
    if (performance.now() - startedMs > 300) heard.resolve(stopwatch.seconds());
  }, 10);
  const seconds = await heard.promise;
  clearInterval(timer);
  stopwatch.stop();
  expect(seconds).toBeLessThanOrEqual((performance.now() - startedMs) / 1_000);
  expect(seconds).toBeGreaterThan(0.1);
});
