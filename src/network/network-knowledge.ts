import type { JsonObject } from '../domain/json.ts';
import { type AddressSet, addressSetOf, noAddresses, uniteAddresses } from './address-set.ts';
import { normalAddress } from './row-index.ts';
import { memberAt, textsAt } from './row-reading.ts';

/** What is known that is no resource. */
export interface NetworkKnowledge {
  /** In any casing; null: nobody gave it, or not readably. The same object for the same tag. */
  addressesOfTag(tag: string): AddressSet | null;
  /** Where a DNS name leads, for gateways that send traffic to one; null: nobody said. */
  addressesOfName(name: string): readonly string[] | null;
  /** The same object for the same addresses. */
  same(addresses: AddressSet): AddressSet;
  /** Of prefixes; what is unreadable is left out and told. */
  read(prefixes: readonly string[]): { readonly addresses: AddressSet; readonly unreadable: readonly string[] };
}

/** Of `{ serviceTags: { [tag]: prefixes }, names: { [DNS name]: addresses } }`. */
export function readNetworkKnowledge(knowledge: JsonObject): NetworkKnowledge {
  const tags = tableOf(knowledge, 'serviceTags');
  const names = tableOf(knowledge, 'names');
  const tagSets = new Map<string, AddressSet | null>();
  const sets = new Map<string, AddressSet>();

  function same(addresses: AddressSet): AddressSet {
    const key = `${addresses.v4.join()};${addresses.v6.join()}`;
    const known = sets.get(key);
    if (known !== undefined) return known;
    sets.set(key, addresses);
    return addresses;
  }

  function addressesOfTag(tag: string): AddressSet | null {
    const key = tag.toLowerCase();
    const known = tagSets.get(key);
    if (known !== undefined) return known;
    const prefixes = tags.get(key);
    // No tag stands for nothing: a list that came empty is a list that did not come.
    const addresses = prefixes === undefined || prefixes.length === 0 ? null : addressSetOf(prefixes);
    tagSets.set(key, addresses);
    return addresses;
  }

  return {
    addressesOfTag,
    addressesOfName: (name) => names.get(name.toLowerCase())?.map(normalAddress) ?? null,
    same,
    read(prefixes) {
      const whole = addressSetOf(prefixes);
      if (whole !== null) return { addresses: same(whole), unreadable: [] };
      const parts = prefixes.map((prefix) => addressSetOf([prefix]));
      const readable = parts.reduce<AddressSet>((all, part) => (part === null ? all : uniteAddresses(all, part)), noAddresses);
      return { addresses: same(readable), unreadable: prefixes.filter((_, index) => parts[index] === null) };
    },
  };
}

/** An entry that is no list of texts is not known, rather than empty. */
function tableOf(knowledge: JsonObject, member: string): ReadonlyMap<string, readonly string[]> {
  const table = memberAt([], knowledge, member);
  if (typeof table !== 'object' || table === null || Array.isArray(table)) return new Map();
  return new Map(
    Object.entries(table).flatMap(([name, value]) => {
      const problems: string[] = [];
      const texts = textsAt(problems, { value }, 'value');
      return problems.length > 0 || !Array.isArray(value) ? [] : [[name.toLowerCase(), texts] as const];
    }),
  );
}
