import PQueue from 'p-queue';
import { FaultError } from '../domain/fault.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind, LookRequest, Measures, Observation } from '../domain/look.ts';
import type { Endpoint, Subject } from '../domain/subject.ts';
import { faultOfAbort, untilAborted } from './until-aborted.ts';

/** What a look at one subject brings. */
export interface SubjectLook {
  readonly fact: Json;
  /** Seconds by phase: metrics only. */
  readonly phaseSeconds?: { readonly [phase: string]: number };
  /** Single numbers of the subject: metrics only. */
  readonly measures?: Measures;
}

export type EndpointLook = SubjectLook;

/** Has to stop when the signal aborts; where it does not, it is no longer listened to. */
export type LookAtSubject = (subject: Subject, signal: AbortSignal) => Promise<SubjectLook>;
export type LookAtEndpoint = (endpoint: Endpoint, signal: AbortSignal) => Promise<EndpointLook>;

/** Of a source whose subjects are endpoints. */
export function lookAtEach(request: LookRequest, kind: FactKind, lookAtEndpoint: LookAtEndpoint): AsyncIterable<Observation> {
  return lookAtEachSubject(request, kind, (subject, signal) => {
    if (subject.kind !== 'endpoint') throw new FaultError('unsupported', `${subject.id} is no endpoint`);
    return lookAtEndpoint(subject, signal);
  });
}

/**
 * One observation per subject, as soon as it is there: at most `request.concurrency` at a time, each with its own total deadline.
 * A FaultError becomes the kind's fault; whatever else is thrown travels as `thrown` beside the fault `defect`.
 * When the request's signal aborts, all that are left are `timeout` at once.
 */
export async function* lookAtEachSubject(request: LookRequest, kind: FactKind, lookAtSubject: LookAtSubject): AsyncIterable<Observation> {
  const queue = new PQueue({ concurrency: request.concurrency });
  const ended: Observation[] = [];
  let wake = Promise.withResolvers<void>();
  const observe = async (subject: Subject, signal: AbortSignal): Promise<void> => {
    ended.push(await observeSubject(subject, { ...request, signal }, kind, lookAtSubject));
    wake.resolve();
  };

  const abort = new AbortController();
  const stop = (): void => abort.abort(new FaultError('timeout', 'the look ended before this subject was answered for'));
  request.signal.addEventListener('abort', stop, { once: true });
  if (request.signal.aborted) stop();
  for (const subject of request.subjects) void queue.add(() => observe(subject, abort.signal));

  try {
    for (let yielded = 0; yielded < request.subjects.length; ) {
      await wake.promise;
      wake = Promise.withResolvers();
      for (const observation of ended.splice(0)) {
        yielded += 1;
        yield observation;
      }
    }
  } finally {
    request.signal.removeEventListener('abort', stop);
    stop();
  }
}

async function observeSubject(subject: Subject, request: LookRequest, kind: FactKind, lookAtSubject: LookAtSubject): Promise<Observation> {
  const deadline = startDeadline(subject, request);
  try {
    if (deadline.signal.aborted) throw faultOfAbort(deadline.signal);
    const { fact, ...figures } = await untilAborted(lookAtSubject(subject, deadline.signal), deadline.signal);
    return { subject, seen: { [kind]: { fact } }, ...figures };
  } catch (error) {
    if (error instanceof FaultError) return { subject, seen: { [kind]: { fault: error.fault } } };
    const fault = { code: 'defect', message: `the look at ${subject.id} failed in our own code; see the log` } as const;
    return { subject, seen: { [kind]: { fault } }, thrown: error };
  } finally {
    deadline.end();
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

/** Aborts at the subject's deadline or with the request. Not `AbortSignal.timeout`, whose timer does not keep a process alive. */
function startDeadline(subject: Subject, request: LookRequest): Deadline {
  const abort = new AbortController();
  const message = `the look at ${subject.id} did not end within ${request.subjectDeadlineMs} ms`;
  const timer = setTimeout(() => abort.abort(new FaultError('timeout', message)), request.subjectDeadlineMs);
  const follow = (): void => abort.abort(request.signal.reason);
  request.signal.addEventListener('abort', follow, { once: true });
  if (request.signal.aborted) follow();
  return {
    signal: abort.signal,
    // Work that goes on behind a look that has ended (one of several addresses failed) is told to stop.
    end(): void {
      abort.abort(new FaultError('timeout', message));
      clearTimeout(timer);
      request.signal.removeEventListener('abort', follow);
    },
  };
}
