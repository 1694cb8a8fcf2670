import { describe, expect, it, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import { epochMs, timestamp } from '../../../src/domain/time.ts';
import type { LogRow } from '../../../src/sources/logs/logs-client.ts';
import { logsOptionsSchema } from '../../../src/sources/logs/logs-options.ts';
import { logsSource } from '../../../src/sources/logs/logs-source.ts';
import { group, makePretendWorkspaces, type PretendWorkspaces, subscription, tableRow, workspaceId } from './pretend-workspaces.ts';

const minuteMs = 60_000;
const startMs = epochMs('2026-11-24T12:00:00.000Z');
const at = (minutes: number) => timestamp(startMs + minutes * minuteMs);
const row = (minutes: number, tookMinutes = 2, columns: LogRow['columns'] = {}): LogRow => ({
  generatedAt: at(minutes),
  ingestedAt: at(minutes + tookMinutes),
  columns,
});
const steady = (from: number, to: number) => Array.from({ length: (to - from) / 5 + 1 }, (_, index) => row(from + index * 5));
const day = steady(-1_450, -5);
/** More than are read anew by each look. */
const many = Array.from({ length: 20_001 }, (_, index) => row(-1_200 + index / 1_000));
const late = () => new FaultError('throttled', 'more was to be asked than Azure allows');

const lockedPolicy = { immutabilityPeriodSinceCreationInDays: 400, state: 'Locked' };
const accountWith = (immutableStorageWithVersioning: JsonObject) => ({ properties: { immutableStorageWithVersioning } });

function healthy(): PretendWorkspaces {
  const world = makePretendWorkspaces(startMs);
  const signIn = { AppId: 'AAAA', AppDisplayName: 'Azure Portal', ResourceDisplayName: 'Azure Resource Manager' };
  world.rows = {
    AzureActivity: day,
    AuditLogs: day,
    Heartbeat: day,
    SigninLogs: day.map((one) => ({ ...one, columns: signIn })),
  };
  return world;
}

test('what arrives in each table, how long it stays, who signed in by what, what locks it and where it is copied to', async () => {
  const world = healthy();
  const account = `${group}/providers/microsoft.storage/storageaccounts/kept`;
  world.lists['/locks'] = [
    { id: `${workspaceId('CENTRAL')}/providers/Microsoft.Authorization/locks/keep`, properties: { level: 'CanNotDelete' } },
    { id: `${group}/providers/Microsoft.Authorization/locks/group`, properties: { level: 'ReadOnly' } },
    { id: `/subscriptions/${subscription}/providers/Microsoft.Authorization/locks/all`, properties: { level: 'CanNotDelete' } },
    { id: `${group}x/providers/Microsoft.Authorization/locks/other`, properties: { level: 'ReadOnly' } },
    { id: `${workspaceId('central2')}/providers/Microsoft.Authorization/locks/other`, properties: { level: 'ReadOnly' } },
  ];
  world.lists['/dataExports'] = [
    { properties: { tableNames: ['SigninLogs', 'AuditLogs'], enable: true, destination: { resourceId: account.toUpperCase() } } },
    { properties: { tableNames: null, destination: { resourceId: `${group}/providers/microsoft.eventhub/namespaces/hub` } } },
  ];
  world.resources[account] = { properties: { immutableStorageWithVersioning: { enabled: true, immutabilityPolicy: lockedPolicy } } };
  const table = { isThere: true, retentionDays: 90, totalRetentionDays: 365, silences: [], slowestIngestionMinutes: 5 };
  expect(await world.fact()).toEqual({
    workspaces: ['central'],
    hours: 24,
    resolutionMinutes: 10,
    tables: { AzureActivity: { is: table }, SigninLogs: { is: table }, AuditLogs: { is: table }, Heartbeat: { is: table } },
    applications: { is: [{ id: 'aaaa', name: 'Azure Portal', resource: 'Azure Resource Manager' }] },
    locks: {
      is: [
        { scope: `/subscriptions/${subscription}`, level: 'CanNotDelete' },
        { scope: group, level: 'ReadOnly' },
        { scope: workspaceId('central'), level: 'CanNotDelete' },
      ],
    },
    exports: {
      is: [
        { tables: [], isEnabled: false, destination: `${group}/providers/microsoft.eventhub/namespaces/hub`, isImmutable: null },
        { tables: ['AuditLogs', 'SigninLogs'], isEnabled: true, destination: account, isImmutable: true },
      ],
    },
  });
  expect(world.set).toContainEqual({ name: 'log_ingestion_delay_seconds', workspace: 'central', table: 'Heartbeat', value: 120 });
});

describe('a table', () => {
  it('that is silent is told, since when and until when', async () => {
    const world = healthy();
    world.rows['SigninLogs'] = [...steady(-1_450, -780), ...steady(-60, -5)];
    const { tables } = await world.fact();
    expect(tables).toMatchObject({ SigninLogs: { is: { silences: [{ from: at(-780), to: at(-60) }] } } });
  });

  it('without rows is silent, and is there', async () => {
    const world = healthy();
    world.rows['AuditLogs'] = [];
    const { tables } = await world.fact();
    expect(tables['AuditLogs']).toMatchObject({
      is: { isThere: true, silences: [{ from: null, to: null }], slowestIngestionMinutes: null },
    });
  });

  it('that is not there is not asked for', async () => {
    const world = healthy();
    world.lists['/tables'] = [tableRow('azureactivity', {}), tableRow('AuditLogs', { retentionInDays: -1, totalRetentionInDays: null })];
    const { tables, applications } = await world.fact();
    expect(tables['SigninLogs']).toEqual({
      is: {
        isThere: false,
        retentionDays: null,
        totalRetentionDays: null,
        silences: [{ from: null, to: null }],
        slowestIngestionMinutes: null,
      },
    });
    expect(applications).toEqual({ is: [] });
    expect(tables).toMatchObject({
      AzureActivity: { is: { isThere: true, retentionDays: null } },
      AuditLogs: { is: { isThere: true, retentionDays: null, totalRetentionDays: null } },
    });
    expect([...new Set(world.windows.map(({ table }) => table))].sort()).toEqual(['AuditLogs', 'AzureActivity']);
  });

  it('that we may not read is denied, and the others stand', async () => {
    const world = healthy();
    world.actions = ['AzureActivity', 'SigninLogs', 'Heartbeat'].map(
      (name) => `microsoft.operationalinsights/workspaces/query/${name}/read`,
    );
    world.actions = [...world.actions, 'Microsoft.OperationalInsights/workspaces/query/read'];
    const { tables } = await world.fact();
    const about = 'Microsoft.OperationalInsights/workspaces/query/AuditLogs/read';
    expect(tables['AuditLogs']).toEqual({ fault: { code: 'denied', message: expect.stringContaining(about), about } });
    expect(tables['Heartbeat']).toMatchObject({ is: { silences: [] } });
    expect(world.windows.map(({ table }) => table)).not.toContain('AuditLogs');
  });

  it('is not believed to be empty where we may ask nothing', async () => {
    const world = healthy();
    world.rows = {};
    world.actions = ['*/workspaces/query/*'];
    const { tables, applications } = await world.fact();
    for (const told of [...Object.values(tables), applications]) expect(told).toMatchObject({ is: expect.anything() });
    world.actions = ['Microsoft.OperationalInsights/workspaces/query/*/read'];
    const blind = await world.fact();
    for (const told of [...Object.values(blind.tables), blind.applications]) {
      expect(told).toMatchObject({ fault: { code: 'denied', about: 'Microsoft.OperationalInsights/workspaces/query/read' } });
    }
  });

  it('that faults is told, and the others stand', async () => {
    const world = healthy();
    world.beforeRows = (table) => {
      if (table === 'SigninLogs') throw new FaultError('partial', 'a part only');
    };
    const { tables, applications } = await world.fact();
    expect(tables).toMatchObject({
      SigninLogs: { fault: { code: 'partial', message: 'a part only' } },
      AuditLogs: { is: { silences: [] } },
    });
    expect(applications).toEqual({ fault: { code: 'partial', message: 'a part only' } });
  });
});

describe('what was read', () => {
  it('is not read again but for half an hour where there are many rows, and nothing late is passed over', async () => {
    const world = healthy();
    world.rows['AuditLogs'] = [...day, ...many];
    await world.fact();
    world.windows.length = 0;
    world.nowMs += 5 * minuteMs;
    world.rows['AuditLogs'] = [...day, ...many, row(0), row(-900, 903)];
    const { tables } = await world.fact();
    expect(world.windows.filter(({ table }) => table === 'AuditLogs')).toEqual([
      { workspace: 'one', table: 'AuditLogs', from: at(-30), to: at(5) },
    ]);
    expect(tables['AuditLogs']).toMatchObject({ is: { silences: [], slowestIngestionMinutes: 905 } });
    world.nowMs = startMs + 360 * minuteMs;
    world.rows['AuditLogs'] = [];
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [{ from: null, to: null }] } });
  });

  it('is read from the beginning where there are few rows, so that a silence is told of those that were taken away', async () => {
    const world = healthy();
    const options = { tables: ['AuditLogs'] };
    const auditLogs = async () => (await world.fact(options)).tables['AuditLogs'];
    expect(await auditLogs()).toMatchObject({ is: { silences: [] } });
    world.rows['AuditLogs'] = [...steady(-1_450, -780), ...steady(-60, -5), row(0, 4)];
    world.nowMs += 5 * minuteMs;
    world.windows.length = 0;
    world.set.length = 0;
    expect(await auditLogs()).toMatchObject({ is: { silences: [{ from: at(-780), to: at(-60) }] } });
    expect(world.windows).toMatchObject([{ from: at(-1_440), to: at(5) }]);
    expect(world.set).toMatchObject([{ table: 'AuditLogs', value: 240 }]);
    world.rows['AuditLogs'] = [...day, row(0, 4)];
    expect(await auditLogs()).toMatchObject({ is: { silences: [] } });
  });

  it('is read anew where the clock was ahead while it was read', async () => {
    const world = healthy();
    world.rows['AuditLogs'] = [...day, ...many];
    world.nowMs = startMs + 120 * minuteMs;
    await world.fact({ tables: ['AuditLogs'] });
    world.nowMs = startMs + 60 * minuteMs;
    world.rows['AuditLogs'] = [...day, ...many, ...steady(0, 55)];
    expect((await world.fact({ tables: ['AuditLogs'] })).tables['AuditLogs']).toMatchObject({ is: { silences: [] } });
  });

  it('stands where it cannot be read from the beginning, and what is new can', async () => {
    const world = healthy();
    await world.fact();
    world.nowMs += 15 * minuteMs;
    world.rows['AuditLogs'] = [row(0), row(9)];
    world.beforeRows = (table, { from }) => {
      if (table === 'AuditLogs' && from < at(-60)) throw late();
    };
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [] } });
    world.beforeRows = () => undefined;
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [{ from: null, to: at(0) }] } });
  });

  it('stands where the rest cannot be had in time, which is partial until a look has come to the end', async () => {
    const world = healthy();
    world.beforeRows = (table, { from }) => {
      if (table === 'AuditLogs' && from < at(-240)) throw late();
    };
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({
      fault: { code: 'partial', message: expect.stringMatching(/not read to the end yet/) },
    });
    world.beforeRows = (table, { from }) => {
      if (table === 'AuditLogs' && from < at(-480)) throw late();
    };
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ fault: { code: 'partial' } });
    world.beforeRows = (table) => {
      if (table === 'AuditLogs') throw late();
    };
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ fault: { code: 'throttled' } });
    world.beforeRows = () => undefined;
    world.windows.length = 0;
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [] } });
    expect(world.windows.filter(({ table }) => table === 'AuditLogs').length).toBeLessThan(6);
  });

  it('of a workspace that was made anew under its name does not count', async () => {
    const world = healthy();
    world.rows['AuditLogs'] = [...day, ...many];
    await world.fact();
    world.rows['AuditLogs'] = [];
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [] } });
    world.customerId = 'another';
    expect((await world.fact()).tables['AuditLogs']).toMatchObject({ is: { silences: [{ from: null, to: null }] } });
  });

  it('shows the same at the next look, where nothing happened but time', async () => {
    const world = healthy();
    world.rows = { ...world.rows, Heartbeat: steady(-1_450, 600), AuditLogs: [...day, row(-100, 16)] };
    const facts = new Set<string>();
    for (let look = 0; look < 12; look += 1) {
      world.rows = Object.fromEntries(Object.keys(world.rows).map((table) => [table, steady(-1_450, look * 5 - 5)]));
      facts.add(JSON.stringify(await world.fact()));
      world.nowMs += 5 * minuteMs;
    }
    expect(facts.size).toBe(1);
  });
});

