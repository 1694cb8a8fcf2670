import { z } from 'zod';

const unitMs: { readonly [unit: string]: number } = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds; null where the text is no duration of ours. */
export function durationOf(text: string): number | null {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const length = unitMs[unit];
  return amount === undefined || length === undefined ? null : Number(amount) * length;
}

/** Of a source. Stays a text: what was validated is validated again where it is used. */
export function durationOption(least: string, most: string): z.ZodType<string, string> {
  const within = (text: string): boolean => {
    const ms = durationOf(text) ?? Number.NaN;
    return ms >= (durationOf(least) ?? 0) && ms <= (durationOf(most) ?? 0);
  };
  return z.string().refine(within, `expected a duration from ${least} to ${most}; remedy: write for example "3s" or "2h"`);
}
