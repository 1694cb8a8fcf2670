import { timestamp } from '../domain/time.ts';
import type { Span } from './covered-time.ts';
import type { Silence } from './log-facts.ts';

/** When a row happened, and when it could be asked for; milliseconds since the epoch. */
export interface RowTimes {
  readonly generatedMs: number;
  readonly ingestedMs: number;
}

/** When rows of one table happened: in whatever order, parts and repetitions they are added, it says the same. */
export interface Timeline {
  add(row: RowTimes): void;
  /** The times of the span without a row that last at least as long as the resolution, oldest first. Its begin: one of `spanOf`. */
  silences(span: Span): readonly Silence[];
  /** Of the rows of the span the slowest, in milliseconds from when it happened; null: no row. */
  slowestMs(span: Span): number | null;
  forgetBefore(ms: number): void;
}

/** What happened within one resolution: rows between its first and its last cannot be a silence apart. */
interface Bucket {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly slowestMs: number;
}

/**
 * How long a row may be on its way at most, before nothing of it counts as silence. Azure's own tables take 3 to 20 minutes; a single row that took hours
 * must not hide a silence for as long.
 */
const longestWayMs = 30 * 60_000;
const stepMs = 5 * 60_000;

/** The last `hours` before now, from a full multiple of the resolution on, so that what is told of them does not change with every minute. */
export function spanOf(nowMs: number, hours: number, resolutionMs: number): Span {
  return { fromMs: Math.floor((nowMs - hours * 3_600_000) / resolutionMs) * resolutionMs, toMs: nowMs };
}

/** Rounded up to whole five minutes. */
export function fiveMinutes(ms: number): number {
  return Math.ceil(Math.max(0, ms) / stepMs) * 5;
}

export function createTimeline(resolutionMs: number): Timeline {
  const buckets = new Map<number, Bucket>();
  const bucketsOf = ({ fromMs, toMs }: Span): readonly Bucket[] =>
    [...buckets]
      .filter(([place, { firstMs }]) => place * resolutionMs >= fromMs && firstMs <= toMs)
      .sort(([left], [right]) => left - right)
      .map(([, bucket]) => bucket);
  const slowestOf = (known: readonly Bucket[]): number | null =>
    known.length === 0 ? null : Math.max(...known.map((one) => one.slowestMs));

  return {
    add({ generatedMs, ingestedMs }) {
      // Nothing happens after it was written down: a clock that is ahead must not fill a silence to come.
      const atMs = Math.min(generatedMs, ingestedMs);
      const place = Math.floor(atMs / resolutionMs);
      const known = buckets.get(place) ?? { firstMs: atMs, lastMs: atMs, slowestMs: 0 };
      buckets.set(place, {
        firstMs: Math.min(known.firstMs, atMs),
        lastMs: Math.max(known.lastMs, atMs),
        slowestMs: Math.max(known.slowestMs, ingestedMs - atMs),
      });
    },
    silences(span) {
      const known = bucketsOf(span);
      return silencesBetween(known, span, resolutionMs, Math.min(fiveMinutes(slowestOf(known) ?? 0) * 60_000, longestWayMs));
    },
    slowestMs: (span) => slowestOf(bucketsOf(span)),
    forgetBefore(ms) {
      for (const place of buckets.keys()) if ((place + 1) * resolutionMs <= ms) buckets.delete(place);
    },
  };
}

/** The last rows may still be on their way: a silence that goes on is one only where rows of then would have arrived. */
function silencesBetween(known: readonly Bucket[], span: Span, resolutionMs: number, wayMs: number): readonly Silence[] {
  const silences: Silence[] = [];
  let before: Bucket | null = null;
  for (const bucket of known) {
    const lengthMs: number = bucket.firstMs - (before?.lastMs ?? span.fromMs);
    if (lengthMs >= resolutionMs) silences.push({ from: momentOf(before?.lastMs), to: timestamp(bucket.firstMs) });
    before = bucket;
  }
  if (before === null) return [{ from: null, to: null }];
  const isSilentNow = span.toMs - before.lastMs >= resolutionMs + wayMs;
  return isSilentNow ? [...silences, { from: momentOf(before.lastMs), to: null }] : silences;
}

function momentOf(ms: number | undefined): string | null {
  return ms === undefined ? null : timestamp(ms);
}
