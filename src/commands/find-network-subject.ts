import { nearestName } from '../config/nearest-name.ts';
import { parseAddress } from '../domain/address-range.ts';
import type { Entrance } from '../domain/exposure.ts';
import type { Resource } from '../domain/subject.ts';
import { addressSetOf, holdsAddress } from '../network/address-set.ts';
import { shorten } from './proposal.ts';
import { UsageError } from './roof.ts';
import { exposuresOf, factOf, type SeenNetwork } from './seen-network.ts';
import { printable } from './text.ts';

/** What a question is about. */
export interface NetworkSubject {
  /** As a person may call it. */
  readonly id: string;
  /** `entry`: what stands where the Internet knocks, so that ports are those there. */
  readonly portsAt: 'interface' | 'entry';
  /** Interfaces and scale sets: the subject itself, those of the machine, those that are reached through it. */
  readonly interfaces: readonly string[];
  /** The public addresses that are asked about, where only they are. */
  readonly addresses: readonly string[] | null;
  /** Of a public address: what the model says of it. */
  readonly entrance: Entrance | null;
  /** Of what lets in: only ways through it are asked about. */
  readonly gate: string | null;
  /** Why more interfaces than these may be concerned. */
  readonly doubts: readonly string[];
}

const interfaces = 'microsoft.network/networkinterfaces';
const scaleSets = 'microsoft.compute/virtualmachinescalesets';
const machines = 'microsoft.compute/virtualmachines';
const publicAddresses = 'microsoft.network/publicipaddresses';
const gates = ['microsoft.network/loadbalancers', 'microsoft.network/applicationgateways', 'microsoft.network/azurefirewalls'];
const knownTypes = [interfaces, scaleSets, machines, publicAddresses, ...gates];

/**
 * By its id, its name, the end of its id (`virtualmachines/web`), or an address.
 * @throws UsageError where nothing is called so, or several things are.
 */
export function findNetworkSubject(seen: SeenNetwork, text: string): NetworkSubject {
  const wanted = text.trim();
  const found = parseAddress(wanted) === null ? findByName(seen, wanted.toLowerCase().replace(/\/+$/, '')) : findByAddress(seen, wanted);
  const different = [...new Map(found.map((subject) => [keyOf(subject), subject])).values()];
  const [only, ...others] = different;
  if (only === undefined) throw new UsageError(printable(whyNone(seen, wanted)));
  if (others.length > 0) throw new UsageError(`"${wanted}" stands for ${different.length} things; name one of them:\n${listOf(different)}`);
  return only;
}

/** A machine and its interface are the same question. */
function keyOf({ id, portsAt, interfaces: ids }: NetworkSubject): string {
  return portsAt === 'entry' || ids.length === 0 ? id : ids.join(' ');
}

function listOf(subjects: readonly NetworkSubject[]): string {
  const shown = subjects.slice(0, mostListed).map(({ id }) => `  ${printable(id)}`);
  return [...shown, ...(subjects.length > mostListed ? [`  and ${subjects.length - mostListed} more`] : [])].join('\n');
}

const mostListed = 20;

function whyNone(seen: SeenNetwork, text: string): string {
  const [gap] = seen.gaps;
  const unseen = gap === undefined ? '' : ` (not everything was seen: ${gap})`;
  if (parseAddress(text) !== null) return `nothing that was seen in the network has the address ${text}${unseen}`;
  const names = [...new Set(resourcesOfKnownTypes(seen).map(({ name }) => name))];
  return `nothing in the network is called "${text}"${unseen}; ${remedyFor(text.toLowerCase(), names)}`;
}

function remedyFor(text: string, names: readonly string[]): string {
  const nearest = nearestName(text, names);
  if (nearest !== null) return `did you mean "${nearest}"?`;
  const holding = names.filter((name) => name.includes(text));
  if (text !== '' && holding.length > 0) return `there are ${shorten(holding, mostListed)}`;
  return 'write the id, the name or an address of an interface, a machine, a scale set, a public address, a balancer, a gateway or a firewall';
}

function resourcesOfKnownTypes({ index }: SeenNetwork): readonly Resource[] {
  return knownTypes.flatMap((type) => index.byType.get(type) ?? []);
}

function findByName(seen: SeenNetwork, wanted: string): readonly NetworkSubject[] {
  if (wanted === '') return [];
  const isMeant = (id: string) => id === wanted || (!wanted.startsWith('/') && id.endsWith(`/${wanted}`));
  const found = resourcesOfKnownTypes(seen).filter(({ id }) => isMeant(id));
  if (found.length > 0) return found.map((resource) => subjectOf(seen, resource));
  // Interfaces name machines of which there may be no row.
  const named = new Set(exposuresOf(seen).flatMap(([, { machine }]) => (machine !== null && isMeant(machine) ? [machine] : [])));
  return [...named].map((machine) => machineSubject(seen, machine));
}

