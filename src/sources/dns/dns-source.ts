import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { SourceKind } from '../../domain/ports.ts';
import { lookAtEach } from '../look-at-each.ts';
import { askNameServer, type NameServerNeeds, usesSystem } from './name-server.ts';
import { literalOf, resolveAddresses } from './resolve-addresses.ts';

/** Brings the fact `dns`: the addresses of an endpoint's name and the aliases that lead to them. */
export const dnsSource: SourceKind = {
  name: 'dns',
  options: z.strictObject({}),
  create: () => ({
    name: 'dns',
    brings: ['dns'],
    look: (request) =>
      lookAtEach(request, 'dns', async (endpoint, signal) => {
        const startedMs = performance.now();
        const fact = await lookAtName(endpoint.host, { resolver: request.vantage.resolver, signal });
        return { fact, phaseSeconds: { resolve: (performance.now() - startedMs) / 1_000 } };
      }),
  }),
};

async function lookAtName(name: string, needs: NameServerNeeds): Promise<JsonObject> {
  const cnames = await followAliases(name, needs);
  const addresses = await resolveAddresses(name, { ...needs, families: [4, 6] });
  const ofFamily = (family: 4 | 6): readonly string[] =>
    addresses.filter((address) => address.family === family).map((address) => address.address);
  return { name, a: ofFamily(4), aaaa: ofFamily(6), cnames };
}

/** More than any name server follows by itself. */
const mostAliases = 16;

async function followAliases(host: string, needs: NameServerNeeds): Promise<readonly string[]> {
  if (literalOf(host) !== null || isLocal(host, needs)) return [];
  const chain: string[] = [];
  for (let alias = await aliasOf(host, needs); alias !== null; alias = await aliasOf(alias, needs)) {
    if (alias === plainName(host) || chain.includes(alias))
      throw new FaultError('malformed', `the aliases of ${host} go in a circle at ${alias}`);
    if (chain.length === mostAliases) throw new FaultError('malformed', `${host} has more than ${mostAliases} aliases in a row`);
    chain.push(alias);
  }
  return chain;
}

async function aliasOf(name: string, needs: NameServerNeeds): Promise<string | null> {
  const [alias, other] = await askNameServer(name, 'CNAME', needs);
  if (alias === undefined) return null;
  // RFC 2181 section 10.1: one alias per name.
  if (other !== undefined) throw new FaultError('malformed', `${name} has more than one alias`);
  return plainName(alias);
}

/** RFC 6761 section 6.3: such names are never asked of a name server. */
function isLocal(host: string, needs: NameServerNeeds): boolean {
  return usesSystem(needs.resolver) && /(^|\.)localhost\.?$/i.test(host);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
