import type { AttemptResult, Clock, Delivery, DeliveryResult, Log, OutboxLane, OutboxRow, Receiver, Store } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import { nextRows, retryDelayMs, toDelivery } from './delivery.ts';
import { sendWithin } from './send-within.ts';

export interface OutboxNeeds {
  readonly store: Pick<Store, 'dueNotifications' | 'startAttempt' | 'finishAttempt'>;
  readonly receivers: ReadonlyMap<string, Receiver>;
  readonly clock: Clock;
  readonly log: Log;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  /** For metrics; called once per attempt that has ended. */
  readonly onAttempt?: (attempt: AttemptEvent) => void;
}

export interface AttemptEvent {
  readonly receiver: string;
  readonly kind: 'accepted' | 'failed';
  /** Null where it was accepted. */
  readonly reason: Extract<DeliveryResult, { kind: 'failed' }>['reason'] | null;
  readonly seconds: number;
  /** How many notifications the message was made of. */
  readonly notifications: number;
}

export interface Outbox {
  start(): void;
  /** Something was recorded: look now. */
  wake(): void;
  /** Lets sends end for `graceMs`, then aborts them: they stay pending and may have arrived. Resolves when nothing of it runs any more. */
  stop(graceMs: number): Promise<void>;
}

const sendDeadlineMs = 15_000;
const lanesAtOnce = 32;
/** Per receiver, so that one that hangs leaves places for the others. */
const lanesAtOncePerReceiver = 4;
const pageOfLanes = 200;
const mostLanes = 20_000;
/** Looks this often even when nobody woke it. */
const safetyPollMs = 30_000;
const storeRetryMs = 5_000;
const unknownReceiverRetryMs = 300_000;

