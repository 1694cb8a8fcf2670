import { epochMs, type Timestamp, timestamp } from '../domain/time.ts';
import { UsageError } from './roof.ts';

export interface WantedPeriod {
  readonly from: string;
  readonly to?: string;
}

const pattern = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?)?$/;

/** A date or a time in UTC to milliseconds since the epoch; null: neither. 30 February is neither. */
export function readMoment(text: string): number | null {
  const [, day, minutes = '00:00', seconds = '00', fraction = '0'] = pattern.exec(text) ?? [];
  if (day === undefined) return null;
  const wanted = `${day}T${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`;
  const ms = Date.parse(wanted);
  return Number.isNaN(ms) || timestamp(ms) !== wanted ? null : ms;
}

/**
 * [from, to), never later than now: what has not happened is no gap.
 * @throws UsageError where nothing of it lies in the past, or it is no period.
 */
export function readReportPeriod(wanted: WantedPeriod, nowMs: number): { readonly from: Timestamp; readonly to: Timestamp } {
  const fromMs = momentOf('--from', wanted.from);
  const toMs = wanted.to === undefined ? nowMs : momentOf('--to', wanted.to);
  if (fromMs === toMs) throw new UsageError(`the period is empty: it begins and ends at ${timestamp(fromMs)}; the end is not part of it`);
  if (toMs < fromMs && wanted.to !== undefined)
    throw new UsageError(`the period ends (${timestamp(toMs)}) before it begins (${timestamp(fromMs)}); exchange --from and --to`);
  if (fromMs >= nowMs) throw new UsageError(`the period begins at ${timestamp(fromMs)}, which has not come yet; it is ${timestamp(nowMs)}`);
  return { from: timestamp(fromMs), to: timestamp(Math.min(toMs, nowMs)) };
}

function momentOf(option: string, text: string): number {
  const ms = readMoment(text);
  if (ms === null)
    throw new UsageError(`${option} ${text}: expected a date or a time in UTC, for example 2026-11-01 or 2026-11-01T08:00:00Z`);
  return ms;
}

/** @throws UsageError where the period ends before anything was recorded. */
export function refuseBeforeFirstRun(to: Timestamp, firstRunEndedAt: Timestamp | undefined): void {
  if (firstRunEndedAt === undefined) throw new UsageError('no run has been recorded yet; "claimwatch run" does that');
  if (epochMs(to) <= epochMs(firstRunEndedAt))
    throw new UsageError(`the period ends at ${to}, before the first run was recorded (${firstRunEndedAt}): there is nothing to report`);
}
