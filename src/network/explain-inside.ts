import { type AddressSet, isEmptyAddresses, isWithinAddresses } from './address-set.ts';
import { describeAddresses } from './describe-addresses.ts';
import { type Door, inboundAt } from './doors.ts';
import { type Asked, explainExample, strangersOf, type WayPart } from './explain-parts.ts';
import { type Inbound, reasonsOf } from './inbound.ts';
import { type Passage, passagesAt, subtractPassages } from './passages.ts';
import { describePorts, everyPort, isSamePorts } from './port-set.ts';
import { bitsOfProtocol, protocolsOf } from './protocols.ts';

/** What the rules would say if a way led there. */
export function withoutWay(asked: Asked): WayPart {
  const { question, standing, world } = asked;
  const strangers = asked.from ?? strangersOf(standing.door);
  const [open] = passagesAt(inboundAt(standing.door, strangers, world.references).sure, question.protocol, question.ports);
  const passage = open ?? { protocol: question.protocol, ports: question.ports, sources: strangers, rules: [], tags: [] };
  const noWay = 'no way in from the Internet leads there';
  return {
    ...partAtInterface(asked, passage, 'denied', null),
    sources: describeAddresses(strangers),
    why: open === undefined ? `${noWay}, and the rules let nothing in` : `${noWay}, though the rules would let it in`,
  };
}

/** From a connected network: by the rules at the interface, whatever stands on the way. */
export function insideParts(asked: Asked, from: AddressSet): readonly WayPart[] {
  const { question, standing, world } = asked;
  const inbound = inboundAt(standing.door, from, world.references);
  const sure = passagesAt(inbound.sure, question.protocol, question.ports);
  const unsure = subtractPassages(passagesAt(inbound.possible, question.protocol, question.ports), sure);
  const unconnected = whyNotConnected(standing.door, from);
  const passed = [
    ...sure.map((passage) => partAtInterface(asked, passage, unconnected === null ? 'allowed' : 'unknown', unconnected)),
    ...unsure.map((passage) => partAtInterface(asked, passage, 'unknown', whyUnsure(standing.door, inbound, passage))),
  ];
  if (isSamePorts(question.ports, everyPort) && passed.length > 0) return passed;
  const rest = subtractPassages(packetsOf(asked, from), [...sure, ...unsure]).filter(({ sources }) => !isEmptyAddresses(sources));
  return [...passed, ...rest.slice(0, 1).map((passage) => partAtInterface(asked, passage, 'denied', null))];
}

function packetsOf({ question: { protocol, ports } }: Asked, sources: AddressSet): readonly Passage[] {
  return protocolsOf(bitsOfProtocol(protocol)).map((one) => ({ protocol: one, ports, sources, rules: [], tags: [] }));
}

function whyUnsure({ layerDoubts, tagDoubts }: Door, inbound: Inbound, passage: Passage): string {
  return [...new Set([...layerDoubts, ...tagDoubts, ...reasonsOf(inbound, passage)])].join('; ');
}

function partAtInterface(asked: Asked, { protocol, ports, sources }: Passage, verdict: WayPart['verdict'], why: string | null): WayPart {
  const explained = explainExample(asked, null, sources, protocol, ports);
  return {
    verdict,
    protocol,
    ports: describePorts(ports),
    entryPorts: describePorts(ports),
    sources: describeAddresses(sources),
    isRest: false,
    before: [],
    rules: explained.rules,
    why: why ?? explained.why,
  };
}

/** Null where it surely is. */
function whyNotConnected({ virtualNetwork, tagDoubts }: Door, from: AddressSet): string | null {
  if (isWithinAddresses(from, virtualNetwork.sure)) return null;
  const [address = ''] = describeAddresses(from);
  const unseen = `no network that is connected with this one is seen to hold ${address}, so whether it can come here is not known`;
  return [unseen, ...tagDoubts].join('; ');
}
