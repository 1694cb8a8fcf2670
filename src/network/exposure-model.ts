import type { DerivedEstate } from '../domain/estate-derivation.ts';
import type { Addressing, Exposure } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { addressingOfInterfaces, addressingOfPublicAddress } from './addressing-facts.ts';
import { DependencyGraph, type Formula, type Reader } from './dependency-graph.ts';
import { exposureOf } from './exposure-facts.ts';
import { readNetworkKnowledge } from './network-knowledge.ts';
import type { NetworkType } from './network-rows.ts';
import { createNetworkWorld, type NetworkWorld } from './network-world.ts';
import { RowTable } from './row-table.ts';

type Answer<Fact> = { readonly fact: Fact } | { readonly fault: Fault };
type Compute = (world: NetworkWorld, reader: Reader, id: string) => Answer<unknown>;

const interfaces = 'microsoft.network/networkinterfaces';
const scaleSets = 'microsoft.compute/virtualmachinescalesets';
const publicAddresses = 'microsoft.network/publicipaddresses';

/** How each kind of fact is computed, by the type of its subject. */
const computations: { readonly [kind: string]: { readonly [Type in NetworkType]?: Compute } } = {
  exposure: { [interfaces]: exposureOfInterface, [scaleSets]: exposureOfScaleSet },
  addressing: { [interfaces]: addressingOfInterface, [scaleSets]: addressingOfScaleSet, [publicAddresses]: addressingOfPublicAddress },
};

export const subjectTypes: readonly NetworkType[] = [interfaces, scaleSets, publicAddresses];

export interface ExposureModel extends DerivedEstate {
  exposureOf(id: string): Exposure | null;
}

/** What can reach what, kept up to date with the rows. `knowledge`: see `readNetworkKnowledge`. */
export function createExposureModel(knowledge: JsonObject): ExposureModel {
  const graph = new DependencyGraph();
  const table = new RowTable();
  const world = createNetworkWorld(table, graph, readNetworkKnowledge(knowledge));
  const formulas = new Map<string, Formula<Answer<unknown>>>();

  function typeOf(subject: string): NetworkType | undefined {
    return subjectTypes.find((type) => table.has(type, subject));
  }

  function answerOf(kind: string, subject: string): Answer<unknown> | null {
    const type = typeOf(subject);
    const compute = type === undefined ? undefined : computations[kind]?.[type];
    if (compute === undefined) return null;
    const key = `${kind}:${subject}`;
    const formula = formulas.get(key) ?? { compute: (reader: Reader) => compute(world, reader, subject), isSame: isSameJson };
    formulas.set(key, formula);
    return graph.valueOf(key, formula);
  }

  return {
    update(changes, incomplete) {
      const subjects = new Set<string>();
      for (const { id, type } of changes) if (subjectTypes.some((one) => one === type)) subjects.add(id);
      const touched = table.update(changes, incomplete);
      for (const key of graph.touch(touched)) {
        const [kind = ''] = key.split(':', 1);
        if (kind in computations) subjects.add(key.slice(kind.length + 1));
      }
      for (const subject of subjects) if (typeOf(subject) === undefined) forget(subject);
      return subjects;
    },
    factOf(kind, subject) {
      const answer = answerOf(kind, subject);
      if (answer === null || 'fault' in answer) return answer;
      return answer.fact as Json;
    },
    basisOf(subject) {
      const kinds = Object.keys(computations);
      const inputs = kinds.flatMap((kind) => (answerOf(kind, subject) === null ? [] : graph.inputsOf(`${kind}:${subject}`)));
      return [...new Set([subject, ...inputs.filter((input) => input.startsWith('/'))])];
    },
    exposureOf(id) {
      const answer = answerOf('exposure', id);
      return answer === null || 'fault' in answer ? null : (answer.fact as Exposure);
    },
  };

  function forget(subject: string): void {
    for (const kind of Object.keys(computations)) {
      graph.forget(`${kind}:${subject}`);
      formulas.delete(`${kind}:${subject}`);
    }
  }
}

function exposureOfInterface(world: NetworkWorld, reader: Reader, id: string): Answer<Exposure> {
  const found = world.table.find(reader, interfaces, id);
  return found.kind === 'row' ? { fact: exposureOf(world, reader, [found.record], false) } : cannotRead(id, found);
}

function exposureOfScaleSet(world: NetworkWorld, reader: Reader, id: string): Answer<Exposure> {
  const found = world.table.find(reader, scaleSets, id);
  return found.kind === 'row' ? { fact: exposureOf(world, reader, found.record, true) } : cannotRead(id, found);
}

function addressingOfInterface(world: NetworkWorld, reader: Reader, id: string): Answer<Addressing> {
  const found = world.table.find(reader, interfaces, id);
  return found.kind === 'row' ? { fact: addressingOfInterfaces(world, reader, 'interface', [found.record]) } : cannotRead(id, found);
}

function addressingOfScaleSet(world: NetworkWorld, reader: Reader, id: string): Answer<Addressing> {
  const found = world.table.find(reader, scaleSets, id);
  return found.kind === 'row' ? { fact: addressingOfInterfaces(world, reader, 'scale-set', found.record) } : cannotRead(id, found);
}

function cannotRead(
  id: string,
  found: { readonly kind: 'unreadable'; readonly why: string } | { readonly kind: 'absent' },
): { readonly fault: Fault } {
  return { fault: { code: 'partial', message: found.kind === 'unreadable' ? found.why : `${id} is gone` } };
}

/** Of JSON made here, whose members come in the same order. */
function isSameJson(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
