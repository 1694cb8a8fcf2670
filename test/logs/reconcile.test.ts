import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCoveredTime, type Span, spansToRead } from '../../src/logs/covered-time.ts';
import { type ArrivedEvent, createReconciliation } from '../../src/logs/reconcile.ts';
import { type ReconciledEvents, settledSpan } from '../../src/logs/reconciled-events.ts';
import {
  type Activity,
  arbitraryActivity,
  arriveAt,
  guidOf,
  type Happened,
  hourMs,
  listAt,
  minuteMs,
  startMs,
} from './arbitrary-activity.ts';

const usual = { hours: 24, settleHours: 6, usualMinutes: 30 };

interface Looked {
  readonly nowMs: number;
  readonly state: ReconciledEvents;
}

/** Looks as the source does: what is not covered, with the overlap, in parts, and a few things twice. */
function lookAgainAndAgain({ happened, lookMs }: Activity, partMs: number): readonly Looked[] {
  const reconciliation = createReconciliation();
  const [listed, arrived] = [createCoveredTime(), createCoveredTime()];
  return lookMs.map((nowMs) => {
    const question = { ...usual, nowMs };
    const { fromMs } = settledSpan(question);
    for (const memory of [reconciliation, listed, arrived]) memory.forgetBefore(fromMs);
    for (const part of partsOf(spansToRead(arrived, { fromMs, toMs: nowMs }), partMs)) {
      reconciliation.addArrived(arriveAt(happened, part, nowMs));
      reconciliation.addArrived(arriveAt(happened, part, nowMs).toReversed());
      arrived.cover(part);
    }
    for (const part of partsOf(spansToRead(listed, { fromMs, toMs: nowMs }), partMs)) {
      reconciliation.addListed('a', listAt(happened, part, nowMs));
      listed.cover(part);
    }
    return { nowMs, state: reconciliation.stateOf('a', question) };
  });
}

function partsOf(spans: readonly Span[], partMs: number): readonly Span[] {
  return spans.flatMap(({ fromMs, toMs }) => {
    const count = Math.ceil((toMs - fromMs) / partMs);
    return Array.from({ length: count }, (_, index) => ({
      fromMs: fromMs + index * partMs,
      toMs: Math.min(toMs, fromMs + (index + 1) * partMs),
    }));
  });
}

/** By counting, from everything that can be seen at this moment. */
function countFromScratch(happened: readonly Happened[], nowMs: number) {
  const settledTo = Math.floor((nowMs - 6 * hourMs) / hourMs) * hourMs;
  const settledFrom = settledTo - 24 * hourMs;
  const shown = happened.filter(({ atMs, shownAfterMs }) => atMs >= settledFrom && atMs <= nowMs && atMs + shownAfterMs <= nowMs);
  const hasArrived = ({ atMs, delayMs }: Happened) => delayMs !== null && atMs + delayMs < nowMs;
  const settled = shown.filter(({ atMs }) => atMs < settledTo);
  const delays = happened
    .filter((one) => one.atMs >= settledFrom && hasArrived(one))
    .map(({ delayMs }) => Math.ceil((delayMs ?? 0) / (5 * minuteMs)) * 5);
  return {
    listed: settled.length,
    found: settled.filter(hasArrived).length,
    missing: settled.filter((one) => !hasArrived(one)).map(({ id }) => id.toLowerCase()),
    overdue: shown
      .filter((one) => one.atMs >= settledTo && one.atMs < nowMs - 30 * minuteMs && !hasArrived(one))
      .map(({ id }) => id.toLowerCase()),
    lastUnseen: lastUnseenOf(
      shown.filter(({ atMs }) => atMs < nowMs - 30 * minuteMs),
      hasArrived,
    ),
    isQuiet: shown.length === 0,
    slowestIngestionMinutes: delays.length === 0 ? null : Math.max(...delays),
  };
}

/** Null where one of the newest arrived. */
function lastUnseenOf(aged: readonly Happened[], hasArrived: (one: Happened) => boolean): string | null {
  const newestMs = Math.max(...aged.map(({ atMs }) => atMs));
  const newest = aged.filter(({ atMs }) => atMs === newestMs);
  return newest.some(hasArrived) ? null : (newest.map(({ id }) => id.toLowerCase()).toSorted()[0] ?? null);
}

function idsOf(events: ReconciledEvents['missing']): readonly string[] {
  return events.map(({ id }) => id).toSorted();
}

