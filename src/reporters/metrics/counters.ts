import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { faultCodes } from '../../domain/fault.ts';
import type { Look, Measures } from '../../domain/look.ts';
import type { Plan } from '../../domain/plan.ts';
import type { DeliveryResult } from '../../domain/ports.ts';
import type { Run } from '../../domain/run.ts';
import { epochMs, type Timestamp } from '../../domain/time.ts';
import type { Metered } from './azure-counters.ts';
import { type MirroredRound, observeMirrors } from './mirror-series.ts';

/** What the engine and the outbox tell of their own work. None of it decides anything, and none of it throws. */
export interface Observations {
  lookEnded(look: Look, ended: EndedLook): void;
  runEnded(run: Run): void;
  /** A tick of the schedule, by the wall clock. */
  ticked(nowMs: number): void;
  /** Times at which a look was due and did not start. */
  missed(count: number): void;
  /** Our own code failed at this place (`look tls`, `check tls-versions`); the log says how. */
  defect(where: string): void;
  clockJumped(): void;
  mainThreadBlocked(blockedMs: number): void;
  worldRestarted(): void;
  attemptEnded(attempt: { readonly receiver: string; readonly reason: FailureReason | null }): void;
  /** A target that holds the open alerts itself was told them, or could not be. */
  mirrored(round: MirroredRound): void;
}

export interface EndedLook {
  readonly phaseSeconds: { readonly [phase: string]: readonly number[] };
  /** Fault code -> subjects. */
  readonly faults: { readonly [code: string]: number };
  /** By subject id, of the subjects that were looked at. */
  readonly measures: { readonly [subjectId: string]: Measures };
  /** What the source counted. */
  readonly metered: readonly Metered[];
}

type FailureReason = Extract<DeliveryResult, { kind: 'failed' }>['reason'];
const failureReasons: readonly FailureReason[] = ['network', 'timeout', 'throttled', 'server', 'rejected'];

export function createObservations(registry: Registry, plan: Plan): Observations {
  return {
    ...observeEngine(registry, plan),
    ...observeRuns(registry, plan),
    ...observeProcess(registry),
    ...observeOutbox(registry, plan),
    ...observeMirrors(registry),
  };
}

function observeEngine(registry: Registry, plan: Plan): Pick<Observations, 'lookEnded' | 'ticked' | 'missed' | 'defect'> {
  const registers = [registry];
  const lookSeconds = new Histogram({
    name: 'claimwatch_look_duration_seconds',
    help: 'How long a look took.',
    labelNames: ['look'],
    buckets: [1, 5, 20, 60],
    registers,
  });
  const phaseSeconds = new Histogram({
    name: 'claimwatch_look_phase_seconds',
    help: 'How long one phase of looking at one subject took.',
    labelNames: ['look', 'phase'],
    buckets: [0.01, 0.1, 0.5, 2, 10],
    registers,
  });
  const faults = new Counter({
    name: 'claimwatch_look_faults_total',
    help: 'Subjects that a look could not read, by why.',
    labelNames: ['look', 'code'],
    registers,
  });
  const lastTick = new Gauge({
    name: 'claimwatch_scheduler_last_tick_timestamp_seconds',
    help: 'When the schedule last ticked.',
    registers,
  });
  const missed = new Counter({
    name: 'claimwatch_scheduler_missed_runs_total',
    help: 'Times at which a look was due and did not start.',
    registers,
  });
  const defects = new Counter({
    name: 'claimwatch_defects_total',
    help: 'Failures of our own code, by place.',
    labelNames: ['where'],
    registers,
  });

  defects.inc({ where: 'tick' }, 0);
  for (const { name } of plan.looks) {
    lookSeconds.zero({ look: name });
    defects.inc({ where: `look ${name}` }, 0);
    for (const code of faultCodes) faults.inc({ look: name, code }, 0);
  }
  for (const { id } of plan.checks) defects.inc({ where: `check ${id}` }, 0);

  return {
    lookEnded: (look, ended) => {
      lookSeconds.observe({ look: look.name }, secondsBetween(look.startedAt, look.finishedAt));
      for (const [phase, seconds] of Object.entries(ended.phaseSeconds)) {
        for (const each of seconds) phaseSeconds.observe({ look: look.name, phase }, each);
      }
      for (const [code, count] of Object.entries(ended.faults)) faults.inc({ look: look.name, code }, count);
    },
    ticked: (nowMs) => lastTick.set(nowMs / 1000),
    missed: (count) => missed.inc(count),
    defect: (where) => defects.inc({ where }),
  };
}

function observeRuns(registry: Registry, plan: Plan): Pick<Observations, 'runEnded'> {
  const registers = [registry];
  const runs = new Counter({ name: 'claimwatch_check_runs_total', help: 'Runs recorded.', labelNames: ['check'], registers });
  // By check it would be a third of all series.
  const runSeconds = new Histogram({
    name: 'claimwatch_run_duration_seconds',
    help: 'How long it took to judge, over all checks.',
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30],
    registers,
  });
  for (const { id } of plan.checks) runs.inc({ check: id }, 0);
  return {
    runEnded: (run) => {
      runs.inc({ check: run.check });
      runSeconds.observe(secondsBetween(run.startedAt, run.finishedAt));
    },
  };
}

function observeProcess(registry: Registry): Pick<Observations, 'clockJumped' | 'mainThreadBlocked' | 'worldRestarted'> {
  const registers = [registry];
  const jumps = new Counter({ name: 'claimwatch_clock_jumps_total', help: 'Jumps of the wall clock.', registers });
  const blockedSeconds = new Counter({
    name: 'claimwatch_main_thread_blocked_seconds_total',
    help: 'Time in which the main thread did nothing else.',
    registers,
  });
  const restarts = new Counter({
    name: 'claimwatch_world_restarts_total',
    help: 'Worker threads replaced because a judgement never returned or the thread died.',
    registers,
  });
  return {
    clockJumped: () => jumps.inc(),
    mainThreadBlocked: (blockedMs) => blockedSeconds.inc(Math.max(0, blockedMs) / 1000),
    worldRestarted: () => restarts.inc(),
  };
}

function observeOutbox(registry: Registry, plan: Plan): Pick<Observations, 'attemptEnded'> {
  const registers = [registry];
  const attempts = new Counter({
    name: 'claimwatch_notifications_total',
    help: 'Attempts to send a message to a receiver.',
    labelNames: ['receiver'],
    registers,
  });
  const failed = new Counter({
    name: 'claimwatch_notifications_failed_total',
    help: 'Attempts that a receiver did not accept, by why.',
    labelNames: ['receiver', 'reason'],
    registers,
  });
  for (const { name } of plan.receivers) {
    attempts.inc({ receiver: name }, 0);
    for (const reason of failureReasons) failed.inc({ receiver: name, reason }, 0);
  }
  return {
    attemptEnded: ({ receiver, reason }) => {
      attempts.inc({ receiver });
      if (reason !== null) failed.inc({ receiver, reason });
    },
  };
}

/** The wall clock may have been set back in between. */
function secondsBetween(from: Timestamp, to: Timestamp): number {
  return Math.max(0, epochMs(to) - epochMs(from)) / 1000;
}
