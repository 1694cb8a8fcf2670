import type { Timestamp } from '../../domain/time.ts';
import { epochMs } from '../../domain/time.ts';
import { type Content, html } from './html.ts';

const exact = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d{3})?Z$/;

/** `2026-11-24 08:00:00`, with milliseconds where there are any. A column that holds it says UTC in its head. */
export function timeText(at: Timestamp): string {
  const [, day, time, fraction] = exact.exec(at) ?? [];
  if (day === undefined || time === undefined) return at;
  return `${day} ${time}${fraction === undefined || fraction === '.000' ? '' : fraction}`;
}

export function time(at: Timestamp): Content {
  return exact.test(at) ? html`<time datetime="${at}">${timeText(at)}</time>` : at;
}

/** The same for running text, where no head says UTC. */
export function timeUtc(at: Timestamp): Content {
  return html`${time(at)} UTC`;
}

const units = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const;

/** `2 h 5 min`, `3 d 4 h 1 min`, `40 s`, `250 ms`: down to minutes from an hour on. Never longer than it is, and only nothing is `0 s`. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms) || ms < 0) return 'unknown';
  if (ms < 1_000) return ms === 0 ? '0 s' : `${Math.max(1, Math.floor(ms))} ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const { name, ms: unitMs } of units) {
    if (name === 's' && ms >= 3_600_000) break;
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${count}\u00a0${name}`);
  }
  return parts.join(' ');
}

/** Null as `to`: it has not ended by `end`. */
export function durationBetween(from: Timestamp, to: Timestamp): string {
  return durationText(epochMs(to) - epochMs(from));
}
