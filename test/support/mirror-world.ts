import { setImmediate as turn } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { createMirror, type Mirror, type MirrorRound } from '../../src/alerts/mirror.ts';
import { mirrorAlerts } from '../../src/alerts/mirror-alerts.ts';
import { receiver as alertmanager } from '../../src/alerts/receivers/alertmanager.ts';
import type { MirrorEntry, MirrorTarget } from '../../src/domain/mirroring.ts';
import type { Store } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { fails, makeContext, run, startMs } from '../alerts/fixtures.ts';
import { type FakeAlertmanager, startFakeAlertmanager } from './fake-alertmanager.ts';
import { type JumpingClock, makeJumpingClock } from './jumping-clock.ts';
import { makeRecordingLog, type RecordingLog } from './recording-log.ts';
import { openTestStore } from './state-folder.ts';

/** The real store, decisions, receiver and mirror against a pretend Alertmanager, in a time that the test moves. */
export interface MirrorWorld {
  readonly clock: JumpingClock;
  readonly log: RecordingLog;
  readonly target: FakeAlertmanager;
  readonly rounds: readonly MirrorRound[];
  /** Why requests were not accepted, in order. */
  readonly failures: readonly string[];
  /** Records a run of one check in which these subjects fail. */
  fail(subjects: readonly string[]): Promise<void>;
  ledger(): Promise<readonly MirrorEntry[]>;
  /** Resolves when nothing is under way but what waits for the clock. */
  settled(): Promise<void>;
  /** In steps of a second, each settled. */
  pass(seconds: number): Promise<void>;
  /** Ends the mirror, as a kill between two rounds would, and begins a new one on the same store. */
  restart(): Promise<void>;
}

export async function openMirrorWorld(options: { readonly firesAtLeast?: string } = {}): Promise<MirrorWorld> {
  const clock = makeJumpingClock(startMs);
  const log = makeRecordingLog();
  const target = await startFakeAlertmanager(clock.now);
  const { store } = await openTestStore();
  const receiver = alertmanager.create('am', { urls: [target.url], firesAtLeast: options.firesAtLeast ?? '0s' }, { log });
  const context = () =>
    makeContext({ nowMs: clock.now(), receivers: [{ name: 'am', kind: 'alertmanager', responses: ['ticket'], isMirror: true }] });
  const rounds: MirrorRound[] = [];
  const failures: string[] = [];
  let busy = 0;
  const counted = <T>(work: Promise<T>): Promise<T> => {
    busy += 1;
    return work.finally(() => {
      busy -= 1;
    });
  };
  let storing = 0;
  const stored = <T>(work: Promise<T>): Promise<T> => {
    storing += 1;
    return counted(work).finally(() => {
      storing -= 1;
    });
  };
  const watched: Pick<Store, 'openAlerts' | 'mirrored' | 'noteMirrored' | 'forgetMirrored'> = {
    openAlerts: () => stored(store.openAlerts()),
    mirrored: (name) => stored(store.mirrored(name)),
    noteMirrored: (name, entries) => stored(store.noteMirrored(name, entries)),
    forgetMirrored: (name, prints) => stored(store.forgetMirrored(name, prints)),
  };
  const [own] = receiver.mirror?.targets ?? [];
  if (own === undefined || receiver.mirror === undefined) throw new Error('the receiver is no mirror');
  const { endsAfterMs, firesAtLeastMs } = receiver.mirror;
  const watchedTarget: MirrorTarget = {
    id: own.id,
    post: (alerts, at, signal) => counted(own.post(alerts, at, signal)),
    incarnation: (signal) => counted(own.incarnation(signal)),
  };

  function start(): Mirror {
    const mirror = createMirror({
      receiver: 'am',
      target: watchedTarget,
      endsAfterMs,
      firesAtLeastMs,
      store: watched,
      wanted: (open) => mirrorAlerts(open, { receiver: 'am', vantage: 'test', describe: context().describe }),
      clock,
      log,
      onAttempt: (reason) => {
        if (reason !== null) failures.push(reason);
      },
      onRound: (round) => rounds.push(round),
    });
    mirror.start();
    return mirror;
  }

  let mirror = start();
  onTestFinished(() => mirror.stop(0));

  async function settled(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet = busy === 0 && clock.sleepers() > 0 ? quiet + 1 : 0) await turn();
  }

  return {
    clock,
    log,
    target,
    rounds,
    failures,
    fail: async (subjects) => {
      const ended = run({ failing: subjects.map((subject) => fails(subject)) }, { dataAsOf: timestamp(clock.now()) });
      await store.recordDecision((open) => decideRun(open, ended, context()));
      mirror.wake();
      // Two runs of one check are never closer than this.
      for (let quiet = 0; quiet < 4; quiet = storing === 0 ? quiet + 1 : 0) await turn();
    },
    ledger: () => store.mirrored(own.id),
    settled,
    pass: async (seconds) => {
      await settled();
      for (let passed = 0; passed < seconds; passed += 1) {
        clock.advance(1_000);
        await settled();
      }
    },
    restart: async () => {
      await mirror.stop(0);
      mirror = start();
    },
  };
}