describe('beside the rows', () => {
  it.each<[string, (world: PretendWorkspaces) => void, object]>([
    ['locks that cannot be read', (world) => (world.lists['/locks'] = late()), { locks: { fault: { code: 'throttled' } } }],
    [
      'locks that we may not read',
      (world) => (world.lists['/locks'] = new FaultError('denied', 'no')),
      { locks: { fault: { code: 'denied', about: 'Microsoft.Authorization/locks/read' } } },
    ],
    [
      'a lock of nothing',
      (world) => (world.lists['/locks'] = [{ id: 'x', properties: { level: 'ReadOnly' } }]),
      { locks: { fault: { code: 'malformed' } } },
    ],
    [
      'a lock without a level',
      (world) => (world.lists['/locks'] = [{ id: 'x', properties: {} }]),
      { locks: { fault: { code: 'malformed' } } },
    ],
    [
      'exports that we may not read',
      (world) => (world.lists['/dataExports'] = new FaultError('denied', 'no')),
      { exports: { fault: { code: 'denied', about: 'Microsoft.OperationalInsights/workspaces/dataExports/read' } } },
    ],
    [
      'an export to nowhere',
      (world) => (world.lists['/dataExports'] = [{ properties: {} }]),
      { exports: { fault: { code: 'malformed' } } },
    ],
    [
      'tables that cannot be listed',
      (world) => (world.lists['/tables'] = new FaultError('unreachable', 'x')),
      { tables: { AuditLogs: { fault: { code: 'unreachable' } } }, applications: { fault: { code: 'unreachable' } } },
    ],
    [
      'a retention that is no number',
      (world) => (world.lists['/tables'] = [tableRow('AuditLogs', { retentionInDays: '365' })]),
      { tables: { AuditLogs: { fault: { code: 'malformed' } } } },
    ],
    [
      'our own rights that cannot be read',
      (world) => (world.lists['/permissions'] = new FaultError('unreachable', 'x')),
      { tables: { AuditLogs: { fault: { code: 'unreachable' } } }, locks: { is: [] } },
    ],
  ])('%s', async (_what, change, expected) => {
    const world = healthy();
    change(world);
    expect(await world.fact()).toMatchObject(expected);
  });

  it.each<[string, string, PretendWorkspaces['resources'][string] | undefined, boolean | null]>([
    ['immutable', 'kept', accountWith({ enabled: true, immutabilityPolicy: lockedPolicy }), true],
    ['in another casing', 'kept', accountWith({ enabled: true, immutabilityPolicy: { ...lockedPolicy, state: 'LOCKED' } }), true],
    [
      'whose policy can be taken away',
      'kept',
      accountWith({ enabled: true, immutabilityPolicy: { ...lockedPolicy, state: 'Unlocked' } }),
      false,
    ],
    ['whose policy is off', 'kept', accountWith({ enabled: true, immutabilityPolicy: { ...lockedPolicy, state: 'Disabled' } }), false],
    ['whose policy is of tomorrow', 'kept', accountWith({ enabled: true, immutabilityPolicy: { ...lockedPolicy, state: 'Frozen' } }), null],
    [
      'whose policy lasts no day',
      'kept',
      accountWith({ enabled: true, immutabilityPolicy: { state: 'Locked', immutabilityPeriodSinceCreationInDays: 0 } }),
      null,
    ],
    ['that leaves it to its containers', 'kept', accountWith({ enabled: true }), null],
    ['with a policy that is not in use', 'kept', accountWith({ enabled: false, immutabilityPolicy: lockedPolicy }), null],
    ['that says nothing of it', 'kept', { properties: {} }, null],
    ['of which nothing can be said', 'kept', {}, null],
    ['that we may not read', 'kept', new FaultError('denied', 'no'), null],
    ['that is not there', 'kept', undefined, null],
    ['whose name is none', '../kept', undefined, null],
  ])('an account %s', async (_what, name, resource, isImmutable) => {
    const world = healthy();
    const account = `${group}/providers/microsoft.storage/storageaccounts/${name}`;
    world.lists['/dataExports'] = [{ properties: { tableNames: [], enable: true, destination: { resourceId: account } } }];
    if (resource !== undefined) world.resources[account] = resource;
    expect((await world.fact()).exports).toEqual({ is: [{ tables: [], isEnabled: true, destination: account, isImmutable }] });
    expect(world.asked.includes(account)).toBe(name === 'kept');
  });

  it('a workspace of which nothing at all can be seen is one fault', async () => {
    const world = healthy();
    for (const ending of ['/tables', '/locks', '/dataExports', '/permissions'])
      world.lists[ending] = new FaultError('unreachable', 'no token');
    expect((await world.look()).get('central')).toEqual({ fault: { code: 'unreachable', message: 'no token' } });
  });

  it('a workspace that does not say how it is asked is malformed, and the others stand', async () => {
    const world = healthy();
    world.names = ['central', 'nameless'];
    world.looked = ['nameless', 'central'];
    const seen = await world.look();
    expect(seen.get('nameless')).toMatchObject({ fault: { code: 'malformed' } });
    expect(seen.get('central')).toMatchObject({ fact: { workspaces: ['central', 'nameless'] } });
    expect(world.asked.filter((path) => path.endsWith('/locks'))).toHaveLength(1);
  });

  it('all workspaces are named where one is looked at, and why there may be more', async () => {
    const world = healthy();
    world.names = ['other', 'central'];
    world.besideFault = { code: 'denied', message: 'one subscription cannot be listed' };
    expect(await world.fact()).toMatchObject({ workspaces: ['central', 'other'], moreFault: { code: 'denied' } });
  });

  it('of workspaces with one name each counts: what is declared by that name alone may be in either', async () => {
    const world = healthy();
    world.names = ['central', 'central'];
    expect(await world.fact()).toMatchObject({ workspaces: ['central', 'central'] });
  });

  it('who signed in is not known where sign-ins are not looked at', async () => {
    const world = healthy();
    expect((await world.fact({ tables: ['Heartbeat'] })).applications).toMatchObject({ fault: { code: 'unsupported' } });
  });
});

