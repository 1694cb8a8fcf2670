import { FaultError } from '../../domain/fault.ts';
import type { Meter } from '../../domain/look.ts';
import { faultOfAbort } from '../until-aborted.ts';
import { refusalFault } from './answer-fault.ts';
import { readClaims } from './claims-challenge.ts';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import { networkFault } from './network-fault.ts';
import type { RequestArea, RequestPlace } from './request-area.ts';
import { readRetryAfter } from './retry-after.ts';
import { type Answer, BodyCut, type OutgoingRequest, type SendOnce } from './send-once.ts';
import type { TokenKeeper } from './token-keeper.ts';

/** The total deadline of one call, over all its pages and retries. */
export interface Deadline {
  /** Of the clock. */
  readonly untilMs: number;
  readonly signal: AbortSignal;
  /** Of one attempt: short enough that one which hangs leaves time for another. */
  readonly attemptMs: number;
}

export interface AskNeeds {
  readonly send: SendOnce;
  readonly tokens: TokenKeeper;
  readonly gate: Gate;
  readonly placeOf: (request: OutgoingRequest) => RequestPlace;
  readonly meter: Meter;
  readonly clock: Clock;
}

/** `deadlineMs`: total for a call with its retries and pages. */
export function startDeadline(
  { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
  longestAttemptMs: number,
  clock: Clock,
): Deadline {
  const late = clock.timeout(deadlineMs);
  const attemptMs = Math.min(longestAttemptMs, Math.ceil(deadlineMs / 2));
  return { untilMs: clock.now() + deadlineMs, signal: AbortSignal.any([signal, late]), attemptMs };
}

const mostRetries = 3;
const longestWaitMs = 60_000;
const firstBackOffMs = 500;
const retriedStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** What one attempt came to: an end, or a fault that a further attempt may mend. */
type Outcome<T> = { readonly value: T } | { readonly fault: FaultError /** Asked for by the origin. */; readonly waitMs: number | null };

/**
 * Sends a request, which must be one that may be repeated, until it is answered: at most three times more, within the deadline.
 * `read` makes something of an answer that is no fault of the network, and throws the FaultError `malformed` where it is no answer of Azure: that too is
 * tried again, since what stands between (a proxy, a gateway) may have spoken.
 * @throws FaultError
 */
export async function ask<T>(needs: AskNeeds, request: OutgoingRequest, deadline: Deadline, read: (answer: Answer) => T): Promise<T> {
  const { area } = needs.placeOf(request);
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await attemptOnce(needs, request, deadline, read);
    if ('value' in outcome) return outcome.value;
    if (attempt >= mostRetries) throw outcome.fault;
    await waitBefore(needs, area, attempt, outcome, deadline);
  }
}

async function attemptOnce<T>(
  needs: AskNeeds,
  request: OutgoingRequest,
  deadline: Deadline,
  read: (answer: Answer) => T,
): Promise<Outcome<T>> {
  const answered = await authorizedAnswer(needs, request, deadline);
  if ('fault' in answered) return answered;
  const answer = answered.value;
  const host = request.url.host;
  if (retriedStatuses.has(answer.status))
    return { fault: failureFault(answer, host), waitMs: readRetryAfter(answer.headers, needs.clock.wallNow()) };
  try {
    return { value: read(answer) };
  } catch (error) {
    if (error instanceof FaultError && error.fault.code === 'malformed') return { fault: error, waitMs: null };
    throw error;
  }
}

function failureFault(answer: Answer, host: string): FaultError {
  if (answer.status === 429) return new FaultError('throttled', `${host} answers that too much was asked (429)`);
  if (answer.status === 408) return new FaultError('timeout', `${host} answered 408: it did not get the request in time`);
  return refusalFault(answer, host);
}

/** A token that was refused is renewed once, with the claims that were asked for. */
async function authorizedAnswer(needs: AskNeeds, request: OutgoingRequest, deadline: Deadline): Promise<Outcome<Answer>> {
  const token = await needs.tokens.get(deadline.signal);
  const first = await sendThroughGate(needs, request, token, deadline);
  if ('fault' in first || first.value.status !== 401) return first;
  const claims = readClaims(first.value.headers.get('www-authenticate'));
  const renewed = await needs.tokens.renew(token, claims, deadline.signal);
  const second = await sendThroughGate(needs, request, renewed, deadline);
  if ('value' in second && second.value.status === 401) throw refusalFault(second.value, request.url.host);
  return second;
}

async function sendThroughGate(needs: AskNeeds, request: OutgoingRequest, token: string, deadline: Deadline): Promise<Outcome<Answer>> {
  const place = needs.placeOf(request);
  const passage = await needs.gate.enter(place, deadline.untilMs, deadline.signal);
  if (passage.waitedMs > 0) countWait(needs, place.area, passage.waitedMs);
  const attemptSignal = needs.clock.timeout(deadline.attemptMs);
  try {
    const answer = await needs.send(request, token, AbortSignal.any([deadline.signal, attemptSignal]));
    needs.meter.count('azure_requests_total', { api: place.area, code: String(answer.status) });
    needs.gate.learn(place, answer.headers);
    return { value: answer };
  } catch (error) {
    needs.meter.count('azure_requests_total', { api: place.area, code: 'network' });
    if (deadline.signal.aborted) throw faultOfAbort(deadline.signal);
    if (attemptSignal.aborted) return { fault: new FaultError('timeout', `${request.url.host} did not answer in time`), waitMs: null };
    return faultOfSending(error, request.url.host);
  } finally {
    passage.leave();
  }
}

function faultOfSending(error: unknown, host: string): Outcome<never> {
  if (error instanceof FaultError) throw error;
  if (error instanceof BodyCut) return { fault: new FaultError('malformed', `the answer of ${host} was cut off`), waitMs: null };
  const { fault, isFinal } = networkFault(error, host);
  if (isFinal) throw fault;
  return { fault, waitMs: null };
}

async function waitBefore(
  needs: AskNeeds,
  area: RequestArea,
  attempt: number,
  failed: { readonly fault: FaultError; readonly waitMs: number | null },
  deadline: Deadline,
): Promise<void> {
  // Between a half and the whole of the doubled time, so that those who failed together do not come back together.
  const waitMs = failed.waitMs ?? firstBackOffMs * 2 ** attempt * (0.5 + needs.clock.random() / 2);
  const fits = needs.clock.now() + waitMs <= deadline.untilMs;
  if (failed.waitMs !== null && (!fits || waitMs > longestWaitMs)) throw tooLongWait(failed.fault);
  if (!fits) throw failed.fault;
  if (failed.fault.fault.code === 'throttled' || failed.waitMs !== null) countWait(needs, area, waitMs);
  try {
    await needs.clock.sleep(waitMs, deadline.signal);
  } catch {
    // The wait rejects only where the signal aborted.
  }
  if (deadline.signal.aborted) throw faultOfAbort(deadline.signal);
}

function tooLongWait(fault: FaultError): FaultError {
  return new FaultError('throttled', `${fault.message}, and to come back later than there is time for`);
}

function countWait(needs: AskNeeds, area: RequestArea, ms: number): void {
  needs.meter.count('azure_throttle_wait_seconds_total', { api: area }, ms / 1_000);
}
