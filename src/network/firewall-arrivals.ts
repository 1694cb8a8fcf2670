import type { NetworkProtocol } from '../domain/exposure.ts';
import {
  type AddressSet,
  addressSetOf,
  everyAddress,
  holdsAddress,
  intersectAddresses,
  isEmptyAddresses,
  noAddresses,
  publicAddresses,
  uniteAddresses,
} from './address-set.ts';
import { type Arrival, arrivalAt, type Gate } from './arrivals.ts';
import type { Reader } from './dependency-graph.ts';
import type { FirewallRow, Translation } from './firewall-rows.ts';
import type { NetworkRecords } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { describePorts, everyPort, type PortSet, portSetOf } from './port-set.ts';
import { everyProtocol, type ProtocolBits, protocolBitsOf, protocolsOf } from './protocols.ts';
import { normalAddress } from './row-index.ts';
import { lastNameOf, parentOf } from './row-reading.ts';
import { sendingBy, sendingByNames } from './sendings.ts';
import { addressesOf, type Target } from './targets.ts';

const firewalls = 'microsoft.network/azurefirewalls';
const ruleGroups = 'microsoft.network/firewallpolicies/rulecollectiongroups';
const nobody: readonly Arrival[] = [];

/** What DNAT rules of Azure Firewalls send to the target. The firewall is the source that is seen there. */
export function arrivalsFromFirewalls(world: NetworkWorld, reader: Reader, target: Target): readonly Arrival[] {
  if (target.namers.length === 0) return nobody;
  return [
    ...rowsOf(world, reader, firewalls, target.namers).flatMap((firewall) =>
      arrivalsOf(world, reader, firewall, firewall.translations, target),
    ),
    ...rowsOf(world, reader, ruleGroups, target.namers).flatMap(({ policy, translations }) =>
      firewallsWith(world, reader, policy, []).flatMap((firewall) => arrivalsOf(world, reader, firewall, translations, target)),
    ),
  ];
}

function rowsOf<Type extends typeof firewalls | typeof ruleGroups>(
  { table }: NetworkWorld,
  reader: Reader,
  type: Type,
  ids: readonly string[],
): readonly NetworkRecords[Type][] {
  const ofType = ids.filter((id) => table.has(type, id));
  return [...new Set(ofType)].sort().flatMap((id) => {
    const found = table.find(reader, type, id);
    return found.kind === 'row' ? [found.record] : [];
  });
}

/** With the policy itself, or with one that has it as its base. */
function firewallsWith(world: NetworkWorld, reader: Reader, policy: string, path: readonly string[]): readonly FirewallRow[] {
  if (path.includes(policy)) return [];
  const below = world.table.findBy(reader, 'microsoft.network/firewallpolicies', `below:${policy}`);
  return [
    ...world.table.findBy(reader, firewalls, `policy:${policy}`).map(([, firewall]) => firewall),
    ...below.flatMap(([id]) => firewallsWith(world, reader, id, [...path, policy])),
  ];
}

/** Those that stand in one of these networks (null: any), and those of virtual hubs, which may be connected with any. */
export function firewallsNear({ table }: NetworkWorld, reader: Reader, networks: readonly string[] | null): readonly FirewallRow[] {
  const all = table.findBy(reader, firewalls, 'firewall').map(([, firewall]) => firewall);
  return all.filter((firewall) => {
    const network = networkOf(firewall);
    return network === null || networks === null || networks.includes(network);
  });
}

function arrivalsOf(
  world: NetworkWorld,
  reader: Reader,
  firewall: FirewallRow,
  translations: readonly Translation[],
  target: Target,
): readonly Arrival[] {
  return translations.flatMap((translation) => arrivalsBy(world, reader, firewall, translation, target));
}

