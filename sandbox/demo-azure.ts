import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Estate as AzureEstate, openEstate } from './azure/estate.ts';
import { estateLogTables } from './azure/estate-parameters.ts';
import { type PretendAzure, startPretendAzure } from './azure/pretend-azure.ts';
import { startPublicEndpoints } from './azure/public-endpoints.ts';
import type { Authority } from './certificates.ts';
import type { DnsName } from './dns-server.ts';
import { startEndpoint } from './endpoints.ts';
import { findFreePort } from './listen.ts';

/** The pretend Azure of the demo, with what the public finds under the names of its estate. */
export interface DemoAzure {
  readonly estate: AzureEstate;
  readonly azure: PretendAzure;
  /** Where the public endpoints of the estate listen, each on an address of its own. */
  readonly ports: { readonly port: number; readonly httpPort: number };
  /** Of the public endpoints that the estate names. */
  readonly hosts: readonly string[];
  /** For the name server. */
  readonly names: { readonly [name: string]: DnsName };
  /** Those whose name, or an alias of it, names a region. */
  readonly regionalHosts: readonly string[];
  close(): Promise<void>;
}

const roleFile = new URL('../config/azure/role.json', import.meta.url);
const roleSchema = z.object({ Actions: z.array(z.string()), NotActions: z.array(z.string()) });

const regional = /\.cloudapp\.azure\.com$/;

/**
 * Another company, to which a mutation leads a name of the estate. It answers on loopback, but also has an address of the world outside (of a network
 * that is reserved for documentation), to which the looks of the demo do not connect.
 */
const elsewhere = {
  ...{ host: 'shopstoresync.status-pages.example', alias: 'status.shopstoresync.example' },
  ...{ address: '127.200.0.1', outside: '2001:db8::9' },
};

/** The identity may do what the role that is shipped allows, and ask for the tables that the company has declared; nothing else. */
export async function startDemoAzure(authority: Authority): Promise<DemoAzure> {
  const estate = await openEstate();
  const shipped = roleSchema.parse(JSON.parse(await readFile(roleFile, 'utf8')));
  const tables = estateLogTables.map((table) => `Microsoft.OperationalInsights/workspaces/query/${table}/read`);
  const role = { ...shipped, Actions: [...new Set([...shipped.Actions, ...tables])] };
  const ports = { port: await findFreePort(), httpPort: await findFreePort() };
  const azure = await startPretendAzure({ estate, authority, role });
  const endpoints = await startPublicEndpoints(estate, authority, ports);
  const certificate = await authority.issue({ hosts: [elsewhere.host, elsewhere.alias], intermediate: true });
  const other = await startEndpoint({ certificate, place: { address: elsewhere.address, ...ports } });
  return {
    estate,
    azure,
    ports,
    hosts: Object.keys(endpoints.names),
    names: {
      ...endpoints.names,
      [elsewhere.host]: { a: [elsewhere.address], aaaa: [elsewhere.outside] },
      [elsewhere.alias]: { cname: elsewhere.host },
    },
    regionalHosts: Object.entries(endpoints.names).flatMap(([host, { cname }]) => (regional.test(cname ?? host) ? [host] : [])),
    async close() {
      await Promise.all([azure.close(), endpoints.close(), other.close()]);
    },
  };
}
