import type { Check } from '../domain/check.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { CheckParameters } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';
import type { Waiver } from '../domain/waiver.ts';
import type { PreviousFindings } from './carry.ts';
import { type RememberedLook, recallLook } from './fact-memory.ts';
import type { FactSources } from './fact-sources.ts';
import { createFollowedRuns } from './follow-run.ts';
import { indexAsOf } from './index-as-of.ts';
import { type JudgedRun, judgeRun } from './judge-run.ts';
import type { Defect } from './judge-subjects.ts';
import { readPopulation, type StoredPopulation } from './population-body.ts';
import type { RunInput } from './run-input.ts';

/** Judges a recorded run again from what was stored for it, or says what is missing. */
export async function rejudgeRun(reader: StoreReader, run: Run, check: Check, sources: FactSources): Promise<JudgedRun | string> {
  const looks = new Map<string, RememberedLook>();
  for (const [name, id] of Object.entries(run.looks)) {
    const look = await reader.look(id);
    if (look === null) return `look ${name} ${id} is not in the state file any more`;
    looks.set(name, await recallLook(reader, look));
  }
  const bodies = await reader.bodies([run.parametersDigest, run.waiversDigest, run.subjectsDigest]);
  const parameters = bodies.get(run.parametersDigest);
  const waivers = bodies.get(run.waiversDigest);
  const subjects = bodies.get(run.subjectsDigest);
  if (parameters === undefined || waivers === undefined || subjects === undefined)
    return 'its parameters, waivers or subjects are missing from the state file';
  const ofThen = sourcesOfThen(looks, sources);
  const previous = await previousOf(reader, run, check, ofThen);
  if (typeof previous === 'string') return previous;
  const { knowledgeDigest } = stored<CheckParameters>(parameters);
  const knowledge = knowledgeDigest === undefined ? {} : (await reader.bodies([knowledgeDigest])).get(knowledgeDigest);
  if (knowledge === undefined) return 'what its facts were derived with is missing from the state file';
  const input: RunInput = {
    id: run.check,
    check,
    parameters: stored<CheckParameters>(parameters),
    waivers: stored<readonly Waiver[]>(waivers),
    trigger: run.trigger,
    extent: run.extent,
    ...readPopulation(stored<StoredPopulation>(subjects)),
    looks,
    sources: ofThen,
    previous,
    startedAt: run.startedAt,
  };
  const defects: Defect[] = [];
  const judged = judgeRun(createFollowedRuns(stored<JsonObject>(knowledge)).follow(input, defects));
  return { ...judged, defects: [...defects, ...judged.defects] };
}

async function previousOf(reader: StoreReader, run: Run, check: Check, sources: FactSources): Promise<PreviousFindings | null | string> {
  if (run.previousRun === null) return null;
  const previous = await reader.run(run.previousRun);
  if (previous === null) return `run ${run.previousRun}, which it carried on from, is not in the state file any more`;
  return {
    dataAsOf: previous.dataAsOf,
    ...(await indexAsOf(reader, check, sources, previous)),
    looks: previous.looks,
    notPass: await reader.findings(previous),
  };
}

/** What we wrote ourselves, found by its own digest. */
function stored<T>(body: Json): T {
  return body as unknown as T;
}

/** Looks may have other names today: what a run judged came from its own. */
function sourcesOfThen(looks: ReadonlyMap<string, RememberedLook>, today: FactSources): FactSources {
  const lookOfKind = new Map(today.lookOfKind);
  for (const [name, { look }] of looks) for (const kind of today.bringsOf.get(look.source) ?? []) lookOfKind.set(kind, name);
  return { ...today, lookOfKind };
}
