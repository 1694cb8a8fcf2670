import type { UnknownReach } from '../domain/exposure.ts';
import { describePorts, isSamePorts, noPorts, type PortSet, unitePorts } from './port-set.ts';
import { bitsOfProtocol, everyProtocol, namedProtocols, type ProtocolBits, protocolsOf } from './protocols.ts';

export interface UnknownPart extends Pick<UnknownReach, 'protocol' | 'tags' | 'why'> {
  readonly ports: PortSet;
}

/** What is missing for the same reason is told once, in as few words as it takes. */
export function mergeUnknown(parts: readonly UnknownPart[]): readonly UnknownReach[] {
  const byReason = Map.groupBy(parts, ({ tags, why }) => JSON.stringify([tags, why]));
  return [...byReason.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined
      ? []
      : portsByProtocols(same).map(([protocol, ports]) => ({ protocol, ports, tags: first.tags, why: first.why }));
  });
}

function portsByProtocols(parts: readonly UnknownPart[]): readonly (readonly [UnknownReach['protocol'], string])[] {
  const perProtocol = namedProtocols.map(({ bits }) => ({
    bits,
    ports: parts
      .filter(({ protocol }) => (bitsOfProtocol(protocol) & bits) !== 0)
      .reduce<PortSet>((all, { ports }) => unitePorts(all, ports), noPorts),
  }));
  const groups: { bits: ProtocolBits; readonly ports: PortSet }[] = [];
  for (const { bits, ports } of perProtocol) {
    if (ports.length === 0) continue;
    const known = groups.find((group) => isSamePorts(group.ports, ports));
    if (known === undefined) groups.push({ bits, ports });
    else known.bits |= bits;
  }
  return groups.flatMap(({ bits, ports }) =>
    protocolsOf(isEveryNamed(bits) ? everyProtocol : bits).map((protocol) => [protocol, describePorts(ports)] as const),
  );
}

function isEveryNamed(bits: ProtocolBits): boolean {
  return namedProtocols.every((each) => (bits & each.bits) !== 0);
}
