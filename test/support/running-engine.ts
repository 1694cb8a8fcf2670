import { onTestFinished } from 'vitest';
import { wireAlertRules } from '../../src/commands/wire-alert-rules.ts';
import type { Notification } from '../../src/domain/alert.ts';
import type { Check, Derivation } from '../../src/domain/check.ts';
import type { EstateDerivation } from '../../src/domain/estate-derivation.ts';
import type { FactFollower } from '../../src/domain/fact-follower.ts';
import type { Plan } from '../../src/domain/plan.ts';
import type { Clock, Source, Store } from '../../src/domain/ports.ts';
import type { Run } from '../../src/domain/run.ts';
import { digestOfFindings, digestOfValue } from '../../src/engine/body.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { type FactSources, factSourcesOf } from '../../src/engine/fact-sources.ts';
import { rejudgeRun } from '../../src/engine/rejudge-run.ts';
import type { World } from '../../src/engine/world.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStore, openStoreReader } from '../../src/store/open-store.ts';
import { examplePlan, makeFakeSource, startMs, stateCheck } from './engine-fixtures.ts';
import { type JumpingClock, makeJumpingClock } from './jumping-clock.ts';
import { makeRecordingLog, type RecordingLog } from './recording-log.ts';
import { stateFileInNewFolder } from './state-folder.ts';

export interface EngineOptions {
  readonly plan?: Partial<Plan>;
  readonly checks?: { readonly [id: string]: Check };
  readonly sources?: readonly Source[];
  readonly derivations?: readonly Derivation[];
  readonly estateDerivations?: readonly EstateDerivation[];
  readonly followers?: readonly FactFollower[];
  /** The world to judge with, where it is not the one in this thread. */
  readonly startWorld?: (needs: WorldPlace) => World & { close(): Promise<void> };
  /** Of the code that judges; `0.1.0` unless given. */
  readonly codeVersion?: string;
  /** Stands between the engine and its world. */
  readonly around?: (world: World) => World;
  readonly onRecorded?: () => void;
  /** The machine's clock, where it is not the one that jumps when told to. */
  readonly clock?: Clock;
  /** Time in which the process ran; that of the clock where absent. */
  readonly ranMs?: () => number;
}

export interface WorldPlace {
  readonly plan: Plan;
  readonly statePath: string;
  readonly clock: JumpingClock;
  readonly log: RecordingLog;
}

/** The real engine, store, world and alert rules over fake sources and a clock that only the test moves. */
export interface RunningEngine {
  readonly clock: JumpingClock;
  readonly statePath: string;
  readonly log: RecordingLog;
  readonly sources: FactSources;
  /** Counted over all processes of this state file. */
  readonly observed: { missed: number; runs: number };
  readonly told: readonly Notification[];
  readonly defects: readonly string[];
  engine(): Engine;
  store(): Store;
  /** Ticks and waits until nothing is in flight. */
  step(): Promise<void>;
  /** A step at each of the next minutes. */
  minutes(count: number): Promise<void>;
  /** Ends this process where it stands and starts the next one on the same file. */
  restart(changes?: Partial<EngineOptions>): Promise<void>;
  /** Oldest first. */
  runs(check?: string): Promise<readonly Run[]>;
  /** Numbers of the runs that come to other findings when they are judged again; all of them are. */
  changedWhenRejudged(): Promise<readonly string[]>;
}

interface Process {
  readonly engine: Engine;
  readonly store: Store;
  readonly close: () => Promise<void>;
}

