import { expect, test } from 'vitest';
import { makeLimits } from '../../sandbox/azure/limits.ts';

function makeClock() {
  let nowMs = 1_000_000;
  return { now: () => nowMs, pass: (ms: number) => (nowMs += ms) };
}

test('Resource Graph takes fifteen queries in five seconds', () => {
  const clock = makeClock();
  const limits = makeLimits(true, clock.now);
  const verdicts = Array.from({ length: 16 }, () => limits.takeGraph());
  expect(verdicts.map(({ headers }) => headers['x-ms-user-quota-remaining'])).toEqual(
    [14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0].map(String),
  );
  expect(verdicts.map(({ refusal }) => refusal?.status)).toEqual([...Array(15).fill(undefined), 429]);
  expect(verdicts[15]?.headers['x-ms-user-quota-resets-after']).toBe('00:00:05');
  expect(verdicts[15]?.refusal?.headers?.['retry-after']).toBeUndefined();
  clock.pass(4_999);
  expect(limits.takeGraph().refusal?.status).toBe(429);
  clock.pass(1);
  expect(limits.takeGraph().refusal).toBeNull();
});

test('a subscription has 250 reads, and 25 more each second', () => {
  const clock = makeClock();
  const limits = makeLimits(true, clock.now);
  const take = (subscription: string) => limits.takeArm(subscription, null).refusal;
  for (let index = 0; index < 250; index += 1) expect(take('one')).toBeNull();
  expect(take('ONE')?.headers?.['retry-after']).toBe('1');
  expect(take('two')).toBeNull();
  clock.pass(40);
  expect(take('one')).toBeNull();
  expect(take('one')?.status).toBe(429);
});

test.each([
  ['microsoft.storage/storageaccounts', 100],
  ['microsoft.cdn/profiles', 50],
])('lists of %s: %d in five minutes', (type, quota) => {
  const clock = makeClock();
  const limits = makeLimits(true, clock.now);
  for (let index = 0; index < quota; index += 1) expect(limits.takeArm('one', type).refusal).toBeNull();
  expect(limits.takeArm('one', type).refusal?.headers?.['retry-after']).toBe('300');
  expect(limits.takeArm('one', null).refusal).toBeNull();
  clock.pass(300_000);
  expect(limits.takeArm('one', type).refusal).toBeNull();
});

test('nothing is refused where no limits are wanted', () => {
  const limits = makeLimits(false, makeClock().now);
  for (let index = 0; index < 300; index += 1) {
    expect(limits.takeGraph().refusal).toBeNull();
    expect(limits.takeArm('one', 'microsoft.cdn/profiles').refusal).toBeNull();
  }
});

test('the activity log takes fifty questions in thirty seconds', () => {
  const clock = makeClock();
  const limits = makeLimits(true, clock.now);
  for (let index = 0; index < 50; index += 1) expect(limits.takeActivity().refusal).toBeNull();
  expect(limits.takeActivity().refusal?.headers?.['retry-after']).toBe('30');
  clock.pass(30_000);
  expect(limits.takeActivity().refusal).toBeNull();
});

test('Log Analytics takes five queries at once, and two hundred in thirty seconds', () => {
  const clock = makeClock();
  const limits = makeLimits(true, clock.now);
  const first = Array.from({ length: 6 }, () => limits.takeLogs().refusal?.status);
  expect(first).toEqual([undefined, undefined, undefined, undefined, undefined, 429]);
  for (let index = 0; index < 6; index += 1) limits.leaveLogs();
  const later = Array.from({ length: 195 }, () => {
    const { refusal } = limits.takeLogs();
    limits.leaveLogs();
    return refusal?.status;
  });
  expect(later).toEqual([...Array(194).fill(undefined), 429]);
  clock.pass(30_000);
  expect(limits.takeLogs().refusal).toBeNull();
});
