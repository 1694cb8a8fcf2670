import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { Json } from '../../../src/domain/json.ts';
import { heartbeatsSource } from '../../../src/sources/logs/heartbeats-source.ts';
import { machineId, makePretendHeartbeats, type PretendHeartbeats, workspaceId } from './pretend-heartbeats.ts';

const minuteMs = 60_000;
const state = (code: string): Json => ({ properties: { extended: { instanceView: { powerState: { code } } } } });
const running = state('PowerState/running');
const heard = (workspaces: readonly string[] = ['central']) => ({ fact: { workspaces, minutes: 15, isHeard: true, lastHeard: null } });
const silent = (lastHeard: string | null, workspaces: readonly string[] = ['central']) => ({
  fact: { workspaces, minutes: 15, isHeard: false, lastHeard },
});

function worldOf(beats: PretendHeartbeats['beats'], machines: readonly string[] = ['one']): PretendHeartbeats {
  const world = makePretendHeartbeats();
  world.beats = beats;
  world.machines = Object.fromEntries(machines.map((name) => [name, running]));
  return world;
}

describe('a machine', () => {
  it.each<[what: string, minutes: PretendHeartbeats['beats'][string][string], expected: object]>([
    ['that beats each minute', [1, 2, 3, 20], heard()],
    ['whose clock is ahead', [[-180, 1]], heard()],
    [
      'whose clock was ahead, and that ended since',
      [
        [-10, 50],
        [14, 74],
      ],
      silent('2026-11-24T07:10:00.000Z'),
    ],
    ['whose clock was a little ahead when it ended', [[15, 15 + 1 / minuteMs]], silent('2026-11-24T07:44:59.999Z')],
    ['whose last beat is as old as it is listened back', [15], heard()],
    ['whose last beat is a little older', [15 + 1 / minuteMs], silent('2026-11-24T07:44:59.999Z')],
    ['whose last beat is nearly a day old', [1_439], silent('2026-11-23T08:01:00.000Z')],
    ['that was not heard for a day', [1_440.1], silent(null)],
    ['that was never heard', [], silent(null)],
  ])('%s', async (_what, minutes, expected) => {
    expect(await worldOf({ central: { one: minutes } }).look()).toEqual({ one: expected });
  });

  it('is heard in any workspace, each of which is asked once for all machines', async () => {
    const world = worldOf({ central: { one: [1] }, other: { two: [2] } }, ['one', 'two']);
    expect(await world.look()).toEqual({ one: heard(['central', 'other']), two: heard(['central', 'other']) });
    expect(world.queries.map(({ workspace }) => workspace).sort()).toEqual(['central', 'other']);
  });

  it('is listened for as long as the options say', async () => {
    const world = worldOf({ central: { one: [40] } });
    expect(await world.look({ within: '1h' })).toMatchObject({ one: { fact: { isHeard: true, minutes: 60 } } });
    expect(heartbeatsSource.options.safeParse({ within: '4m' }).success).toBe(false);
  });

  it('is told of by the same fact as long as nothing changes', async () => {
    const world = worldOf({ central: { one: [1, 6], two: [30] } }, ['one', 'two']);
    const before = await world.look();
    world.nowMs += 5 * minuteMs;
    world.beats = { central: { one: [2, 7], two: [35] } };
    expect(await world.look()).toEqual(before);
  });

  it("rows that name no machine are nobody's", async () => {
    expect(await worldOf({ central: { '': [1] } }).look()).toEqual({ one: silent(null) });
  });
});