describe('the options', () => {
  it.each([
    [{}, true],
    [{ tables: ['AKSAuditAdmin', 'DeployLog_CL'], resolution: '1h', hours: 72 }, true],
    [{ tables: [] }, false],
    [{ tables: ['azureactivity'] }, false],
    [{ tables: ['Passwords'] }, false],
    [{ tables: ['Heartbeat', 'Heartbeat'] }, false],
    [{ resolution: '30s' }, false],
    [{ hours: 73 }, false],
    [{ table: 'Heartbeat' }, false],
  ])('%j', (options, isGood) => {
    expect(logsOptionsSchema.safeParse(options).success).toBe(isGood);
  });

  it('say what the identity needs', () => {
    const actions = logsSource.actions?.({ tables: ['Heartbeat', 'A_CL', 'B_CL'] }).map(({ action }) => action);
    expect(actions).toEqual([
      'Microsoft.Authorization/permissions/read',
      'Microsoft.OperationalInsights/workspaces/query/read',
      'Microsoft.OperationalInsights/workspaces/tables/read',
      'Microsoft.OperationalInsights/workspaces/dataExports/read',
      'Microsoft.Authorization/locks/read',
      'Microsoft.Storage/storageAccounts/read',
      'Microsoft.OperationalInsights/workspaces/query/Heartbeat/read',
      'Microsoft.OperationalInsights/workspaces/query/Tables.Custom/read',
    ]);
  });
});
