import type { Json, JsonObject } from '../../src/domain/json.ts';

/** As Azure lists them. */
export interface ServiceTagList {
  readonly [member: string]: Json;
  readonly values: readonly JsonObject[];
}

/** A few tags with networks that are reserved for documentation (RFC 5737, RFC 3849). */
const networks: { readonly [tag: string]: readonly string[] } = {
  AzureCloud: ['192.0.2.0/24', '198.51.100.0/24', '2001:db8::/32'],
  AzureLoadBalancer: ['192.0.2.128/32'],
  Storage: ['198.51.100.0/25'],
  Sql: ['198.51.100.128/25'],
};

/** Null: there is no such tag. */
export function prefixesOfServiceTag(tag: string): readonly string[] | null {
  const name = Object.keys(networks).find((known) => known.toLowerCase() === tag.toLowerCase());
  return name === undefined ? null : (networks[name] ?? null);
}

export function serviceTags(subscription: string, location: string): ServiceTagList {
  const values = Object.entries(networks).map(([name, addressPrefixes]) => ({
    name,
    id: name,
    properties: { changeNumber: '1', region: '', systemService: name, addressPrefixes },
  }));
  const id = `/subscriptions/${subscription}/providers/Microsoft.Network/serviceTags/${location}`;
  return { name: location, id, type: 'Microsoft.Network/serviceTags', changeNumber: '1', cloud: 'Public', values };
}
