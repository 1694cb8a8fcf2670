import type { TimeWindow } from './log-row.ts';

/** `P1D`, `PT2H`, or `start/end`, `start/P1D`, `P1D/end`. Null: it is none of them. */
export function readTimespan(text: string, nowMs: number): TimeWindow | null {
  const [first = '', second] = text.split('/');
  const firstMs = durationOf(first);
  if (second === undefined) return firstMs === null ? null : { fromMs: nowMs - firstMs, toMs: nowMs };
  const secondMs = durationOf(second);
  const fromMs = Date.parse(first);
  const toMs = secondMs === null ? Date.parse(second) : fromMs + secondMs;
  const window = firstMs === null ? { fromMs, toMs } : { fromMs: toMs - firstMs, toMs };
  return Number.isNaN(window.fromMs) || Number.isNaN(window.toMs) ? null : window;
}

function durationOf(text: string): number | null {
  const [whole, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  if (whole === undefined) return null;
  return ((Number(days ?? 0) * 24 + Number(hours ?? 0)) * 60 + Number(minutes ?? 0)) * 60_000 + Number(seconds ?? 0) * 1000;
}
