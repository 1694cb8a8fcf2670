import { expect } from 'vitest';
import type { AzureFault, FaultName } from '../../sandbox/azure/faults.ts';
import type { FaultCode } from '../../src/domain/fault.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { epochMs } from '../../src/domain/time.ts';
import { type AzureWorld, type AzureWorldOptions, findingLines, type Picture, startAzureWorld } from './azure-world.ts';

/** All about logs. */
export const logChecks = [
  'audit-activity-export',
  'audit-completeness',
  'audit-consoles',
  'audit-freshness',
  'audit-resource-diagnostics',
  'audit-retention',
  'audit-sql',
  'monitoring-alert-rules',
  'monitoring-coverage',
  'monitoring-heartbeats',
] as const;
export type LogCheck = (typeof logChecks)[number];

const logLooks = ['activity-log', 'diagnostic-settings', 'heartbeats', 'logs', 'own-looks'] as const;

/** Both stand for as long as nothing is undone, and keep an alert open. */
const standingFailures = ['heartbeat-lost', 'key-vault-unlogged'] as const;
const standingAlerts = ['fail:audit-resource-diagnostics:intent', 'fail:monitoring-heartbeats:intent'];

export const fastFaults = [
  'throttled',
  'throttled-without-wait',
  'unavailable',
  'cut-body',
  'html',
  'empty-object',
  'expired-token',
  'claims-challenge',
  'connection-reset',
] as const satisfies readonly FaultName[];

/** One thing that looks at logs ask, and what is not known without its answer. */
export interface LogScope {
  readonly what: string;
  readonly fault: (world: AzureWorld) => Omit<AzureFault, 'name'>;
  /** These are unknown, of one subject at least. */
  readonly blinds: readonly LogCheck[];
  /** These may be: they know what was read before, which may be enough. */
  readonly mayBlind?: readonly LogCheck[];
  /** The sign-in comes with no token that could be refused. */
  readonly isSignIn?: true;
}

const ofTables = ['audit-consoles', 'audit-retention', 'monitoring-coverage'] as const;
const ofActivity = ['audit-completeness', 'audit-freshness'] as const;
const central = 'c0ffee00-0000-4000-8000-000000000001';
const ofProduction = 'c0ffee00-0000-4000-8000-000000000002';

export const logAnalytics: LogScope = {
  what: 'Log Analytics',
  fault: () => ({ api: 'logs' }),
  blinds: [...ofTables, 'monitoring-heartbeats'],
  mayBlind: ofActivity,
};

export const tablesOfWorkspaces: LogScope = {
  what: 'tables of workspaces',
  fault: () => ({ api: 'arm', path: /\/workspaces\/[^/]+\/tables$/i }),
  blinds: ofTables,
};

/** No two of them may be down at the same time: they hide one another. */
export const workspaceScopes: readonly LogScope[] = [
  logAnalytics,
  {
    what: 'our permissions at workspaces',
    fault: () => ({ api: 'arm', path: /\/workspaces\/[^/]+\/providers\/Microsoft\.Authorization\/permissions$/i }),
    blinds: ofTables,
    // Whoever is heard is heard, whatever we are allowed.
    mayBlind: [...ofActivity, 'monitoring-heartbeats'],
  },
  tablesOfWorkspaces,
  {
    what: 'locks',
    fault: () => ({ api: 'arm', path: /\/providers\/Microsoft\.Authorization\/locks$/i }),
    blinds: ['audit-retention'],
  },
  {
    what: 'data exports',
    fault: () => ({ api: 'arm', path: /\/workspaces\/[^/]+\/dataExports$/i }),
    blinds: ['audit-retention'],
  },
  {
    what: 'the workspace of production',
    fault: () => ({ api: 'logs', path: new RegExp(`/${ofProduction}/`) }),
    blinds: ['monitoring-coverage', 'monitoring-heartbeats'],
    mayBlind: [...ofActivity, ...ofTables],
  },
  {
    what: 'the central workspace',
    fault: () => ({ api: 'logs', path: new RegExp(`/${central}/`) }),
    blinds: [...ofTables, 'monitoring-heartbeats'],
    mayBlind: ofActivity,
  },
  {
    what: 'the sign-in to Log Analytics',
    fault: ({ azure }) => ({ api: 'token', type: `${azure.logAnalytics}/.default` }),
    blinds: [...ofTables, 'monitoring-heartbeats'],
    mayBlind: ofActivity,
    isSignIn: true,
  },
];

export const activityScope: LogScope = {
  what: 'the activity log',
  fault: () => ({ api: 'activity' }),
  blinds: ofActivity,
};

export const settingsOfSubscriptions: LogScope = {
  what: 'settings of subscriptions',
  fault: () => ({ api: 'arm', path: /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Insights\/diagnosticSettings$/i }),
  blinds: ['audit-activity-export'],
};

export const settingsScopes: readonly LogScope[] = [
  settingsOfSubscriptions,
  {
    what: 'settings of resources',
    fault: () => ({
      api: 'arm',
      path: /^\/subscriptions\/[^/]+\/resourcegroups\/.+\/providers\/Microsoft\.Insights\/diagnosticSettings$/i,
    }),
    blinds: ['audit-resource-diagnostics'],
  },
];

/** What is down during one look. */
export type Outage = readonly { readonly scope: LogScope; readonly name: AzureFault['name'] }[];

