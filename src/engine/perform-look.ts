import type { Fault } from '../domain/fault.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind, LookRequest, Measures, Observation, Seen } from '../domain/look.ts';
import type { Clock, Source } from '../domain/ports.ts';
import type { Subject } from '../domain/subject.ts';

export interface PerformedLook {
  /** Every subject of the request, each with every kind that the source brings. */
  readonly seen: ReadonlyMap<string, { readonly [kind: FactKind]: Seen }>;
  readonly phaseSeconds: { readonly [phase: string]: readonly number[] };
  /** By subject id; a subject that was not measured is missing. */
  readonly measures: ReadonlyMap<string, Measures>;
  readonly defects: readonly string[];
}

export interface PerformNeeds {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Gives an equal fact that is held already, so that what a look brings again does not pile up until it ends. */
  readonly intern?: (fact: Json) => Json;
}

/**
 * Drains a source until its total deadline; whoever was not answered for by then is a fault, never missing.
 * This and `judge-subjects.ts` hold the engine's general catch: what a source throws becomes `defect`.
 */
export async function performLook(source: Source, request: Omit<LookRequest, 'signal'>, needs: PerformNeeds): Promise<PerformedLook> {
  const collected = new Map<string, { readonly [kind: FactKind]: Seen }>();
  const phaseSeconds: Record<string, number[]> = {};
  const measures = new Map<string, Measures>();
  const defects: string[] = [];
  const expected = new Set(request.subjects.map((subject) => subject.id));
  const abort = new AbortController();

  const drain = async (): Promise<Fault> => {
    try {
      for await (const observation of source.look({ ...request, signal: abort.signal })) {
        if (abort.signal.aborted) break;
        if (!expected.has(observation.subject.id)) continue;
        collected.set(observation.subject.id, internFacts(observation.seen, needs.intern));
        collectPhases(phaseSeconds, observation);
        if (observation.measures !== undefined) measures.set(observation.subject.id, observation.measures);
        if (observation.thrown !== undefined) defects.push(describeThrown(observation.thrown));
      }
      return { code: 'partial', message: `the source ${source.name} ended without an answer for this subject` };
    } catch (error) {
      defects.push(describeThrown(error));
      return { code: 'defect', message: `the source ${source.name} failed; see the log` };
    }
  };
  const deadline = async (): Promise<Fault> => {
    await needs.clock.sleep(needs.deadlineMs, abort.signal);
    return { code: 'timeout', message: 'the look ended at its deadline before this subject was answered for' };
  };

  const faultOfRest = await Promise.race([drain(), deadline()]);
  abort.abort();
  return { seen: completeSeen(request.subjects, collected, source.brings, faultOfRest), phaseSeconds, measures, defects };
}

function completeSeen(
  subjects: readonly Subject[],
  collected: ReadonlyMap<string, { readonly [kind: FactKind]: Seen }>,
  kinds: readonly FactKind[],
  faultOfRest: Fault,
): ReadonlyMap<string, { readonly [kind: FactKind]: Seen }> {
  return new Map(
    subjects.map((subject) => {
      const seen = collected.get(subject.id);
      const missing: Fault =
        seen === undefined ? faultOfRest : { code: 'partial', message: 'the source brought no such fact for this subject' };
      return [subject.id, Object.fromEntries(kinds.map((kind) => [kind, seen?.[kind] ?? { fault: missing }]))];
    }),
  );
}

function internFacts(seen: Observation['seen'], intern: PerformNeeds['intern']): Observation['seen'] {
  if (intern === undefined) return seen;
  return Object.fromEntries(
    Object.entries(seen).map(([kind, brought]) => [kind, 'fact' in brought ? { fact: intern(brought.fact) } : brought]),
  );
}

function collectPhases(phaseSeconds: Record<string, number[]>, observation: Observation): void {
  for (const [phase, seconds] of Object.entries(observation.phaseSeconds ?? {})) {
    phaseSeconds[phase] ??= [];
    phaseSeconds[phase].push(seconds);
  }
}

function describeThrown(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
