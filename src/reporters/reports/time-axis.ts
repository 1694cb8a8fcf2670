import { epochMs, timestamp } from '../../domain/time.ts';
import type { Period } from './report.ts';

export interface Tick {
  /** Place within the period, in (0, 1). */
  readonly at: number;
  readonly label: string;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const stepsMs = [
  ...[1, 5, 10, 15, 30].map((minutes) => minutes * minuteMs),
  ...[1, 2, 3, 6, 12].map((hours) => hours * hourMs),
  ...[1, 2, 5, 10].map((days) => days * dayMs),
];
const stepsMonths = [1, 2, 3, 6, 12, 24, 60, 120];
const mostTicks = 6;

/** Marks at round times of UTC, a few of them, never at the ends. */
export function ticksOf(period: Period): readonly Tick[] {
  const [fromMs, toMs] = [epochMs(period.from), epochMs(period.to)];
  if (!(toMs > fromMs)) return [];
  const stepMs = stepsMs.find((step) => (toMs - fromMs) / step <= mostTicks);
  const times = stepMs === undefined ? monthsWithin(fromMs, toMs) : multiplesWithin(fromMs, toMs, stepMs);
  return times.map((ms) => ({ at: (ms - fromMs) / (toMs - fromMs), label: labelOf(ms, stepMs) }));
}

function multiplesWithin(fromMs: number, toMs: number, stepMs: number): readonly number[] {
  const first = Math.floor(fromMs / stepMs) * stepMs + stepMs;
  const count = Math.max(0, Math.ceil((toMs - first) / stepMs));
  return Array.from({ length: count }, (_, index) => first + index * stepMs);
}

function monthsWithin(fromMs: number, toMs: number): readonly number[] {
  const from = new Date(fromMs);
  const stepMonths = stepsMonths.find((months) => (toMs - fromMs) / (months * 30 * dayMs) <= mostTicks) ?? 1_200;
  const first = from.getUTCFullYear() * 12 + from.getUTCMonth();
  const count = Math.ceil((toMs - fromMs) / (stepMonths * 28 * dayMs)) + 1;
  return Array.from({ length: count }, (_, index) => Date.UTC(2000, (Math.floor(first / stepMonths) + index) * stepMonths - 24_000)).filter(
    (ms) => ms > fromMs && ms < toMs,
  );
}

function labelOf(ms: number, stepMs: number | undefined): string {
  const [day = '', clock = ''] = timestamp(ms).split('T');
  if (stepMs === undefined) return day.slice(0, 7);
  if (stepMs >= dayMs || clock.startsWith('00:00')) return day.slice(5);
  return clock.slice(0, 5);
}
