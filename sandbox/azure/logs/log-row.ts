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
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}
