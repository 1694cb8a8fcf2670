import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, test } from 'vitest';
import type { EstateResource, PretendEstate } from '../../../sandbox/azure/estate-port.ts';
import type { AzureFault } from '../../../sandbox/azure/faults.ts';
import { type PretendAzure, startPretendAzure } from '../../../sandbox/azure/pretend-azure.ts';
import { type PublicEndpoints, startPublicEndpoints } from '../../../sandbox/azure/public-endpoints.ts';
import { type Authority, makeAuthority } from '../../../sandbox/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import { check as tlsVersions } from '../../../src/checks/tls-versions.ts';
import { azureNeeds } from '../../../src/commands/azure-needs.ts';
import { readConfigurationFile } from '../../../src/config/configuration-file.ts';
import { planResourceTypes, readResourceTypes } from '../../../src/config/resource-types.ts';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { FactMap, Look, ResourceTypePlan } from '../../../src/domain/look.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import { createWorld } from '../../../src/engine/create-world.ts';
import type { WorldLook } from '../../../src/engine/world.ts';
import { azureSettingsSchema } from '../../../src/sources/azure/azure-settings.ts';
import { azureSource } from '../../../src/sources/azure/azure-source.ts';
import { tlsSource } from '../../../src/sources/tls/tls-source.ts';
import { shop } from '../../sandbox/azure-estate.ts';
import { checkPlan, examplePlan, lookPlan, startMs } from '../../support/engine-fixtures.ts';
import { makeFakeClock } from '../../support/fake-clock.ts';

const network = `/subscriptions/${shop.toUpperCase()}/resourceGroups/Net-RG/providers/Microsoft.Network`;
const addressName = 'shop-edge.westeurope.cloudapp.azure.com';
const publicAddress = resourceOf('Microsoft.Network/publicIPAddresses', `${network}/publicIPAddresses/edge`, {
  ipAddress: '203.0.113.7',
  dnsSettings: { fqdn: addressName },
});
const zone = resourceOf('Microsoft.Network/dnszones', `${network}/dnszones/shop.example`, { numberOfRecordSets: 5 });
const apex = recordOf('A', '@', { ARecords: [{ ipv4Address: '203.0.113.7' }] });
const alias = recordOf('CNAME', 'www', { CNAMERecord: { cname: addressName } });
const others = [
  recordOf('A', '*', { ARecords: [{ ipv4Address: '203.0.113.7' }] }),
  recordOf('TXT', 'secret', { TXTRecords: [{ value: ['never to be read'] }] }),
  recordOf('A', 'inside', { ARecords: [{ ipv4Address: '10.0.0.4' }] }),
];
const all = [publicAddress, zone, apex, alias, ...others];

function resourceOf(type: string, id: string, properties: JsonObject): EstateResource {
  return { id, name: id.split('/').at(-1) ?? '', type, location: 'global', properties };
}

function recordOf(type: string, name: string, properties: JsonObject): EstateResource {
  const fqdn = name === '@' ? 'shop.example.' : `${name}.shop.example.`;
  return resourceOf(`Microsoft.Network/dnszones/${type}`, `${network}/dnszones/shop.example/${type}/${name}`, {
    fqdn,
    TTL: 300,
    ...properties,
  });
}

let present: readonly EstateResource[] = all;
let version = 1;
const estate: PretendEstate = {
  subscriptions: [{ id: shop, name: 'Shop', state: 'Enabled' }],
  get version() {
    return version;
  },
  get: (id) => present.find((one) => one.id.toLowerCase() === id.toLowerCase()),
  all: () => present,
  indexed: () => present,
  changes: () => [],
};

function remove(...gone: readonly EstateResource[]): void {
  present = present.filter((one) => !gone.includes(one));
  version += 1;
}

let folder: string;
let authority: Authority;
let azure: PretendAzure;
let endpoints: PublicEndpoints;
let dns: DnsServer;
let resourceTypes: readonly ResourceTypePlan[];
const ports = { port: 0, httpPort: 0 };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimwatch-found-'));
  authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority, pageSize: 1 });
  ports.port = await findFreePort();
  ports.httpPort = await findFreePort();
  endpoints = await startPublicEndpoints(estate, authority, ports);
  dns = await startDnsServer(endpoints.names);
  await writeFile(join(folder, 'ca.pem'), authority.certificatePem);
  await writeFile(join(folder, 'secret'), azure.clientSecret);
  const file = await readConfigurationFile(azureNeeds.resourceTypes, fileURLToPath(new URL('../../../config', import.meta.url)), []);
  resourceTypes = planResourceTypes(
    { plans: [], checks: new Map(), discovery: azureNeeds.discovery, estateDerivations: [], reads: [] },
    readResourceTypes(file),
    file,
  );
});

afterAll(async () => {
  await Promise.all([azure.close(), endpoints.close(), dns.close(), rm(folder, { recursive: true })]);
});

beforeEach(() => {
  present = all;
  version += 1;
});

afterEach(() => {
  azure.faults.set(null);
  azure.setRole(null);
  azure.showSubscription(shop);
});