function arrivalsBy(
  world: NetworkWorld,
  reader: Reader,
  firewall: FirewallRow,
  translation: Translation,
  target: Target,
): readonly Arrival[] {
  const doubts = sendingDoubts(world, reader, firewall, translation, target);
  if (doubts === null) return [];
  const knock = destinationsOf(world, reader, firewall, translation);
  const strangers = strangersOf(world, reader, firewall, translation);
  if (knock === null || isEmptyAddresses(strangers.possible)) return [];
  const { isReadable, entryPorts, backendPorts, protocols } = passingOf(translation);
  const gate: Gate = { kind: 'firewall-dnat', id: firewall.id, rule: translation.name, addresses: knock, isProtected: true };
  return [
    {
      ...arrivalAt(gate),
      protocols,
      entryPorts,
      ports: backendPorts ?? entryPorts,
      isSamePort: isReadable && backendPorts === null,
      source: sourceOf(world, reader, firewall, target),
      strangers: { sure: strangers.sure, possible: strangers.possible },
      rules: [`${firewall.name}/${translation.name}`],
      doubts: [
        ...doubts,
        ...strangers.doubts,
        ...(isReadable ? [] : [`ports or protocols of ${firewall.name}/${translation.name} cannot be read`]),
      ],
    },
  ];
}

interface TranslationPorts {
  /** Else it may be any. */
  readonly isReadable: boolean;
  readonly protocols: ProtocolBits;
  readonly entryPorts: PortSet;
  /** Null: the same. */
  readonly backendPorts: PortSet | null;
}

function passingOf({ ports, port, protocols }: Translation): TranslationPorts {
  const front = portSetOf(ports);
  const back = port === null ? null : portSetOf([port]);
  const bits = protocols.map(protocolBitsOf);
  const isUnreadable = front === null || front.length === 0 || bits.length === 0 || bits.includes(null) || (port !== null && back === null);
  if (isUnreadable) return { isReadable: false, protocols: everyProtocol, entryPorts: everyPort, backendPorts: null };
  return { isReadable: true, protocols: bits.reduce<number>((all, one) => all | (one ?? 0), 0), entryPorts: front, backendPorts: back };
}

/** A rule of a firewall, as a stranger meets it. */
export interface MetTranslation {
  readonly protocols: readonly NetworkProtocol[];
  readonly ports: string;
  /** An address or a name. */
  readonly leadsTo: string;
  readonly doubts: readonly string[];
}

/** What DNAT rules do with strangers who knock at one public address of the firewall (null: not known which). */
export function translationsAt(
  world: NetworkWorld,
  reader: Reader,
  firewall: FirewallRow,
  address: string | null,
): readonly MetTranslation[] {
  const all = [
    ...firewall.translations,
    ...policiesOf(world, reader, firewall.policy, []).flatMap((policy) => translationsOf(world, reader, policy)),
  ];
  return all.flatMap((translation) => {
    const knock = destinationsOf(world, reader, firewall, translation);
    const strangers = strangersOf(world, reader, firewall, translation);
    const isElsewhere = address !== null && knock !== null && !knock.some((text) => mayHold(text, address));
    if (knock === null || isElsewhere || isEmptyAddresses(strangers.possible)) return [];
    const { protocols, entryPorts, isReadable } = passingOf(translation);
    const doubts = isReadable ? strangers.doubts : [...strangers.doubts, `${firewall.name}/${translation.name} cannot be read`];
    const leadsTo = translation.address ?? translation.domainName ?? 'an address that is not said';
    return [{ protocols: protocolsOf(protocols), ports: describePorts(entryPorts), leadsTo, doubts }];
  });
}

function mayHold(text: string, address: string): boolean {
  const set = addressSetOf([text]);
  return set === null || holdsAddress(set, address) !== false;
}

/** With those that it builds on. */
function policiesOf(world: NetworkWorld, reader: Reader, policy: string | null, path: readonly string[]): readonly string[] {
  if (policy === null || path.includes(policy)) return [];
  const found = world.table.find(reader, 'microsoft.network/firewallpolicies', policy);
  return [policy, ...(found.kind === 'row' ? policiesOf(world, reader, found.record.parent, [...path, policy]) : [])];
}

function translationsOf({ table }: NetworkWorld, reader: Reader, policy: string): readonly Translation[] {
  return table.findBy(reader, ruleGroups, `group-of:${policy}`).flatMap(([, { translations }]) => translations);
}

