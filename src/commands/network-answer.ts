import type { Exposure, NetworkProtocol, UnknownReach } from '../domain/exposure.ts';
import type { Timestamp } from '../domain/time.ts';
import type { WayQuestion } from '../network/explain-parts.ts';
import type { ExplainedWay } from '../network/explain-ways.ts';
import { everyPort, holdsPort, portSetOf, portSetOfNumber } from '../network/port-set.ts';
import { partsAt } from '../network/ports-within.ts';
import { bitsOfProtocol } from '../network/protocols.ts';
import type { NetworkSubject } from './find-network-subject.ts';
import type { SeenNetwork } from './seen-network.ts';

export type NetworkVerdict = 'allowed' | 'denied' | 'unknown';

export interface NetworkQuestion {
  /** Null: whatever is open. */
  readonly port: number | null;
  readonly protocol: NetworkProtocol;
  /** Null: anybody on the Internet. */
  readonly from: string | null;
}

/** What is said of one interface or scale set. */
export interface InterfaceAnswer {
  readonly id: string;
  /** Null: its row cannot be read. */
  readonly exposure: Exposure | null;
  readonly verdict: NetworkVerdict;
  readonly ways: readonly ExplainedWay[];
  /** What cannot be known of it, whatever the way. */
  readonly unknown: readonly UnknownReach[];
}

export interface NetworkAnswer {
  readonly subject: NetworkSubject;
  readonly question: NetworkQuestion;
  readonly verdict: NetworkVerdict;
  readonly dataAsOf: Timestamp;
  readonly interfaces: readonly InterfaceAnswer[];
  /** Of a public address: what else stands there. */
  readonly atEntrance: readonly { readonly verdict: NetworkVerdict; readonly text: string }[];
}

export function answerNetwork(seen: SeenNetwork, subject: NetworkSubject, question: NetworkQuestion): NetworkAnswer {
  const interfaces = subject.interfaces.map((id) => answerInterface(seen, subject, id, question));
  const atEntrance = answerEntrance(subject, question, interfaces);
  const verdict = gravest([...interfaces, ...atEntrance].map((one) => one.verdict));
  return { subject, question, verdict, dataAsOf: seen.look.dataAsOf, interfaces, atEntrance };
}

/** One open way is open, whatever the others are; closed is only what is closed everywhere. */
function gravest(verdicts: readonly NetworkVerdict[]): NetworkVerdict {
  return (['allowed', 'unknown'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'denied';
}

function answerInterface(
  { model }: SeenNetwork,
  { portsAt, addresses }: NetworkSubject,
  id: string,
  { port, protocol, from }: NetworkQuestion,
): InterfaceAnswer {
  const exposure = model.exposureOf(id);
  const asked: WayQuestion = { protocol, ports: port === null ? everyPort : portSetOfNumber(port), portsAt, from };
  const explained = exposure === null ? null : model.explain(id, asked);
  if (exposure === null || explained === null) return { id, exposure: null, verdict: 'unknown', ways: [], unknown: [unreadable] };
  const ways = explained.filter((way) => leadsThrough(way, addresses));
  const unknown = unknownBesideWays(exposure, explained, model.explain(id, { ...asked, from: null }) ?? [], asked);
  const verdicts = ways.flatMap(({ parts }) => parts.map(({ verdict }) => verdict));
  return { id, exposure, ways, unknown, verdict: gravest([...verdicts, ...unknown.map(() => 'unknown' as const)]) };
}

const unreadable: UnknownReach = { protocol: 'any', ports: '*', tags: [], why: 'its row cannot be read' };

/** Ways whose public address is not known may be those that are asked about. */
function leadsThrough({ through }: ExplainedWay, addresses: readonly string[] | null): boolean {
  if (addresses === null || through.kind !== 'gate') return true;
  return through.gate.addresses.length === 0 || through.gate.addresses.some((one) => addresses.includes(one));
}

/** What is unknown for another reason than a way: the row itself, or that Azure says otherwise. */
function unknownBesideWays(
  { unknown }: Exposure,
  explained: readonly ExplainedWay[],
  fromAnybody: readonly ExplainedWay[],
  { protocol, ports, portsAt }: WayQuestion,
): readonly UnknownReach[] {
  const told = new Set([...explained, ...fromAnybody].flatMap(({ parts }) => parts.flatMap(({ why }) => why ?? [])));
  const wanted = [{ protocol, ports: portsAt === 'entry' ? '*' : portTexts(ports) }];
  return unknown.filter(({ why }) => !told.has(why)).flatMap((part) => partsAt(part, wanted));
}

function portTexts(ports: WayQuestion['ports']): string {
  const [first = 0, last = 0] = ports;
  return first === last ? String(first) : '*';
}

/** What stands at a public address and is no interface: a gateway, a firewall; and what of it is not known. */
function answerEntrance(
  { entrance, interfaces }: NetworkSubject,
  { port, protocol, from }: NetworkQuestion,
  answers: readonly InterfaceAnswer[],
): NetworkAnswer['atEntrance'] {
  if (entrance === null) return [];
  const open = entrance.open.filter(
    (one) =>
      !interfaces.includes(one.leadsTo) &&
      (bitsOfProtocol(one.protocol) & bitsOfProtocol(protocol)) !== 0 &&
      (port === null || holdsPort(portSetOf([one.ports]) ?? everyPort, port)),
  );
  const isAnswered = answers.some(({ verdict }) => verdict === 'allowed');
  const names = interfaces.map((id) => `${id.slice(id.lastIndexOf('/') + 1)}: `);
  const besideInterfaces = entrance.unknown.filter((text) => !names.some((name) => text.startsWith(name)));
  return [
    ...open.map(({ protocol: spoken, ports, leadsTo }) => ({
      verdict: from === null ? ('allowed' as const) : ('unknown' as const),
      text: `${spoken} ${ports}: ${leadsTo} answers there${from === null ? '' : '; from whom is not told apart'}`,
    })),
    ...(entrance.isFollowed
      ? []
      : [{ verdict: 'unknown' as const, text: `what ${entrance.owner ?? 'stands there'} lets in is not followed` }]),
    ...(isAnswered ? [] : besideInterfaces.map((text) => ({ verdict: 'unknown' as const, text }))),
  ];
}
