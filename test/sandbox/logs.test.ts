import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Estate, openEstate } from '../../sandbox/azure/estate.ts';
import { logMutations } from '../../sandbox/azure/log-mutations.ts';
import type { ActivityEvent } from '../../sandbox/azure/logs/activity-events.ts';
import { hourMs, type LogRow, minuteMs, type TimeWindow, textOf } from '../../sandbox/azure/logs/log-row.ts';
import { makePretendLogs, type PretendLogs } from '../../sandbox/azure/logs/pretend-logs.ts';
import { production, shared, staging } from '../../sandbox/azure/mutation.ts';

const dayMs = 24 * hourMs;
const startMs = Date.parse('2026-03-10T12:00:00Z');
const central = `${shared}/resourceGroups/rg-monitor-shared/providers/Microsoft.OperationalInsights/workspaces/log-shopstoresync-shared`;
const ofMachines = `${production}/resourceGroups/rg-monitor-prod/providers/Microsoft.OperationalInsights/workspaces/log-shopstoresync-prod`;
const subscriptions = [production, staging, shared].map((scope) => scope.split('/')[2] ?? '');

interface World {
  readonly estate: Estate;
  readonly logs: PretendLogs;
  pass(ms: number): void;
  now(): number;
}

async function openWorld(eventsPerDay: number | null = null): Promise<World> {
  let nowMs = startMs;
  const estate = await openEstate({ now: () => nowMs });
  return { estate, logs: makePretendLogs(estate, { eventsPerDay }), pass: (ms) => (nowMs += ms), now: () => nowMs };
}

/** What can be asked for now of what happened in a window; default: of the last day. */
function rowsOf({ logs, now }: World, table: string, workspace = central, generated: Partial<TimeWindow> = {}): readonly LogRow[] {
  const ingested = { fromMs: 0, toMs: now() + 1 };
  const window = { fromMs: now() - dayMs, toMs: now() + 1, ...generated };
  return [...logs.rows({ workspace, table, generated: window, ingested, resource: null, subscription: null })].toSorted(
    (one, other) => one.atMs - other.atMs,
  );
}

function listed({ logs, now }: World, subscription: string, window: Partial<TimeWindow> = {}): readonly ActivityEvent[] {
  return [...logs.listed(subscription, { fromMs: now() - dayMs, toMs: now(), ...window }, now())];
}

function gapsOf(rows: readonly LogRow[]): readonly number[] {
  return rows.slice(1).map(({ atMs }, index) => (atMs - (rows[index]?.atMs ?? 0)) / minuteMs);
}

function delaysOf(rows: readonly LogRow[]): readonly number[] {
  return rows.map(({ atMs, ingestedMs }) => (ingestedMs - atMs) / minuteMs);
}

function idsOf(rows: readonly LogRow[]): ReadonlySet<unknown> {
  return new Set(rows.map(({ cells }) => cells['EventDataId']));
}

const machineOf = ({ cells }: LogRow) => textOf(cells['_ResourceId']).split('/').at(-1);
const asText = (rows: readonly LogRow[]) => rows.map((row) => JSON.stringify(row)).toSorted();

describe('rows follow from the estate and the time', async () => {
  const world = await openWorld();

  test.each(['AzureActivity', 'SigninLogs', 'AuditLogs', 'AKSAuditAdmin', 'SQLSecurityAuditEvents', 'AzureMetrics', 'Heartbeat'])(
    '%s: the parts of a window are the whole',
    (table) => {
      const window = { fromMs: startMs - 5 * hourMs, toMs: startMs - hourMs };
      const whole = asText(rowsOf(world, table, central, window));
      expect(whole.length).toBeGreaterThan(8);
      const border = fc.integer({ min: window.fromMs, max: window.toMs });
      fc.assert(
        fc.property(border, (at) => {
          const parts = [
            { ...window, toMs: at },
            { ...window, fromMs: at },
          ].flatMap((part) => rowsOf(world, table, central, part));
          expect(asText(parts)).toEqual(whole);
        }),
        { numRuns: 20 },
      );
    },
  );

  test('another estate of the same time has the same', async () => {
    expect(asText(rowsOf(await openWorld(), 'AzureActivity'))).toEqual(asText(rowsOf(world, 'AzureActivity')));
  });

  test('by when they could be asked for, the parts are the whole as well', () => {
    const ask = {
      workspace: central,
      table: 'AzureActivity',
      generated: { fromMs: 0, toMs: Number.POSITIVE_INFINITY },
      resource: null,
      subscription: null,
    };
    const ingested = (fromMs: number, toMs: number) => [...world.logs.rows({ ...ask, ingested: { fromMs, toMs } })];
    const whole = ingested(startMs - 3 * hourMs, startMs);
    const parts = [0, 1, 2].flatMap((hour) => ingested(startMs - (3 - hour) * hourMs, startMs - (2 - hour) * hourMs));
    expect(whole.length).toBeGreaterThan(50);
    expect(asText(parts)).toEqual(asText(whole));
  });
});

