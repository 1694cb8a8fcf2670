import fc from 'fast-check';
import type {
  ActivityLogFact,
  DataExport,
  DiagnosticSettingsFact,
  HeartbeatFact,
  ListedEvent,
  LogTablesFact,
  ManagementLock,
  OwnLooksFact,
  SignInApplication,
  Silence,
  TableFact,
  Told,
} from '../../src/logs/log-facts.ts';
import { fault } from './arbitrary-facts.ts';

/** Facts of logs as a look brings them, mostly good so that there is something left to pass. */

export const lookedAtMs = Date.parse('2026-11-24T12:00:00.000Z');
/** The resource group of which what is locked or copied to stands. */
const groupOfLogs = '/subscriptions/00000000-0000-0000-0000-000000000001/resourcegroups/shop';
const account = `${groupOfLogs}/providers/microsoft.storage/storageaccounts/kept`;
const hub = `${groupOfLogs}/providers/microsoft.eventhub/namespaces/hub`;

const mostly = <Value>(good: Value, ...bad: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.constantFrom(good, ...bad) });
const told = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Told<Value>> =>
  fc.oneof(
    { weight: 20, arbitrary: value.map((is): Told<Value> => ({ is })) },
    { weight: 1, arbitrary: fault.map((cause): Told<Value> => ({ fault: cause })) },
  );

