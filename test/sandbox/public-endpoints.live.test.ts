import { request as askPlainly } from 'node:http';
import { request } from 'node:https';
import { expect, it, onTestFinished } from 'vitest';
import type { EstateResource } from '../../sandbox/azure/estate-port.ts';
import { startPublicEndpoints } from '../../sandbox/azure/public-endpoints.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import type { DnsName } from '../../sandbox/dns-server.ts';
import { findFreePort } from '../../sandbox/listen.ts';
import { shop } from './azure-estate.ts';

const network = `/subscriptions/${shop}/resourceGroups/Net/providers/Microsoft.Network`;

function resourceOf(type: string, path: string, properties: EstateResource['properties']): EstateResource {
  return { id: `${network}/${path}`, name: path.split('/').at(-1) ?? '', type: `Microsoft.Network/${type}`, properties };
}

function recordOf(type: string, name: string, properties: EstateResource['properties']): EstateResource {
  return resourceOf(`dnszones/${type}`, `dnszones/shop.example/${type}/${name}`, { fqdn: `${name}.Shop.example.`, ...properties });
}

const edge = 'shop-edge.westeurope.cloudapp.azure.com';
const resources = [
  resourceOf('publicIPAddresses', 'publicIPAddresses/edge', { ipAddress: '203.0.113.7', dnsSettings: { fqdn: edge } }),
  recordOf('A', 'shop', { ARecords: [{ ipv4Address: '203.0.113.7' }] }),
  recordOf('A', 'other', { ARecords: [{ ipv4Address: '203.0.113.8' }] }),
  recordOf('CNAME', 'www', { CNAMERecord: { cname: 'Shop.shop.example.' } }),
  recordOf('CNAME', 'hooks', { CNAMERecord: { cname: 'elsewhere.example.com' } }),
];

async function start() {
  const authority = await makeAuthority();
  const ports = { port: await findFreePort(), httpPort: await findFreePort() };
  const { names, close } = await startPublicEndpoints({ all: () => resources }, authority, ports);
  onTestFinished(close);
  return { authority, ports, names };
}

/** As a name server would follow it. */
function addressOf(names: { readonly [name: string]: DnsName }, name: string): string {
  const { a, cname } = names[name] ?? {};
  if (cname !== undefined) return addressOf(names, cname);
  const first = Array.isArray(a) ? a[0] : undefined;
  if (typeof first !== 'string') throw new Error(`${name} has no address`);
  return first;
}

function ask(
  send: typeof request,
  options: object,
): Promise<{ readonly status: number | undefined; readonly location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const asked = send({ ...options, signal: AbortSignal.timeout(5_000), agent: false }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, location: answer.headers.location });
    });
    asked.on('error', reject).end();
  });
}

it('answers under every name, with its certificate, and sends plain HTTP there', async () => {
  const { authority, ports, names } = await start();
  const hosts = [edge, 'hooks.shop.example', 'other.shop.example', 'shop.shop.example', 'www.shop.example'];
  expect(Object.keys(names).toSorted()).toEqual(hosts.toSorted());
  for (const name of hosts) {
    const host = addressOf(names, name);
    const secure = { host, port: ports.port, servername: name, ca: authority.certificatePem };
    expect(await ask(request, secure)).toEqual({ status: 200, location: undefined });
    const location = `https://${name}:${ports.port}/`;
    expect(await ask(askPlainly, { host, port: ports.httpPort, headers: { host: name } })).toEqual({ status: 308, location });
  }
});

it('follows the aliases and addresses of the estate; names that end elsewhere have an address of their own', async () => {
  const { names } = await start();
  expect(names).toMatchObject({ 'www.shop.example': { cname: 'shop.shop.example' }, 'shop.shop.example': { cname: edge } });
  const addresses = [edge, 'hooks.shop.example', 'other.shop.example'].map((name) => addressOf(names, name));
  expect(new Set(addresses).size).toBe(3);
  for (const address of addresses) expect(address).toMatch(/^127\.1\.0\.\d+$/);
});
