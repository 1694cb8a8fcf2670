import type { Alert } from '../domain/alert.ts';
import type { MirrorEntry, MirroredAlert, MirrorResult, MirrorTarget } from '../domain/mirroring.ts';
import type { Clock, DeliveryResult, Log, Store } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import { isOwed, nextEndInMs, type PostTimes, toPosted } from './mirror-entries.ts';
import { createMirrorLedger } from './mirror-ledger.ts';

type FailureReason = Extract<DeliveryResult, { kind: 'failed' }>['reason'];

export interface MirrorNeeds {
  readonly receiver: string;
  readonly target: MirrorTarget;
  readonly endsAfterMs: number;
  readonly firesAtLeastMs: number;
  readonly store: Pick<Store, 'openAlerts' | 'mirrored' | 'noteMirrored' | 'forgetMirrored'>;
  /** What of the open alerts the target is to hold. */
  readonly wanted: (open: readonly Alert[]) => readonly MirroredAlert[];
  readonly clock: Clock;
  readonly log: Log;
  /** Once per request that has ended; the reason is null where it was accepted. */
  readonly onAttempt: (reason: FailureReason | null) => void;
  /** After each round: how many it holds, how many ends are still told, and whether all of it was accepted. */
  readonly onRound: (round: MirrorRound) => void;
}

export interface MirrorRound {
  readonly firing: number;
  readonly resolved: number;
  readonly isAccepted: boolean;
  readonly endedAtMs: number;
}

export interface Mirror {
  start(): void;
  /** Something was recorded: what changed is sent now. */
  wake(): void;
  /** Takes up what is open, before anything can end; it is sent later. */
  note(): Promise<void>;
  /** Lets a request end for `graceMs`, then aborts it. What it was about is sent again after the next start. */
  stop(graceMs: number): Promise<void>;
}

/** Alertmanager forgets what is not told again; Prometheus tells it as often. */
const everyMs = 60_000;
/** A target that failed is asked again after this (or what it asked for, up to a minute), however often something is recorded meanwhile. */
const retryMs = 15_000;
const requestDeadlineMs = 15_000;
const mostInBatch = 500;
const noAnswer: MirrorResult = {
  kind: 'failed',
  reason: 'timeout',
  mayHaveArrived: true,
  error: `no answer within ${requestDeadlineMs / 1000} s`,
  retryAfterMs: null,
};

