import { join } from 'node:path';
import type { Command } from 'commander';
import { createOutbox } from '../alerts/outbox.ts';
import { damageTrouble, quarantineTrouble, type StateTrouble } from '../alerts/state-notice.ts';
import type { Plan } from '../domain/plan.ts';
import type { Log, Pseudonyms, Receiver, Store } from '../domain/ports.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import { startRunningTime } from '../engine/running-time.ts';
import { startScheduler } from '../engine/scheduler.ts';
import { startWorldThread, type WorldThread } from '../engine/world-thread.ts';
import { sealRun } from '../evidence/run-entry.ts';
import { createMetrics, type Metrics } from '../reporters/metrics/metrics.ts';
import { type Health, startWeb, type Web, type WebNeeds } from '../reporters/web/start-web.ts';
import { type OpenedStore, openStore } from '../store/open-store.ts';
import { lockState, type StateLock } from '../store/state-lock.ts';
import { computeCodeVersion } from './code-version.ts';
import { type CommandContext, finish, stateFileName } from './command-context.ts';
import { lookAgeLimits } from './look-age-limits.ts';
import { makeFolder } from './make-folder.ts';
import { createNetworkPages } from './network-pages.ts';
import { type ExitCode, exitCodes, type Roof, UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import type { Rooms } from './rooms.ts';
import { explainStateError, statStateFile } from './state-error.ts';
import { type WiredRules, wireAlertRules } from './wire-alert-rules.ts';
import { createMirrors } from './wire-mirrors.ts';

/** Longer than any transaction, shorter than what container platforms wait before they kill (10 s). */
const stopGraceMs = 8_000;
/** The schedule ticks every second. */
const tickLateMs = 15_000;

/** `run`: the daemon. */
export function addRunCommand(program: Command, context: CommandContext): void {
  program
    .command('run')
    .description('the daemon: looks on schedule, records, serves metrics, tells receivers')
    .action(() => finish(context, () => runDaemon(context)));
}

async function runDaemon(context: CommandContext): Promise<ExitCode> {
  const { roof } = context;
  const startedMs = roof.clock.monotonic();
  const rooms = await context.rooms();
  const [{ plan }, codeVersion] = await Promise.all([context.openPlan('whole'), computeCodeVersion(roof.version.version)]);
  await makeFolder(plan.stateDirectory);
  const statePath = join(plan.stateDirectory, stateFileName);
  const { lock, store, pseudonyms, quarantined } = await openState(statePath, roof);
  const daemon = await startDaemon({ roof, rooms, plan, codeVersion, statePath, store, pseudonyms, quarantined });
  roof.daemonLog.info(
    {
      readyMs: Math.round(roof.clock.monotonic() - startedMs),
      port: daemon.port,
      mode: plan.mode.kind,
      checks: plan.checks.length,
      subjects: plan.subjects.length,
    },
    'claimwatch is ready',
  );
  if (plan.subjects.length === 0 && plan.azure === null)
    roof.daemonLog.warn({}, 'nothing is configured: every check stays unknown until "endpoints" names one, or "azure" says where to look');
  await untilAborted(roof.stopRequested);
  roof.daemonLog.info({}, 'claimwatch stops');
  await daemon.stop();
  lock.release();
  roof.daemonLog.info({}, 'claimwatch has stopped');
  return exitCodes.pass;
}

async function openState(path: string, { clock, daemonLog }: Roof): Promise<OpenedStore & { readonly lock: StateLock }> {
  try {
    statStateFile(path);
    return { lock: lockState(path), ...(await openStore({ path, now: clock.now, log: daemonLog })) };
  } catch (error) {
    throw explainStateError(error, path);
  }
}

interface DaemonNeeds {
  readonly roof: Roof;
  readonly rooms: Rooms;
  readonly plan: Plan;
  readonly codeVersion: string;
  readonly statePath: string;
  readonly store: Store;
  readonly pseudonyms: Pseudonyms;
  readonly quarantined: string | null;
}

function createReceivers(plan: Plan, rooms: Rooms, log: Log): ReadonlyMap<string, Receiver> {
  return new Map(
    plan.receivers.map(({ name, kind, options }) => {
      const receiver = rooms.receivers.get(kind);
      if (receiver === undefined) throw new Error(`receiver kind ${kind} has no file`);
      return [name, receiver.create(name, options, { log })];
    }),
  );
}

async function startDaemon(needs: DaemonNeeds): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { roof, rooms, plan, codeVersion, store } = needs;
  const { clock, daemonLog: log } = roof;
  const sources = roomSources(plan, rooms);
  const ageLimits = lookAgeLimits(plan, rooms.checks, sources);
  const metrics = createMetrics({ store, plan, checks: rooms.checks, clock, lookAgeLimits: ageLimits, version: roof.version });
  const rules = wireAlertRules(plan, rooms.checks, rooms.receivers);
  const receivers = createReceivers(plan, rooms, log);
  const outbox = createOutbox({ store, receivers, clock, log, random: Math.random, onAttempt: metrics.attemptEnded });
  const mirrors = createMirrors({ plan, checks: rooms.checks, receivers, store, clock, log, metrics });
  const wakeSenders = () => {
    outbox.wake();
    mirrors.wake();
  };
  const heart = createHeart(clock.monotonic, () => world.answers());
  const network = createNetworkPages({ plan, sources, store, clock, draw: () => world.drawEstate() });
  const web = await listenOrExplain({ listen: plan.listen, metrics, health: heart.health, network, log });
  const ranMs = startRunningTime(clock);
  const world = startWorldThread({
    plan,
    spawn: () => roof.spawnWorld({ plan: { ...plan, receivers: [] }, statePath: needs.statePath, codeVersion }),
    clock,
    ranMs,
    log,
    onRestart: metrics.worldRestarted,
  });
  const engine = createEngine({
    plan,
    checks: rooms.checks,
    sources,
    store,
    world,
    clock,
    ranMs,
    log,
    rules,
    pseudonyms: needs.pseudonyms,
    seal: sealRun,
    codeVersion,
    observer: metrics,
    onRecorded: wakeSenders,
  });
  await world.ready();
  const tell = tellState(needs, rules, wakeSenders);
  if (needs.quarantined !== null) await tell(quarantineTrouble(needs.quarantined));
  await mirrors.note();
  await engine.start();
  outbox.start();
  mirrors.start();
  const scheduler = startTicking(roof, heart, engine, metrics);
  heart.start();
  engine.tick();
  void checkWholeState(needs, tell);
  return {
    port: web.port,
    stop: async () => {
      heart.stop();
      scheduler.stop();
      await stopInTime(roof, engine, world);
      await Promise.all([outbox.stop(stopGraceMs), mirrors.stop(stopGraceMs)]);
      await world.close();
      await web.close();
      await store.close();
    },
  };
}

