import type { Entry, Exposure, NetworkProtocol, Reach, UnknownReach } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type { PicturedArrow, PicturedEntry } from '../domain/network-picture.ts';
import type { Resource } from '../domain/subject.ts';
import { type AllowEntry, describeAllowEntry } from './allow-entry.ts';
import { subtractAllowedUnknown } from './allow-list.ts';
import { splitAllowed } from './split-allowed.ts';

/** An arrow of one server. */
export interface DrawnWay extends Pick<PicturedArrow, 'outcome' | 'ports' | 'sources' | 'isAllowed' | 'because'> {
  readonly entry: PicturedEntry;
  /** Equal where servers may be drawn as one: public addresses of their own differ only in the address. */
  readonly likeness: string;
}

/** Gravest first: outside the allow-list, from anywhere before from somewhere; then what cannot be known; then what is meant. */
export function gravityOf({ outcome, isAllowed }: Pick<PicturedArrow, 'outcome' | 'isAllowed'>): number {
  return ['exposed', 'narrow', 'unknown'].indexOf(outcome) + (isAllowed ? 3 : 0);
}

/** What is drawn of one interface or scale set: nothing where nothing is exposed. */
export function waysOf(
  subject: Resource,
  exposure: Exposure | { readonly fault: Fault },
  allow: readonly AllowEntry[],
): readonly DrawnWay[] {
  if ('fault' in exposure) return [wayOf(unknownEntry(exposure.fault.message), { ...notKnown, parts: [anything] })];
  const place = { subject, exposure };
  const pieces = [
    ...exposure.reaches.flatMap((reach) => piecesOfReach(place, reach, allow)),
    ...exposure.unknown.flatMap((unknown) => piecesOfUnknown(place, unknown, allow)),
  ];
  // Rules of one balancer that let in alike are one arrow.
  const joined = Map.groupBy(pieces, ({ entry, piece }) => {
    return JSON.stringify([entry.id, piece.outcome, piece.sources, piece.isAllowed]);
  });
  return [...joined.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const because = [...new Set(own.flatMap(({ piece }) => piece.because))].sort();
    return [wayOf(joinEntries(own.map(({ entry }) => entry)), { ...first.piece, parts: own.flatMap(({ piece }) => piece.parts), because })];
  });
}

interface PortsPart {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
  readonly entryPorts: string;
}

type Piece = Pick<PicturedArrow, 'outcome' | 'sources' | 'isAllowed' | 'because'> & { readonly parts: readonly PortsPart[] };
interface EnteredPiece {
  readonly entry: PicturedEntry;
  readonly piece: Piece;
}
interface Place {
  readonly subject: Resource;
  readonly exposure: Exposure;
}

const anything: PortsPart = { protocol: 'any', ports: '*', entryPorts: '*' };
const notKnown = { outcome: 'unknown', sources: '', isAllowed: false, because: [] } as const;

function wayOf(entry: PicturedEntry, { outcome, sources, isAllowed, because, parts }: Piece): DrawnWay {
  const ports = describeParts(parts);
  const door = entry.kind === 'public-ip' ? [entry.kind, entry.isProtected] : [entry.id];
  return { entry, outcome, ports, sources, isAllowed, because, likeness: JSON.stringify([door, outcome, ports, sources, isAllowed]) };
}

function piecesOfReach(place: Place, reach: Reach, allow: readonly AllowEntry[]): readonly EnteredPiece[] {
  const entry = entryOf(reach.entry);
  const isDirect = reach.entryPorts === reach.ports;
  return splitAllowed(allow, place, reach).map(({ outcome, protocol, ports, sources, isAllowed, because }) => ({
    entry,
    piece: { outcome, sources, isAllowed, because, parts: [{ protocol, ports, entryPorts: isDirect ? ports : reach.entryPorts }] },
  }));
}

/** What of it an entry of the allow-list covers whatever stands behind it, and the rest. */
function piecesOfUnknown(place: Place, unknown: UnknownReach, allow: readonly AllowEntry[]): readonly EnteredPiece[] {
  const { left, allowedBy } = subtractAllowedUnknown(allow, place, unknown);
  const entry = unknownEntry(unknown.why);
  const parts = (own: readonly { readonly protocol: NetworkProtocol; readonly ports: string }[]) =>
    own.map(({ protocol, ports }) => ({ protocol, ports, entryPorts: ports }));
  if (left.length > 0) return [{ entry, piece: { ...notKnown, parts: parts(left) } }];
  return [{ entry, piece: { ...notKnown, isAllowed: true, because: allowedBy.map(describeAllowEntry), parts: parts([unknown]) } }];
}

function entryOf({ kind, id, addresses, isProtected }: Entry): PicturedEntry {
  return { id, kind, name: id.slice(id.lastIndexOf('/') + 1), addresses, isProtected };
}

function unknownEntry(why: string): PicturedEntry {
  return { id: `unknown: ${why}`, kind: 'unknown', name: why, addresses: [], isProtected: false };
}

/** One balancer has rules and NAT rules, at addresses of their own. */
export function joinEntries(entries: readonly PicturedEntry[]): PicturedEntry {
  const [first, ...others] = entries.toSorted((a, b) => (a.kind < b.kind ? -1 : 1));
  if (first === undefined) throw new Error('there is at least one');
  if (others.length === 0) return first;
  return {
    ...first,
    addresses: [...new Set(entries.flatMap(({ addresses }) => addresses))].sort(),
    isProtected: entries.every(({ isProtected }) => isProtected),
  };
}

/** `Tcp 80, 443, 50000-50010 → 22; Icmp; Udp, every port` */
function describeParts(parts: readonly PortsPart[]): string {
  const byPorts = Map.groupBy(parts, portsText);
  const byProtocols = Map.groupBy([...byPorts], ([, own]) => [...new Set(own.map(({ protocol }) => protocol))].join(', '));
  return [...byProtocols]
    .map(([protocols, own]) => `${protocols === 'any' ? 'any protocol' : protocols}${own.map(([ports]) => ports).join(',')}`)
    .join('; ');
}

const withoutPorts: ReadonlySet<NetworkProtocol> = new Set(['Icmp', 'Esp', 'Ah']);

function portsText({ protocol, ports, entryPorts }: PortsPart): string {
  if (ports === '*' && entryPorts === '*') return withoutPorts.has(protocol) ? '' : ', every port';
  return ports === entryPorts
    ? ` ${ports}`
    : ` ${entryPorts === '*' ? 'every port' : entryPorts} → ${ports === '*' ? 'every port' : ports}`;
}
