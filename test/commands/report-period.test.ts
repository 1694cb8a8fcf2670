import { expect, it } from 'vitest';
import { readMoment, readReportPeriod, refuseBeforeFirstRun } from '../../src/commands/report-period.ts';

const nowMs = Date.UTC(2026, 10, 24, 12);

it.each<[string, string | null]>([
  ['2026-11-01', '2026-11-01T00:00:00.000Z'],
  ['2026-11-01T08:30', '2026-11-01T08:30:00.000Z'],
  ['2026-11-01 08:30', '2026-11-01T08:30:00.000Z'],
  ['2026-11-01T08:30:15Z', '2026-11-01T08:30:15.000Z'],
  ['2026-11-01T08:30:15.5Z', '2026-11-01T08:30:15.500Z'],
  ['2026-02-28', '2026-02-28T00:00:00.000Z'],
  ['2026-02-29', null],
  ['2026-11-31', null],
  ['2026-13-01', null],
  ['2026-11-01T24:00', null],
  ['2026-11-01T23:60', null],
  ['2026-11-01T08:30:15+01:00', null],
  ['2026-11', null],
  ['01.11.2026', null],
  ['yesterday', null],
  ['', null],
])('%s is %s', (text, expected) => {
  const ms = readMoment(text);
  expect(ms === null ? null : new Date(ms).toISOString()).toBe(expected);
});

it.each<[string, { from: string; to?: string }, string]>([
  ['until now', { from: '2026-11-01' }, '2026-11-24T12:00:00.000Z'],
  ['what has not happened is left out', { from: '2026-11-01', to: '2026-12-01' }, '2026-11-24T12:00:00.000Z'],
  ['the whole of it', { from: '2026-11-01', to: '2026-11-02' }, '2026-11-02T00:00:00.000Z'],
  ['one moment', { from: '2026-11-24T11:59:59.999', to: '2026-11-24T12:00' }, '2026-11-24T12:00:00.000Z'],
])('%s', (_, wanted, to) => {
  expect(readReportPeriod(wanted, nowMs).to).toBe(to);
});

it.each<[string, { from: string; to?: string }, string]>([
  ['empty', { from: '2026-11-01', to: '2026-11-01' }, 'the period is empty'],
  ['reversed', { from: '2026-11-02', to: '2026-11-01' }, 'exchange --from and --to'],
  ['reversed and in the future', { from: '2027-11-02', to: '2027-11-01' }, 'exchange --from and --to'],
  ['begins now', { from: '2026-11-24T12:00' }, 'is empty'],
  ['begins now, ends later', { from: '2026-11-24T12:00', to: '2026-12-01' }, 'has not come yet'],
  ['in the future', { from: '2026-12-01', to: '2027-01-01' }, 'has not come yet; it is 2026-11-24T12:00:00.000Z'],
  ['in the future, without an end', { from: '2026-12-01' }, 'has not come yet'],
  ['no date', { from: 'november' }, '--from november: expected a date'],
  ['no date at the end', { from: '2026-11-01', to: '2026-11-31' }, '--to 2026-11-31: expected a date'],
])('refused: %s', (_, wanted, message) => {
  expect(() => readReportPeriod(wanted, nowMs)).toThrow(message);
});

it('a period that ends before the first run is refused, a moment later it is not', () => {
  const first = '2026-11-01T08:00:00.000Z';
  expect(() => refuseBeforeFirstRun(first, first)).toThrow(`before the first run was recorded (${first})`);
  expect(() => refuseBeforeFirstRun('2026-11-01T08:00:00.001Z', first)).not.toThrow();
  expect(() => refuseBeforeFirstRun(first, undefined)).toThrow('no run has been recorded yet');
});