export async function startTestEngine(options: EngineOptions = {}): Promise<RunningEngine> {
  const path = stateFileInNewFolder();
  const clock = makeJumpingClock(startMs);
  const log = makeRecordingLog();
  const observed = { missed: 0, runs: 0 };
  const told: Notification[] = [];
  const defects: string[] = [];
  let now = settle(options);

  async function startProcess(): Promise<Process> {
    const { plan, checks, sources, factSources, estateDerivations } = now;
    const machine = options.clock ?? clock;
    const opened = await openStore({ path, now: machine.now, log });
    const reader = await openStoreReader(path);
    const store = tellOf(opened.store, told);
    const ownWorld = now.startWorld?.({ plan, statePath: path, clock, log });
    const world =
      ownWorld ??
      createWorld({
        plan,
        checks,
        sources,
        derivations: factSources.derivations,
        estateDerivations,
        followers: now.followers,
        reader,
        clock: machine,
        codeVersion: now.codeVersion,
      });
    const engine = createEngine({
      plan,
      checks,
      sources: factSources,
      store,
      world: now.around(world),
      clock: machine,
      ranMs: now.ranMs ?? machine.monotonic,
      log,
      rules: wireAlertRules(plan, checks, new Map()),
      pseudonyms: opened.pseudonyms,
      seal: sealRun,
      codeVersion: now.codeVersion,
      observer: {
        lookEnded: () => undefined,
        runEnded: () => {
          observed.runs += 1;
        },
        ticked: () => undefined,
        missed: (count) => {
          observed.missed += count;
        },
        defect: (where) => defects.push(where),
      },
      onRecorded: () => options.onRecorded?.(),
    });
    await engine.start();
    const close = async (): Promise<void> => {
      const stopped = engine.stop();
      await ownWorld?.close();
      await stopped;
      await store.close();
      await reader?.close();
    };
    return { engine, store, close };
  }

  let running = await startProcess();
  onTestFinished(() => running.close());
  const { engine, store } = { engine: () => running.engine, store: () => running.store };

  async function step(): Promise<void> {
    engine().tick();
    await engine().settled();
  }

  async function runs(check?: string): Promise<readonly Run[]> {
    return (await store().runs({ limit: 1_000, ...(check === undefined ? {} : { check }) })).toReversed();
  }

  return {
    clock,
    statePath: path,
    log,
    get sources() {
      return now.factSources;
    },
    observed,
    told,
    defects,
    engine,
    store,
    step,
    minutes: async (count) => {
      for (let minute = 0; minute < count; minute += 1) {
        clock.advance(60_000);
        await step();
      }
    },
    restart: async (changes = {}) => {
      await running.close();
      now = settle({ ...options, ...changes });
      running = await startProcess();
      await engine().settled();
    },
    runs,
    changedWhenRejudged: async () => {
      const reader = await openStoreReader(path);
      if (reader === null) throw new Error('expected a state file');
      const changed = await Promise.all((await runs()).map((run) => rejudge(reader, run, now)));
      await reader.close();
      return changed.flat();
    },
  };
}

interface Settled {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly factSources: FactSources;
  readonly estateDerivations: readonly EstateDerivation[];
  readonly followers: readonly FactFollower[];
  readonly around: (world: World) => World;
  readonly startWorld: EngineOptions['startWorld'];
  readonly ranMs: EngineOptions['ranMs'];
  readonly codeVersion: string;
}

function settle(options: EngineOptions): Settled {
  const plan = examplePlan(options.plan);
  const sources = new Map((options.sources ?? [makeFakeSource('state')]).map((source) => [source.name, source]));
  const derivations = new Map((options.derivations ?? []).map((derivation) => [derivation.kind, derivation]));
  return {
    plan,
    checks: new Map(Object.entries(options.checks ?? { 'state-good': stateCheck(['state']) })),
    sources,
    factSources: factSourcesOf(plan, sources, derivations, options.estateDerivations),
    estateDerivations: options.estateDerivations ?? [],
    followers: options.followers ?? [],
    around: options.around ?? ((world) => world),
    startWorld: options.startWorld,
    ranMs: options.ranMs,
    codeVersion: options.codeVersion ?? '0.1.0',
  };
}

/** Only what was committed counts as told. */
function tellOf(store: Store, told: Notification[]): Store {
  return {
    ...store,
    record: async (outcome, decide, seal) => {
      const recorded = await store.record(outcome, decide, seal);
      told.push(...recorded.decision.notifications);
      return recorded;
    },
    recordLook: async (look, changed, decide) => {
      const decided: Notification[] = [];
      const recorded = await store.recordLook(look, changed, (recording, moved) => {
        const decision = decide?.(recording, moved) ?? { alerts: [], notifications: [] };
        decided.push(...decision.notifications);
        return decision;
      });
      told.push(...decided);
      return recorded;
    },
    recordDecision: async (decide) => {
      const decision = await store.recordDecision(decide);
      told.push(...decision.notifications);
      return decision;
    },
  };
}

async function rejudge(reader: Parameters<typeof rejudgeRun>[0], run: Run, { checks, factSources }: Settled): Promise<readonly string[]> {
  const check = checks.get(run.check);
  const judged = check === undefined ? 'no check' : await rejudgeRun(reader, run, check, factSources);
  if (typeof judged === 'string') return [`run ${run.id} (${run.check}): ${judged}`];
  const isSame = digestOfFindings(judged.findings) === run.findingsDigest && digestOfValue(judged.notPass) === run.notPassDigest;
  return isSame && digestOfValue(judged.counts) === digestOfValue(run.counts) ? [] : [`run ${run.id} (${run.check}): other findings`];
}