describe('a healthy day', async () => {
  const world = await openWorld();

  test.each([
    ['SigninLogs', 5, 9],
    ['AuditLogs', 20, 30],
  ])('%s: one every %d to %d minutes', (table, least, most) => {
    const gaps = gapsOf(rowsOf(world, table));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(least);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(most);
  });

  test('a beat each minute of each machine that runs', () => {
    const beats = [central, ofMachines].flatMap((workspace) => [...Map.groupBy(rowsOf(world, 'Heartbeat', workspace), machineOf)]);
    const machines = [...world.estate.all()].filter(({ type }) => type === 'Microsoft.Compute/virtualMachines');
    const silent = machines.map(({ name }) => name).filter((name) => !beats.some(([beating]) => beating === name));
    expect(silent).toEqual(['vm-build-1']);
    expect(beats).toHaveLength(machines.length - 1);
    for (const [, rows] of beats) expect(Math.max(...gapsOf(rows))).toBeLessThan(1.1);
  });

  test.each(subscriptions)('what the activity log of %s lists arrives within eight minutes', (subscription) => {
    const window = { toMs: startMs - 10 * minuteMs };
    const events = listed(world, subscription, window);
    const rows = rowsOf(world, 'AzureActivity').filter(({ cells }) => cells['SubscriptionId'] === subscription);
    expect(new Set(events.map(({ category }) => category))).toEqual(new Set(['Administrative', 'Policy', 'Security', 'ServiceHealth']));
    expect(events.length).toBeGreaterThan(140);
    expect(events.filter(({ id }) => !idsOf(rows).has(id))).toEqual([]);
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
    expect(Math.min(...delaysOf(rows))).toBeGreaterThanOrEqual(1);
    expect(Math.max(...delaysOf(rows))).toBeLessThanOrEqual(8);
    expect(rowsOf(world, 'AzureActivity', ofMachines)).toEqual([]);
  });

  test.each(['Heartbeat', 'AKSAuditAdmin', 'InsightsMetrics'])('%s: the rows of one resource are those of all that name it', (table) => {
    const all = [central, ofMachines].flatMap((workspace) => rowsOf(world, table, workspace).map((row) => ({ row, workspace })));
    const { row, workspace } = all.at(-1) ?? { row: undefined, workspace: central };
    const resource = textOf(row?.cells['_ResourceId']);
    const window = { fromMs: startMs - dayMs, toMs: startMs + 1 };
    const ask = { workspace, table, generated: window, ingested: { ...window, fromMs: 0 }, subscription: null };
    const ofIt = all.filter((each) => each.row.cells['_ResourceId'] === resource).map((each) => each.row);
    expect(ofIt.length).toBeGreaterThan(100);
    expect(asText([...world.logs.rows({ ...ask, resource: resource.toUpperCase() })])).toEqual(asText(ofIt));
    expect([...world.logs.rows({ ...ask, resource: `${resource}0` })]).toEqual([]);
  });

  test('newest first', () => {
    const times = listed(world, subscriptions[0] ?? '').map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  test.each(['AppAvailabilityResults', 'Heartbeat', 'AzureMetrics', 'SQLSecurityAuditEvents', 'AKSAuditAdmin'])(
    '%s is never silent',
    (table) => {
      const rows = rowsOf(world, table, ['AppAvailabilityResults', 'Heartbeat'].includes(table) ? ofMachines : central);
      expect(Math.max(...gapsOf(rows))).toBeLessThan(5);
      expect((rows[0]?.atMs ?? 0) - startMs + dayMs).toBeLessThan(5 * minuteMs);
    },
  );
});

test('what has not arrived yet cannot be asked for, and comes when its time has come', async () => {
  const world = await openWorld();
  const window = { fromMs: startMs - hourMs, toMs: startMs + 2 * hourMs };
  const early = [0, 7, 14, 21, 28, 35, 42, 49].map((minutes) => {
    if (minutes > 0) world.pass(7 * minuteMs);
    return { nowMs: world.now(), rows: rowsOf(world, 'AzureActivity', central, window) };
  });
  world.pass(3 * hourMs);
  const late = rowsOf(world, 'AzureActivity', central, window);
  for (const { nowMs, rows } of early) expect(rows).toEqual(late.filter(({ ingestedMs }) => ingestedMs <= nowMs));
  const waiting = early.map(({ nowMs, rows }) => late.filter(({ atMs }) => atMs < nowMs).length - rows.length);
  expect(Math.max(...waiting)).toBeGreaterThan(0);
});

test('what is done to the estate is an event of its subscription, and arrives', async () => {
  const world = await openWorld();
  world.estate.mutate('public-blob');
  const correlationId = 'aaaaaaaa-0000-4000-8000-00000000000a';
  world.estate.tag?.(ofMachines, { canary: 'now' }, { by: 'canary', correlationId });
  world.pass(20 * minuteMs);
  const events = listed(world, subscriptions[0] ?? '', { fromMs: startMs, toMs: startMs });
  expect(events).toMatchObject([
    expect.objectContaining({ operation: expect.stringMatching(/storageAccounts\/write|tags\/write/) }),
    expect.objectContaining({ operation: expect.stringMatching(/storageAccounts\/write|tags\/write/) }),
  ]);
  const rows = rowsOf(world, 'AzureActivity', central, { fromMs: startMs, toMs: startMs + 1 });
  expect(rows.map(({ cells }) => cells['OperationNameValue'])).toEqual(
    expect.arrayContaining(['MICROSOFT.STORAGE/STORAGEACCOUNTS/WRITE', 'MICROSOFT.RESOURCES/TAGS/WRITE']),
  );
  expect(rows.find(({ cells }) => cells['CorrelationId'] === correlationId)?.cells['_ResourceId']).toBe(ofMachines.toLowerCase());
});

test('what happens while nothing is exported is missing for ever; before and after it is not', async () => {
  const world = await openWorld();
  const setting = `${production}/providers/Microsoft.Insights/diagnosticSettings/activity-to-central`;
  const before = world.estate.get(setting);
  if (before === undefined) throw new Error('there is no such setting');
  const { workspaceId: _, ...others } = before.properties;
  const ofProduction = (window: Partial<TimeWindow>) =>
    rowsOf(world, 'AzureActivity', central, window).filter(({ cells }) => cells['SubscriptionId'] === subscriptions[0]);
  world.estate.put({ ...before, properties: others });
  world.pass(6 * hourMs);
  expect(ofProduction({ fromMs: startMs - hourMs, toMs: startMs + 1 }).length).toBeGreaterThan(5);
  expect(ofProduction({ fromMs: startMs }).map(({ cells }) => cells['_ResourceId'])).toEqual([setting.toLowerCase()]);
  expect(ofProduction({ fromMs: startMs + 1 })).toEqual([]);
  expect(listed(world, subscriptions[0] ?? '', { fromMs: startMs + 1 }).length).toBeGreaterThan(20);
  world.estate.put(before);
  const backMs = world.now();
  world.pass(6 * hourMs);
  expect(ofProduction({ fromMs: startMs + 1, toMs: backMs + 1 })).toEqual([]);
  expect(ofProduction({ fromMs: backMs + 1 }).length).toBeGreaterThan(20);
});

describe('what is done to the logs', () => {
  test.each(Object.keys(logMutations))('%s changes no resource, and is undone as if it had not been', async (name) => {
    const world = await openWorld();
    const tables = ['AzureActivity', 'SigninLogs', 'Heartbeat', 'AppAvailabilityResults'];
    const all = () => [central, ofMachines].flatMap((workspace) => tables.flatMap((table) => asText(rowsOf(world, table, workspace))));
    const before = all();
    world.estate.mutate(name);
    expect(world.estate.changes()).toEqual([]);
    expect(all()).not.toEqual(before);
    expect(() => world.estate.mutate(name)).toThrow(/already done/);
    world.estate.undo(name);
    expect(all()).toEqual(before);
    expect(() => world.estate.undo(name)).toThrow(/not done/);
  });

  test('drop-one-event: one Administrative event of ten hours ago, and for good', async () => {
    const world = await openWorld();
    const missing = () => {
      const known = idsOf(rowsOf(world, 'AzureActivity'));
      return subscriptions.flatMap((each) => listed(world, each, { toMs: startMs - hourMs })).filter(({ id }) => !known.has(id));
    };
    expect(missing()).toEqual([]);
    world.estate.mutate('drop-one-event');
    const [dropped, ...others] = missing();
    expect(others).toEqual([]);
    expect(dropped?.category).toBe('Administrative');
    const agoMs = startMs - (dropped?.atMs ?? 0);
    expect(agoMs).toBeGreaterThan(8 * hourMs);
    expect(agoMs).toBeLessThanOrEqual(10 * hourMs);
    world.pass(5 * hourMs);
    expect(missing()).toEqual([dropped]);
  });

  test('late-ingestion: one subscription, since five hours, three hours each', async () => {
    const world = await openWorld();
    world.estate.mutate('late-ingestion');
    const ofStaging = rowsOf(world, 'AzureActivity').filter(({ cells }) => cells['SubscriptionId'] === subscriptions[1]);
    expect(Math.max(...ofStaging.map(({ atMs }) => atMs))).toBeLessThanOrEqual(startMs - 3 * hourMs);
    const [late, usual] = [delaysOf(ofStaging).filter((each) => each === 180), delaysOf(ofStaging).filter((each) => each < 9)];
    expect(late.length).toBeGreaterThan(10);
    expect(late.length + usual.length).toBe(ofStaging.length);
    world.pass(3 * hourMs);
    const known = idsOf(rowsOf(world, 'AzureActivity'));
    expect(listed(world, subscriptions[1] ?? '', { toMs: startMs }).every(({ id }) => known.has(id))).toBe(true);
  });

  test('half-a-day-silent: no sign-in from thirteen hours ago until one hour ago', async () => {
    const world = await openWorld();
    world.estate.mutate('half-a-day-silent');
    const times = rowsOf(world, 'SigninLogs').map(({ atMs }) => (startMs - atMs) / hourMs);
    expect(times.filter((hours) => hours <= 13 && hours > 1)).toEqual([]);
    expect(times.filter((hours) => hours > 13).length).toBeGreaterThan(60);
    expect(times.filter((hours) => hours <= 1).length).toBeGreaterThan(5);
    expect(rowsOf(world, 'AuditLogs').length).toBeGreaterThan(40);
  });

  test('heartbeat-lost: one machine, and it stays silent', async () => {
    const world = await openWorld();
    world.estate.mutate('heartbeat-lost');
    world.pass(hourMs);
    const silent = Map.groupBy(rowsOf(world, 'Heartbeat', ofMachines), machineOf);
    const last = [...silent].map(([name, rows]) => [name, Math.floor((world.now() - (rows.at(-1)?.atMs ?? 0)) / minuteMs)] as const);
    expect(last.filter(([, minutes]) => minutes > 2)).toEqual([['vm-search-2', 100]]);
  });

  test('undeclared-console: one more application, of nobody else', async () => {
    const world = await openWorld();
    const names = () => new Set(rowsOf(world, 'SigninLogs').map(({ cells }) => cells['AppDisplayName']));
    expect(names()).toEqual(new Set(['Azure Portal', 'Microsoft Azure CLI']));
    world.estate.mutate('undeclared-console');
    expect(names()).toEqual(new Set(['Azure Portal', 'Microsoft Azure CLI', 'Cloud Console for Tablets']));
    const ofIt = rowsOf(world, 'SigninLogs').filter(({ cells }) => cells['AppDisplayName'] === 'Cloud Console for Tablets');
    expect(ofIt.length).toBeGreaterThan(8);
    expect(ofIt.every(({ ingestedMs }) => ingestedMs === startMs)).toBe(true);
    expect(rowsOf(world, 'SigninLogs', ofMachines)).toEqual([]);
  });

  test('monitor-silent: no availability for three hours', async () => {
    const world = await openWorld();
    world.estate.mutate('monitor-silent');
    const newest = rowsOf(world, 'AppAvailabilityResults', ofMachines).at(-1)?.atMs ?? 0;
    expect(Math.ceil((startMs - newest) / minuteMs)).toBeGreaterThanOrEqual(180);
    expect(Math.ceil((startMs - newest) / minuteMs)).toBeLessThan(183);
  });
});

test('a busy subscription has as many events as were asked for, each once', async () => {
  const world = await openWorld(50_000);
  world.pass(hourMs);
  const events = listed(world, subscriptions[2] ?? '', { fromMs: startMs - dayMs, toMs: startMs - 1 });
  expect(events.length).toBeGreaterThan(49_990);
  expect(events.length).toBeLessThan(50_010);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
});
