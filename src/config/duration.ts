import { z } from 'zod';
import { mistake } from './describe-issue.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const pattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** `500ms`, `30s`, `5m`, `2h`, `14d` to milliseconds; null: not a duration. */
export function durationMs(text: string): number | null {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  return Number(amount) * (unitMs[unit] ?? Number.NaN);
}

/** In the largest unit that holds it exactly. */
export function durationText(ms: number): string {
  const [unit, unitLengthMs] = Object.entries(unitMs).findLast(([, length]) => ms % length === 0) ?? ['ms', 1];
  return `${ms / unitLengthMs}${unit}`;
}

/** A little longer than so many milliseconds, in the unit below the one that people would take. */
export function roundedUpText(ms: number): string {
  const [unit, unitLengthMs] = Object.entries(unitMs).findLast(([, length]) => length * 24 <= ms) ?? ['ms', 1];
  return `${Math.floor(ms / unitLengthMs) + 1}${unit}`;
}

/** A duration as text, given back in milliseconds; `least` and `most` are durations too. */
export function durationSchema(least: string, most: string): z.ZodType<number, string> {
  const [leastMs, mostMs] = [durationMs(least) ?? Number.NaN, durationMs(most) ?? Number.NaN];
  return z
    .string(mistake('expected a duration', 'write for example "30s", "5m" or "14d"'))
    .regex(pattern, mistake('expected a duration', 'write for example "30s", "5m" or "14d"'))
    .refine(
      (text) => {
        const ms = durationMs(text);
        return ms === null || (ms >= leastMs && ms <= mostMs);
      },
      mistake(`expected a duration from ${least} to ${most}`, 'change the value'),
    )
    .transform((text) => durationMs(text) ?? Number.NaN);
}
