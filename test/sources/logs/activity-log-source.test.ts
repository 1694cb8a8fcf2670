import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { Seen } from '../../../src/domain/look.ts';
import type { ActivityLogFact } from '../../../src/logs/log-facts.ts';
import { settledSpan } from '../../../src/logs/reconcile.ts';
import { activityLogSource } from '../../../src/sources/logs/activity-log-source.ts';
import { arbitraryActivity, guidOf, type Happened, hourMs, minuteMs, startMs } from '../../logs/arbitrary-activity.ts';
import { late, makePretendActivity, subscription, workspaceId } from './pretend-activity.ts';

const nowMs = startMs + 48 * hourMs;
const settled = settledSpan({ nowMs, hours: 24, settleHours: 6 });
const happenedAt = (atMs: number, changes: Partial<Happened> = {}): Happened => ({
  id: guidOf(Math.floor(atMs / 1_000) % 1_000_000_000),
  atMs,
  delayMs: 3 * minuteMs,
  shownAfterMs: minuteMs,
  ...changes,
});
/** One every hour. */
const hourly = (count = 30): readonly Happened[] =>
  Array.from({ length: count }, (_, index) => happenedAt(nowMs - index * hourMs - 40 * minuteMs));
const lost = (happened: readonly Happened[], index: number) =>
  happened.map((one, place) => (place === index ? { ...one, delayMs: null } : one));

function factOf(seen: Seen): ActivityLogFact {
  if ('fault' in seen) throw new Error(`${seen.fault.code}: ${seen.fault.message}`);
  return seen.fact as unknown as ActivityLogFact;
}
function faultOf(seen: Seen) {
  if ('fact' in seen) throw new Error(`no fault, but ${JSON.stringify(seen.fact)}`);
  return seen.fault;
}

