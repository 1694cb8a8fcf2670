import { type AddressSet, addressSetOf, intersectAddresses, isWithinAddresses, noAddresses } from './address-set.ts';
import type { Arrival, Gate } from './arrivals.ts';
import { type Standing, standingOf } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { entryPortsOf, judgeArrival } from './doors.ts';
import { insideParts, withoutWay } from './explain-inside.ts';
import { type Asked, deniedParts, passedPart, type WayPart, type WayQuestion } from './explain-parts.ts';
import type { InterfaceRow } from './interface-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { everyPort, intersectPorts, isEmptyPorts, isSamePorts } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import { arrivalsAtConfiguration } from './ways-in.ts';

/** One way to one IP configuration, with what is said of it. */
export interface ExplainedWay {
  /** Addresses of the configuration; none of a scale set's model. */
  readonly addresses: readonly string[];
  readonly subnet: string;
  readonly through: Through;
  readonly parts: readonly WayPart[];
}

/** `gate`: from the Internet; not `isSeen`: only may be. `inside`: from a connected network. `none`: no way leads there. */
export type Through = { readonly kind: 'gate'; readonly gate: Gate; readonly isSeen: boolean } | { readonly kind: 'inside' | 'none' };

/** The same judgement as the fact `exposure`, of the packets that the question is about, one way after another. */
export function explainWays(
  world: NetworkWorld,
  reader: Reader,
  owners: readonly InterfaceRow[],
  isModel: boolean,
  question: WayQuestion,
): readonly ExplainedWay[] {
  const from = question.from === null ? null : (addressSetOf([question.from]) ?? noAddresses);
  return owners
    .flatMap((owner) => owner.configurations.flatMap((one) => standingOf(world, reader, owner, one, isModel) ?? []))
    .flatMap((standing) => explainStanding({ world, standing, question, from }, reader));
}

function explainStanding(asked: Asked, reader: Reader): readonly ExplainedWay[] {
  const { world, standing, question, from } = asked;
  if (from !== null && !isWithinAddresses(from, standing.door.universe))
    return [wayOf(standing, { kind: 'inside' }, insideParts(asked, from))];
  const ways = arrivalsAtConfiguration(world, reader, standing).flatMap((arrival) => explainArrival(asked, arrival));
  return ways.length > 0 || question.portsAt === 'entry' ? ways : [wayOf(standing, { kind: 'none' }, [withoutWay(asked)])];
}

function wayOf({ configuration, place }: Standing, through: Through, parts: readonly WayPart[]): ExplainedWay {
  return { addresses: configuration.addresses ?? [], subnet: place.id, through, parts };
}

function explainArrival(asked: Asked, whole: Arrival): readonly ExplainedWay[] {
  const arrival = narrow(whole, asked.question, asked.from);
  if (arrival === null) return [];
  const isSeen = arrival.doubts.length === 0;
  const parts = partsOf(asked, arrival);
  // A way that may be there, and would be closed if it were, is none.
  if (!isSeen && parts.every(({ verdict }) => verdict === 'denied')) return [];
  return [wayOf(asked.standing, { kind: 'gate', gate: arrival.gate, isSeen }, parts)];
}

/** The packets of the question; null where they do not come on this way. */
function narrow(arrival: Arrival, { protocol, ports: wanted, portsAt }: WayQuestion, from: AddressSet | null): Arrival | null {
  const protocols = arrival.protocols & bitsOfProtocol(protocol);
  const isOutside = portsAt === 'entry' && !arrival.isSamePort;
  const ports = isOutside ? arrival.ports : intersectPorts(arrival.ports, wanted);
  const entryPorts = isOutside ? intersectPorts(arrival.entryPorts, wanted) : entryPortsOf(arrival, ports);
  if (protocols === 0 || isEmptyPorts(ports) || isEmptyPorts(entryPorts)) return null;
  const narrowed = { ...arrival, protocols, ports, entryPorts };
  if (from === null) return narrowed;
  const { sure, possible } = arrival.strangers;
  return { ...narrowed, strangers: { sure: intersectAddresses(from, sure), possible: intersectAddresses(from, possible) } };
}

function partsOf(asked: Asked, arrival: Arrival): readonly WayPart[] {
  const { world, standing, question } = asked;
  const { sure, unsure } = judgeArrival(standing.door, arrival, world.references);
  const passed = [
    ...sure.map((one) => passedPart(asked, arrival, one, 'allowed', null)),
    ...unsure.map((one) => passedPart(asked, arrival, one, 'unknown', one.why)),
  ];
  // Of all ports what is closed is nearly everything.
  if (isSamePorts(question.ports, everyPort) && passed.length > 0) return passed;
  return [...passed, ...deniedParts(asked, arrival, [...sure, ...unsure])];
}
