import { domainToASCII } from 'node:url';
import { isPrivateAddress, parseAddress } from '../../domain/address-range.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import type { Resource } from '../../domain/subject.ts';
import { isAddress } from '../../transport/host-name.ts';

/** What one type of resource says about names at which the public can reach it. */
export interface NamingType {
  /** `microsoft.web/sites` */
  readonly type: string;
  /** The members of `properties` that are read, sorted. */
  readonly fields: readonly string[];
  /** The names as they are written, some of them perhaps no names at all. Empty where the public cannot reach it. */
  readonly namesOf: (resource: Resource, properties: JsonObject) => readonly Json[];
}

/**
 * Application gateways, load balancers and machines are reached by the names of their public addresses. What the company's own domains point to follows
 * from its DNS zones, whose records are resources of their own types (`dnsZones/A`).
 */
export const namingTypes: readonly NamingType[] = [
  named('microsoft.apimanagement/service', ['gatewayUrl'], ['publicNetworkAccess', 'virtualNetworkType']),
  named('microsoft.cdn/profiles/afdendpoints', ['hostName']),
  named('microsoft.cdn/profiles/endpoints', ['hostName']),
  { type: 'microsoft.network/dnszones', fields: [], namesOf: () => [] },
  {
    type: 'microsoft.network/dnszones/a',
    fields: ['ARecords'],
    namesOf: (record, held) => recordName(record, held, 'ARecords.ipv4Address'),
  },
  {
    type: 'microsoft.network/dnszones/aaaa',
    fields: ['AAAARecords'],
    namesOf: (record, held) => recordName(record, held, 'AAAARecords.ipv6Address'),
  },
  { type: 'microsoft.network/dnszones/cname', fields: [], namesOf: (record) => [nameOfRecord(record)] },
  named('microsoft.network/frontdoors', ['frontendEndpoints.properties.hostName']),
  named('microsoft.network/publicipaddresses', ['dnsSettings.fqdn']),
  named('microsoft.web/sites', ['defaultHostName', 'enabledHostNames', 'hostNames'], ['publicNetworkAccess']),
  named('microsoft.web/sites/slots', ['defaultHostName', 'enabledHostNames', 'hostNames'], ['publicNetworkAccess']),
  named('microsoft.web/staticsites', ['customDomains', 'defaultHostname'], ['publicNetworkAccess']),
];

/** `closedBy`: members that say whether the public is kept out. */
function named(type: string, paths: readonly string[], closedBy: readonly string[] = []): NamingType {
  return {
    type,
    fields: [...new Set([...paths.map((path) => path.replace(/\..*$/, '')), ...closedBy])].sort(),
    namesOf: (_, properties) =>
      closedBy.some((member) => keepsOut(properties, member)) ? [] : paths.flatMap((path) => valuesAt(properties, path)),
  };
}

/** `publicNetworkAccess: Disabled`, and `virtualNetworkType: Internal` of API Management. Absent means that the public may come. */
function keepsOut(properties: JsonObject, member: string): boolean {
  return valuesAt(properties, member).some((value) => typeof value === 'string' && /^(disabled|internal)$/i.test(value));
}

/** A record that holds nothing but private addresses leads the public nowhere. */
function recordName(record: Resource, properties: JsonObject, path: string): readonly Json[] {
  const addresses = valuesAt(properties, path).map((text) => (typeof text === 'string' ? parseAddress(text) : null));
  const isPrivate = addresses.length > 0 && addresses.every((address) => address !== null && isPrivateAddress(address));
  return isPrivate ? [] : [nameOfRecord(record)];
}

/** `.../dnszones/example.com/a/www` is `www.example.com`; the name `@` is the zone itself. */
function nameOfRecord({ id, name }: Resource): string {
  const zone = id.split('/').at(-3) ?? '';
  return name === '@' ? zone : `${name}.${zone}`;
}

/** Whatever stands at a path of members, through lists; their names without case, as Resource Graph spells some differently. */
function valuesAt(value: Json | undefined, path: string): readonly Json[] {
  const reached = path
    .split('.')
    .reduce<readonly Json[]>((values, member) => values.flatMap((one) => membersOf(one, member)), [value ?? null]);
  return reached.flatMap((one) => (isList(one) ? one : [one])).filter((one) => one !== null && one !== '');
}

function membersOf(value: Json, member: string): readonly Json[] {
  if (isList(value)) return value.flatMap((one) => membersOf(one, member));
  if (typeof value !== 'object' || value === null) return [];
  const wanted = member.toLowerCase();
  return Object.entries(value).flatMap(([name, held]) => (name.toLowerCase() === wanted ? [held] : []));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** A host name in lower case. `none`: nobody can ask for it over HTTPS. `refused`: it is no host name. */
export type ReadName = { readonly host: string } | 'none' | 'refused';

export function readHostName(written: Json): ReadName {
  if (typeof written !== 'string') return 'refused';
  const text = withoutAddress(written.trim()).toLowerCase().replace(/\.$/, '');
  if (isNeverAsked(text)) return 'none';
  const host = /^[\x21-\x7e]*$/.test(text) ? text : domainToASCII(text);
  return isHostName(host) ? { host } : 'refused';
}

/** `https://shop.azure-api.net/` is a URL; everything else is taken as a name. */
function withoutAddress(text: string): string {
  return text.includes('://') && URL.canParse(text) ? new URL(text).hostname : text;
}

/**
 * A wildcard is no name: which names it stands for only its users know. A label with `_` marks data of a protocol (RFC 8552), and the prefixes are those
 * with which Azure has the owner of a domain confirmed.
 */
function isNeverAsked(name: string): boolean {
  const labels = name.split('.');
  return labels.includes('*') || labels.some((label) => label.startsWith('_')) || /^(afd|as|aw|cdn)verify\./.test(name);
}

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** RFC 1123, at most 253 characters, at least two labels; what a URL takes for an address is none, in hexadecimal either. */
function isHostName(text: string): boolean {
  const labels = text.split('.');
  if (isAddress(text) || text.length > 253 || labels.length < 2 || !labels.every((part) => label.test(part))) return false;
  const url = `https://${text}/`;
  return URL.canParse(url) && new URL(url).hostname === text;
}
