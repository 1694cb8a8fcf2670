import type { Clock, Delivery, DeliveryResult, Log, Receiver } from '../domain/ports.ts';

export interface SendLimits {
  readonly deadlineMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts sends that outlast the grace time of a shutdown. */
  readonly shutdown: AbortSignal;
}

/** One send with a total deadline, also for a receiver that heeds no signal. Null: shut down before its end was known. */
export async function sendWithin(receiver: Receiver, delivery: Delivery, limits: SendLimits): Promise<DeliveryResult | null> {
  const ended = new AbortController();
  const timedOut = new AbortController();
  const sent = attempt(receiver, delivery, AbortSignal.any([timedOut.signal, limits.shutdown]), limits.log);
  const deadline = limits.clock.sleep(limits.deadlineMs, ended.signal).then((): DeliveryResult => {
    timedOut.abort();
    const error = `no answer within ${limits.deadlineMs / 1000} s`;
    return { kind: 'failed', reason: 'timeout', mayHaveArrived: true, error, retryAfterMs: null };
  });
  const result = await Promise.race([sent, deadline, aborted(limits.shutdown, ended.signal)]);
  ended.abort();
  return result !== null && result.kind === 'failed' && limits.shutdown.aborted ? null : result;
}

function aborted(shutdown: AbortSignal, ended: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (shutdown.aborted) resolve(null);
    shutdown.addEventListener('abort', () => resolve(null), { signal: ended });
  });
}

/** A receiver that throws is our defect: told as such, and its message stays in the outbox. */
async function attempt(receiver: Receiver, delivery: Delivery, signal: AbortSignal, log: Log): Promise<DeliveryResult> {
  try {
    return await receiver.send(delivery, signal);
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ receiver: receiver.name, notification: delivery.id, stack }, 'defect: a receiver threw');
    return {
      kind: 'failed',
      reason: 'network',
      mayHaveArrived: true,
      error: 'the receiver threw (a defect of claimwatch)',
      retryAfterMs: null,
    };
  }
}
