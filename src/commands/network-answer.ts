import type { Entrance, Exposure, NetworkProtocol, UnknownReach } from '../domain/exposure.ts';
import { shortNameOf } from '../domain/resource-id.ts';
import type { Timestamp } from '../domain/time.ts';
import { holdsAddress, publicAddresses } from '../network/address-set.ts';
import type { WayPart, WayQuestion } from '../network/explain-parts.ts';
import type { ExplainedWay } from '../network/explain-ways.ts';
import { everyPort, holdsPort, portSetOf, portSetOfNumber } from '../network/port-set.ts';
import { partsAt } from '../network/ports-within.ts';
import { bitsOfProtocol } from '../network/protocols.ts';
import { lastNameOf } from '../network/row-reading.ts';
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
  /** What is to be said besides single interfaces: what else stands at a public address, and what may be missing. */
  readonly besides: readonly { readonly verdict: NetworkVerdict; readonly text: string }[];
}

export function answerNetwork(seen: SeenNetwork, subject: NetworkSubject, question: NetworkQuestion): NetworkAnswer {
  const interfaces = subject.interfaces.map((id) => answerInterface(seen, subject, id, question));
  const besides = answerBesides(subject, question, interfaces);
  const verdict = gravest([...interfaces, ...besides].map((one) => one.verdict));
  return { subject, question, verdict, dataAsOf: seen.look.dataAsOf, interfaces, besides };
}

/** One open way is open, whatever the others are; closed is only what is closed everywhere. */
function gravest(verdicts: readonly NetworkVerdict[]): NetworkVerdict {
  return (['allowed', 'unknown'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'denied';
}

function answerInterface(
  { model }: SeenNetwork,
  subject: NetworkSubject,
  id: string,
  { port, protocol, from }: NetworkQuestion,
): InterfaceAnswer {
  const exposure = model.exposureOf(id);
  const asked: WayQuestion = { protocol, ports: port === null ? everyPort : portSetOfNumber(port), portsAt: subject.portsAt, from };
  const explained = exposure === null ? null : model.explain(id, asked);
  if (exposure === null || explained === null) return { id, exposure: null, verdict: 'unknown', ways: [], unknown: [unreadable] };
  const ways = explained.filter((way) => leadsThrough(way, subject));
  const unknown = unknownBesideWays(exposure, explained, model.explain(id, { ...asked, from: null }) ?? [], asked);
  const verdicts = ways.flatMap(({ parts }) => parts.map(({ verdict }) => verdict));
  return { id, exposure, ways, unknown, verdict: gravest([...verdicts, ...unknown.map(() => 'unknown' as const)]) };
}

const unreadable: UnknownReach = { protocol: 'any', ports: '*', tags: [], why: 'its row cannot be read' };

/** Ways that are not seen, or of which no public address is known, may be those that are asked about. */
function leadsThrough({ through }: ExplainedWay, { id, portsAt, addresses, gate }: NetworkSubject): boolean {
  if (portsAt === 'interface') return true;
  if (through.kind !== 'gate') return false;
  if (gate !== null) return through.gate.id === gate || !through.isSeen;
  const known = through.gate.addresses;
  return through.gate.id === id || known.length === 0 || known.some((one) => addresses?.includes(one) === true);
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
function answerBesides(
  { entrance, interfaces, doubts, portsAt }: NetworkSubject,
  question: NetworkQuestion,
  answers: readonly InterfaceAnswer[],
): NetworkAnswer['besides'] {
  const isFromInside = portsAt === 'entry' && question.from !== null && !isPublic(question.from);
  const doubtful = [...doubts, ...(isFromInside ? [notFromInside] : [])].map((text) => ({ verdict: 'unknown' as const, text }));
  if (entrance === null) return doubtful;
  const isAnswered = answers.some(({ verdict }) => verdict === 'allowed');
  const names = interfaces.map((id) => `${lastNameOf(id)}: `);
  const unknown = entrance.unknown.filter((one) => isAsked(one, question) && !names.some((name) => one.why.startsWith(name)));
  return [
    ...entrance.open
      .filter((one) => isAsked(one, question) && !isTold(one, answers, question.from))
      .map((one) => answerOpen(one, question.from)),
    ...(entrance.isFollowed
      ? []
      : [{ verdict: 'unknown' as const, text: `what ${entrance.owner ?? 'stands there'} lets in is not followed` }]),
    ...doubtful,
    ...(isAnswered ? [] : unknown.map(({ why }) => ({ verdict: 'unknown' as const, text: why }))),
  ];
}

const notFromInside = 'who is inside comes to it in other ways, which are not judged: ask about the interface, or with a public address';

function isPublic(address: string): boolean {
  return holdsAddress(publicAddresses, address) === true;
}

type Open = Entrance['open'][number];

function answerOpen({ protocol, ports, leadsTo }: Open, from: string | null): NetworkAnswer['besides'][number] {
  const what = leadsTo.startsWith('/') ? `${shortNameOf(leadsTo)} answers there` : `is sent on to ${leadsTo}`;
  if (from === null) return { verdict: 'allowed', text: `${protocol} ${ports}: ${what}` };
  return { verdict: 'unknown', text: `${protocol} ${ports}: ${what}, and whether ${from} may is not told apart` };
}

function isAsked(open: Pick<Open, 'protocol' | 'ports'>, { port, protocol }: NetworkQuestion): boolean {
  const isSpoken = (bitsOfProtocol(open.protocol) & bitsOfProtocol(protocol)) !== 0;
  return isSpoken && (port === null || holdsPort(portSetOf([open.ports]) ?? everyPort, port));
}

/** By the ways to interfaces behind it. A gateway answers by itself where only what stands behind it is closed. */
function isTold({ leadsTo, ports }: Open, answers: readonly InterfaceAnswer[], from: string | null): boolean {
  const isOpenThere = ({ verdict, rules, entryPorts }: WayPart) =>
    entryPorts === ports && (verdict !== 'denied' || (from !== null && rules.length === 0));
  return answers.some(
    ({ id, exposure, ways }) =>
      id === leadsTo ||
      exposure?.addresses.includes(leadsTo) === true ||
      ways.some(({ through, parts }) => through.kind === 'gate' && through.gate.id === leadsTo && parts.some(isOpenThere)),
  );
}
