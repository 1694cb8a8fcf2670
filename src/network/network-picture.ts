import type { Exposure, ExposureOutcome } from '../domain/exposure.ts';
import type { Fault } from '../domain/fault.ts';
import type {
  NetworkPicture,
  PicturedArrow,
  PicturedEntry,
  PicturedEntryKind,
  PicturedServers,
  PicturedSubnet,
} from '../domain/network-picture.ts';
import type { Resource } from '../domain/subject.ts';
import type { AllowEntry } from './allow-entry.ts';
import { type DrawnWay, gravityOf, joinEntries, waysOf } from './drawn-ways.ts';

export interface PicturedSubject {
  readonly subject: Resource;
  readonly exposure: Exposure | { readonly fault: Fault };
}

export interface PictureNeeds {
  /** Every interface and scale set. */
  readonly subjects: Iterable<PicturedSubject>;
  /** The allow-list as it stands for this one. */
  readonly allowFor: (subject: Resource) => readonly AllowEntry[];
  readonly unlisted: readonly string[];
}

/** More arrows than this nobody looks at; the gravest are drawn, and the others counted. */
const mostArrows = 400;

/** A picture that is made of one after another, where so many cannot be taken at once. */
export interface GrowingPicture {
  add(one: PicturedSubject): void;
  end(unlisted: readonly string[]): NetworkPicture;
}

export function startPicture(allowFor: PictureNeeds['allowFor']): GrowingPicture {
  const seen: Placed[] = [];
  return {
    add: (one) => void seen.push(placed(one, allowFor)),
    end: (unlisted) => pictureOfAll(seen, unlisted),
  };
}

/** The picture of what the facts `exposure` say. Whose fact is a fault is drawn as what cannot be known. */
export function pictureOf({ subjects, allowFor, unlisted }: PictureNeeds): NetworkPicture {
  const picture = startPicture(allowFor);
  for (const one of subjects) picture.add(one);
  return picture.end(unlisted);
}

function pictureOfAll(seen: readonly Placed[], unlisted: readonly string[]): NetworkPicture {
  const groups = groupAlike(seen.filter(({ ways }) => ways.length > 0)).toSorted(compareGroups);
  const drawn = takeArrows(groups);
  const isDrawn = new Set(drawn.flatMap(({ members }) => members));
  const others = seen.filter((one) => !isDrawn.has(one));
  const subnets = subnetsOf(drawn, others);
  const entries = Map.groupBy(
    drawn.flatMap(({ entries: own }) => own),
    ({ id }) => id,
  );
  return {
    entries: [...entries.values()].map(joinEntries).toSorted((a, b) => compareText(a.id, b.id)),
    subnets,
    arrows: drawn.flatMap(({ arrows }) => arrows),
    interfaces: seen.length,
    notDrawn: countOutcomes(others),
    unlisted: unlisted.toSorted(compareText),
  };
}

interface Placed {
  readonly subject: Resource;
  readonly kind: PicturedServers['kind'];
  readonly name: string;
  readonly outcome: ExposureOutcome;
  readonly place: Place;
  readonly ways: readonly DrawnWay[];
}

type Place = Pick<PicturedSubnet, 'id' | 'name'>;

interface Group {
  readonly place: Place;
  readonly servers: PicturedServers;
  readonly members: readonly Placed[];
  readonly entries: readonly PicturedEntry[];
  readonly arrows: readonly PicturedArrow[];
  readonly gravity: number;
  /** What the gravest way leads through: what one entry leads to stands together, so that few arrows cross. */
  readonly firstEntry: string;
}

function placed({ subject, exposure }: PicturedSubject, allowFor: PictureNeeds['allowFor']): Placed {
  const isScaleSet = subject.type === 'microsoft.compute/virtualmachinescalesets';
  if ('fault' in exposure) {
    const ways = waysOf(subject, exposure, []);
    return { subject, kind: isScaleSet ? 'scale-set' : 'interface', name: subject.name, outcome: 'unknown', place: nowhere, ways };
  }
  const { machine, outcome, subnets } = exposure;
  const isClosed = exposure.reaches.length === 0 && exposure.unknown.length === 0;
  return {
    subject,
    kind: isScaleSet ? 'scale-set' : machine === null ? 'interface' : 'machine',
    name: isScaleSet || machine === null ? subject.name : lastPart(machine),
    outcome,
    place: placeOf(subnets.map(({ id }) => id)),
    ways: isClosed ? [] : waysOf(subject, exposure, allowFor(subject)),
  };
}

const nowhere: Place = { id: '', name: 'subnet not known' };

