import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { parse, stringify } from 'yaml';
import { type Estate, type EstateOptions, openEstate } from '../../sandbox/azure/estate.ts';
import { estateLogTables, estateParameters } from '../../sandbox/azure/estate-parameters.ts';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import { production } from '../../sandbox/azure/mutation.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { serviceTags } from '../../sandbox/azure/service-tags.ts';
import { type Authority, makeAuthority } from '../../sandbox/certificates.ts';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { openRooms, type Rooms } from '../../src/commands/rooms.ts';
import { loadPlan } from '../../src/config/load-plan.ts';
import type { Alert, FailAlert, UnknownAlert } from '../../src/domain/alert.ts';
import type { Check } from '../../src/domain/check.ts';
import { claimStatuses } from '../../src/domain/claim-status.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import type { Look } from '../../src/domain/look.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Source } from '../../src/domain/ports.ts';
import { findScheduleError, longestGapMs } from '../../src/engine/schedule.ts';
import { type AzureAccess, createAzureAccess } from '../../src/sources/azure/azure-access.ts';
import { createAzureSource } from '../../src/sources/azure/azure-source.ts';
import type { Clock as AzureClock } from '../../src/sources/azure/clock.ts';
import { dnsSource } from '../../src/sources/dns/dns-source.ts';
import { createActivityLogSource } from '../../src/sources/logs/activity-log-source.ts';
import { createCanarySource } from '../../src/sources/logs/canary-source.ts';
import { createDiagnosticSettingsSource } from '../../src/sources/logs/diagnostic-settings-source.ts';
import { createHeartbeatsSource } from '../../src/sources/logs/heartbeats-source.ts';
import { createLogsSource } from '../../src/sources/logs/logs-source.ts';
import { createOwnLooksSource } from '../../src/sources/logs/own-looks-source.ts';
import { type JumpingClock, makeJumpingClock } from './jumping-clock.ts';
import { type RunningEngine, startTestEngine } from './running-engine.ts';

const configuration = fileURLToPath(new URL('../../config/', import.meta.url));
const cadenceMs = 15 * 60_000;

/** What each look came to: every interpretation of every check, in one line each, and who does not pass. */
export interface Picture {
  /** `check interpretation` -> `pass`, `fail`, `unknown`, `waived`. */
  readonly statuses: ReadonlyMap<string, string>;
  /** `claim interpretation` -> status of what is checked of it. */
  readonly claims: ReadonlyMap<string, string>;
  /** By check, those that are not pass. */
  readonly findings: ReadonlyMap<string, readonly Finding[]>;
  readonly alerts: readonly Alert[];
  readonly fails: readonly FailAlert[];
  readonly unknowns: readonly UnknownAlert[];
  /** By check: how many are judged. */
  readonly populations: ReadonlyMap<string, number>;
}

export interface AzureWorld {
  readonly estate: Estate;
  readonly azure: PretendAzure;
  readonly running: RunningEngine;
  readonly clock: JumpingClock;
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  /** Writes the secret of the identity, which is read again for each token. */
  setSecret(secret: string): Promise<void>;
  /** The next look and all that is judged of it. */
  look(): Promise<Picture>;
  looks(count: number): Promise<Picture>;
  picture(): Promise<Picture>;
  latest(): Promise<Look>;
}

export interface AzureWorldOptions {
  readonly estate?: EstateOptions;
  /** How many times faster than told the deadlines of the client pass, where a test waits for them; default 1. */
  readonly deadlinesFasterBy?: number;
  /** Only these checks; default: all about resources. */
  readonly checks?: readonly string[];
  /** Names of the estate are asked of this name server (`127.0.0.1:port`), for `hosting-endpoints`; default: none is asked. */
  readonly resolver?: string;
  /** What Azure says of the rules in effect at an interface; default: what follows from the estate. */
  readonly oracle?: (networkInterface: EstateResource, estate: Estate) => Json;
  /** Looks at logs as well; default: none, and no check that needs one. */
  readonly logs?: boolean;
  /** Besides those by which the written estate is healthy. */
  readonly parameters?: { readonly [check: string]: object };
}

/** Hundreds of looks are a few days of the clock, of which Microsoft's own package knows nothing. */
const tokenLifetimeSeconds = 30 * 86_400;
let sharedAuthority: Promise<Authority> | undefined;
let sharedRooms: Promise<Rooms> | undefined;

