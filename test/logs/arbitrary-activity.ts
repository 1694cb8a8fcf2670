import * as fc from 'fast-check';
import type { Span } from '../../src/logs/covered-time.ts';
import type { ListedEvent } from '../../src/logs/log-facts.ts';
import type { ArrivedEvent } from '../../src/logs/reconcile.ts';

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
/** Not a whole hour, so that rounding shows. */
export const startMs = Date.parse('2026-11-20T07:13:00Z');

/** An event of a pretend subscription. */
export interface Happened {
  readonly id: string;
  readonly atMs: number;
  /** From when it happened until its row could be asked for; null: it never arrives. */
  readonly delayMs: number | null;
  /** From when it happened until the list shows it. */
  readonly shownAfterMs: number;
}

export interface Activity {
  readonly happened: readonly Happened[];
  /** When somebody looks, in order. */
  readonly lookMs: readonly number[];
}

export function guidOf(number: number): string {
  return `${number.toString(16).padStart(8, '0')}-AbCd-4000-8000-0123456789ef`;
}

/** Events over three days, many of them at the borders of hours, and looks of any cadence. */
export const arbitraryActivity: fc.Arbitrary<Activity> = fc
  .record({
    events: fc.array(
      fc.record({
        at: fc.oneof(
          fc.integer({ min: 0, max: 72 * hourMs }),
          fc
            .tuple(fc.integer({ min: 0, max: 72 }), fc.integer({ min: -1, max: 1 }))
            .map(([hour, off]) => hour * hourMs - 13 * minuteMs + off),
        ),
        delayMs: fc.option(
          fc.oneof(fc.integer({ min: 0, max: 6 * hourMs }), fc.constantFrom(0, 30 * minuteMs, 6 * hourMs - 1, 6 * hourMs)),
          { freq: 8, nil: null },
        ),
        shownAfterMs: fc.integer({ min: 0, max: 29 * minuteMs }),
      }),
      { maxLength: 60 },
    ),
    cadences: fc.array(fc.oneof(fc.integer({ min: 1, max: 40 * minuteMs }), fc.integer({ min: 1, max: 40 * hourMs })), {
      minLength: 1,
      maxLength: 30,
    }),
  })
  .map(({ events, cadences }) => {
    let nowMs = startMs + 24 * hourMs;
    const lookMs = cadences.map((cadenceMs) => {
      nowMs += cadenceMs;
      return nowMs;
    });
    return { happened: events.map(({ at, ...rest }, index) => ({ id: guidOf(index), atMs: startMs + at, ...rest })), lookMs };
  });

/** What the activity log lists of the span when it is asked at `nowMs`, newest first, both ends included. */
export function listAt(happened: readonly Happened[], { fromMs, toMs }: Span, nowMs: number): readonly ListedEvent[] {
  return happened
    .filter(({ atMs, shownAfterMs }) => atMs >= fromMs && atMs <= toMs && atMs + shownAfterMs <= nowMs)
    .toSorted((left, right) => right.atMs - left.atMs)
    .map(({ id, atMs }) => ({
      id: id.toLowerCase(),
      at: new Date(atMs).toISOString(),
      category: 'Administrative',
      operation: 'Microsoft.Network/networkSecurityGroups/write',
      resource: '/subscriptions/a/resourcegroups/shop',
    }));
}

/** What a workspace shows of the span of ingestion when it is asked at `nowMs`. */
export function arriveAt(happened: readonly Happened[], { fromMs, toMs }: Span, nowMs: number): readonly ArrivedEvent[] {
  return happened.flatMap(({ id, atMs, delayMs }) => {
    const ingestedMs = atMs + (delayMs ?? Number.NaN);
    const isShown = ingestedMs >= fromMs && ingestedMs < toMs && ingestedMs <= nowMs;
    return isShown ? [{ id, subscription: 'A', generatedMs: atMs, ingestedMs }] : [];
  });
}
