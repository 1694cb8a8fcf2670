import type { Arrival } from './arrivals.ts';
import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';

/** Places that traffic came by, so that rows that point at one another do not go round for ever. */
export type Path = readonly string[];

/** What gateways and firewalls send to: an address in a network (null: not known which), or an IP configuration by its id. */
export interface Target {
  readonly addresses: readonly string[];
  readonly network: string | null;
  /** Of an IP configuration: as it is compared, and the pools that it says it is in. */
  readonly configuration: string | null;
  readonly pools: readonly string[];
  /** Ids of rows of every type that name it, or names that lead there. */
  readonly namers: readonly string[];
  /** A public address of ours, to which it is sent as by strangers. */
  readonly isPublic: boolean;
  readonly path: Path;
  readonly follow: Follow;
}

/** What arrives at an address, for whoever hands it on from there. */
export interface Follow {
  privateAddress(world: NetworkWorld, reader: Reader, address: string, network: string | null, path: Path): readonly Arrival[];
  publicAddress(world: NetworkWorld, reader: Reader, address: string, path: Path): readonly Arrival[];
}

/** The public address as far as it is known. */
export function addressesOf({ table }: NetworkWorld, reader: Reader, publicAddress: string | null): readonly string[] {
  if (publicAddress === null) return [];
  const found = table.find(reader, 'microsoft.network/publicipaddresses', publicAddress);
  return found.kind === 'row' && found.record.address !== null ? [found.record.address] : [];
}