/** The real source, engine, store, checks and alert rules over the pretend Azure. Waiting takes no time: it moves the clock. */
export async function startAzureWorld(options: AzureWorldOptions = {}): Promise<AzureWorld> {
  sharedAuthority ??= makeAuthority({ name: 'Pretend Root' });
  sharedRooms ??= openRooms();
  const [authority, rooms] = await Promise.all([sharedAuthority, sharedRooms]);
  const clock = makeJumpingClock(Math.floor(Date.now() / cadenceMs) * cadenceMs + 60_000);
  const estate = await openEstate({ now: clock.now, ...options.estate });
  const { oracle } = options;
  const azure = await startPretendAzure({
    estate,
    authority,
    now: clock.now,
    tokenLifetimeSeconds,
    ...(oracle === undefined ? {} : { oracle: (card) => oracle(card, estate) }),
  });
  onTestFinished(() => azure.close());
  const { plan, checks, folder } = await planWorld({ authority, azure, estate, rooms, options });
  const access = createAzureAccess(makeAzureClock(clock, options.deadlinesFasterBy ?? 1));
  const source: Source = createAzureSource(access.clock, access);
  const ofLogs = options.logs === true ? createLogSources(access) : [];
  const sources = [source, ...(options.resolver === undefined ? [] : [dnsSource.create()]), ...ofLogs];
  const running = await startTestEngine({
    plan,
    checks: Object.fromEntries(checks),
    sources,
    estateDerivations: rooms.estateDerivations,
    clock,
    ranMs: clock.monotonic,
  });

  async function latest(): Promise<Look> {
    const look = await running.store().latestLook('azure');
    if (look === null) throw new Error('no look was recorded');
    return look;
  }

  let aheadMs = 0;
  async function look(): Promise<Picture> {
    clock.advance(cadenceMs - aheadMs);
    aheadMs = 0;
    await running.step();
    if (options.logs === true) {
      aheadMs = logsAfterMs;
      clock.advance(logsAfterMs);
      await running.step();
    }
    return await picture();
  }

  async function picture(): Promise<Picture> {
    return await takePicture(running, plan, checks, clock.now());
  }

  return {
    estate,
    azure,
    running,
    clock,
    plan,
    checks,
    setSecret: (secret) => writeFile(join(folder, 'secret'), secret),
    look,
    looks: async (count) => {
      for (let made = 1; made < count; made += 1) await look();
      return await look();
    },
    picture,
    latest,
  };
}

function createLogSources(access: AzureAccess): readonly Source[] {
  return [
    createActivityLogSource(access),
    createCanarySource(access),
    createDiagnosticSettingsSource(access),
    createHeartbeatsSource(access),
    createLogsSource(access),
    createOwnLooksSource(),
  ];
}

/** Looks at logs come when that at Azure has ended. */
const logsAfterMs = 90_000;
const secondMs = 1_000;

/** Sleeping moves the engine's clock, second by second, so that its deadlines count what the client waits. */
function makeAzureClock(clock: JumpingClock, fasterBy: number): AzureClock {
  return {
    now: clock.monotonic,
    wallNow: clock.now,
    random: () => 0.999,
    timeout: (ms) => AbortSignal.timeout(Math.ceil(ms / fasterBy)),
    sleep: async (ms, signal) => {
      const untilMs = clock.now() + ms;
      do {
        await turn();
        signal.throwIfAborted();
        clock.advanceTo(Math.min(untilMs, clock.now() + secondMs));
      } while (clock.now() < untilMs);
    },
  };
}

interface PlanNeeds {
  readonly authority: Authority;
  readonly azure: PretendAzure;
  readonly estate: Estate;
  readonly rooms: Rooms;
  readonly options: AzureWorldOptions;
}

interface PlannedWorld {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly folder: string;
}