describe('what is asked', () => {
  it('names the table, the machine and a window, and nothing else', async () => {
    const world = worldOf({ central: {} });
    await world.look();
    const to = '2026-11-25T08:00:00.000Z';
    expect(world.queries.map(({ query }) => query)).toEqual([
      { table: 'Heartbeat', columns: { _ResourceId: 'text' }, window: { from: '2026-11-24T07:45:00.000Z', to, by: 'generated' } },
      {
        table: 'Heartbeat',
        columns: { _ResourceId: 'text' },
        where: { _ResourceId: machineId('one') },
        window: { from: '2026-11-23T08:00:00.000Z', to, by: 'generated' },
      },
    ]);
    expect(world.permissions).toEqual([`${workspaceId('central')}/providers/Microsoft.Authorization/permissions`]);
  });

  it('the last day of a silent machine is read once, and what was heard meanwhile is remembered', async () => {
    const world = worldOf({ central: { one: [20] } });
    await world.look();
    world.nowMs += 15 * minuteMs;
    world.beats = { central: { one: [3, 35] } };
    await world.look();
    world.nowMs += 15 * minuteMs;
    world.beats = { central: { one: [18, 50] } };
    expect(await world.look()).toEqual({ one: silent('2026-11-24T08:12:00.000Z') });
    expect(world.queries.filter(({ query }) => query.where !== undefined)).toHaveLength(1);
  });

  it('what was heard is forgotten after a day', async () => {
    const world = worldOf({ central: { one: [1] } });
    await world.look({ within: '6h' });
    for (let hours = 0; hours < 24; hours += 6) {
      world.nowMs += 6 * 60 * minuteMs;
      world.beats = { central: {} };
      await world.look({ within: '6h' });
    }
    expect(await world.look({ within: '6h' })).toMatchObject({ one: { fact: { isHeard: false, lastHeard: null } } });
  });

  it.each<[what: string, change: (world: PretendHeartbeats) => Promise<unknown>]>([
    [
      'nobody listened for longer than was listened back',
      async (world) => {
        world.nowMs += 16 * minuteMs;
        await Promise.resolve();
      },
    ],
    [
      'a workspace could not be asked',
      async (world) => {
        world.beforeRows = refuse;
        await world.look();
        world.beforeRows = () => undefined;
      },
    ],
  ])('the last day is read again where %s', async (_what, change) => {
    const world = worldOf({ central: {} });
    await world.look();
    await change(world);
    await world.look();
    expect(world.queries.filter(({ query }) => query.where !== undefined)).toHaveLength(2);
  });

  it.each([
    ['deallocated', 0],
    ['stopped', 0],
    ['running', 1],
    ['starting', 1],
    ['hibernated', 1],
  ])('the last day of a machine that is %s: %i times', async (name, times) => {
    const world = worldOf({ central: {} });
    world.machines = { one: state(`PowerState/${name}`) };
    expect(await world.look()).toEqual({ one: silent(null) });
    expect(world.queries.filter(({ query }) => query.where !== undefined)).toHaveLength(times);
  });

  it('nothing where there is no machine', async () => {
    const world = worldOf({ central: {} }, []);
    expect([await world.look(), world.queries]).toEqual([{}, []]);
  });

  it('our permissions where somebody is silent, and not where all are heard', async () => {
    const world = worldOf({ central: { one: [1] } });
    world.actions = [];
    expect(await world.look()).toEqual({ one: heard() });
    expect(world.permissions).toEqual([]);
  });
});

function refuse(): never {
  throw new FaultError('throttled', 'more was asked than is allowed');
}

describe('where nobody could listen, who is heard stands, and of the others nothing is said', () => {
  const queries = 'Microsoft.OperationalInsights/workspaces/query';
  it.each<[what: string, change: (world: PretendHeartbeats) => void, fault: object]>([
    ['a workspace does not answer', (world) => (world.beforeRows = (name) => name === 'other' && refuse()), { code: 'throttled' }],
    ['our permissions cannot be read', (world) => (world.beforePermissions = refuse), { code: 'throttled' }],
    ['we may ask nothing', (world) => (world.actions = []), { code: 'denied', about: `${queries}/read` }],
    ['we may not read the table', (world) => (world.actions = [`${queries}/read`]), { code: 'denied', about: `${queries}/Heartbeat/read` }],
    ['a workspace does not say by which id it is asked', (world) => (world.beats['nameless'] = {}), { code: 'malformed' }],
    ['there may be more workspaces', (world) => (world.besideFault = { code: 'partial', message: 'the list ended' }), { code: 'partial' }],
  ])('%s', async (_what, change, fault) => {
    const world = worldOf({ central: { one: [1] }, other: {} }, ['one', 'two']);
    change(world);
    const { one, two } = await world.look();
    expect(one).toMatchObject({ fact: { isHeard: true } });
    expect(two).toMatchObject({ fault });
  });

  it('there is no workspace at all', async () => {
    expect(await worldOf({}).look()).toMatchObject({ one: { fault: { code: 'partial' } } });
  });

  it('the last day of a machine cannot be read', async () => {
    const world = worldOf({ central: {}, other: {} });
    let times = 0;
    world.beforeRows = () => {
      times += 1;
      if (times === 4) refuse();
    };
    expect(await world.look()).toMatchObject({ one: { fault: { code: 'throttled' } } });
    expect(await world.look()).toEqual({ one: silent(null, ['central', 'other']) });
  });

  it('our own defect is told as one', async () => {
    const world = worldOf({ central: {} });
    world.beforeRows = () => {
      throw new TypeError('of our own');
    };
    await expect(world.look()).rejects.toThrow('of our own');
  });
});

it('asks for no more rights than it uses', () => {
  expect(heartbeatsSource.actions?.({}).map(({ action }) => action)).toEqual([
    'Microsoft.OperationalInsights/workspaces/query/read',
    'Microsoft.OperationalInsights/workspaces/query/Heartbeat/read',
    'Microsoft.Authorization/permissions/read',
  ]);
});
