import type { NetworkProtocol, Reach } from '../domain/exposure.ts';
import type { AllowEntry, ReachedSubject } from './allow-entry.ts';
import { describeAllowEntry } from './allow-entry.ts';
import { subtractAllowed, type UnlistedPart } from './allow-list.ts';
import { describeSources } from './describe-reach.ts';
import { describePorts, everyPort, isEmptyPorts, type PortSet, portSetOf, subtractPorts } from './port-set.ts';
import { bitsOfProtocol, namedProtocols, type ProtocolBits, protocolsOf } from './protocols.ts';

/** One part of a reach, which the allow-list covers or does not. */
export interface SplitPart {
  readonly outcome: 'exposed' | 'narrow';
  readonly protocol: NetworkProtocol;
  /** At the interface. */
  readonly ports: string;
  /** For people: `Internet but for 203.0.113.0/24`. */
  readonly sources: string;
  readonly isAllowed: boolean;
  /** Entries of the allow-list, or the rules that let it in. */
  readonly because: readonly string[];
}

/** Cuts a reach into what the allow-list covers and what it does not, so that each can be drawn as what it is. */
export function splitAllowed(entries: readonly AllowEntry[], place: ReachedSubject, reach: Reach): readonly SplitPart[] {
  const { left, allowedBy } = subtractAllowed(entries, place, reach);
  const outside = left.map((part) => ({ ...pick(part), sources: sourcesOf(part, reach), isAllowed: false, because: reach.rules }));
  const because = allowedBy.map(describeAllowEntry);
  const listed = left
    .filter(({ allowedSources }) => allowedSources.length > 0)
    .map((part) => ({ ...pick(part), sources: describeSources({ ...part, sources: part.allowedSources }, []), isAllowed: true, because }));
  const rest = restOf(reach, left).map((part) => ({
    outcome: reach.outcome,
    ...part,
    sources: sourcesOf({ ...part, sources: reach.sources }, reach),
    isAllowed: true,
    because,
  }));
  return [...outside, ...listed, ...rest];
}

function pick({ outcome, protocol, ports }: UnlistedPart): Pick<SplitPart, 'outcome' | 'protocol' | 'ports'> {
  return { outcome, protocol, ports };
}

/** Service tags say more than what stands behind them, where all of it is meant. */
function sourcesOf(part: Parameters<typeof describeSources>[0], { tags, sources }: Reach): string {
  return tags.length > 0 && part.sources === sources ? tags.join(', ') : describeSources(part, sources);
}

/** Protocols and ports of which nothing is left outside. */
function restOf(reach: Reach, left: readonly UnlistedPart[]): readonly { readonly protocol: NetworkProtocol; readonly ports: string }[] {
  const byPorts = new Map<string, ProtocolBits>();
  for (const { bits } of namedProtocols.filter((one) => (one.bits & bitsOfProtocol(reach.protocol)) !== 0)) {
    const taken = left.filter(({ protocol }) => (bitsOfProtocol(protocol) & bits) !== 0);
    const ports = taken.reduce((rest, part) => subtractPorts(rest, read(part.ports)), read(reach.ports));
    if (!isEmptyPorts(ports)) byPorts.set(describePorts(ports), (byPorts.get(describePorts(ports)) ?? 0) | bits);
  }
  if (left.length === 0) return [{ protocol: reach.protocol, ports: reach.ports }];
  return [...byPorts].flatMap(([ports, bits]) => protocolsOf(bits).map((protocol) => ({ protocol, ports })));
}

function read(ports: string): PortSet {
  return portSetOf([ports]) ?? everyPort;
}