/** By the real loader, from the shipped configuration: only its look at Azure, and the checks that need no other. */
async function planWorld(needs: PlanNeeds): Promise<PlannedWorld> {
  const { authority, azure, estate, rooms, options } = needs;
  const only = options.checks;
  const written = { ...estateParameters, ...options.parameters };
  const checks = new Map(
    [...rooms.checks].filter(([id, check]) => isWatched(id, check, options) && (only === undefined || only.includes(id))),
  );
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-azure-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const shipped = parse(await readFile(join(configuration, 'claimwatch.yaml'), 'utf8'));
  const settings = {
    ...shipped,
    mode: 'active',
    signed: { by: 'Jane Doe', on: '2026-11-24' },
    azure: {
      cloud: { resourceManager: azure.origin, authority: azure.authorityHost, scope: azure.scope, logAnalytics: azure.logAnalytics },
      identity: { kind: 'client-secret', tenantId: azure.tenantId, clientId: azure.clientId, secretFile: 'secret' },
      subscriptions: estate.subscriptions.map(({ id }) => id),
      certificateAuthority: 'ca.pem',
      serviceTags: 'service-tags.json',
    },
    ...(options.resolver === undefined ? {} : { vantage: { ...shipped.vantage, resolver: [options.resolver] } }),
    looks: looksOf(shipped.looks, options),
    checks: Object.fromEntries(
      [...checks.keys()].map((id) => [id, { maxAge: options.logs === true ? '3h' : '50m', parameters: written[id] ?? {} }]),
    ),
    receivers: { log: { kind: 'log' } },
  };
  await Promise.all([
    writeFile(join(folder, 'claimwatch.yaml'), stringify(settings)),
    writeFile(join(folder, 'ca.pem'), authority.certificatePem),
    writeFile(join(folder, 'secret'), azure.clientSecret),
    writeFile(join(folder, 'service-tags.json'), JSON.stringify(serviceTags(production, 'westeurope'))),
    cp(join(configuration, 'claims.yaml'), join(folder, 'claims.yaml')),
    writeFile(join(folder, 'waivers.yaml'), stringify({ waivers: [] })),
  ]);
  const plan = await loadPlan({
    ...rooms,
    path: folder,
    environment: {},
    derivations: new Map([...rooms.derivations].map(([kind, { from }]) => [kind, from])),
    azure: azureNeeds,
    validateSchedule: findScheduleError,
    longestGapMs,
  });
  const receivers = [{ name: 'ops', kind: 'webhook', responses: ['page', 'ticket', 'report'], options: {} }] as const;
  return { plan: { ...plan, receivers }, checks, folder };
}

const logLooks = ['activity-log', 'canary', 'diagnostic-settings', 'heartbeats', 'logs', 'own-looks'] as const;
const logKinds: ReadonlySet<string> = new Set(['activity-log', 'canary', 'diagnostic-settings', 'heartbeat', 'log-tables', 'own-looks']);

/** Those at logs once for each look at Azure, two minutes after it. */
function looksOf(shipped: { readonly [look: string]: object }, { resolver, logs }: AzureWorldOptions): object {
  const schedule = '2,17,32,47 * * * *';
  const ofLogs = logLooks.map((look) => [look, { ...shipped[look], schedule, jitter: '0s', deadline: '10m' }] as const);
  return {
    azure: shipped['azure'],
    ...(resolver === undefined ? {} : { dns: shipped['dns'] }),
    ...(logs === true ? { ...Object.fromEntries(ofLogs), logs: { ...ofLogs[4]?.[1], options: { tables: estateLogTables } } } : {}),
  };
}

function isWatched(id: string, check: Check, { resolver, logs }: AzureWorldOptions): boolean {
  const kinds = Object.keys(check.needs);
  if (kinds.some((kind) => kind === 'outside-probe' || kind === 'canary') || (logs !== true && kinds.some((kind) => logKinds.has(kind))))
    return false;
  return check.subjects !== 'endpoint' || (resolver !== undefined && id === 'hosting-endpoints');
}

/** Each finding that is not pass, as one line. */
export function findingLines({ findings }: Pick<Picture, 'findings'>): readonly string[] {
  return [...findings].flatMap(([check, own]) =>
    own.map(({ interpretation, status, subject, observed, ...rest }) =>
      [check, interpretation, status, 'lastSeen' in rest && rest.lastSeen !== undefined ? 'last seen' : '', subject, observed].join(' | '),
    ),
  );
}

async function takePicture(running: RunningEngine, plan: Plan, checks: ReadonlyMap<string, Check>, nowMs: number): Promise<Picture> {
  const store = running.store();
  const recorded = await store.statuses();
  const configured = new Map(plan.checks.map(({ id, maxAgeMs }) => [id, { claims: checks.get(id)?.claims ?? [], maxAgeMs }]));
  const findings = new Map<string, readonly Finding[]>();
  const populations = new Map<string, number>();
  for (const { id } of plan.checks) {
    const run = await store.latestRun(id);
    findings.set(id, run === null ? [] : await store.findings(run));
    populations.set(id, run?.population.expected ?? 0);
  }
  const alerts = await store.openAlerts();
  const claims = claimStatuses(plan.register, configured, recorded, nowMs);
  return {
    statuses: new Map(claims.flatMap((claim) => claim.checks).map((one) => [`${one.check} ${one.interpretation}`, one.status])),
    claims: new Map(
      claims.flatMap(({ claim, interpretation, checked }) => (checked === null ? [] : [[`${claim} ${interpretation}`, checked] as const])),
    ),
    findings,
    alerts,
    fails: alerts.filter((alert) => alert.kind === 'fail'),
    unknowns: alerts.filter((alert) => alert.kind === 'unknown'),
    populations,
  };
}
