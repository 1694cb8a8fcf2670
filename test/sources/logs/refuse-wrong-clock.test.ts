import { expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { refuseWrongClock } from '../../../src/sources/logs/refuse-wrong-clock.ts';

const given = 'Wed, 25 Nov 2026 08:00:00 GMT';
const givenMs = Date.parse(given);
const limitMs = 300_000;

function told(date: string | undefined, nowMs: number): string | null {
  try {
    refuseWrongClock({ get: (name) => (name === 'date' ? date : undefined) }, 'logs.example', nowMs);
    return null;
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'unsupported') return error.message;
    throw error;
  }
}

test.each([
  [given, givenMs, null],
  [given, givenMs + limitMs, null],
  [given, givenMs - limitMs, null],
  [given, givenMs + limitMs + 1, 'ahead of'],
  [given, givenMs - limitMs - 1, 'behind'],
  [undefined, givenMs, null],
  ['', givenMs, null],
  ['some day', givenMs, null],
])('an answer of %s at %d: %s', (date, nowMs, expected) => {
  const message = told(date, nowMs);
  if (expected === null) expect(message).toBeNull();
  else expect(message).toContain(`${expected} the one of logs.example`);
});

test('what is told does not change from look to look', () => {
  expect(told(given, givenMs + 2 * limitMs)).toBe(told(given, givenMs + 3 * limitMs));
});