describe('a look', () => {
  it('reconciles what is listed with what arrived', async () => {
    const world = makePretendActivity(lost(hourly(), 8), nowMs);
    const fact = factOf(await world.look());
    expect(fact).toEqual({
      workspaces: [workspaceId('central')],
      categories: ['Administrative', 'Security', 'Policy'],
      settled: { from: '2026-11-21T01:00:00.000Z', to: '2026-11-22T01:00:00.000Z' },
      listed: 24,
      found: 23,
      missing: [
        {
          id: hourly()[8]?.id.toLowerCase(),
          at: '2026-11-21T22:33:00.000Z',
          category: 'Administrative',
          operation: 'Microsoft.Network/networkSecurityGroups/write',
          resource: '/subscriptions/a/resourcegroups/shop',
        },
      ],
      missingCount: 1,
      overdue: [],
      overdueCount: 0,
      lastUnseen: null,
      usualMinutes: 30,
      isQuiet: false,
      slowestIngestionMinutes: 5,
    });
  });

  it('takes its hours from its options', async () => {
    const world = makePretendActivity(lost(hourly(), 0), nowMs);
    const fact = factOf(await world.look({ hours: 2, settleHours: 1, usual: '41m' }));
    expect(fact).toMatchObject({
      settled: { from: '2026-11-22T04:00:00.000Z', to: '2026-11-22T06:00:00.000Z' },
      usualMinutes: 41,
      overdueCount: 0,
    });
    expect(factOf(await world.look({ hours: 2, settleHours: 1, usual: '39m' })).overdueCount).toBe(1);
  });

  it('finds an event in any workspace', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.workspaces = { central: (_event, index) => index % 2 === 0, other: (_event, index) => index % 3 > 0, empty: () => false };
    const fact = factOf(await world.look());
    expect(fact).toMatchObject({ listed: 24, missingCount: 4, workspaces: ['central', 'empty', 'other'].map(workspaceId) });
  });

  it('reads few events anew each time, so that it tells what was taken away, and what came back', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    expect(factOf(await world.look()).missingCount).toBe(0);
    world.nowMs += minuteMs;
    world.windows.length = 0;
    world.workspaces = { central: (_event, index) => index !== 8 };
    expect(factOf(await world.look())).toMatchObject({ missingCount: 1, missing: [{ id: hourly()[8]?.id.toLowerCase() }] });
    expect(world.windows.map(({ from }) => from)).toEqual([
      '2026-11-22T03:14:00.000Z',
      '2026-11-21T03:14:00.000Z',
      '2026-11-21T01:00:00.000Z',
    ]);
    world.workspaces = { central: () => true };
    expect(factOf(await world.look()).missingCount).toBe(0);
  });

  it('believes that something was taken away only when all could be read', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    world.workspaces = { central: () => true, other: () => false };
    await world.look();
    world.workspaces = { central: (_event, index) => index !== 8, other: () => false };
    world.beforeRows = (name) => (name === 'other' ? unreachable() : undefined);
    expect(factOf(await world.look())).toMatchObject({ missingCount: 0, workspaces: [workspaceId('central')] });
    world.beforeRows = () => undefined;
    expect(factOf(await world.look())).toMatchObject({ missingCount: 1, workspaces: ['central', 'other'].map(workspaceId) });
  });

  it('reads many events anew every six hours, and what is new each time', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => ({ ...happenedAt(nowMs - 7 * hourMs - index), id: guidOf(index) }));
    const world = makePretendActivity(many, nowMs);
    world.pageSize = 10_000;
    expect(factOf(await world.look())).toMatchObject({ listed: 20_001, missingCount: 0 });
    world.workspaces = { central: (_event, index) => index !== 8 };
    for (const [hoursLater, windows, missingCount] of [
      [5.9, [4, 2.4], 0],
      [6, [4, 24, 2.216], 1],
      [6.25, [0.75], 1],
    ] as const) {
      world.nowMs = nowMs + hoursLater * hourMs;
      world.windows.length = 0;
      expect(factOf(await world.look()).missingCount, `${hoursLater}`).toBe(missingCount);
      const lengths = world.windows.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / hourMs);
      expect(lengths.map((hours) => Math.floor(hours * 1_000) / 1_000)).toEqual(windows);
    }
  });

  it('asks the activity log for nobody who did something, and for nothing of what was sent', async () => {
    const world = makePretendActivity(hourly(), nowMs);
    await world.look();
    expect(world.filters[0]).toBe("eventTimestamp ge '2026-11-21T01:00:00.000Z' and eventTimestamp le '2026-11-22T07:13:00.000Z'");
    expect(new Set(world.selections)).toEqual(new Set(['eventDataId,eventTimestamp,category,operationName,resourceId']));
    expect(world.selections.join()).not.toMatch(/caller|claims|http|properties|authorization|description|status/i);
    expect(world.asked.find((path) => path.includes('eventtypes'))).toBe(
      `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`,
    );
  });

  it('reads the last half hour again, since events are shown late', async () => {
    const shownLate = happenedAt(nowMs - minuteMs, { shownAfterMs: 20 * minuteMs, delayMs: null });
    const world = makePretendActivity([shownLate], nowMs);
    expect(factOf(await world.look()).isQuiet).toBe(true);
    world.nowMs += 30 * minuteMs;
    expect(factOf(await world.look())).toMatchObject({ isQuiet: false, overdueCount: 1 });
  });

  it('knows only the categories that are reconciled', async () => {
    const world = makePretendActivity(lost(hourly(), 8), nowMs);
    world.edit = (event) => ({ ...event, category: { value: 'ServiceHealth' }, eventDataId: null });
    expect(factOf(await world.look())).toMatchObject({ listed: 0, isQuiet: true, slowestIngestionMinutes: 5 });
    world.edit = (event) => ({ ...event, category: { value: 'POLICY' } });
    const again = makePretendActivity(lost(hourly(), 8), nowMs);
    again.edit = world.edit;
    expect(factOf(await again.look()).missing[0]?.category).toBe('Policy');
  });

  it.each<[what: string, change: object]>([
    ['no id', { eventDataId: undefined }],
    ['an empty id', { eventDataId: ' ' }],
    ['an id that is a number', { eventDataId: 7 }],
    ['no time', { eventTimestamp: null }],
    ['a time that is none', { eventTimestamp: 'yesterday' }],
    ['no category', { category: undefined }],
    ['a category that is a text', { category: 'Administrative' }],
  ])('is malformed where an event has %s', async (_what, change) => {
    const world = makePretendActivity(hourly(), nowMs);
    world.edit = (event) => ({ ...event, ...change });
    expect(faultOf(await world.look()).code).toBe('malformed');
  });

  it('lets an event be that names neither operation nor resource', async () => {
    const world = makePretendActivity(lost(hourly(), 8), nowMs);
    world.edit = ({ operationName: _operation, resourceId: _resource, ...event }) => event;
    expect(factOf(await world.look()).missing[0]).toMatchObject({ operation: '', resource: '' });
  });
});

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

function unreachable(): never {
  throw new FaultError('unreachable', 'nobody answers');
}

it('needs to be allowed what it asks', () => {
  expect(activityLogSource.actions?.({}).map(({ action }) => action)).toEqual([
    'Microsoft.Insights/eventtypes/values/read',
    'Microsoft.OperationalInsights/workspaces/query/read',
    'Microsoft.OperationalInsights/workspaces/query/AzureActivity/read',
    'Microsoft.Authorization/permissions/read',
  ]);
});
