import type { Exposure, NetworkProtocol, Reach } from '../domain/exposure.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { type AllowEntry, whyNoSource } from './allow-entry.ts';
import { subtractAllowed, subtractAllowedUnknown, type UnlistedPart } from './allow-list.ts';
import { describeEntry, describeReach, describeUnknown } from './describe-reach.ts';
import {
  describePorts,
  everyPort,
  intersectPorts,
  isEmptyPorts,
  isSamePorts,
  type PortSet,
  portSetOf,
  subtractPorts,
  unitePorts,
} from './port-set.ts';
import { reachesAt, type WantedPorts } from './ports-within.ts';
import { bitsOfProtocol } from './protocols.ts';

/** What is reachable, with the list as it stands for it. */
export interface ReachableSubject {
  readonly subject: { readonly id: string; readonly name: string; readonly subscription: string };
  readonly exposure: Exposure;
  readonly allow: readonly AllowEntry[];
}

/** An entry without those who sign it. */
export interface ProposedEntry extends Pick<AllowEntry, 'from' | 'ports' | 'protocol'> {
  readonly to: { readonly resource: string };
  /** Interfaces and scale sets that are reached by it, in order. */
  readonly reached: readonly string[];
  /** `loadbalancers/front (https) at 203.0.113.7`, for people. */
  readonly entries: readonly string[];
  /** Chains of rules that let in, for people. */
  readonly rules: readonly string[];
}

export type WhyDeclined = 'management' | 'every-port' | 'unknown' | 'not-writable';

export interface DeclinedPart {
  readonly subject: string;
  readonly why: WhyDeclined;
  /** What is let in, or may be, for people. */
  readonly text: string;
}

export interface AllowProposal {
  readonly proposed: readonly ProposedEntry[];
  readonly declined: readonly DeclinedPart[];
  /** Entries of the list by which nothing comes in now. */
  readonly unused: readonly AllowEntry[];
}

/** Something that is let in and stands in no entry. */
interface Unlisted {
  readonly place: ReachableSubject;
  readonly reach: Reach;
  readonly part: UnlistedPart;
  readonly ports: PortSet;
  /** Ports for administration among them. */
  readonly managed: PortSet;
}

interface Draft extends Pick<ProposedEntry, 'from' | 'protocol'> {
  readonly subject: string;
  readonly entryId: string;
  /** An entry that names what lets in would allow nothing that is declined. */
  readonly isShareable: boolean;
  readonly entry: string;
  readonly ports: PortSet;
  readonly rules: string;
}

/**
 * What is let in and stands in no entry, as entries to sign. Never ports for administration, never all ports at once, and nothing that cannot be known:
 * these are told as declined. `list`: the entries that may be unused.
 */
export function proposeAllow(subjects: readonly ReachableSubject[], list: readonly AllowEntry[], management: WantedPorts): AllowProposal {
  const used = new Set<AllowEntry>();
  const unlisted = subjects.flatMap((place) => place.exposure.reaches.flatMap((reach) => unlistedOf(place, reach, management, used)));
  const unknown = subjects.flatMap((place) => unknownOf(place, used));
  const managed = unlisted.filter((one) => !isEmptyPorts(one.managed));
  const declinedAt = new Map([
    ...Map.groupBy(managed, ({ place }) => place.subject.id),
    ...Map.groupBy(managed, ({ reach }) => reach.entry.id),
  ]);
  const drafted = unlisted.map((one) => draftOf(one, declinedAt));
  return {
    proposed: mergeDrafts(drafted.flatMap(({ drafts }) => drafts)),
    declined: [...drafted.flatMap(({ declined }) => declined), ...unknown],
    unused: list.filter((entry) => !used.has(entry)),
  };
}

function unlistedOf(place: ReachableSubject, reach: Reach, management: WantedPorts, used: Set<AllowEntry>): readonly Unlisted[] {
  const { left, allowedBy } = subtractAllowed(place.allow, place, reach);
  for (const entry of allowedBy) used.add(entry);
  return left.map((part) => ({
    place,
    reach,
    part,
    ports: portSetOf([part.ports]) ?? everyPort,
    managed: managedPorts(reach, part, management),
  }));
}

function unknownOf(place: ReachableSubject, used: Set<AllowEntry>): readonly DeclinedPart[] {
  return place.exposure.unknown.flatMap((unknown) => {
    const { left, allowedBy } = subtractAllowedUnknown(place.allow, place, unknown);
    for (const entry of allowedBy) used.add(entry);
    return left.map(
      (part): DeclinedPart => ({ subject: place.subject.id, why: 'unknown', text: describeUnknown({ ...unknown, ...part }) }),
    );
  });
}

