import { describe, expect, it } from 'vitest';
import { activityLogSource } from '../../../src/sources/logs/activity-log-source.ts';
import { guidOf, hourMs, minuteMs } from '../../logs/arbitrary-activity.ts';
import {
  factOf,
  faultOf,
  happenedAt,
  hourly,
  lost,
  makePretendActivity,
  nowMs,
  subscription,
  unreachable,
  workspaceId,
} from './pretend-activity.ts';

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
    expect(world.windows.map(({ from }) => from)).toEqual(['2026-11-21T01:00:00.000Z']);
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

  it('reads anew what it took for read while the clock was ahead', async () => {
    const world = makePretendActivity(hourly(), nowMs + 2 * hourMs);
    await world.look();
    // Meanwhile the clock went on being ahead; now it is right again.
    world.nowMs = nowMs + hourMs;
    world.happened = lost([happenedAt(nowMs + 5 * minuteMs), ...hourly()], 0);
    expect(factOf(await world.look())).toMatchObject({ overdueCount: 1 });
  });

  it('reads the workspaces anew, too, of however many events', async () => {
    const many = Array.from({ length: 20_001 }, (_, index) => ({ ...happenedAt(nowMs - 7 * hourMs - index), id: guidOf(index) }));
    const world = makePretendActivity(many, nowMs + 2 * hourMs);
    world.pageSize = 10_000;
    await world.look();
    world.nowMs = nowMs + hourMs;
    world.happened = [happenedAt(nowMs + 5 * minuteMs), ...many];
    expect(factOf(await world.look())).toMatchObject({ listed: 20_001, overdueCount: 0, lastUnseen: null });
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

  it('lists an hour once more when it has settled, since events may be shown hours late', async () => {
    const shownLate = happenedAt(nowMs - minuteMs, { shownAfterMs: 5 * hourMs, delayMs: null });
    const world = makePretendActivity([...hourly(), shownLate], nowMs);
    for (let look = 0; look < 8 * 4; look += 1) {
      world.filters.length = 0;
      expect(factOf(await world.look()).missingCount).toBe(world.nowMs - nowMs < 6.9 * hourMs ? 0 : 1);
      world.nowMs += 15 * minuteMs;
    }
    expect(factOf(await world.look()).missing).toMatchObject([{ id: shownLate.id.toLowerCase() }]);
    world.filters.length = 0;
    world.nowMs += minuteMs;
    await world.look();
    expect(world.filters).toHaveLength(1);
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

it('needs to be allowed what it asks', () => {
  expect(activityLogSource.actions?.({}).map(({ action }) => action)).toEqual([
    'Microsoft.Insights/eventtypes/values/read',
    'Microsoft.OperationalInsights/workspaces/query/read',
    'Microsoft.OperationalInsights/workspaces/query/AzureActivity/read',
    'Microsoft.Authorization/permissions/read',
  ]);
});
