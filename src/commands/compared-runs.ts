import type { Json, JsonObject } from '../domain/json.ts';
import type { FactMap, FactReference, Look } from '../domain/look.ts';
import type { CheckParameters, Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Run } from '../domain/run.ts';
import { recallLook } from '../engine/fact-memory.ts';
import { resourceKind } from '../engine/resource-index.ts';
import { compareExposure, type ExposureChange, type ExposureState } from '../network/compare-exposure.ts';
import { exposureDerivation } from '../network/exposure-derivation.ts';
import { UsageError } from './roof.ts';
import type { Rooms } from './rooms.ts';
import { followNetwork, lookNameOf, type NetworkFollower, type SeenNetwork } from './seen-network.ts';

export interface ComparedRun {
  readonly run: Run;
  readonly look: Look;
  /** What facts were derived with; by its digest, so that the same is followed on. */
  readonly knowledge: JsonObject;
  readonly knowledgeDigest: string;
}

export interface ComparedState extends ComparedRun {
  readonly exposures: ExposureState;
  readonly gaps: readonly string[];
}

const exposureCheck = 'network-exposure';
/** Each reads a whole map. */
const mostRunsLookedAt = 500;
/** Each derives what could be reached. */
const mostRunsDerived = 20;

/** The runs of these numbers, the earlier one first. @throws UsageError */
export async function findRuns(
  state: StoreReader,
  plan: Plan,
  rooms: Rooms,
  numbers: readonly [string, string],
): Promise<readonly [ComparedRun, ComparedRun]> {
  const [first, second] = [await findRun(state, plan, rooms, numbers[0]), await findRun(state, plan, rooms, numbers[1])];
  return first.run.id <= second.run.id ? [first, second] : [second, first];
}

async function findRun(state: StoreReader, plan: Plan, rooms: Rooms, number: string): Promise<ComparedRun> {
  const listed = `"claimwatch runs --check ${exposureCheck}" lists them`;
  const run = /^\d{1,15}$/.test(number) ? await state.run(Number(number)) : null;
  if (run === null) throw new UsageError(`there is no run ${number}; ${listed}`);
  const compared = await comparedRun(state, plan, lookNameOf(plan, rooms), run);
  if (compared === null) throw new UsageError(`run ${number} (${run.check}) judged no resources of Azure; ${listed}`);
  return compared;
}

export interface Comparison {
  /** Null: no earlier run saw another exposure. */
  readonly before: ComparedState | null;
  readonly after: ComparedState;
  readonly changes: readonly ExposureChange[];
}

/** Two runs, the earlier one first. */
export async function compareRuns(state: StoreReader, [first, second]: readonly [ComparedRun, ComparedRun]): Promise<Comparison> {
  const recall = recallExposures(state);
  const [before, after] = [await recall(first), await recall(second)];
  return { before, after, changes: compareExposure(before.exposures, after.exposures) };
}

/** The latest run of network-exposure with the latest one before it of which something else could be reached; null where there is no run. */
export async function compareLatestRuns(state: StoreReader, plan: Plan, rooms: Rooms): Promise<Comparison | null> {
  const latest = await state.latestRun(exposureCheck);
  const after = latest === null ? null : await comparedRun(state, plan, lookNameOf(plan, rooms), latest);
  if (after === null) return null;
  const recall = recallExposures(state);
  const now = await recall(after);
  for await (const candidate of earlierRuns(state, plan, rooms, after)) {
    const before = await recall(candidate);
    const changes = compareExposure(before.exposures, now.exposures);
    if (changes.length > 0) return { before, after: now, changes };
  }
  return { before: null, after: now, changes: [] };
}

/** Latest first: those that saw other rows, or found otherwise. */
async function* earlierRuns(state: StoreReader, plan: Plan, rooms: Rooms, after: ComparedRun): AsyncIterable<ComparedRun> {
  const network = networkOf(await state.factMap(after.look));
  let before = after.run.id;
  let given = 0;
  for (let looked = 0; looked < mostRunsLookedAt && given < mostRunsDerived; ) {
    const page = await state.runs({ check: exposureCheck, limit: 20, before });
    if (page.length === 0) return;
    looked += page.length;
    before = page.at(-1)?.id ?? 0;
    for (const run of page) {
      const compared = await comparedRun(state, plan, lookNameOf(plan, rooms), run);
      if (compared === null || !(await mayDiffer(state, compared, after, network))) continue;
      given += 1;
      yield compared;
    }
  }
}

async function mayDiffer(
  state: StoreReader,
  compared: ComparedRun,
  after: ComparedRun,
  network: ReadonlyMap<string, string>,
): Promise<boolean> {
  if (compared.knowledgeDigest !== after.knowledgeDigest || compared.run.notPassDigest !== after.run.notPassDigest) return true;
  return compared.look.id !== after.look.id && !isSame(network, networkOf(await state.factMap(compared.look)));
}

async function comparedRun(state: StoreReader, plan: Plan, lookName: string, run: Run): Promise<ComparedRun | null> {
  const id = run.looks[lookName];
  const look = id === undefined ? null : await state.look(id);
  if (look === null) return null;
  const parameters = (await state.bodies([run.parametersDigest])).get(run.parametersDigest);
  const { knowledgeDigest = '' } = (parameters ?? {}) as unknown as Partial<CheckParameters>;
  const stored = knowledgeDigest === '' ? undefined : (await state.bodies([knowledgeDigest])).get(knowledgeDigest);
  // Runs of checks that need nothing derived do not say what it would have been derived with.
  if (stored === undefined) return { run, look, knowledge: plan.knowledge ?? {}, knowledgeDigest: '' };
  return { run, look, knowledge: stored as JsonObject, knowledgeDigest };
}

/** The rows of the network, and which lists were complete. */
function networkOf(map: FactMap): ReadonlyMap<string, string> {
  const types = new Set(Object.keys(exposureDerivation.reads));
  const network = new Map<string, string>();
  for (const [id, kinds] of Object.entries(map)) {
    const isRead = types.has(resourceFromId(id)?.type ?? '');
    for (const [kind, reference] of Object.entries(kinds)) {
      const isRow = isRead && kind === resourceKind;
      if (isRow || types.has(kind.replace(/^list:/, ''))) network.set(`${id} ${kind}`, textOf(reference));
    }
  }
  return network;
}

/** That a list holds one more resource is seen by the resource. */
function textOf(reference: FactReference): string {
  return 'digest' in reference ? reference.digest : JSON.stringify(reference.fault);
}

function isSame(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  return left.size === right.size && [...left].every(([key, text]) => right.get(key) === text);
}

/** What could be reached then, derived from the stored rows: the same objects where nothing changed. */
function recallExposures(state: StoreReader): (compared: ComparedRun) => Promise<ComparedState> {
  const followers = new Map<string, NetworkFollower>();
  return async (compared) => {
    const follower = followers.get(compared.knowledgeDigest) ?? followNetwork(compared.knowledge);
    followers.set(compared.knowledgeDigest, follower);
    const seen = follower.moveTo(await recallLook(state, compared.look));
    return { ...compared, exposures: exposureStateOf(seen), gaps: seen.gaps };
  };
}

function exposureStateOf({ model }: SeenNetwork): ExposureState {
  return new Map(model.subjects().map((id) => [id, model.exposureOf(id)]));
}

/** For output. */
export function runJson({ run, look }: ComparedRun): Json {
  return { run: run.id, check: run.check, look: look.id, dataAsOf: look.dataAsOf };
}
