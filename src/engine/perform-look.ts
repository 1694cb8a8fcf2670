import type { Fault } from '../domain/fault.ts';
import type { FactKind, LookRequest, Measures, Observation, Seen } from '../domain/look.ts';
import type { Clock, Source } from '../domain/ports.ts';
import type { Subject } from '../domain/subject.ts';
import { describeThrown } from './describe-thrown.ts';
import { listKindPrefix, resourceKind } from './resource-index.ts';

export interface PerformedLook {
  /** Subjects with at least one fault, and their first one. */
  readonly faults: ReadonlyMap<string, Fault>;
  /** Who the origin says is not there (any more). */
  readonly gone: readonly string[];
  readonly phaseSeconds: { readonly [phase: string]: readonly number[] };
  /** By subject id; a subject that was not measured is missing. */
  readonly measures: ReadonlyMap<string, Measures>;
  readonly defects: readonly string[];
}

export interface PerformNeeds {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Takes what was seen of one subject, each kind of the source with a fact or a fault; called once for each subject of the request. */
  readonly see: (subject: Subject, kinds: { readonly [kind: FactKind]: Seen }) => void;
  /** Awaited now and then, so that what was seen does not pile up here. */
  readonly flush?: () => Promise<void>;
}

/**
 * Drains a source until its total deadline; whoever was not answered for by then is a fault, never missing.
 * This and `judge-subjects.ts` hold the engine's general catch: what a source throws becomes `defect`.
 */
export async function performLook(source: Source, request: Omit<LookRequest, 'signal'>, needs: PerformNeeds): Promise<PerformedLook> {
  const collected = collectSeen(source, request, needs.see);
  const abort = new AbortController();

  const drain = async (): Promise<Fault> => {
    try {
      for await (const observation of source.look({ ...request, signal: abort.signal })) {
        if (abort.signal.aborted) break;
        collected.take(observation);
        await needs.flush?.();
      }
      return { code: 'partial', message: `the source ${source.name} ended without an answer for this subject` };
    } catch (error) {
      collected.defects.push(describeThrown(error));
      return { code: 'defect', message: `the source ${source.name} failed; see the log` };
    }
  };
  const deadline = async (): Promise<Fault> => {
    await needs.clock.sleep(needs.deadlineMs, abort.signal);
    return { code: 'timeout', message: 'the look ended at its deadline before this subject was answered for' };
  };

  const faultOfRest = await Promise.race([drain(), deadline()]);
  abort.abort();
  collected.complete(faultOfRest);
  await needs.flush?.();
  return collected;
}

interface Collected extends PerformedLook {
  readonly defects: string[];
  take(observation: Observation): void;
  complete(faultOfRest: Fault): void;
}

function collectSeen(source: Source, request: Omit<LookRequest, 'signal'>, see: PerformNeeds['see']): Collected {
  const expected = new Map(request.subjects.map((subject) => [subject.id, subject]));
  /** Of scopes, which are seen bit by bit. */
  const pieces = new Map<string, { [kind: FactKind]: Seen }>();
  const answered = new Set<string>();
  const faults = new Map<string, Fault>();
  const gone: string[] = [];
  const phaseSeconds: Record<string, number[]> = {};
  const measures = new Map<string, Measures>();
  const defects: string[] = [];
  let isComplete = false;
  const isListing = source.discovers === true && request.origin !== true;
  // What else such a source brings is said of whole scopes, which the origin is not asked for.
  const kindsOfEach = request.origin === true ? [resourceKind] : source.brings;

  function settle(subject: Subject, kinds: { readonly [kind: FactKind]: Seen }): void {
    answered.add(subject.id);
    const fault = Object.values(kinds).flatMap((seen) => ('fault' in seen ? [seen.fault] : []))[0];
    if (fault !== undefined) faults.set(subject.id, fault);
    see(subject, kinds);
  }

  return {
    faults,
    gone,
    phaseSeconds,
    measures,
    defects,
    take: (observation) => {
      const { subject } = observation;
      if (isComplete || answered.has(subject.id)) return;
      if (!expected.has(subject.id) && !isListing) return;
      collectPhases(phaseSeconds, observation);
      if (observation.measures !== undefined) measures.set(subject.id, observation.measures);
      if (observation.thrown !== undefined) defects.push(describeThrown(observation.thrown));
      if (observation.gone === true) {
        answered.add(subject.id);
        gone.push(subject.id);
      } else if (isListing && expected.has(subject.id)) {
        pieces.set(subject.id, { ...pieces.get(subject.id), ...observation.seen });
      } else {
        const kinds = isListing ? Object.keys(observation.seen) : kindsOfEach;
        settle(
          subject,
          fillKinds(kinds, observation.seen, { code: 'partial', message: 'the source brought no such fact for this subject' }),
        );
      }
    },
    complete: (faultOfRest) => {
      isComplete = true;
      const kinds = isListing ? scopeKinds(source, request) : kindsOfEach;
      for (const subject of request.subjects) {
        if (!answered.has(subject.id)) settle(subject, fillKinds(kinds, pieces.get(subject.id) ?? {}, faultOfRest));
      }
    },
  };
}

/** What has to be said of each scope: its own row and what else the source brings, and how completely each type was listed. */
function scopeKinds(source: Source, request: Omit<LookRequest, 'signal'>): readonly FactKind[] {
  const lists = (request.resourceTypes ?? []).map(({ type }) => `${listKindPrefix}${type}`);
  const ofScopes = source.brings.filter((kind) => kind !== resourceKind && source.samples?.includes(kind) !== true);
  return [...ofScopes, resourceKind, ...lists];
}

function fillKinds(kinds: readonly FactKind[], seen: Observation['seen'], missing: Fault): { readonly [kind: FactKind]: Seen } {
  return Object.fromEntries(kinds.map((kind) => [kind, seen[kind] ?? { fault: missing }]));
}

function collectPhases(phaseSeconds: Record<string, number[]>, observation: Observation): void {
  for (const [phase, seconds] of Object.entries(observation.phaseSeconds ?? {})) {
    phaseSeconds[phase] ??= [];
    phaseSeconds[phase].push(seconds);
  }
}
