import { expect, test } from 'vitest';
import { answerTimeOf } from '../../src/transport/answer-times.ts';

test.each([
  [0, 0.1],
  [0.1, 0.1],
  [0.1001, 0.25],
  [0.25, 0.25],
  [0.5, 0.5],
  [0.5001, 1],
  [2.5, 2.5],
  [2.5001, 5],
  [9.9, 10],
  [11, 10],
])('%s s is filed under %s s', (seconds, limit) => {
  expect(answerTimeOf(seconds)).toBe(limit);
});