const minutesAgo = (minutes: number): string => new Date(lookedAtMs - minutes * 60_000).toISOString();
const silences = mostly<readonly Silence[]>(
  [],
  [{ from: minutesAgo(59), to: null }],
  [{ from: minutesAgo(61), to: null }],
  [{ from: minutesAgo(780), to: minutesAgo(60) }],
  [{ from: null, to: minutesAgo(600) }],
  [{ from: null, to: null }],
);
const table: fc.Arbitrary<TableFact> = fc.record({
  isThere: mostly(true, false),
  retentionDays: mostly<number | null>(90, 30, null),
  totalRetentionDays: mostly<number | null>(365, 364, 90, 89, 30, null),
  silences,
  slowestIngestionMinutes: mostly<number | null>(5, 360, null),
});
/** Nobody uses most consoles. */
const unusedTable = table.map((one): TableFact => ({ ...one, isThere: false, silences: [{ from: null, to: null }] }));
const usedTables = ['AzureActivity', 'SigninLogs', 'AuditLogs'];
const otherTables = ['AKSAuditAdmin', 'AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'SQLSecurityAuditEvents'];
const tables: fc.Arbitrary<LogTablesFact['tables']> = fc.record(
  Object.fromEntries([
    ...usedTables.map((name) => [name, told(table)]),
    ...otherTables.map((name) => [name, told(fc.oneof({ weight: 12, arbitrary: unusedTable }, { weight: 1, arbitrary: table }))]),
  ]),
);
export const declaredApplication = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c';
const management = 'Windows Azure Service Management API';
const applications = mostly<readonly SignInApplication[]>(
  [{ id: declaredApplication, name: 'Azure Portal', resource: management }],
  [],
  [{ id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', name: 'Azure CLI', resource: management }],
  [{ id: '04b07795-8ddb-461a-bbee-02f9e1bf7b46', name: 'Azure CLI', resource: 'Office 365' }],
);
const locks = mostly<readonly ManagementLock[]>(
  [{ scope: groupOfLogs, level: 'CanNotDelete' }],
  [],
  [{ scope: `${groupOfLogs}2`, level: 'ReadOnly' }],
  [{ scope: groupOfLogs, level: 'NotSpecified' }],
);
const copy: DataExport = { tables: usedTables, isEnabled: true, destination: account, isImmutable: true };
const exports = mostly<readonly DataExport[]>(
  [copy],
  [],
  [{ ...copy, isEnabled: false }],
  [{ ...copy, isImmutable: false }],
  [{ ...copy, isImmutable: null }],
  [{ ...copy, destination: hub, isImmutable: null }],
  [{ ...copy, tables: ['AzureActivity'] }],
);
export const logTables: fc.Arbitrary<LogTablesFact> = fc.record({
  workspaces: mostly<readonly string[]>(['one'], ['one', 'other']),
  hours: mostly(24, 48),
  resolutionMinutes: mostly(15, 30),
  tables,
  applications: told(applications),
  locks: told(locks),
  exports: told(exports),
});

const log = fc
  .tuple(fc.constantFrom('Administrative', 'Security', 'Policy', 'Alert', 'AuditEvent', 'audit', 'allLogs', 'other'), mostly(true, false))
  .chain(([name, enabled]) =>
    fc.constantFrom(
      { category: name, categoryGroup: null, enabled },
      { category: name, categoryGroup: null, enabled },
      { category: null, categoryGroup: name, enabled },
    ),
  );
const place = fc.constantFrom(
  {
    workspaceId: `${groupOfLogs}/providers/microsoft.operationalinsights/workspaces/one`,
    storageAccountId: null,
    eventHubAuthorizationRuleId: null,
  },
  { workspaceId: null, storageAccountId: account, eventHubAuthorizationRuleId: null },
  { workspaceId: null, storageAccountId: null, eventHubAuthorizationRuleId: `${hub}/authorizationrules/send` },
);
const diagnosticSettings: fc.Arbitrary<DiagnosticSettingsFact> = fc.record({
  settings: fc.array(
    fc.tuple(fc.constantFrom('to-logs', 'old'), place, fc.array(log, { maxLength: 6 })).map(([name, at, logs]) => ({ name, ...at, logs })),
    { maxLength: 3 },
  ),
});

const heartbeat: fc.Arbitrary<HeartbeatFact> = fc
  .tuple(
    mostly<readonly string[]>(['one'], ['one', 'other'], []),
    mostly(true, false),
    fc.constantFrom(null, minutesAgo(16), minutesAgo(1_400)),
  )
  .map(([workspaces, isHeard, last]) => ({ workspaces, minutes: 15, isHeard, lastHeard: isHeard ? null : last }));

const listedEvent: fc.Arbitrary<ListedEvent> = fc.record({
  id: fc.uuid(),
  at: fc.constantFrom(minutesAgo(1_700), minutesAgo(600), minutesAgo(31)),
  category: fc.constantFrom('Administrative', 'Security', 'Policy'),
  operation: fc.constantFrom('Microsoft.Network/networkSecurityGroups/write', ''),
  resource: fc.constantFrom(account, ''),
});
const few = fc.oneof({ weight: 12, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(listedEvent, { maxLength: 22 }) });
const activityLog: fc.Arbitrary<ActivityLogFact> = fc
  .record({
    listed: mostly(24, 0, 200_000),
    missing: few,
    overdue: few,
    isCounted: mostly(true, false),
    slowestIngestionMinutes: mostly<number | null>(10, 0, 60, 65, null),
  })
  .map(({ listed, missing, overdue, isCounted, slowestIngestionMinutes }) => ({
    workspaces: ['one'],
    categories: ['Administrative', 'Security', 'Policy'],
    settled: { from: minutesAgo(1_800), to: minutesAgo(360) },
    listed: listed + missing.length,
    found: isCounted ? listed : listed + 1,
    missing,
    missingCount: missing.length,
    overdue,
    overdueCount: overdue.length,
    lastUnseen: overdue.at(-1) ?? null,
    usualMinutes: 30,
    isQuiet: listed + missing.length + overdue.length === 0,
    slowestIngestionMinutes,
  }));

const ownLooks: fc.Arbitrary<OwnLooksFact> = fc.tuple(mostly(24, 0), mostly(24, 22, 0), mostly(0, 2)).map(([due, done, late]) => ({
  from: minutesAgo(1_440),
  to: minutesAgo(0),
  looks: [
    { name: 'azure', due: 96, done: 95, late: 0 },
    { name: 'logs', due, done: Math.min(due, done), late: Math.min(due, done, late) },
  ],
}));

/** What can be made up for a check that needs it besides the row of its subject. */
export const logFacts: { readonly [kind: string]: fc.Arbitrary<unknown> } = {
  'activity-log': activityLog,
  'diagnostic-settings': diagnosticSettings,
  heartbeat,
  'log-tables': logTables,
  'own-looks': ownLooks,
};
