import type { NetworkProtocol } from '../domain/exposure.ts';
import { type AddressSet, isEmptyAddresses } from './address-set.ts';
import type { ReadEntry } from './allow-entry.ts';
import { describePorts, intersectPorts, isEmptyPorts, noPorts, type PortSet, subtractPorts, unitePorts } from './port-set.ts';
import { bitsOfProtocol, namedProtocols, otherProtocols, type ProtocolBits, protocolsOf } from './protocols.ts';

/** Ports that the same entries cover. */
interface Cell {
  readonly ports: PortSet;
  readonly covering: readonly ReadEntry[];
}

export interface LeftPart {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
  readonly sources: AddressSet;
}

const singleProtocols: readonly ProtocolBits[] = [...namedProtocols.map(({ bits }) => bits), otherProtocols];

/**
 * Protocol by protocol and port by port, what `leave` says that the entries covering it leave; put together again where the same is left, so that
 * the order of the entries and how they are cut changes nothing.
 */
export function subtractEntries(
  entries: readonly ReadEntry[],
  { protocol, ports }: { readonly protocol: NetworkProtocol; readonly ports: PortSet },
  leave: (covering: readonly ReadEntry[]) => AddressSet,
): readonly LeftPart[] {
  const bySources = new Map<string, { readonly sources: AddressSet; readonly portsOf: Map<ProtocolBits, PortSet> }>();
  for (const bit of singleProtocols.filter((one) => (one & bitsOfProtocol(protocol)) !== 0)) {
    const own = entries.filter(({ protocols }) => (protocols & bit) !== 0);
    for (const cell of cellsOf(own, ports)) {
      const sources = leave(cell.covering);
      if (isEmptyAddresses(sources)) continue;
      const key = keyOf(sources);
      const group = bySources.get(key) ?? { sources, portsOf: new Map<ProtocolBits, PortSet>() };
      group.portsOf.set(bit, unitePorts(group.portsOf.get(bit) ?? noPorts, cell.ports));
      bySources.set(key, group);
    }
  }
  return [...bySources.values()].flatMap(({ sources, portsOf: byProtocol }) => joinProtocols(byProtocol, sources)).toSorted(compareParts);
}

function cellsOf(entries: readonly ReadEntry[], ports: PortSet): readonly Cell[] {
  let cells: readonly Cell[] = [{ ports, covering: [] }];
  for (const entry of entries) {
    cells = cells
      .flatMap(({ ports: own, covering }) => [
        { ports: intersectPorts(own, entry.ports), covering: [...covering, entry] },
        { ports: subtractPorts(own, entry.ports), covering },
      ])
      .filter((cell) => !isEmptyPorts(cell.ports));
  }
  return cells;
}

function joinProtocols(byProtocol: ReadonlyMap<ProtocolBits, PortSet>, sources: AddressSet): readonly LeftPart[] {
  const byPorts = new Map<string, ProtocolBits>();
  for (const [bit, ports] of byProtocol) {
    const text = describePorts(ports);
    byPorts.set(text, (byPorts.get(text) ?? 0) | bit);
  }
  return [...byPorts].flatMap(([ports, bits]) => protocolsOf(bits).map((protocol) => ({ protocol, ports, sources })));
}

function keyOf({ v4, v6 }: AddressSet): string {
  return `${v4.join()};${v6.join()}`;
}

function compareParts(a: LeftPart, b: LeftPart): number {
  const left = orderOf(a);
  const right = orderOf(b);
  return left === right ? 0 : left < right ? -1 : 1;
}

function orderOf({ protocol, ports, sources }: LeftPart): string {
  return `${protocol} ${ports} ${keyOf(sources)}`;
}