describe('looks of any cadence', () => {
  it('come at each of them to what one reconciliation of everything comes to', () => {
    fc.assert(
      fc.property(arbitraryActivity, fc.integer({ min: 20 * minuteMs, max: 40 * hourMs }), (activity, partMs) => {
        for (const { nowMs, state } of lookAgainAndAgain(activity, partMs)) {
          const { missing, overdue, listed, found, lastUnseen, isQuiet, slowestIngestionMinutes, missingCount, overdueCount } = state;
          const expected = countFromScratch(activity.happened, nowMs);
          const last = lastUnseen?.id ?? null;
          expect({
            listed,
            found,
            missing: idsOf(missing),
            overdue: idsOf(overdue),
            lastUnseen: last,
            isQuiet,
            slowestIngestionMinutes,
          }).toEqual({
            ...expected,
            missing: expected.missing.toSorted().slice(0, 100),
            overdue: expected.overdue.toSorted(),
          });
          expect([missingCount, overdueCount]).toEqual([expected.missing.length, expected.overdue.length]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never miss an event that arrived within its six hours', () => {
    const inTime = arbitraryActivity.map(({ happened, lookMs }) => ({
      happened: happened.map((one) => ({ ...one, delayMs: one.delayMs ?? 6 * hourMs - 1 })),
      lookMs,
    }));
    fc.assert(
      fc.property(inTime, (activity) => {
        for (const { state } of lookAgainAndAgain(activity, 7 * hourMs)) expect([state.missing, state.found]).toEqual([[], state.listed]);
      }),
    );
  });
});

describe('what is reconciled', () => {
  const nowMs = startMs + 40 * hourMs;
  const { fromMs, toMs } = settledSpan({ nowMs, hours: 24, settleHours: 6 });
  const event = (atMs: number, id = guidOf(1).toLowerCase()) => ({
    id,
    at: new Date(atMs).toISOString(),
    category: 'Policy',
    operation: 'Microsoft.Authorization/policies/audit/action',
    resource: '',
  });
  const row = (atMs: number, delayMs: number, changes: Partial<ArrivedEvent> = {}): ArrivedEvent => ({
    id: guidOf(1),
    subscription: 'a',
    generatedMs: atMs,
    ingestedMs: atMs + delayMs,
    ...changes,
  });
  const stateOf = (events: readonly ReturnType<typeof event>[], rows: readonly ArrivedEvent[] = []) => {
    const reconciliation = createReconciliation();
    reconciliation.addListed('a', events);
    reconciliation.addArrived(rows);
    return reconciliation.stateOf('a', { ...usual, nowMs });
  };

  it('is whole hours, and moves once an hour', () => {
    expect(stateOf([]).settled).toEqual({ from: '2026-11-20T17:00:00.000Z', to: '2026-11-21T17:00:00.000Z' });
    const spanAt = (at: string) => settledSpan({ nowMs: Date.parse(at), hours: 24, settleHours: 6 }).toMs;
    expect(spanAt('2026-11-21T23:59:59.999Z')).toBe(Date.parse('2026-11-21T17:00:00Z'));
    expect(spanAt('2026-11-22T00:00:00.000Z')).toBe(Date.parse('2026-11-21T18:00:00Z'));
  });

  it.each<[what: string, atMs: number, listed: number, missing: number, overdue: number, isQuiet: boolean]>([
    ['just before the settled time', fromMs - 1, 0, 0, 0, true],
    ['its first moment', fromMs, 1, 1, 0, false],
    ['its last one', toMs - 1, 1, 1, 0, false],
    ['just after it', toMs, 0, 0, 1, false],
    ['longer ago than usual', nowMs - 30 * minuteMs - 1, 0, 0, 1, false],
    ['as long ago as usual', nowMs - 30 * minuteMs, 0, 0, 0, false],
    ['now', nowMs, 0, 0, 0, false],
  ])('%s', (_what, atMs, listed, missingCount, overdueCount, isQuiet) => {
    expect(stateOf([event(atMs)])).toMatchObject({ listed, found: 0, missingCount, overdueCount, isQuiet });
    expect(stateOf([event(atMs)], [row(atMs, 0)])).toMatchObject({ listed, found: listed, missingCount: 0, overdueCount: 0, isQuiet });
  });

  it.each<[what: string, rows: readonly ArrivedEvent[], minutes: number | null]>([
    ['no row', [], null],
    ['at once', [row(fromMs, 0)], 0],
    ['a moment', [row(fromMs, 1)], 5],
    ['five minutes', [row(fromMs, 5 * minuteMs)], 5],
    ['a moment more', [row(fromMs, 5 * minuteMs + 1)], 10],
    ['clocks that differ', [row(fromMs, -1)], 0],
    ['before the settled time', [row(fromMs - 1, minuteMs)], null],
    ['in the workspace where it arrives first', [row(fromMs, hourMs), row(fromMs, minuteMs)], 5],
    ['another subscription', [row(fromMs, minuteMs, { subscription: 'b' })], null],
    ['another spelling of the subscription', [row(fromMs, minuteMs, { subscription: 'A' })], 5],
    ['the slowest', [row(fromMs, minuteMs), row(fromMs, hourMs, { id: guidOf(2) })], 60],
  ])('takes the time: %s', (_what, rows, minutes) => {
    expect(stateOf([], rows).slowestIngestionMinutes).toBe(minutes);
  });

  it('is one event however it is spelt and however often it comes, in any order', () => {
    const twice = [event(fromMs), event(fromMs, guidOf(1)), event(fromMs)];
    expect(stateOf(twice)).toMatchObject({ listed: 1, missingCount: 1 });
    expect(stateOf(twice, [row(fromMs, 0)])).toMatchObject({ listed: 1, found: 1, missingCount: 0 });
    const reconciliation = createReconciliation();
    reconciliation.addArrived([row(fromMs, 0, { id: guidOf(1).toUpperCase(), subscription: '' })]);
    reconciliation.addListed('a', twice);
    expect(reconciliation.stateOf('a', { ...usual, nowMs })).toMatchObject({ listed: 1, found: 1, missingCount: 0 });
    expect(reconciliation.stateOf('b', { ...usual, nowMs })).toMatchObject({ listed: 0, isQuiet: true });
  });

  it('names the oldest of those that are missing, at most 100 and 20', () => {
    const many = (firstMs: number, first: number) =>
      Array.from({ length: 120 }, (_, index) => event(firstMs + index, guidOf(first + index).toLowerCase()));
    const state = stateOf([...many(fromMs, 0).toReversed(), ...many(toMs, 500).toReversed()]);
    expect([state.missing.length, state.missingCount, state.overdue.length, state.overdueCount]).toEqual([100, 120, 20, 120]);
    expect(state.missing[0]).toEqual(event(fromMs, guidOf(0).toLowerCase()));
    expect(state.overdue.at(-1)?.id).toBe(guidOf(519).toLowerCase());
  });

  it('knows what was taken away when the workspaces have been read anew, and not before', () => {
    const reconciliation = createReconciliation();
    const state = () => reconciliation.stateOf('a', { ...usual, nowMs });
    reconciliation.addListed('a', [event(fromMs), event(fromMs + 1, guidOf(2))]);
    reconciliation.addArrived([
      row(fromMs, minuteMs),
      row(fromMs + 1, hourMs, { id: guidOf(2) }),
      row(fromMs, 2 * hourMs, { id: guidOf(3) }),
    ]);
    expect(state()).toMatchObject({ found: 2, slowestIngestionMinutes: 120 });
    reconciliation.beginRound();
    reconciliation.addArrived([row(fromMs, 10 * minuteMs)]);
    expect(state()).toMatchObject({ found: 2, slowestIngestionMinutes: 120 });
    reconciliation.endRound();
    expect(state()).toMatchObject({ found: 1, missing: [event(fromMs + 1, guidOf(2).toLowerCase())], slowestIngestionMinutes: 10 });
    reconciliation.addArrived([row(fromMs + 1, minuteMs, { id: guidOf(2) })]);
    expect(state()).toMatchObject({ found: 2, missingCount: 0, slowestIngestionMinutes: 10 });
    expect(reconciliation.size()).toBe(2);
  });

  it('forgets what will not be asked about again, and nothing else', () => {
    const reconciliation = createReconciliation();
    reconciliation.addListed('a', [event(fromMs - 1, guidOf(1)), event(fromMs, guidOf(2))]);
    reconciliation.addArrived([row(fromMs - hourMs, 0, { id: guidOf(2) })]);
    reconciliation.forgetBefore(fromMs);
    const before = reconciliation.stateOf('a', { ...usual, nowMs: nowMs - 2 * hourMs });
    expect(before).toMatchObject({ listed: 1, found: 1 });
  });
});

describe('covered time', () => {
  const span = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 })).map(([fromMs, toMs]) => ({ fromMs, toMs }));

  it('is as if each moment were remembered', () => {
    fc.assert(
      fc.property(fc.array(span, { maxLength: 12 }), fc.integer({ min: 0, max: 60 }), span, (covered, before, asked) => {
        const time = createCoveredTime();
        const moments = new Set<number>();
        for (const [index, { fromMs, toMs }] of covered.entries()) {
          time.cover({ fromMs, toMs });
          for (let moment = fromMs; moment < toMs; moment += 1) moments.add(moment);
          if (index !== 5) continue;
          time.forgetBefore(before);
          for (const moment of moments) if (moment < before) moments.delete(moment);
        }
        const open: number[] = [];
        for (const { fromMs, toMs } of time.gaps(asked)) for (let moment = fromMs; moment < toMs; moment += 1) open.push(moment);
        const expected = Array.from({ length: Math.max(0, asked.toMs - asked.fromMs) }, (_, index) => asked.fromMs + index);
        expect(open).toEqual(expected.filter((moment) => !moments.has(moment)));
      }),
    );
  });

  it('is read again a little, never before the span', () => {
    const time = createCoveredTime();
    const all = { fromMs: 0, toMs: 10 * hourMs };
    expect(spansToRead(time, all)).toEqual([all]);
    time.cover({ fromMs: 2 * hourMs, toMs: 9 * hourMs });
    expect(spansToRead(time, all)).toEqual([
      { fromMs: 8.5 * hourMs, toMs: 10 * hourMs },
      { fromMs: 0, toMs: 2 * hourMs },
    ]);
    time.cover(all);
    expect(spansToRead(time, all)).toEqual([]);
  });
});
