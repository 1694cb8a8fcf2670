import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActivityLogFact } from '../../../src/logs/log-facts.ts';
import { settledSpan } from '../../../src/logs/reconciled-events.ts';
import { arbitraryActivity, guidOf, type Happened, hourMs, minuteMs, startMs } from '../../logs/arbitrary-activity.ts';
import {
  factOf,
  faultOf,
  happenedAt,
  hourly,
  late,
  lost,
  makePretendActivity,
  nowMs,
  unreachable,
  workspaceId,
} from './pretend-activity.ts';

const settled = settledSpan({ nowMs, hours: 24, settleHours: 6 });

describe('who was not read', () => {
  const denied = { code: 'denied', message: 'not allowed', about: 'Microsoft.Resources/x/read' } as const;

  it.each<[what: string, change: (world: ReturnType<typeof makePretendActivity>) => void, code: string]>([
    [
      'a workspace that may not be queried',
      (world) => (world.actions = ['Microsoft.OperationalInsights/workspaces/query/AzureActivity/read']),
      'denied',
    ],
    ['a table that may not be read', (world) => (world.actions = ['Microsoft.OperationalInsights/workspaces/query/read']), 'denied'],
    ['a workspace that does not answer', (world) => (world.beforeRows = unreachable), 'unreachable'],
    ['workspaces that may be more', (world) => (world.besideFault = denied), 'denied'],
    ['a workspace without customer id', (world) => (world.workspaces['nameless'] = () => true), 'malformed'],
    ['no workspace', (world) => (world.workspaces = {}), 'partial'],
    ['rows without ids', (world) => (world.editColumns = (columns) => ({ ...columns, EventDataId: null })), 'malformed'],
  ])('%s: something is not found, and is not called missing', async (_what, change, code) => {
    const world = makePretendActivity(lost(hourly(), 8), nowMs);
    change(world);
    expect(faultOf(await world.look()).code).toBe(code);
  });

  it('an event is not called overdue either, though later ones were found', async () => {
    const world = makePretendActivity(lost([happenedAt(nowMs - 50 * minuteMs), ...hourly()], 0), nowMs);
    expect(factOf(await world.look())).toMatchObject({ missingCount: 0, overdueCount: 1, lastUnseen: null });
    world.workspaces['other'] = () => false;
    world.beforeRows = (name) => (name === 'other' ? unreachable() : undefined);
    expect(faultOf(await world.look()).code).toBe('unreachable');
  });

  it('what was found stands, where nothing is missing', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.besideFault = denied;
    world.workspaces['nameless'] = () => true;
    expect(factOf(await world.look())).toMatchObject({ listed: 24, found: 24, workspaces: [workspaceId('central')] });
    const quiet = makePretendActivity([], nowMs);
    quiet.workspaces = {};
    expect(factOf(await quiet.look())).toMatchObject({ listed: 0, isQuiet: true, workspaces: [] });
  });

  it('is asked again, and what it missed meanwhile is read', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    await world.look();
    world.happened = [happenedAt(nowMs + minuteMs), ...hourly()];
    world.beforeRows = unreachable;
    world.nowMs += hourMs;
    expect(faultOf(await world.look()).code).toBe('unreachable');
    world.beforeRows = () => undefined;
    world.nowMs += hourMs;
    expect(factOf(await world.look())).toMatchObject({ missingCount: 0, overdueCount: 0 });
  });

  it('the activity log itself: nothing is known, whatever was found', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    await world.look();
    world.beforePage = unreachable;
    world.nowMs += 15 * minuteMs;
    expect(faultOf(await world.look()).code).toBe('unreachable');
  });

  it('a workspace that is gone: what it held is not in a workspace any more', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.workspaces = { central: () => false, other: () => true };
    expect(factOf(await world.look())).toMatchObject({ missingCount: 0, found: 24 });
    world.nowMs += minuteMs;
    world.workspaces = { central: () => false };
    world.besideFault = denied;
    expect(factOf(await world.look())).toMatchObject({ missingCount: 0, found: 24 });
    world.besideFault = undefined;
    expect(factOf(await world.look())).toMatchObject({ missingCount: 24, found: 0 });
  });

  it('the same, of however many events', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => ({ ...happenedAt(nowMs - 7 * hourMs - index), id: guidOf(index) }));
    const world = makePretendActivity(many, nowMs);
    world.pageSize = 10_000;
    world.workspaces = { central: (_event, index) => index > 0, gone: (_event, index) => index === 0 };
    expect(factOf(await world.look()).missingCount).toBe(0);
    world.workspaces = { central: (_event, index) => index > 0 };
    expect(factOf(await world.look()).missingCount).toBe(1);
  });

  it('a workspace that is new: it is read from the beginning', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.workspaces = { central: () => false };
    expect(factOf(await world.look()).missingCount).toBe(24);
    world.workspaces = { central: () => false, other: () => true };
    expect(factOf(await world.look()).missingCount).toBe(0);
  });
});