function codeOf(name: AzureFault['name'], { isSignIn }: LogScope): FaultCode {
  switch (name) {
    case 'throttled':
    case 'throttled-without-wait':
      return 'throttled';
    case 'unavailable':
    case 'connection-reset':
      return 'unreachable';
    case 'cut-body':
    case 'html':
    case 'empty-object':
      return isSignIn === true ? 'unreachable' : 'malformed';
    case 'slow-drip':
      return 'timeout';
    case 'expired-token':
    case 'claims-challenge':
      return 'denied';
    case 'partial-answer':
      return 'partial';
    default:
      throw new Error(`${name} is no fault of logs`);
  }
}

function timesThatPass(name: AzureFault['name'], { isSignIn }: LogScope): number | null {
  if (name === 'partial-answer') return null;
  if (isSignIn === true) return name === 'slow-drip' ? null : 2;
  return name === 'expired-token' || name === 'claims-challenge' || name === 'slow-drip' ? 1 : 3;
}

/** A world of logs alone in which a server is silent and a key vault unlogged, with an alert for each. */
export async function startFailingWorld(options: AzureWorldOptions = {}): Promise<{ world: AzureWorld; before: Picture }> {
  const world = await startAzureWorld({ logs: true, checks: logChecks, ...options });
  for (const name of standingFailures) world.estate.mutate(name);
  const before = await world.looks(2);
  expect(before.fails.map(({ key }) => key).sort()).toEqual(standingAlerts);
  expect(before.unknowns).toEqual([]);
  return { world, before };
}

/** One look while all this is down, and one during which it passes. */
export async function walkOutage(world: AzureWorld, outage: Outage, before: Picture): Promise<void> {
  const what = outage.map(({ scope, name }) => `${name} of ${scope.what}`).join(', ');
  try {
    signOut(world, outage);
    world.azure.faults.set(null);
    for (const { scope, name } of outage) world.azure.faults.add({ name, ...scope.fault(world) });
    expectBlind(await world.look(), before, outage);
    await endInTime(world);
    signOut(world, outage);
    world.azure.faults.set(null);
    for (const { scope, name } of outage) {
      const times = timesThatPass(name, scope);
      if (times !== null) world.azure.faults.add({ name, ...scope.fault(world), times });
    }
    expectSame(await world.look(), before);
    await endInTime(world);
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  } finally {
    world.azure.faults.set(null);
  }
}

function signOut({ azure }: AzureWorld, outage: Outage): void {
  if (outage.some(({ scope }) => scope.isSignIn === true)) azure.revokeTokens();
}

async function endInTime({ running, plan }: AzureWorld): Promise<void> {
  for (const name of logLooks) {
    const look = await running.store().latestLook(name);
    if (look === null) throw new Error(`${name} did not look`);
    const deadlineMs = plan.looks.find((one) => one.name === name)?.deadlineMs ?? 0;
    expect(epochMs(look.finishedAt) - epochMs(look.startedAt), name).toBeLessThanOrEqual(deadlineMs);
  }
}

function expectSame(after: Picture, before: Picture): void {
  expect(findingLines(after)).toEqual(findingLines(before));
  expect(Object.fromEntries(after.statuses)).toEqual(Object.fromEntries(before.statuses));
  expect(alertsOf(after)).toEqual(alertsOf(before));
  expect(after.populations).toEqual(before.populations);
}

/** Alerts of failures and whom they name: neither may change for what nobody sees. */
function alertsOf({ fails }: Picture): readonly (readonly [string, string, readonly string[]])[] {
  return fails.map(({ key, id, failing }) => [key, id, failing.map(({ subject }) => subject)]);
}

function newsOf(findings: readonly Finding[], check: string, known: ReadonlySet<string>): readonly Finding[] {
  return findings.filter((finding) => !known.has(findingLines({ findings: new Map([[check, [finding]]]) })[0] ?? ''));
}

function expectBlind(after: Picture, before: Picture, outage: Outage): void {
  const known = new Set(findingLines(before));
  const blind = new Set<string>();
  for (const check of logChecks) {
    const hitting = outage.filter(({ scope }) => [...scope.blinds, ...(scope.mayBlind ?? [])].includes(check));
    const codes = hitting.map(({ name, scope }) => codeOf(name, scope));
    const news = newsOf(after.findings.get(check) ?? [], check, known);
    for (const finding of news) {
      const reason = finding.status === 'unknown' ? finding.reason : finding.status === 'fail' ? finding.lastSeen?.reason : undefined;
      expect(codes, `${check}: ${JSON.stringify(finding)}`).toContain(reason);
    }
    if (news.length > 0) blind.add(check);
  }
  for (const { scope } of outage) for (const check of scope.blinds) expect([...blind], `${check} is blind`).toContain(check);
  for (const [key, was] of before.statuses) {
    const [check = ''] = key.split(' ');
    if (was === 'fail' || !blind.has(check)) expect([key, after.statuses.get(key)]).toEqual([key, was]);
  }
  const mustBlind = new Set<string>(outage.flatMap(({ scope }) => scope.blinds));
  for (const [check, findings] of after.findings)
    if (mustBlind.has(check))
      expect(
        findings.some((finding) => isUnseen(finding)),
        check,
      ).toBe(true);
  expect(alertsOf(after)).toEqual(alertsOf(before));
  expect(after.populations).toEqual(before.populations);
}

function isUnseen(finding: Finding): boolean {
  return finding.status === 'unknown' || (finding.status === 'fail' && finding.lastSeen !== undefined);
}
