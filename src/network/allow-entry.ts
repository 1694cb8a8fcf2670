import type { NetworkProtocol } from '../domain/exposure.ts';
import type { Resource } from '../domain/subject.ts';
import {
  type AddressSet,
  addressSetOf,
  everyAddress,
  isWithinAddresses,
  noAddresses,
  publicAddresses,
  uniteAddresses,
} from './address-set.ts';
import { describeAddresses } from './describe-addresses.ts';
import { noPorts, type PortSet, portSetOf } from './port-set.ts';
import { bitsOfProtocol, type ProtocolBits } from './protocols.ts';

/** What a company lets in on purpose: these sources may reach these ports of these destinations. */
export interface AllowEntry {
  /** Addresses, CIDR, ranges `a-b`, `Internet`, or names of service tags. */
  readonly from: readonly string[];
  readonly to: AllowedDestination;
  /** At the interface, whatever the port is where the Internet knocks: `443, 8000-8100`, `*`. */
  readonly ports: string;
  readonly protocol: NetworkProtocol;
  readonly owner: string;
  readonly reason: string;
}

/** All that is said must be true of the destination; an entry that says nothing names nothing. Compared without case. */
export interface AllowedDestination {
  /** Id of the interface or scale set, of the machine behind it, or of the resource that lets in. */
  readonly resource?: string | undefined;
  /** Id of the subnet: each of its subnets must be this one, where it stands in several. */
  readonly subnet?: string | undefined;
  /** `/subscriptions/{s}/resourceGroups/{g}` */
  readonly resourceGroup?: string | undefined;
  /** `11111111-...`, or its id. */
  readonly subscription?: string | undefined;
  /** Name of the interface, scale set or machine; `*` stands for any text. */
  readonly name?: string | undefined;
}

/** Where a reach ends. */
export interface ReachedSubject {
  readonly subject: Pick<Resource, 'id' | 'name' | 'subscription'>;
  readonly exposure: { readonly machine: string | null; readonly subnets: readonly { readonly id: string }[] };
}

/** An entry as sets. What cannot be read allows nothing. */
export interface ReadEntry {
  readonly entry: AllowEntry;
  /** Lower case, without a slash at the end; `name` as a pattern. */
  readonly to: Omit<AllowedDestination, 'name'> & { readonly name?: RegExp | undefined };
  readonly protocols: ProtocolBits;
  readonly ports: PortSet;
  readonly addresses: AddressSet;
  /** Names of service tags, lower case. */
  readonly tags: ReadonlySet<string>;
}

const readBefore = new WeakMap<AllowEntry, ReadEntry>();

/** Read once: a list is asked for every interface. */
export function readEntry(entry: AllowEntry): ReadEntry {
  const known = readBefore.get(entry);
  if (known !== undefined) return known;
  const sources = entry.from.map(readSource);
  const read: ReadEntry = {
    entry,
    to: readDestination(entry.to),
    protocols: bitsOfProtocol(entry.protocol),
    ports: portSetOf([entry.ports]) ?? noPorts,
    addresses: sources.filter((source) => typeof source !== 'string').reduce<AddressSet>(uniteAddresses, noAddresses),
    tags: new Set(sources.filter((source) => typeof source === 'string')),
  };
  readBefore.set(entry, read);
  return read;
}

function readSource(text: string): AddressSet | string {
  const plain = text.trim().toLowerCase();
  if (plain === 'internet') return everyAddress;
  return addressSetOf([plain]) ?? plain;
}

function readDestination({ resource, subnet, resourceGroup, subscription, name }: AllowedDestination): ReadEntry['to'] {
  const pattern = name
    ?.split('*')
    .map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  return {
    resource: normalId(resource),
    subnet: normalId(subnet),
    resourceGroup: normalId(resourceGroup),
    subscription: normalId(subscription)?.replace(/^\/subscriptions\//, ''),
    name: pattern === undefined ? undefined : new RegExp(`^${pattern}$`, 'i'),
  };
}

function normalId(id: string | undefined): string | undefined {
  return id?.toLowerCase().replace(/\/+$/, '');
}

/** Whether the entry names this destination. `lettingIn`: id of the resource that lets in; null where it is not known. */
export function isDestination(entry: AllowEntry, { subject, exposure }: ReachedSubject, lettingIn: string | null): boolean {
  const { resource, subnet, resourceGroup, subscription, name } = readEntry(entry).to;
  const isSaid = (resource ?? subnet ?? resourceGroup ?? subscription ?? name) !== undefined;
  return (
    isSaid &&
    (resource === undefined || resource === subject.id || resource === exposure.machine || resource === lettingIn) &&
    (subnet === undefined || (exposure.subnets.length > 0 && exposure.subnets.every(({ id }) => id === subnet))) &&
    (resourceGroup === undefined || subject.id.startsWith(`${resourceGroup}/`)) &&
    (subscription === undefined || subscription === subject.subscription) &&
    (name === undefined || name.test(subject.name) || (exposure.machine !== null && name.test(nameOf(exposure.machine))))
  );
}

function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** What is wrong with a text in `from`, and what to write; null where nothing is. */
export function whyNoSource(text: string): { readonly message: string; readonly remedy: string } | null {
  if (/^[a-z][a-z0-9]*(\.[a-z0-9]+)*$/i.test(text.trim())) return null;
  const set = addressSetOf([text]);
  if (set === null) {
    const remedy = 'write an address, a CIDR (203.0.113.0/24), a range (203.0.113.4-203.0.113.9), Internet, or the name of a service tag';
    return { message: 'expected an address or a service tag', remedy };
  }
  const [network = '', prefix] = text.split('/');
  const first = addressSetOf([network]);
  if (prefix !== undefined && (first?.v4[0] !== set.v4[0] || first?.v6[0] !== set.v6[0])) {
    return { message: 'expected a CIDR without bits behind its prefix', remedy: `write ${describeAddresses(set).join(', ')}` };
  }
  // What reaches an interface is `Internet`, whichever families it has: one of the two families would seem to leave the other.
  const isWholeFamily = [
    { ...noAddresses, v4: publicAddresses.v4 },
    { ...noAddresses, v6: publicAddresses.v6 },
  ].some((all) => isWithinAddresses(all, set));
  return isWholeFamily ? { message: 'expected less than all addresses of a family', remedy: 'write Internet' } : null;
}

/** `203.0.113.0/24 -> Tcp 443, for Jane Doe: the office` */
export function describeAllowEntry({ from, ports, protocol, owner, reason }: AllowEntry): string {
  return `${from.join(', ')} -> ${protocol} ${ports}, for ${owner}: ${reason}`;
}
