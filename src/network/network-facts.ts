import type { Addressing, Entrance, Exposure } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import { addressingOfInterfaces, addressingOfPublicAddress } from './addressing-facts.ts';
import type { Reader } from './dependency-graph.ts';
import { entranceOf } from './entrance-facts.ts';
import { exposureOf } from './exposure-facts.ts';
import type { NetworkType } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import type { Found } from './row-table.ts';

export type Answer<Fact> = { readonly fact: Fact } | { readonly fault: Fault };

export interface FactSources {
  readonly world: NetworkWorld;
  readonly reader: Reader;
  /** Another fact, on which this one then rests; null where there is no such subject. */
  answerOf(kind: string, subject: string): Answer<unknown> | null;
}

type Compute = (sources: FactSources, id: string) => Answer<unknown>;

const interfaces = 'microsoft.network/networkinterfaces';
const scaleSets = 'microsoft.compute/virtualmachinescalesets';
const publicAddresses = 'microsoft.network/publicipaddresses';

export const subjectTypes: readonly NetworkType[] = [interfaces, scaleSets, publicAddresses];

/** How each kind of fact is computed, by the type of its subject. */
export const computations: { readonly [kind: string]: { readonly [Type in NetworkType]?: Compute } } = {
  exposure: {
    [interfaces]: ({ world, reader }, id) =>
      ofRow(id, world.table.find(reader, interfaces, id), (row): Answer<Exposure> => ({ fact: exposureOf(world, reader, [row], false) })),
    [scaleSets]: ({ world, reader }, id) =>
      ofRow(id, world.table.find(reader, scaleSets, id), (rows): Answer<Exposure> => ({ fact: exposureOf(world, reader, rows, true) })),
  },
  addressing: {
    [interfaces]: ({ world, reader }, id) =>
      ofRow(
        id,
        world.table.find(reader, interfaces, id),
        (row): Answer<Addressing> => addressingOfInterfaces(world, reader, 'interface', [row]),
      ),
    [scaleSets]: ({ world, reader }, id) =>
      ofRow(
        id,
        world.table.find(reader, scaleSets, id),
        (rows): Answer<Addressing> => addressingOfInterfaces(world, reader, 'scale-set', rows),
      ),
    [publicAddresses]: ({ world, reader }, id) =>
      ofRow(id, world.table.find(reader, publicAddresses, id), (row) => addressingOfPublicAddress(world, reader, row)),
  },
  entrance: {
    [publicAddresses]: (sources, id) =>
      ofRow(
        id,
        sources.world.table.find(sources.reader, publicAddresses, id),
        (row): Answer<Entrance> => ({
          fact: entranceOf({ ...sources, exposureOf: (subject) => exposureAmong(sources, subject) }, row),
        }),
      ),
  },
};

function exposureAmong({ answerOf }: FactSources, subject: string): Exposure | null {
  const answer = answerOf('exposure', subject);
  return answer === null || 'fault' in answer ? null : (answer.fact as Exposure);
}

function ofRow<Record, Fact>(id: string, found: Found<Record>, make: (record: Record) => Answer<Fact>): Answer<Fact> {
  if (found.kind === 'row') return make(found.record);
  return { fault: { code: 'partial', message: found.kind === 'unreadable' ? found.why : `${id} is gone` } };
}
