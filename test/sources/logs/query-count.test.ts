import { expect, test } from 'vitest';
import { longestGapMs } from '../../../src/engine/schedule.ts';
import { queriesPer30Seconds } from '../../../src/sources/logs/log-gate.ts';
import { askLogs, type CountedLook } from '../../support/asked-logs.ts';
import { loadShippedPlan } from '../../support/shipped-plan.ts';

const { plan } = await loadShippedPlan();
const looks = (['logs', 'activity-log', 'heartbeats'] as const).flatMap((name): readonly CountedLook[] => {
  const look = plan.looks.find((one) => one.name === name);
  return look === undefined ? [] : [{ name, everyMs: longestGapMs(look.schedule), options: look.options }];
});
/** One query each five minutes. */
const ofTheCanary = 12;
const allowedPerHour = queriesPer30Seconds * 2 * 60;

test('the looks that ask Log Analytics are configured, or the numbers below prove little', () => {
  expect(looks.map(({ name }) => name)).toEqual(['logs', 'activity-log', 'heartbeats']);
});

test.each([1, 10, 100])('%d workspaces are asked within what Azure allows', { timeout: 60_000 }, async (workspaces) => {
  const { first, hourly } = await askLogs(workspaces, looks);
  const perHour = hourly.length + ofTheCanary;
  const least = `the first looks take ${first.length}, ${Math.ceil((first.length * 30) / queriesPer30Seconds)} s at the least`;
  process.stdout.write(`${workspaces} workspaces: ${perHour} queries an hour of ${allowedPerHour} that are allowed; ${least}\n`);
  expect(hourly.length).toBeGreaterThan(workspaces * 50);
  expect(perHour).toBeLessThan(allowedPerHour * 0.8);
});