/** Takes what waits in the store to its receivers, each lane in order, until it is accepted. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function createOutbox(needs: OutboxNeeds): Outbox {
  const { store, receivers, clock, log } = needs;
  const flights = new Map<string, { readonly receiver: string; readonly landed: Promise<void> }>();
  // Both by the monotonic clock: a wall clock that is set back would keep a receiver waiting for as long.
  /** When a lane is due again, as far as this process knows; rows of an earlier one are found by the safety poll. */
  const dueAtMs = new Map<string, number>();
  /** A receiver that asked for time gets it for all its lanes. */
  const heldUntilMs = new Map<string, number>();
  const reportedMissing = new Set<string>();
  /** Lanes that ended while the store was being asked: what the answer says of them is out of date. */
  const landedMeanwhile = new Set<string>();
  const shutdown = new AbortController();
  let isStopping = false;
  let isWoken = false;
  let pause = new AbortController();
  let loop: Promise<void> | null = null;

  function wake(): void {
    isWoken = true;
    pause.abort();
  }

  async function run(): Promise<void> {
    while (!isStopping) {
      isWoken = false;
      const waitMs = await startDueLanes().then(nextDueInMs, storeFailed);
      pause = new AbortController();
      if (!isWoken && !isStopping) await clock.sleep(waitMs, pause.signal);
    }
  }

  function storeFailed(error: unknown): number {
    log.error({ error: describeError(error) }, 'the outbox cannot be read; it is tried again');
    return storeRetryMs;
  }

  /** A lane that was due at `lookedAtMs` and did not start waits for a landing, which wakes the loop. */
  function nextDueInMs(lookedAtMs: number): number {
    const times = [...dueAtMs.values(), ...heldUntilMs.values()].filter((dueMs) => dueMs > lookedAtMs);
    return Math.max(0, Math.min(...times.map((dueMs) => dueMs - clock.monotonic()), safetyPollMs));
  }

  /** Reads further where a receiver that is held or busy fills the page, so that it never hides the others. */
  async function startDueLanes(): Promise<number> {
    const lookedAtMs = clock.monotonic();
    for (const [name, untilMs] of heldUntilMs) if (untilMs <= lookedAtMs) heldUntilMs.delete(name);
    for (let limit = pageOfLanes; limit <= mostLanes; limit *= 4) {
      landedMeanwhile.clear();
      const lanes = await store.dueNotifications(timestamp(clock.now()), limit);
      for (const lane of lanes) startLane(lane);
      if (lanes.length < limit || flights.size >= lanesAtOnce) break;
    }
    return lookedAtMs;
  }

  function startLane(lane: OutboxLane): void {
    const key = `${lane.receiver}\n${lane.lane}`;
    if (isStopping || flights.has(key) || landedMeanwhile.has(key) || heldUntilMs.has(lane.receiver) || flights.size >= lanesAtOnce) return;
    if ([...flights.values()].filter((flight) => flight.receiver === lane.receiver).length >= lanesAtOncePerReceiver) return;
    const rows = nextRows(lane);
    if (rows.length === 0) return;
    dueAtMs.delete(key);
    const receiver = receivers.get(lane.receiver);
    const work = receiver === undefined ? putAside(lane, key) : sendRows(receiver, rows, key);
    const landed = work.catch((error: unknown) => laneFailed(key, error)).finally(() => land(key));
    flights.set(key, { receiver: lane.receiver, landed });
  }

  function land(key: string): void {
    flights.delete(key);
    landedMeanwhile.add(key);
    wake();
  }

  /** The attempt could not be noted, so nothing was sent. */
  function laneFailed(key: string, error: unknown): void {
    const [receiver] = key.split('\n');
    log.error({ receiver, error: describeError(error) }, 'a notification could not be sent because the store refused; it is tried again');
    if (receiver !== undefined) heldUntilMs.set(receiver, clock.monotonic() + storeRetryMs);
  }

  async function sendRows(receiver: Receiver, rows: readonly OutboxRow[], key: string): Promise<void> {
    const [first, ...others] = rows;
    if (first === undefined) return;
    const ids = rows.map((row) => row.notification.id);
    await store.startAttempt(ids, timestamp(clock.now()));
    const delivery = toDelivery([first, ...others], clock.now());
    const startedMs = clock.monotonic();
    const result = await sendWithin(receiver, delivery, { deadlineMs: sendDeadlineMs, clock, shutdown: shutdown.signal, log });
    if (result === null) return;
    const seconds = (clock.monotonic() - startedMs) / 1000;
    const reason = result.kind === 'failed' ? result.reason : null;
    needs.onAttempt?.({ receiver: receiver.name, kind: result.kind, reason, seconds, notifications: rows.length });
    await finish(ids, toAttemptResult(receiver, delivery, result, first.mayHaveArrived, key));
  }

  function toAttemptResult(
    receiver: Receiver,
    delivery: Delivery,
    result: DeliveryResult,
    mayHaveArrived: boolean,
    key: string,
  ): AttemptResult {
    const nowMs = clock.now();
    if (result.kind === 'accepted') return { kind: 'accepted', at: timestamp(nowMs), receipt: result.receipt };
    const delayMs = retryDelayMs(delivery.attempt, result, needs.random());
    const dueMs = nowMs + delayMs;
    dueAtMs.set(key, clock.monotonic() + delayMs);
    if (result.reason === 'throttled') heldUntilMs.set(receiver.name, clock.monotonic() + delayMs);
    const fields = {
      receiver: receiver.name,
      notification: delivery.id,
      attempt: delivery.attempt,
      reason: result.reason,
      error: result.error,
    };
    log.warn({ ...fields, nextAttemptAt: timestamp(dueMs) }, 'a notification was not accepted; it is sent again');
    return {
      kind: 'failed',
      // An earlier attempt that may have arrived is not undone by a later one that surely has not.
      mayHaveArrived: mayHaveArrived || result.mayHaveArrived,
      error: result.error,
      nextAttemptAt: timestamp(dueMs),
    };
  }

  /** Until it is noted the lane stays in flight: what was accepted is not sent again because the store is busy. */
  async function finish(ids: readonly string[], result: AttemptResult): Promise<void> {
    do {
      const failure = await store.finishAttempt(ids, result).then(
        () => null,
        (error: unknown) => describeError(error),
      );
      if (failure === null) return;
      log.error({ notifications: ids, error: failure }, 'the end of an attempt cannot be noted; it is tried again');
      await clock.sleep(storeRetryMs, shutdown.signal);
    } while (!shutdown.signal.aborted);
  }

  /** Rows whose receiver is not configured wait: they are never lost, and they do not crowd out the others. */
  async function putAside(lane: OutboxLane, key: string): Promise<void> {
    if (!reportedMissing.has(lane.receiver)) {
      reportedMissing.add(lane.receiver);
      const remedy = `configure a receiver named ${lane.receiver} again; what waits for it is kept`;
      log.error({ receiver: lane.receiver, remedy }, 'undeliverable: notifications wait for a receiver that is not configured');
    }
    const dueMs = clock.now() + unknownReceiverRetryMs;
    dueAtMs.set(key, clock.monotonic() + unknownReceiverRetryMs);
    for (const mayHaveArrived of [true, false]) {
      const ids = lane.rows.filter((row) => row.mayHaveArrived === mayHaveArrived).map((row) => row.notification.id);
      const result = { kind: 'failed', mayHaveArrived, error: 'the receiver is not configured', nextAttemptAt: timestamp(dueMs) } as const;
      if (ids.length > 0) await finish(ids, result);
    }
  }

  async function stop(graceMs: number): Promise<void> {
    isStopping = true;
    wake();
    await loop;
    const landed = Promise.all([...flights.values()].map((flight) => flight.landed));
    const settled = new AbortController();
    await Promise.race([landed, clock.sleep(graceMs, settled.signal)]);
    settled.abort();
    shutdown.abort();
    await landed;
  }

  return {
    start: () => {
      loop ??= run();
    },
    wake,
    stop,
  };
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