function subjectOf(seen: SeenNetwork, { id, type }: Resource): NetworkSubject {
  if (type === publicAddresses) return publicSubject(seen, id);
  if (type === machines) return machineSubject(seen, id);
  return gates.includes(type) ? gateSubject(seen, id) : plainSubject(id, [id]);
}

function machineSubject(seen: SeenNetwork, id: string): NetworkSubject {
  const ids = idsOf(seen, ({ machine }) => machine === id);
  return { ...plainSubject(id, ids), doubts: [...(ids.length === 0 ? ['no interface of it was seen'] : []), ...doubtsOf(seen)] };
}

function gateSubject(seen: SeenNetwork, id: string): NetworkSubject {
  const ids = idsOf(seen, ({ entries }) => entries.some((entry) => entry.id === id));
  const own = entrancesOf(seen).flatMap(([, entrance]) => (entrance?.owner === id ? [entrance] : []));
  const entrance: Entrance = {
    address: null,
    owner: id,
    isFollowed: own.every(({ isFollowed }) => isFollowed),
    open: own.flatMap(({ open }) => open),
    unknown: own.flatMap(({ unknown }) => unknown),
  };
  return { ...plainSubject(id, ids), portsAt: 'entry', entrance: own.length === 0 ? null : entrance, gate: id, doubts: doubtsOf(seen) };
}

/** Null: its row cannot be read. */
function entrancesOf(seen: SeenNetwork): readonly (readonly [id: string, entrance: Entrance | null])[] {
  return (seen.index.byType.get(publicAddresses) ?? []).map(({ id }) => [id, factOf<Entrance>(seen, 'entrance', id)] as const);
}

type Exposures = ReturnType<typeof exposuresOf>;

function idsOf(seen: SeenNetwork, isMeant: (exposure: Exposures[number][1]) => boolean): readonly string[] {
  return exposuresOf(seen).flatMap(([id, exposure]) => (isMeant(exposure) ? [id] : []));
}

function plainSubject(id: string, ids: readonly string[]): NetworkSubject {
  return { id, portsAt: 'interface', interfaces: ids, addresses: null, entrance: null, gate: null, doubts: [] };
}

/** What keeps us from saying that nothing else is concerned. */
function doubtsOf({ gaps, model }: SeenNetwork): readonly string[] {
  const unreadable = model.subjects().filter((id) => model.exposureOf(id) === null);
  const [first, ...others] = [...unreadable.map((id) => `${id} cannot be read`), ...gaps];
  if (first === undefined) return [];
  return [`more may be concerned: ${first}${others.length > 0 ? `, and ${others.length} more that could not be seen` : ''}`];
}

function publicSubject(seen: SeenNetwork, id: string): NetworkSubject {
  const entrance = factOf<Entrance>(seen, 'entrance', id);
  const address = entrance?.address ?? null;
  const isHere = (other: string) => address !== null && isSameAddress(other, address);
  return {
    id,
    portsAt: 'entry',
    interfaces: idsOf(seen, ({ entries }) => entries.some((entry) => entry.id === id || entry.addresses.some(isHere))),
    addresses: address === null ? [] : [address],
    entrance,
    gate: null,
    doubts: [...(entrance === null ? ['the row of the public address cannot be read'] : []), ...doubtsOf(seen)],
  };
}

/** A public address leads to what is reached through it, a private one to its interface. */
function findByAddress(seen: SeenNetwork, wanted: string): readonly NetworkSubject[] {
  const known = entrancesOf(seen).filter(([, entrance]) => {
    const address = entrance?.address ?? null;
    return address !== null && isSameAddress(address, wanted);
  });
  if (known.length > 0) return known.map(([id]) => publicSubject(seen, id));
  const exposures = exposuresOf(seen);
  const own = exposures.filter(([, { addresses }]) => addresses.some((one) => isWithin(wanted, one)));
  if (own.length > 0) return own.map(([id]) => plainSubject(id, [id]));
  const through = exposures.filter(([, { entries }]) =>
    entries.some(({ addresses }) => addresses.some((one) => isSameAddress(one, wanted))),
  );
  if (through.length === 0) return [];
  return [
    {
      id: wanted,
      portsAt: 'entry',
      interfaces: through.map(([id]) => id),
      addresses: [wanted],
      entrance: null,
      gate: null,
      doubts: doubtsOf(seen),
    },
  ];
}

function isSameAddress(left: string, right: string): boolean {
  return isWithin(left, right);
}

/** Interfaces may own a block. */
function isWithin(address: string, block: string): boolean {
  const set = addressSetOf([block]);
  return set !== null && holdsAddress(set, address) === true;
}
