import type { Json } from '../../../src/domain/json.ts';

/** A row of a table of Log Analytics. */
export interface LogRow {
  /** When it happened. */
  readonly atMs: number;
  /** Since when it can be asked for. */
  readonly ingestedMs: number;
  /** Beside TimeGenerated; a column that is not there is null. */
  readonly cells: { readonly [column: string]: Json };
}

/** From the first moment on, before the last; in milliseconds since the epoch. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** Empty where it is no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** As Azure writes times: with seven decimals. */
export function azureTime(ms: number): string {
  const day = Math.floor(ms / dayMs);
  if (day !== lastDay.number) lastDay = { number: day, text: new Date(day * dayMs).toISOString().slice(0, 11) };
  const inDay = Math.floor(ms - day * dayMs);
  const [hours, minutes, seconds] = [Math.floor(inDay / hourMs), Math.floor(inDay / minuteMs) % 60, Math.floor(inDay / 1000) % 60];
  return `${lastDay.text}${twoDigits[hours]}:${twoDigits[minutes]}:${twoDigits[seconds]}.${String(inDay % 1000).padStart(3, '0')}0000Z`;
}

const dayMs = 24 * hourMs;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** Nearly all times that are written one after another are of one day: twice as fast as a date for each. */
let lastDay = { number: Number.NaN, text: '' };
