import type { Json, JsonObject } from '../../src/domain/json.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import { createDiscovery } from '../../src/sources/azure/discovered-endpoints.ts';
import type { Authority } from '../certificates.ts';
import type { DnsName } from '../dns-server.ts';
import { startEndpoint } from '../endpoints.ts';
import type { EstateResource, PretendEstate } from './estate-port.ts';

export interface PublicEndpoints {
  /** For a name server: lower case, without the final dot. */
  readonly names: { readonly [name: string]: DnsName };
  close(): Promise<void>;
}

/**
 * What the public finds under the names of an estate: a good HTTPS server with a redirect beside it for each of them, on an address of its own in
 * 127.1.0.0/16. Names that lead to each other, by an alias or by an address, share the server at their end.
 */
export async function startPublicEndpoints(
  estate: Pick<PretendEstate, 'all'>,
  authority: Authority,
  ports: { readonly port: number; readonly httpPort: number },
): Promise<PublicEndpoints> {
  const resources = [...estate.all()];
  const aliases = findAliases(resources, hostsOf(resources));
  const shared = Map.groupBy(aliases.keys(), (host) => endOf(host, aliases));
  const servers = await Promise.all(
    [...shared].map(async ([end, hosts], index) => {
      const address = `127.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
      const certificate = await authority.issue({ hosts, intermediate: true });
      const { close } = await startEndpoint({ certificate, place: { address, ...ports } });
      return { end, address, close };
    }),
  );
  const addresses = new Map(servers.map(({ end, address }) => [end, address]));
  return {
    names: Object.fromEntries([...aliases].map(([host, alias]) => [host, recordOf(alias, addresses.get(host))])),
    close: async () => {
      await Promise.all(servers.map(({ close }) => close()));
    },
  };
}

function recordOf(alias: string | null, address: string | undefined): DnsName {
  if (alias !== null) return { cname: alias };
  return address === undefined ? {} : { a: [address] };
}

/** Those that an unchanged daemon would find. */
function hostsOf(resources: readonly EstateResource[]): readonly string[] {
  const discovery = createDiscovery();
  for (const resource of resources) {
    const subject = resourceFromId(resource.id);
    if (subject !== null) discovery.see({ subject, seen: { resource: { fact: { properties: resource.properties } } } });
  }
  return discovery.endpoints({ port: 443, httpPort: 80 }).flatMap(({ subject }) => (subject.kind === 'endpoint' ? [subject.host] : []));
}

/** Each name with the one that it leads to; null where it has a server. */
function findAliases(resources: readonly EstateResource[], hosts: readonly string[]): ReadonlyMap<string, string | null> {
  const known = new Set(hosts);
  const names = namesOfAddresses(resources);
  const targets = new Map(resources.flatMap((resource) => targetOf(resource, names)));
  return new Map(
    hosts.map((host) => {
      const target = targets.get(host);
      return [host, target !== undefined && target !== host && known.has(target) ? target : null];
    }),
  );
}

function endOf(host: string, aliases: ReadonlyMap<string, string | null>): string {
  let end = host;
  // A chain can be no longer than there are names.
  for (let step = 0; step < aliases.size; step += 1) end = aliases.get(end) ?? end;
  return end;
}

/** `203.0.113.7` -> the name that Azure gave this address. */
function namesOfAddresses(resources: readonly EstateResource[]): ReadonlyMap<string, string> {
  return new Map(
    resources.flatMap(({ properties }) => {
      const [address, name] = [properties['ipAddress'], membersOf(properties['dnsSettings'])['fqdn']];
      return typeof address === 'string' && typeof name === 'string' ? [[address, plain(name)] as const] : [];
    }),
  );
}

function targetOf(resource: EstateResource, names: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const { fqdn, CNAMERecord, ARecords } = resource.properties as { readonly [name: string]: Json | undefined };
  if (typeof fqdn !== 'string') return [];
  const alias = membersOf(CNAMERecord)['cname'];
  const first: Json | undefined = Array.isArray(ARecords) ? ARecords[0] : undefined;
  const address = membersOf(first)['ipv4Address'];
  const target = typeof alias === 'string' ? plain(alias) : typeof address === 'string' ? names.get(address) : undefined;
  return target === undefined ? [] : [[plain(fqdn), target]];
}

function membersOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