/** A new daemon's world over the real sources. */
function startDay() {
  const { origin: resourceManager, authorityHost, scope, tenantId, clientId } = azure;
  const settings = azureSettingsSchema.parse({
    cloud: { resourceManager, authority: authorityHost, scope },
    identity: { kind: 'client-secret', tenantId, clientId, secretFile: join(folder, 'secret') },
    subscriptions: [shop],
    certificateAuthority: join(folder, 'ca.pem'),
  });
  const looks = [lookPlan('azure'), lookPlan('tls', { options: { extraRoots: [authority.certificatePem], addressFamilies: ['ipv4'] } })];
  const plan = examplePlan({
    subjects: [],
    azure: settings as unknown as JsonObject,
    scopes: [subscriptionResource(shop)],
    resourceTypes,
    discovered: ports,
    vantage: { name: 'test', external: false, egressAddress: null, resolver: [dns.address] },
    looks,
    checks: [checkPlan('tls-versions', { parameters: { defaults: tlsVersions.parameters.parse({}) as JsonObject, overrides: {} } })],
  });
  const world = createWorld({
    plan,
    checks: new Map([['tls-versions', tlsVersions]]),
    sources: new Map([
      ['azure', azureSource.create()],
      ['tls', tlsSource.create()],
    ]),
    derivations: new Map(),
    reader: null,
    clock: makeFakeClock(startMs),
    codeVersion: '0.1.0',
  });
  const scheduledFor = '2026-11-24T08:00:00.000Z';
  let lastId = 0;
  async function look(name: string): Promise<{ readonly reply: WorldLook; readonly look: Look }> {
    const reply = await world.look({ name, extent: { kind: 'all' }, scheduledFor });
    lastId += 1;
    const made = { ...reply.look, id: lastId };
    await world.adoptLook(reply.token, made);
    return { reply, look: made };
  }
  return {
    azure: async () => (await look('azure')).reply,
    /** The endpoints that this look found and judged, with the findings' status. */
    tls: async () => {
      const { reply, look: made } = await look('tls');
      const judged = await world.judge({
        check: 'tls-versions',
        trigger: 'looked',
        extent: { kind: 'all' },
        scheduledFor,
        nowMs: startMs,
        looks: { tls: made },
        previous: null,
        declaredDigest: '',
        hungInput: null,
        withFindings: true,
      });
      expect(reply.defects).toEqual([]);
      return (judged.findings ?? []).map(({ subject, status }) => `${subject} ${status}`);
    },
  };
}

const passing = (...hosts: readonly string[]) => hosts.flatMap((host) => Array(2).fill(`${host}:${ports.port} pass`));
const sorted = (lines: readonly string[]) => lines.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
const everything = () => sorted(passing(addressName, 'shop.example', 'www.shop.example'));

function mapOf(reply: WorldLook): FactMap {
  const body = reply.bodies.find(({ digest }) => digest === reply.look.mapDigest);
  return body === undefined ? {} : JSON.parse(inflateRawSync(body.deflated).toString());
}

it('looks at the endpoints that the estate names, over real sockets', async () => {
  const day = startDay();
  const reply = await day.azure();
  expect(reply.defects).toEqual([]);
  expect(reply.faults).toEqual({});
  expect((await day.tls()).toSorted()).toEqual(everything());
  // The TXT record is not even asked for.
  expect(azure.requests.recent().some(({ path }) => /txt|recordsets/i.test(path))).toBe(false);
});

it('forgets an endpoint once no resource names it any more', async () => {
  const day = startDay();
  await day.azure();
  remove(alias);
  await day.azure();
  expect((await day.tls()).toSorted()).toEqual(sorted(passing(addressName, 'shop.example')));
  remove(apex, publicAddress);
  await day.azure();
  expect(await day.tls()).toEqual(['* unknown', '* unknown']);
});

const blindness: readonly (readonly [string, () => void])[] = [
  ['the records of a zone are unreadable', () => azure.faults.set({ name: 'html', api: 'arm', path: /\/cname$/i } satisfies AzureFault)],
  ['records may not be read', () => azure.setRole({ Actions: ['*'], NotActions: ['Microsoft.Network/dnsZones/CNAME/read'] })],
  ['zones may not be read', () => azure.setRole({ Actions: ['*'], NotActions: ['Microsoft.Network/dnsZones/read'] })],
  ['Resource Graph cuts its answer off', () => azure.faults.set({ name: 'truncated', api: 'graph' })],
  ['the subscription cannot be seen', () => azure.hideSubscription(shop)],
];

test.each(blindness)('keeps every endpoint while %s, and forgets it after', async (_, makeBlind) => {
  const day = startDay();
  await day.azure();
  remove(alias, publicAddress);
  makeBlind();
  const blind = await day.azure();
  expect(blind.look.unread).toBeGreaterThan(0);
  // And says where others may be missing.
  const missing = Array(2).fill(`${subscriptionResource(shop).id} unknown`);
  expect((await day.tls()).toSorted()).toEqual([...missing, ...everything()]);
  azure.faults.set(null);
  azure.setRole(null);
  azure.showSubscription(shop);
  await day.azure();
  expect((await day.tls()).toSorted()).toEqual(sorted(passing('shop.example')));
});

it('says of the records of a zone how completely they were listed', async () => {
  const day = startDay();
  azure.faults.set({ name: 'html', api: 'arm', path: /\/cname$/i });
  const map = mapOf(await day.azure());
  const lists = map[subscriptionResource(shop).id] ?? {};
  expect(lists['list:microsoft.network/dnszones/cname']).toMatchObject({ fault: { about: zone.id.toLowerCase() } });
  expect(lists['list:microsoft.network/dnszones/a']).toHaveProperty('digest');
  expect(map[apex.id.toLowerCase()]).toHaveProperty('resource.digest');
});
