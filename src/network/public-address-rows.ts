import type { Json } from '../domain/json.ts';
import { listAt, lowerTextAt, type Problems, propertiesOf, referenceAt, textAt } from './row-reading.ts';

export interface PublicAddressRow {
  readonly id: string;
  /** Null: none is assigned now. */
  readonly address: string | null;
  /** Absent is Basic (Microsoft.Network/publicIPAddresses, `sku.name`); null where it is another word. */
  readonly sku: AddressSku;
  /** What is configured with it, as its own row says: an IP configuration or frontend of something. */
  readonly configuration: string | null;
  readonly natGateway: string | null;
  readonly domainName: string | null;
  readonly problems: readonly string[];
}

/** `standard` is closed where no network security group opens it, `basic` is open where none closes it. */
export type AddressSku = 'basic' | 'standard' | 'unknown';

export function readPublicAddress(id: string, row: Json): PublicAddressRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  return {
    id,
    address: textAt(problems, properties, 'ipAddress'),
    sku: skuOf(lowerTextAt(problems, row, 'sku', 'name')),
    configuration: referenceAt(problems, properties, 'ipConfiguration'),
    natGateway: referenceAt(problems, properties, 'natGateway'),
    domainName: lowerTextAt(problems, properties, 'dnsSettings', 'fqdn'),
    problems,
  };
}

export function skuOf(text: string | null): AddressSku {
  if (text === null || text === 'basic') return 'basic';
  return text.startsWith('standard') ? 'standard' : 'unknown';
}

export interface BastionRow {
  readonly publicAddresses: readonly string[];
  readonly problems: readonly string[];
}

export function readBastion(row: Json): BastionRow {
  const problems: Problems = [];
  const configurations = listAt(problems, row, 'properties', 'ipConfigurations');
  return {
    publicAddresses: configurations.flatMap((item) => referenceAt(problems, item, 'properties', 'publicIPAddress') ?? []),
    problems,
  };
}