/** Of one network `vnet / a + b`. */
function placeOf(ids: readonly string[]): Place {
  if (ids.length === 0) return nowhere;
  const networks = Map.groupBy([...new Set(ids)].sort(), (id) => lastPart(id.split('/subnets/')[0] ?? ''));
  const names = [...networks].map(([network, own]) => `${network} / ${own.map(lastPart).join(' + ')}`);
  return { id: [...networks.values()].flat().join(' '), name: names.join(', ') };
}

function groupAlike(exposed: readonly Placed[]): readonly Group[] {
  const alike = Map.groupBy(exposed, ({ place, kind, ways }) =>
    JSON.stringify([place.id, kind, ways.map(({ likeness }) => likeness).sort()]),
  );
  return [...alike.values()].map(groupOf);
}

function groupOf(found: readonly Placed[]): Group {
  const members = found.toSorted((a, b) => compareText(a.subject.id, b.subject.id));
  const [first] = members;
  if (first === undefined) throw new Error('a group has at least one member');
  const id = first.subject.id;
  const servers = { id, kind: first.kind, members: members.map(({ subject, name }) => ({ id: subject.id, name })) };
  const ways = members.flatMap((member) => member.ways);
  const entryOf = entriesOfGroup(id, ways);
  const arrows = [...Map.groupBy(ways, (way) => `${entryOf(way).id}\n${way.likeness}`).values()].flatMap(
    (own): readonly PicturedArrow[] => {
      const [way] = own;
      if (way === undefined) return [];
      const { outcome, ports, sources, isAllowed } = way;
      const because = [...new Set(own.flatMap((one) => one.because))].sort();
      return [{ entry: entryOf(way).id, servers: id, outcome, ports, sources, isAllowed, because }];
    },
  );
  const entries = ways.map(entryOf);
  const ordered = arrows.toSorted((a, b) => gravityOf(a) - gravityOf(b) || compareText(a.entry, b.entry) || compareText(a.ports, b.ports));
  return {
    place: first.place,
    servers,
    members,
    entries,
    arrows: ordered,
    gravity: Math.min(...arrows.map(gravityOf)),
    firstEntry: firstEntryOf(ordered, entries),
  };
}

/** What stands on the Internet by itself comes first. */
const entryKinds: readonly PicturedEntryKind[] = [
  'public-ip',
  'own-addresses',
  'nat-rule',
  'load-balancer',
  'firewall-dnat',
  'application-gateway',
  'unknown',
];

function firstEntryOf(ordered: readonly PicturedArrow[], entries: readonly PicturedEntry[]): string {
  const entry = entries.find(({ id }) => id === ordered[0]?.entry);
  return entry === undefined ? '' : `${entryKinds.indexOf(entry.kind)} ${entry.id}`;
}

/** Public addresses of the servers' own stand as one, where there are several. */
function entriesOfGroup(group: string, ways: readonly DrawnWay[]): (way: DrawnWay) => PicturedEntry {
  const own = new Map(ways.flatMap(({ entry }) => (entry.kind === 'public-ip' ? [[entry.id, entry] as const] : [])));
  if (own.size < 2) return ({ entry }) => entry;
  const all = [...own.values()];
  const joined: PicturedEntry = {
    id: `own-addresses of ${group}`,
    kind: 'own-addresses',
    name: `${all.length} public addresses`,
    addresses: all.flatMap(({ addresses }) => addresses).sort(),
    isProtected: all.every(({ isProtected }) => isProtected),
  };
  return ({ entry }) => (entry.kind === 'public-ip' ? joined : entry);
}

function compareGroups(a: Group, b: Group): number {
  return (
    a.gravity - b.gravity ||
    compareText(a.firstEntry, b.firstEntry) ||
    compareText(a.place.name, b.place.name) ||
    compareText(a.servers.id, b.servers.id)
  );
}

/** A group is drawn whole or not at all. One that alone is too much is drawn all the same, where it is the first. */
function takeArrows(groups: readonly Group[]): readonly Group[] {
  let arrows = 0;
  return groups.filter((group, index) => {
    arrows += group.arrows.length;
    return index === 0 || arrows <= mostArrows;
  });
}

function subnetsOf(drawn: readonly Group[], others: readonly Placed[]): readonly PicturedSubnet[] {
  const countOf = new Map<string, number>();
  for (const { place } of others) countOf.set(place.id, (countOf.get(place.id) ?? 0) + 1);
  return [...Map.groupBy(drawn, ({ place }) => place.id)].map(([id, groups]) => ({
    id,
    name: groups[0]?.place.name ?? '',
    groups: groups.map(({ servers }) => servers),
    others: countOf.get(id) ?? 0,
  }));
}

function countOutcomes(others: readonly Placed[]): NetworkPicture['notDrawn'] {
  const counts = { exposed: 0, narrow: 0, unknown: 0, latent: 0, closed: 0 } satisfies Record<ExposureOutcome, number>;
  for (const { outcome } of others) counts[outcome] += 1;
  return counts;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
