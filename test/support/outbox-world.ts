import { onTestFinished } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { createOutbox, type Outbox } from '../../src/alerts/outbox.ts';
import { receiver as webhook } from '../../src/alerts/receivers/webhook.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { RunDigestForAlerts } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeContext } from '../alerts/fixtures.ts';
import { exampleOutcome } from './example-run.ts';
import { type JumpingClock, makeJumpingClock } from './jumping-clock.ts';
import { makeRecordingLog } from './recording-log.ts';
import { stateFileInNewFolder } from './state-folder.ts';
import { webhookSecret } from './watched-endpoint.ts';

/** The real store, outbox, decisions and webhooks, in a time that the test moves. */
export interface OutboxWorld {
  readonly path: string;
  readonly clock: JumpingClock;
  store(): Store;
  /** Records a run as the engine does: decided and written in one transaction, then the outbox is woken. */
  record(run: RunDigestForAlerts): Promise<void>;
  /** Resolves when the outbox has looked and no attempt is under way: all was accepted or waits for a later time. Never while a receiver hangs. */
  settled(): Promise<void>;
  /** Moves time on in steps of at most a minute, each of which is settled. */
  pass(ms: number): Promise<void>;
  /** Ends outbox and store, and opens both again on the same file. */
  restart(): Promise<void>;
}

const stepMs = 60_000;

/** Receiver name -> URL. Each is told everything. */
export async function openOutboxWorld(startMs: number, urls: { readonly [receiver: string]: string }): Promise<OutboxWorld> {
  const clock = makeJumpingClock(startMs);
  const log = makeRecordingLog();
  const path = stateFileInNewFolder();
  const routed = Object.keys(urls).map((name) => ({ name, kind: 'webhook', responses: ['page', 'ticket', 'report'] as const }));
  const receivers = new Map(
    Object.entries(urls).map(([name, url]) => [name, webhook.create(name, { url, secret: webhookSecret }, { log })]),
  );
  /** Resolves when a look of the outbox that has not begun yet has started what it found. */
  let nextLook = Promise.withResolvers<void>();
  let attemptEnded = Promise.withResolvers<void>();
  let attemptsOpen = 0;

  function watched(store: Store): Store {
    return {
      ...store,
      dueNotifications: async (at, limit) => {
        const looked = nextLook;
        nextLook = Promise.withResolvers();
        const lanes = await store.dueNotifications(at, limit);
        setImmediate(() => looked.resolve());
        return lanes;
      },
      startAttempt: async (ids, at) => {
        attemptsOpen += 1;
        await store.startAttempt(ids, at);
      },
      finishAttempt: async (ids, result) => {
        await store.finishAttempt(ids, result);
        attemptsOpen -= 1;
        attemptEnded.resolve();
        attemptEnded = Promise.withResolvers();
      },
    };
  }

  async function open(): Promise<{ readonly store: Store; readonly outbox: Outbox }> {
    const { store } = await openStore({ path, now: clock.now, log });
    attemptsOpen = 0;
    const outbox = createOutbox({ store: watched(store), receivers, clock, log, random: () => 0.5 });
    outbox.start();
    return { store, outbox };
  }

  let now = await open();
  const close = async () => {
    await now.outbox.stop(0);
    await now.store.close();
  };
  onTestFinished(close);

  async function settled(): Promise<void> {
    for (;;) {
      const looked = nextLook.promise;
      now.outbox.wake();
      await looked;
      if (attemptsOpen === 0) return;
      await attemptEnded.promise;
    }
  }

  return {
    path,
    clock,
    store: () => now.store,
    record: async (run) => {
      const context = makeContext({ nowMs: clock.now(), receivers: routed });
      const at = timestamp(clock.now());
      const outcome = exampleOutcome({ check: run.check, startedAt: at, finishedAt: at, dataAsOf: at });
      await now.store.record(outcome, (opened) => decideRun(opened, run, context), sealRun);
      now.outbox.wake();
    },
    settled,
    pass: async (ms) => {
      // Time must not run out for what is under way.
      await settled();
      for (let left = ms; left > 0; left -= stepMs) {
        clock.advance(Math.min(left, stepMs));
        await settled();
      }
    },
    restart: async () => {
      await close();
      now = await open();
    },
  };
}