/** Keeps one target's open set equal to the store's. Whatever is sent was noted before, so that its end is told whatever happens to us. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function createMirror(needs: MirrorNeeds): Mirror {
  const { target, clock, log } = needs;
  const ledger = createMirrorLedger({ targetId: target.id, store: needs.store, wanted: needs.wanted, clock });
  const shutdown = new AbortController();
  /** Alerts that the target does not understand, by what they say: sent alone, so that they hide no other. */
  const refused = new Map<string, string>();
  const stopping = new AbortController();
  let isStopping = false;
  /** As of the last round. */
  let isReachable = true;
  let endDueInMs = Number.POSITIVE_INFINITY;
  let retryDelayMs = retryMs;
  let isWoken = false;
  let isWholeDue = true;
  let pause = new AbortController();
  let loop: Promise<void> | null = null;

  async function run(): Promise<void> {
    let wholeAtMs = clock.monotonic();
    while (!isStopping) {
      isWoken = false;
      isWholeDue ||= clock.monotonic() >= wholeAtMs;
      if (isWholeDue) wholeAtMs = clock.monotonic() + everyMs;
      const isAccepted = await guardedRound(isWholeDue);
      isWholeDue = !isAccepted;
      pause = new AbortController();
      if (isStopping) return;
      // After a failure nothing that is recorded makes it come sooner.
      if (!isAccepted) await clock.sleep(retryDelayMs, AbortSignal.any([stopping.signal, shutdown.signal]));
      else if (!isWoken) {
        const waitMs = Math.min(wholeAtMs - clock.monotonic(), endDueInMs);
        await clock.sleep(Math.max(0, waitMs), AbortSignal.any([pause.signal, shutdown.signal]));
      }
    }
  }

  async function guardedRound(isWhole: boolean): Promise<boolean> {
    try {
      return await sendRound(isWhole);
    } catch (error) {
      storeFailed(error);
      return false;
    }
  }

  function storeFailed(error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (!shutdown.signal.aborted)
      log.error({ receiver: needs.receiver, target: target.id, error: text }, 'what is open could not be mirrored; it is tried again');
  }

  async function sendRound(isWhole: boolean): Promise<boolean> {
    await ledger.note();
    const entries = await ledger.entries();
    const incarnation = await ask(target.incarnation, null);
    const times = { nowMs: clock.now(), endsAfterMs: needs.endsAfterMs, firesAtLeastMs: needs.firesAtLeastMs, incarnation };
    // What is not understood is tried again with the whole only, however often something is recorded.
    const isNews = (entry: MirrorEntry) => !isRefused(entry) && (ledger.isUnsent(entry) || isOwed(entry, times));
    const due = isWhole ? entries : entries.filter(isNews);
    const accepted = await sendAll(due, isWhole, times);
    const taken = due.filter(({ fingerprint }) => accepted.has(fingerprint));
    if (taken.length > 0) await ledger.taken(taken, times);
    const kept = await ledger.entries();
    endDueInMs = Math.min(...kept.map((entry) => nextEndInMs(entry, times)));
    needs.onRound({
      firing: kept.filter(({ resolvedAt }) => resolvedAt === null).length,
      resolved: kept.filter(({ resolvedAt }) => resolvedAt !== null).length,
      isAccepted: (isWhole || due.length > 0) && isReachable && taken.length === due.length,
      endedAtMs: times.nowMs,
    });
    return isReachable;
  }

  /** One request with a total deadline, which also a shutdown ends; `late` is its answer then. */
  async function ask<T>(request: (signal: AbortSignal) => Promise<T>, late: T): Promise<T> {
    const ended = new AbortController();
    const timedOut = new AbortController();
    const deadline = clock.sleep(requestDeadlineMs, AbortSignal.any([ended.signal, shutdown.signal])).then(() => {
      timedOut.abort();
      return late;
    });
    const answer = await Promise.race([request(AbortSignal.any([timedOut.signal, shutdown.signal])), deadline]);
    ended.abort();
    return answer;
  }

  function isRefused({ fingerprint, alert }: MirrorEntry): boolean {
    return refused.get(fingerprint) === JSON.stringify(alert);
  }

  /** Fingerprints of what was accepted. What is known to be refused goes alone, after the others. */
  async function sendAll(entries: readonly MirrorEntry[], isWhole: boolean, times: PostTimes): Promise<ReadonlySet<string>> {
    const accepted = new Set<string>();
    isReachable = true;
    const sound = entries.filter((entry) => !isRefused(entry));
    const batches = Array.from({ length: Math.ceil(sound.length / mostInBatch) }, (_, index) =>
      sound.slice(index * mostInBatch, (index + 1) * mostInBatch),
    );
    const alone = entries.filter(isRefused).map((entry) => [entry]);
    // Nothing to tell is told too: so we know that we could.
    const all = isWhole && entries.length === 0 ? [[]] : [...batches, ...alone];
    for (const batch of all) {
      isReachable = await sendBatch(batch, accepted, times);
      if (!isReachable) break;
    }
    return accepted;
  }

  /** False where the target cannot be told anything now. A batch with a bad alert is sent again in halves until that one is alone. */
  async function sendBatch(entries: readonly MirrorEntry[], accepted: Set<string>, times: PostTimes): Promise<boolean> {
    const result = await postWithin(entries, times);
    if (result === null) return false;
    if (result.kind === 'accepted') {
      needs.onAttempt(null);
      for (const { fingerprint } of entries) {
        accepted.add(fingerprint);
        refused.delete(fingerprint);
      }
      return true;
    }
    if (result.kind === 'failed') {
      needs.onAttempt(result.reason);
      retryDelayMs = Math.min(everyMs, Math.max(retryMs, result.retryAfterMs ?? 0));
      log.warn(
        { receiver: needs.receiver, target: target.id, reason: result.reason, error: result.error },
        'what is open was not accepted; it is sent again',
      );
      return false;
    }
    const [only, ...others] = entries;
    if (others.length === 0) {
      needs.onAttempt('rejected');
      if (only !== undefined) noteRefused(only, result.error);
      return only !== undefined;
    }
    const middle = Math.ceil(entries.length / 2);
    return (await sendBatch(entries.slice(0, middle), accepted, times)) && (await sendBatch(entries.slice(middle), accepted, times));
  }

  function noteRefused({ fingerprint, alert }: MirrorEntry, error: string): void {
    const said = JSON.stringify(alert);
    if (refused.get(fingerprint) !== said)
      log.error({ receiver: needs.receiver, target: target.id, labels: alert.labels, error }, 'an alert is not understood by its receiver');
    refused.set(fingerprint, said);
  }

  /** Null: shut down meanwhile. */
  async function postWithin(entries: readonly MirrorEntry[], times: PostTimes): Promise<MirrorResult | null> {
    const posted = entries.map((entry) => toPosted(entry, times));
    const result = await ask((signal) => target.post(posted, timestamp(times.nowMs), signal), noAnswer);
    return shutdown.signal.aborted && result.kind === 'failed' ? null : result;
  }

  async function stop(graceMs: number): Promise<void> {
    isStopping = true;
    pause.abort();
    stopping.abort();
    const settled = new AbortController();
    await Promise.race([loop, clock.sleep(graceMs, settled.signal)]);
    settled.abort();
    shutdown.abort();
    await loop;
  }

  return {
    start: () => {
      loop ??= run();
    },
    wake: () => {
      isWoken = true;
      pause.abort();
      ledger.note().catch(storeFailed);
    },
    note: ledger.note,
    stop,
  };
}