function draftOf(one: Unlisted, declinedAt: DeclinedAt): { readonly drafts: readonly Draft[]; readonly declined: readonly DeclinedPart[] } {
  const { place, reach, part, ports } = one;
  const { id } = place.subject;
  const declinedAs = (why: WhyDeclined, of: PortSet): readonly DeclinedPart[] =>
    isEmptyPorts(of) ? [] : [{ subject: id, why, text: describeReach({ ...part, ports: describePorts(of) }, reach) }];
  if (hasPorts(part.protocol) && isSamePorts(ports, everyPort)) return { drafts: [], declined: declinedAs('every-port', ports) };
  const closed = intersectPorts(ports, declinedPorts(id, one, declinedAt));
  const rest = subtractPorts(ports, closed);
  const declined = declinedAs('management', closed);
  const from = sourcesToWrite(reach, part);
  if (isEmptyPorts(rest)) return { drafts: [], declined };
  if (from === null || ![id, reach.entry.id].every(isWritable))
    return { drafts: [], declined: [...declined, ...declinedAs('not-writable', rest)] };
  const isShareable = isEmptyPorts(intersectPorts(rest, declinedPorts(reach.entry.id, one, declinedAt)));
  const draft = { subject: id, isShareable, entryId: reach.entry.id, entry: describeEntry(reach.entry), rules: reach.rules.join(', ') };
  return { drafts: [{ ...draft, from, protocol: part.protocol, ports: rest }], declined };
}

/** Id of a subject, or of what lets in -> what is declined there. */
type DeclinedAt = ReadonlyMap<string, readonly Unlisted[]>;

/** An entry allows a port at the interface, whatever it is outside: so what is declined by one way is not let in by an entry for another. */
function declinedPorts(id: string, { part }: Unlisted, declinedAt: DeclinedAt): PortSet {
  return (declinedAt.get(id) ?? [])
    .filter((other) => (bitsOfProtocol(other.part.protocol) & bitsOfProtocol(part.protocol)) !== 0)
    .reduce<PortSet>((ports, { managed }) => unitePorts(ports, managed), []);
}

function hasPorts(protocol: NetworkProtocol): boolean {
  return protocol === 'Tcp' || protocol === 'Udp' || protocol === 'any';
}

/** Also those that are well known where the Internet knocks. */
function managedPorts(reach: Reach, { protocol, ports }: UnlistedPart, management: WantedPorts): PortSet {
  const entryPorts = reach.entryPorts === reach.ports ? ports : reach.entryPorts;
  return reachesAt({ protocol, ports, entryPorts }, management)
    .map((one) => portSetOf([one.ports]) ?? everyPort)
    .reduce<PortSet>(unitePorts, []);
}

/** By the tags of the rules where all of them come from these, else by address; null where the list would not take it. */
function sourcesToWrite(reach: Reach, part: UnlistedPart): readonly string[] | null {
  const isWhole = part.sources.join() === reach.sources.join();
  const tags = reach.tags.filter((tag) => isTagName(tag));
  const names = isWhole && tags.length > 0 && tags.length === reach.tags.length ? tags : part.sources;
  const from = names.some((name) => /^Internet( \(|$)/.test(name)) ? ['Internet'] : names;
  return from.length > 0 && from.every((text) => whyNoSource(text) === null) ? from : null;
}

/** `Internet` would be everybody. */
function isTagName(tag: string): boolean {
  return whyNoSource(tag) === null && /^[a-z]/i.test(tag) && tag.toLowerCase() !== 'internet';
}

/** `$` begins a reference in settings. */
function isWritable(id: string): boolean {
  return resourceFromId(id) !== null && !/["\\$\p{C}\p{Zl}\p{Zp}]/u.test(id);
}

/** Interfaces behind one way in share an entry that names it; one alone is named itself. */
function mergeDrafts(drafts: readonly Draft[]): readonly ProposedEntry[] {
  const byWay = groupBy(drafts, ({ entryId, from, protocol, ports }) => [entryId, from, protocol, ports]);
  const placed = byWay.flatMap((same) => {
    const isShared = new Set(same.map(({ subject }) => subject)).size > 1 && same.every(({ isShareable }) => isShareable);
    return same.map((draft) => ({ draft, resource: isShared ? draft.entryId : draft.subject }));
  });
  const byPlace = groupBy(placed, ({ resource, draft: { from, protocol } }) => [resource, from, protocol]);
  return byPlace
    .flatMap((group): readonly ProposedEntry[] => {
      const all = group.map(({ draft }) => draft);
      const [first] = all;
      if (first === undefined) return [];
      return [
        {
          from: first.from,
          to: { resource: group[0]?.resource ?? '' },
          ports: describePorts(all.reduce<PortSet>((ports, draft) => unitePorts(ports, draft.ports), [])),
          protocol: first.protocol,
          reached: distinct(all.map(({ subject }) => subject)),
          entries: distinct(all.map(({ entry }) => entry)),
          rules: distinct(all.map(({ rules }) => rules)),
        },
      ];
    })
    .sort((left, right) => (keyOf(left) < keyOf(right) ? -1 : 1));
}

function keyOf({ from, to, ports, protocol }: ProposedEntry): string {
  return JSON.stringify([from[0] === 'Internet' ? 0 : 1, to.resource, protocol, ports, from]);
}

function groupBy<Item>(items: readonly Item[], keyOfItem: (item: Item) => object): readonly (readonly Item[])[] {
  return [...Map.groupBy(items, (item) => JSON.stringify(keyOfItem(item))).values()];
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort();
}
