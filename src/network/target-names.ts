import type { Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { normalAddress } from './row-index.ts';

/** `elsewhere`: to no interface of a network, but a service of the platform or a public address. */
export type NamedPlace =
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  | { readonly kind: 'elsewhere' }
  | { readonly kind: 'unknown' };

/** Names under which services of the platform answer; what stands behind them is judged as what it is. */
const platformSuffixes = [
  'azure-api.net',
  'azure.com',
  'azure.net',
  'azurecontainer.io',
  'azurecontainerapps.io',
  'azureedge.net',
  'azurefd.net',
  'azurestaticapps.net',
  'azurewebsites.net',
  'microsoft.com',
  'windows.net',
];

/** Where a name leads that a gateway sends traffic to: what is said in the configuration, else names of public addresses, else nobody knows. */
export function placeOfName({ knowledge, table }: NetworkWorld, reader: Reader, name: string): NamedPlace {
  const given = knowledge.addressesOfName(name);
  if (given !== null) return { kind: 'addresses', addresses: given };
  if (/^[0-9.]+$/.test(name) || name.includes(':')) return { kind: 'addresses', addresses: [normalAddress(name)] };
  const rows = table.findBy(reader, 'microsoft.network/publicipaddresses', `named:${name}`);
  if (rows.length > 0)
    return { kind: 'addresses', addresses: rows.flatMap(([, { address }]) => (address === null ? [] : [normalAddress(address)])) };
  return platformSuffixes.some((suffix) => name.endsWith(`.${suffix}`)) ? { kind: 'elsewhere' } : { kind: 'unknown' };
}
