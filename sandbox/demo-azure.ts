import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type Estate as AzureEstate, openEstate } from './azure/estate.ts';
import { type PretendAzure, startPretendAzure } from './azure/pretend-azure.ts';
import { startPublicEndpoints } from './azure/public-endpoints.ts';
import type { Authority } from './certificates.ts';
import type { DnsName } from './dns-server.ts';
import { findFreePort } from './listen.ts';

/** The pretend Azure of the demo, with what the public finds under the names of its estate. */
export interface DemoAzure {
  readonly estate: AzureEstate;
  readonly azure: PretendAzure;
  /** Where the public endpoints of the estate listen, each on an address of its own. */
  readonly ports: { readonly port: number; readonly httpPort: number };
  /** For the name server. */
  readonly names: { readonly [name: string]: DnsName };
  /** Those whose name, or an alias of it, names a region. */
  readonly regionalHosts: readonly string[];
  close(): Promise<void>;
}

const roleFile = new URL('../config/azure/role.json', import.meta.url);
const roleSchema = z.object({ Actions: z.array(z.string()), NotActions: z.array(z.string()) });

const regional = /\.cloudapp\.azure\.com$/;

/** The identity may do what the role that is shipped allows, and nothing else. */
export async function startDemoAzure(authority: Authority): Promise<DemoAzure> {
  const estate = await openEstate();
  const role = roleSchema.parse(JSON.parse(await readFile(roleFile, 'utf8')));
  const ports = { port: await findFreePort(), httpPort: await findFreePort() };
  const azure = await startPretendAzure({ estate, authority, role });
  const endpoints = await startPublicEndpoints(estate, authority, ports);
  return {
    estate,
    azure,
    ports,
    names: endpoints.names,
    regionalHosts: Object.entries(endpoints.names).flatMap(([host, { cname }]) => (regional.test(cname ?? host) ? [host] : [])),
    async close() {
      await Promise.all([azure.close(), endpoints.close()]);
    },
  };
}
