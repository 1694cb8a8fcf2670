import type { Json } from '../domain/json.ts';
import { type AddressSet, addressSetOf, everyAddress, noAddresses, uniteAddresses } from './address-set.ts';
import { remembered } from './remembered.ts';

/** Whom a rule names at one end. Equal ones are often the same object. */
export interface RuleEnd {
  readonly addresses: AddressSet;
  /** Service tags as written, but `VirtualNetwork`, `Internet` and `AzureLoadBalancer`, which are always spelt so. */
  readonly tags: readonly string[];
  /** Ids of application security groups, and of network groups in admin rules; lower case. */
  readonly groups: readonly string[];
}

const nothing: readonly string[] = [];

/** Anybody. */
export const anyEnd: RuleEnd = { addresses: everyAddress, tags: nothing, groups: nothing };

export function endOfAddresses(addresses: AddressSet): RuleEnd {
  return { addresses, tags: nothing, groups: nothing };
}

/** What these mean depends on the virtual network, not on a list. */
export const platformTags: ReadonlySet<string> = new Set(['VirtualNetwork', 'Internet', 'AzureLoadBalancer']);

/** Null where it cannot be read. */
const readEndText = remembered(10_000, readOne);

const spellings = new Map([
  ['virtualnetwork', 'VirtualNetwork'],
  ['internet', 'Internet'],
  ['azureloadbalancer', 'AzureLoadBalancer'],
]);

/** Of prefixes, addresses, tags and `*`, and of ids of groups; what cannot be read is named, with anybody in its place. */
export function readRuleEnd(texts: readonly string[], groups: readonly string[]): RuleEnd | { readonly unreadable: string } {
  const [only] = texts;
  if (texts.length === 1 && groups.length === 0 && only !== undefined) return readEndText(only) ?? { unreadable: only };
  const [group] = groups;
  if (texts.length === 0 && groups.length === 1 && group !== undefined) return endOfGroup(group);
  const ends: RuleEnd[] = [];
  for (const text of texts) {
    const end = readEndText(text);
    if (end === null) return { unreadable: text };
    ends.push(end);
  }
  return {
    addresses: ends.length === 0 ? noAddresses : ends.map(({ addresses }) => addresses).reduce(uniteAddresses),
    tags: sharedList(ends.flatMap(({ tags }) => tags)),
    groups: sharedList(groups),
  };
}

function readOne(text: string): RuleEnd | null {
  const plain = text.trim();
  if (plain === '*' || plain.toLowerCase() === 'any') return anyEnd;
  // Some write it for anybody, and it is an address: which of them is meant cannot be known.
  if (plain === '0.0.0.0' || plain === '::') return null;
  const addresses = addressSetOf([plain]);
  if (addresses !== null) return endOfAddresses(addresses);
  if (!/^[a-z][a-z0-9]*(?:[._-][a-z0-9]+)*$/i.test(plain)) return null;
  // The first portal spelt them VIRTUAL_NETWORK; rules of that time are still there.
  return { addresses: noAddresses, tags: [spellings.get(plain.replaceAll('_', '').toLowerCase()) ?? plain], groups: nothing };
}

const endOfGroup = remembered(1_000, (group): RuleEnd => ({ addresses: noAddresses, tags: nothing, groups: [group] }));

function sharedList(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? nothing : [...new Set(texts)];
}

/** What a network group holds, its addresses say. */
export function isNetworkGroup(group: string): boolean {
  return group.includes('/networkgroups/');
}

/** `[{ id }]`, in lower case; null where one of them has none. */
export function readGroupIds(groups: readonly Json[]): readonly string[] | null {
  const ids: string[] = [];
  for (const group of groups) {
    const id = typeof group === 'object' && group !== null && 'id' in group ? group['id'] : null;
    if (typeof id !== 'string' || id.trim() === '') return null;
    ids.push(normalGroupId(id));
  }
  return ids;
}

/** Most rules of a group name the same few. */
const normalGroupId = remembered(1_000, (id) => id.trim().toLowerCase().replace(/\/+$/, ''));