describe('a first look that cannot read all', () => {
  it('goes on where it was, reading nothing twice', async () => {
    const world = makePretendActivity(lost(hourly(), 8), nowMs);
    let pages = 0;
    world.pageSize = 3;
    world.beforePage = () => {
      pages += 1;
      if (pages % 4 === 0) late();
    };
    const codes: string[] = [];
    let seen = await world.look();
    while ('fault' in seen && codes.length < 20) {
      codes.push(seen.fault.code);
      seen = await world.look();
    }
    expect(codes.length).toBeGreaterThan(1);
    expect(new Set(codes)).toEqual(new Set(['partial']));
    expect(factOf(seen)).toMatchObject({ listed: 24, missingCount: 1 });
    const ends = world.filters.map((filter) => filter.split("'")[3]);
    expect(ends).toEqual([...new Set(ends)]);
  });

  it('says why, where it came no further', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.beforePage = late;
    expect(faultOf(await world.look()).code).toBe('throttled');
  });

  it('does not call missing what a workspace has not shown yet', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    let parts = 0;
    world.beforeRows = () => {
      parts += 1;
      if (parts % 3 === 0) late();
    };
    expect(faultOf(await world.look()).code).toBe('partial');
    let seen = await world.look();
    while ('fault' in seen) seen = await world.look();
    expect(factOf(seen)).toMatchObject({ listed: 24, missingCount: 0 });
    const starts = world.windows.map(({ from }) => from);
    expect(starts).toEqual([...new Set(starts)]);
    expect(Math.min(...starts.map((from) => Date.parse(from)))).toBe(settled.fromMs);
  });
});

it('whatever goes wrong meanwhile, what arrived is never called missing, and what is missing is when all can be read', async () => {
  await fc.assert(
    fc.asyncProperty(
      arbitraryActivity,
      fc.infiniteStream(fc.boolean()),
      fc.integer({ min: 1, max: 9 }),
      async (activity, luck, pageSize) => {
        const world = makePretendActivity(activity.happened, startMs);
        world.pageSize = pageSize;
        const fail = () => {
          if (luck.next().value === true) late();
        };
        for (const at of activity.lookMs) {
          world.nowMs = at;
          world.beforePage = fail;
          world.beforeRows = fail;
          const troubled = await world.look();
          if ('fact' in troubled) expectTruth(factOf(troubled), activity.happened, at);
        }
        world.beforePage = () => undefined;
        world.beforeRows = () => undefined;
        expectTruth(factOf(await world.look()), activity.happened, world.nowMs);
      },
    ),
    { numRuns: 100 },
  );
});

function expectTruth(fact: ActivityLogFact, happened: readonly Happened[], at: number): void {
  const { fromMs, toMs } = settledSpan({ nowMs: at, hours: 24, settleHours: 6 });
  const shown = happened.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
  const arrived = shown.filter(({ atMs, delayMs }) => delayMs !== null && atMs + delayMs < at);
  expect({ listed: fact.listed, found: fact.found }).toEqual({ listed: shown.length, found: arrived.length });
  expect(fact.missing.map(({ id }) => id).toSorted()).toEqual(
    shown
      .filter((one) => !arrived.includes(one))
      .map(({ id }) => id.toLowerCase())
      .toSorted(),
  );
}