function tellState({ roof, store }: DaemonNeeds, rules: WiredRules, wakeSenders: () => void): (trouble: StateTrouble) => Promise<void> {
  return async (trouble) => {
    await store.recordDecision(() => rules.decideState(trouble, roof.clock.now()));
    wakeSenders();
  };
}

function startTicking({ clock, daemonLog: log }: Roof, heart: Heart, engine: Engine, metrics: Metrics): { stop(): void } {
  return startScheduler({
    clock,
    onTick: () => {
      heart.beat();
      engine.tick();
    },
    onClockJump: (jump) => {
      log.warn(jump, 'the clock jumped');
      metrics.clockJumped();
    },
    onBlocked: (blockedMs) => {
      log.warn({ blockedMs: Math.round(blockedMs) }, 'claimwatch stood still: it was stopped, its machine suspended, or it was starved');
      metrics.mainThreadBlocked(blockedMs);
    },
  });
}

async function listenOrExplain(needs: WebNeeds): Promise<Web> {
  try {
    return await startWeb(needs);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && typeof error.code === 'string' && listenFaults.has(error.code))) throw error;
    const { host, port } = needs.listen;
    throw new UsageError(
      `${host}:${port} cannot be listened on (${error.code}); stop what listens there, or change "listen" in claimwatch.yaml`,
    );
  }
}

const listenFaults: ReadonlySet<string> = new Set(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'EAI_AGAIN']);

/** In a process of its own: it reads the whole file. What it finds is told; the daemon goes on. */
async function checkWholeState({ roof, statePath }: DaemonNeeds, tell: (trouble: StateTrouble) => Promise<void>): Promise<void> {
  try {
    const { output } = await roof.runSelf(['state', 'check', statePath, '--json'], roof.stopRequested);
    const { problems } = JSON.parse(output) as { readonly problems: readonly string[] };
    if (problems.length > 0) await tell(damageTrouble(statePath, problems));
    for (const problem of problems) roof.daemonLog.error({ path: statePath, problem }, 'the state file is damaged');
  } catch (error) {
    if (!roof.stopRequested.aborted) roof.daemonLog.error({ err: error }, 'the state file could not be checked as a whole');
  }
}

/** A judgement that hangs must not hold the process: it is judged again after the next start. */
async function stopInTime(roof: Roof, engine: Engine, world: WorldThread): Promise<void> {
  const stopped = new AbortController();
  const late = roof.clock.sleep(stopGraceMs, stopped.signal).then(() => (stopped.signal.aborted ? undefined : world.close()));
  await engine.stop();
  stopped.abort();
  await late;
}

interface Heart {
  start(): void;
  beat(): void;
  stop(): void;
  health(): Promise<Health>;
}

/** Live: the schedule ticks. Ready: it has been started and the world answers. */
function createHeart(monotonic: () => number, worldAnswers: () => boolean): Heart {
  let lastBeatMs = monotonic();
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  return {
    start: () => {
      state = 'running';
      lastBeatMs = monotonic();
    },
    beat: () => {
      lastBeatMs = monotonic();
    },
    stop: () => {
      state = 'stopping';
    },
    health: async () => {
      const late = state === 'running' && monotonic() - lastBeatMs > tickLateMs;
      const problems = [
        ...(late ? ['the schedule has not ticked for 15 s'] : []),
        ...(state === 'running' ? [] : [`claimwatch is ${state}`]),
      ];
      if (state !== 'starting' && !worldAnswers()) problems.push('the world thread does not answer');
      return { live: !late, ready: problems.length === 0, problems };
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