/** Null: it sends elsewhere. */
function sendingDoubts(
  world: NetworkWorld,
  reader: Reader,
  firewall: FirewallRow,
  translation: Translation,
  target: Target,
): readonly string[] | null {
  const { address, domainName, name } = translation;
  const from = networkOf(firewall);
  const sender = `${firewall.name}/${name}`;
  const addresses = address !== null && target.addresses.includes(normalAddress(address)) ? [normalAddress(address)] : [];
  const byAddress = sendingBy(world, reader, from, addresses, target, sender);
  const sending = byAddress === 'no' && domainName !== null ? sendingByNames(world, reader, from, [domainName], target, sender) : byAddress;
  if (sending === 'no') return null;
  return sending === 'yes' ? [] : [sending.doubt];
}

function networkOf({ subnets: [subnet] }: FirewallRow): string | null {
  return subnet === undefined ? null : parentOf(subnet);
}

/** Addresses where strangers knock; null where the rule is for private ones only. */
function destinationsOf(
  world: NetworkWorld,
  reader: Reader,
  firewall: FirewallRow,
  { destinations }: Translation,
): readonly string[] | null {
  if (destinations.length === 0 || destinations.includes('*')) return publicAddressesOf(world, reader, firewall);
  const open = destinations.filter((text) => {
    const set = addressSetOf([text]);
    return set === null || !isPrivate(set);
  });
  return open.length === 0 ? null : [...open].sort();
}

function publicAddressesOf(world: NetworkWorld, reader: Reader, firewall: FirewallRow): readonly string[] {
  return [...firewall.publicAddresses.flatMap((id) => addressesOf(world, reader, id)), ...firewall.hubPublicAddresses].sort();
}

function isPrivate(addresses: AddressSet): boolean {
  return isEmptyAddresses(intersectAddresses(addresses, publicAddresses));
}

interface Strangers {
  readonly sure: AddressSet;
  readonly possible: AddressSet;
  readonly doubts: readonly string[];
}

/** Public addresses that the rule lets in. */
function strangersOf(world: NetworkWorld, reader: Reader, firewall: FirewallRow, translation: Translation): Strangers {
  const doubts: string[] = [];
  const groups = translation.sourceGroups.flatMap((id) => addressesOfGroup(world, reader, id, doubts));
  const texts = [...translation.sources, ...groups].map((text) => (text === '*' || text.toLowerCase() === 'any' ? 'any' : text));
  if (texts.length === 0 && doubts.length === 0) doubts.push(`${firewall.name}/${translation.name} names no sources`);
  const read = world.knowledge.read(texts.filter((text) => text !== 'any'));
  doubts.push(...read.unreadable.map((text) => `"${text}" in the sources of ${firewall.name}/${translation.name} is no address`));
  const sure = intersectAddresses(texts.includes('any') ? everyAddress : read.addresses, publicAddresses);
  return { sure, possible: doubts.length > 0 ? publicAddresses : sure, doubts };
}

function addressesOfGroup({ table }: NetworkWorld, reader: Reader, id: string, doubts: string[]): readonly string[] {
  const found = table.find(reader, 'microsoft.network/ipgroups', id);
  if (found.kind === 'row' && found.record.problems.length === 0) return found.record.addresses;
  doubts.push(
    `the IP group ${lastNameOf(id)} ${found.kind === 'row' ? `cannot be read: ${found.record.problems.join()}` : missing(found)}`,
  );
  return [];
}

/** Any address of its subnet; in a virtual hub only one of its addresses is known. Outside, its public addresses. */
function sourceOf(world: NetworkWorld, reader: Reader, firewall: FirewallRow, { isPublic }: Target): AddressSet {
  const { subnets, privateAddresses } = firewall;
  if (isPublic) return world.knowledge.read(publicAddressesOf(world, reader, firewall)).addresses;
  const sets = subnets.map((subnet) => world.places.subnetOf(reader, subnet).addresses);
  const own = sets.reduce((all, set) => uniteAddresses(all, set), noAddresses);
  return world.knowledge.same(isEmptyAddresses(own) ? world.knowledge.read(privateAddresses).addresses : own);
}
