import { type AddressSet, noAddresses, uniteAddresses } from './address-set.ts';
import { type Standing, standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { judgeArrival } from './doors.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { lastNameOf } from './row-reading.ts';
import { seenArrivals } from './seen-arrivals.ts';

/** Something near that may send strangers on, from these addresses. */
export interface Neighbour {
  /** Of all its interfaces, or of the scale set. */
  readonly ids: readonly string[];
  readonly addresses: AddressSet;
  /** It may leave the strangers' own addresses. */
  readonly mayKeepSource: boolean;
  readonly why: string;
}

const interfaces = 'microsoft.network/networkinterfaces';
const scaleSets = 'microsoft.compute/virtualmachinescalesets';
const machines = 'microsoft.compute/virtualmachines';

/** Machines that forward, and that strangers can reach. What they do with it no row tells. */
export function appliancesIn(world: NetworkWorld, reader: Reader, networks: readonly string[]): readonly Neighbour[] {
  const found = new Map<string, Neighbour>();
  for (const network of networks) {
    for (const [id, row] of world.table.findBy(reader, interfaces, `forwards-in:${network}`)) {
      const rows = interfacesBeside(world, reader, id, row);
      const ids = rows.map((one) => one.id);
      const standings = rows.flatMap((one) => standingsOf(world, reader, one, false));
      const addresses = rows.flatMap(({ configurations }) => configurations.flatMap((one) => one.addresses ?? []));
      note(found, ids, standings, world.knowledge.read(addresses).addresses);
    }
    for (const [id, rows] of world.table.findBy(reader, scaleSets, `forwards-in:${network}`)) {
      const standings = rows.flatMap((one) => standingsOf(world, reader, one, true));
      const addresses = standings.reduce((all, { place }) => uniteAddresses(all, place.addresses), noAddresses);
      note(found, [id], standings, world.knowledge.same(addresses));
    }
  }
  return [...found.values()];

  function note(all: Map<string, Neighbour>, ids: readonly string[], standings: readonly Standing[], addresses: AddressSet): void {
    const key = [...ids].sort().join();
    if (all.has(key) || !standings.some((standing) => isReached(world, reader, standing))) return;
    const why = `${lastNameOf(ids[0] ?? '')} forwards, strangers can reach it, and what it sends on is not known`;
    all.set(key, { ids, addresses, mayKeepSource: true, why });
  }
}

/** What comes in at one of a machine's interfaces goes out at another; itself first. */
function interfacesBeside({ table }: NetworkWorld, reader: Reader, id: string, row: InterfaceRow): readonly InterfaceRow[] {
  const found = row.machine === null ? undefined : table.find(reader, machines, row.machine);
  const beside = found?.kind === 'row' ? found.record : (table.findBy(reader, machines, id)[0]?.[1] ?? []);
  const others = beside.flatMap((other) => {
    const one = other === id ? undefined : table.find(reader, interfaces, other);
    return one?.kind === 'row' ? [one.record] : [];
  });
  return [row, ...others];
}

function standingsOf(world: NetworkWorld, reader: Reader, row: InterfaceRow, isModel: boolean): readonly Standing[] {
  return row.configurations.flatMap((one) => standingOf(world, reader, row, one, isModel) ?? []);
}

function isReached(world: NetworkWorld, reader: Reader, standing: Standing): boolean {
  return seenArrivals(world, reader, standing).some((arrival) => {
    const { sure, unsure } = judgeArrival(standing.door, arrival, world.references);
    return sure.length + unsure.length > 0;
  });
}
