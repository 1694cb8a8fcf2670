import type { Exposure } from '../domain/exposure.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Look } from '../domain/look.ts';
import type { Plan } from '../domain/plan.ts';
import type { StoreReader } from '../domain/ports.ts';
import { type RememberedLook, recallLook } from '../engine/fact-memory.ts';
import { followEstate } from '../engine/follow-estate.ts';
import { incompleteLists } from '../engine/population.ts';
import { resourceKind } from '../engine/resource-index.ts';
import { exposureDerivation } from '../network/exposure-derivation.ts';
import { createExposureModel, type ExposureModel } from '../network/exposure-model.ts';
import { UsageError } from './roof.ts';
import { roomSources } from './room-sources.ts';
import type { Rooms } from './rooms.ts';

/** The network as one recorded look saw it. */
export interface SeenNetwork {
  readonly look: Look;
  readonly model: ExposureModel;
  readonly index: RememberedLook['index'];
  /** Lists that may not be complete, a text each. */
  readonly gaps: readonly string[];
}

/** Follows the rows of one look, then of another: what did not change stays the same object. */
export interface NetworkFollower {
  moveTo(look: RememberedLook): SeenNetwork;
}

export function followNetwork(knowledge: JsonObject): NetworkFollower {
  const model = createExposureModel(knowledge);
  const estate = followEstate({ ...exposureDerivation, create: () => model }, knowledge);
  return {
    moveTo(look) {
      estate.moveTo(look, (error) => {
        throw error;
      });
      return { look: look.look, model, index: look.index, gaps: gapsOf(look) };
    },
  };
}

/** As of the last look that found resources. @throws UsageError where there is none. */
export async function seeNetworkNow(state: StoreReader, plan: Plan, rooms: Rooms): Promise<SeenNetwork> {
  const name = lookNameOf(plan, rooms);
  const look = await state.latestLook(name);
  if (look === null) throw new UsageError(`no look ${name} has been recorded yet; "claimwatch run" looks on schedule`);
  return followNetwork(plan.knowledge ?? {}).moveTo(await recallLook(state, look));
}

/** The look that finds resources. @throws UsageError where the configuration has none. */
export function lookNameOf(plan: Plan, rooms: Rooms): string {
  const name = roomSources(plan, rooms).lookOfKind.get(resourceKind);
  if (name === undefined)
    throw new UsageError('the configuration has no look that finds resources of Azure; "claimwatch init" proposes one');
  return name;
}

/** What the look says of the public address; null where it is none, or cannot be read. */
export function factOf<Fact>({ model }: SeenNetwork, kind: 'entrance' | 'exposure', id: string): Fact | null {
  const fact: Json | object | null = model.factOf(kind, id);
  return fact === null || typeof fact !== 'object' || 'fault' in fact ? null : (fact as Fact);
}

/** Every interface and scale set that can be read, in order. */
export function exposuresOf({ model }: SeenNetwork): readonly (readonly [id: string, exposure: Exposure])[] {
  return model.subjects().flatMap((id) => {
    const exposure = model.exposureOf(id);
    return exposure === null ? [] : [[id, exposure] as const];
  });
}

function gapsOf(look: RememberedLook): readonly string[] {
  const types = Object.keys(exposureDerivation.reads).filter((type) => type.includes('/'));
  const gaps = incompleteLists(look, types).map(({ type, scope, fault }) => `${type} of ${scope}: ${fault.message}`);
  return [...new Set(gaps)].sort();
}
