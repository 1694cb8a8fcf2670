import { expect, test } from 'vitest';
import { realClock } from '../../../src/sources/azure/clock.ts';

test.each([1, 0.2, 1_234.567])('a timeout of %d ms is one', (ms) => {
  expect(realClock.timeout(ms)).toBeInstanceOf(AbortSignal);
});
