import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../../src/domain/json.ts';
import type { Meter, Observation } from '../../../src/domain/look.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { createDiscovery, endpointTypes } from '../../../src/sources/azure/discovered-endpoints.ts';
import { keepFields } from '../../../src/sources/azure/keep-fields.ts';
import { readHostName } from '../../../src/sources/azure/public-names.ts';

const group = '/subscriptions/aaaaaaaa-1111-4111-8111-111111111111/resourceGroups/Web-RG/providers';

function observe(path: string, properties: JsonObject): Observation {
  const resource = resourceFromId(`${group}/${path}`);
  if (resource === null) throw new Error(`${path} is no resource`);
  const { fields } = endpointTypes.find(({ type }) => type === resource.type) ?? { fields: [] };
  return { subject: resource, seen: { resource: { fact: keepFields({ id: resource.id, properties }, fields) } } };
}

function discover(...observations: readonly Observation[]) {
  const discovery = createDiscovery();
  const refused: Record<string, number> = {};
  const meter: Meter = {
    set: () => undefined,
    count: (name, { type }, by = 1) => {
      refused[`${name} ${type}`] = by;
    },
  };
  for (const one of observations) discovery.see(one);
  discovery.report(meter);
  return { endpoints: discovery.endpoints({ port: 8443, httpPort: 8080 }), refused };
}

const hostsOf = (path: string, properties: JsonObject): readonly string[] =>
  discover(observe(path, properties)).endpoints.map(({ subject }) => (subject.kind === 'endpoint' ? subject.host : subject.id));

const address = 'Microsoft.Network/publicIPAddresses/ip';
const site = 'Microsoft.Web/sites/shop';
const slot = 'Microsoft.Web/sites/shop/slots/next';
const staticSite = 'Microsoft.Web/staticSites/docs';
const edge = 'Microsoft.Cdn/profiles/front/afdEndpoints/shop';
const cdn = 'Microsoft.Cdn/profiles/cdn/endpoints/shop';
const classic = 'Microsoft.Network/frontDoors/classic';
const gateway = 'Microsoft.ApiManagement/service/api';
const zone = 'Microsoft.Network/dnsZones/Shop.example';

describe('names of one resource', () => {
  test.each<[string, string, JsonObject, readonly string[]]>([
    ['address: name', address, { dnsSettings: { fqdn: 'Shop.WestEurope.cloudapp.azure.com' } }, ['shop.westeurope.cloudapp.azure.com']],
    ['address: other casing of members', address, { DnsSettings: { FQDN: 'a.example.com' } }, ['a.example.com']],
    ['address: no name', address, { dnsSettings: { domainNameLabel: 'shop' } }, []],
    ['address: null name', address, { dnsSettings: { fqdn: null } }, []],
    ['address: null settings', address, { dnsSettings: null }, []],
    ['address: empty name', address, { dnsSettings: { fqdn: '' } }, []],
    ['address: no settings', address, {}, []],
    ['site: default name', site, { defaultHostName: 'shop.azurewebsites.net' }, ['shop.azurewebsites.net']],
    [
      'site: all names once',
      site,
      {
        defaultHostName: 'shop.azurewebsites.net',
        hostNames: ['WWW.shop.example', 'shop.azurewebsites.net'],
        enabledHostNames: ['shop.azurewebsites.net', 'shop.scm.azurewebsites.net'],
      },
      ['shop.azurewebsites.net', 'shop.scm.azurewebsites.net', 'www.shop.example'],
    ],
    ['site: public', site, { defaultHostName: 'a.example.com', publicNetworkAccess: 'Enabled' }, ['a.example.com']],
    ['site: null access', site, { defaultHostName: 'a.example.com', publicNetworkAccess: null }, ['a.example.com']],
    ['site: empty access', site, { defaultHostName: 'a.example.com', publicNetworkAccess: '' }, ['a.example.com']],
    ['site: closed', site, { defaultHostName: 'a.example.com', publicNetworkAccess: 'Disabled' }, []],
    ['site: closed in small letters', site, { defaultHostName: 'a.example.com', publicNetworkAccess: 'disabled' }, []],
    ['site: null names', site, { defaultHostName: null, hostNames: null, enabledHostNames: [null] }, []],
    ['slot: name', slot, { defaultHostName: 'shop-next.azurewebsites.net' }, ['shop-next.azurewebsites.net']],
    ['slot: closed', slot, { defaultHostName: 'shop-next.azurewebsites.net', publicNetworkAccess: 'Disabled' }, []],
    [
      'static site',
      staticSite,
      { defaultHostname: 'x.azurestaticapps.net', customDomains: ['Docs.example.com'] },
      ['docs.example.com', 'x.azurestaticapps.net'],
    ],
    ['static site: closed', staticSite, { defaultHostname: 'x.azurestaticapps.net', publicNetworkAccess: 'Disabled' }, []],
    ['Front Door', edge, { hostName: 'shop-1.z01.azurefd.net' }, ['shop-1.z01.azurefd.net']],
    ['Front Door: switched off may be switched on', edge, { hostName: 'a.azurefd.net', enabledState: 'Disabled' }, ['a.azurefd.net']],
    ['CDN', cdn, { hostName: 'shop.azureedge.net' }, ['shop.azureedge.net']],
    ['CDN: nothing', cdn, {}, []],
    [
      'classic Front Door',
      classic,
      { frontendEndpoints: [{ properties: { hostName: 'b.azurefd.net' } }, { properties: { hostName: 'A.example.com' } }, { name: 'x' }] },
      ['a.example.com', 'b.azurefd.net'],
    ],
    ['classic Front Door: no frontends', classic, { frontendEndpoints: null }, []],
    ['API Management', gateway, { gatewayUrl: 'https://Shop.azure-api.net' }, ['shop.azure-api.net']],
    ['API Management: with a path', gateway, { gatewayUrl: 'https://shop.azure-api.net/v1' }, ['shop.azure-api.net']],
    [
      'API Management: network outside',
      gateway,
      { gatewayUrl: 'https://a.azure-api.net', virtualNetworkType: 'External' },
      ['a.azure-api.net'],
    ],
    ['API Management: network inside', gateway, { gatewayUrl: 'https://a.azure-api.net', virtualNetworkType: 'Internal' }, []],
    ['API Management: closed', gateway, { gatewayUrl: 'https://a.azure-api.net', publicNetworkAccess: 'Disabled' }, []],
    ['API Management: null', gateway, { gatewayUrl: null }, []],
    ['zone', zone, {}, []],
    ['record', `${zone}/A/WWW`, { ARecords: [{ ipv4Address: '203.0.113.7' }] }, ['www.shop.example']],
    ['record: of the zone itself', `${zone}/A/@`, { ARecords: [{ ipv4Address: '203.0.113.7' }] }, ['shop.example']],
    ['record: deep name', `${zone}/A/a.b`, { ARecords: [{ ipv4Address: '203.0.113.7' }] }, ['a.b.shop.example']],
    ['record: wildcard', `${zone}/A/*`, { ARecords: [{ ipv4Address: '203.0.113.7' }] }, []],
    ['record: wildcard below', `${zone}/A/*.b`, { ARecords: [{ ipv4Address: '203.0.113.7' }] }, []],
    ['record: alias of a resource', `${zone}/A/www`, { targetResource: { id: '/subscriptions/x' } }, ['www.shop.example']],
    ['record: no addresses', `${zone}/A/www`, { ARecords: [] }, ['www.shop.example']],
    ['record: private', `${zone}/A/db`, { ARecords: [{ ipv4Address: '10.0.0.4' }, { ipv4Address: '192.168.0.4' }] }, []],
    [
      'record: private in part',
      `${zone}/A/db`,
      { ARecords: [{ ipv4Address: '10.0.0.4' }, { ipv4Address: '203.0.113.7' }] },
      ['db.shop.example'],
    ],
    ['record: no address', `${zone}/A/db`, { ARecords: [{ ipv4Address: '10.0.0' }] }, ['db.shop.example']],
    ['record: last address before private ones', `${zone}/A/db`, { ARecords: [{ ipv4Address: '9.255.255.255' }] }, ['db.shop.example']],
    ['record: other casing of members', `${zone}/A/db`, { aRecords: [{ IPv4Address: '10.0.0.4' }] }, []],
    ['record: IPv6', `${zone}/AAAA/www`, { AAAARecords: [{ ipv6Address: '2001:db8::1' }] }, ['www.shop.example']],
    ['record: private IPv6', `${zone}/AAAA/www`, { AAAARecords: [{ ipv6Address: 'fd00::1' }] }, []],
    ['record: other name', `${zone}/CNAME/hooks`, { CNAMERecord: { cname: 'shop.azurewebsites.net' } }, ['hooks.shop.example']],
    ['record: data of a protocol', `${zone}/CNAME/s1._domainkey`, {}, []],
    ['record: confirms an owner', `${zone}/CNAME/afdverify.www`, {}, []],
    ['record: of a type that is not asked', `${zone}/TXT/www`, {}, []],
    ['another type', 'Microsoft.Storage/storageAccounts/shop', { hostName: 'a.example.com' }, []],
  ])('%s', (_, path, properties, hosts) => {
    expect(hostsOf(path, properties)).toEqual(hosts);
  });
});

it('names each resource that a name is known from, once, and asks at the configured ports', () => {
  const named = observe(address, { dnsSettings: { fqdn: 'www.shop.example' } });
  const record = observe(`${zone}/CNAME/www`, {});
  const prefix = group.toLowerCase();
  expect(discover(named, record, named, observe(cdn, { hostName: 'a.azureedge.net' })).endpoints).toEqual([
    {
      subject: { kind: 'endpoint', id: 'a.azureedge.net:8443', host: 'a.azureedge.net', port: 8443, httpPort: 8080, httpPaths: ['/'] },
      seen: { discovered: { fact: { from: [`${prefix}/microsoft.cdn/profiles/cdn/endpoints/shop`] } } },
    },
    {
      subject: { kind: 'endpoint', id: 'www.shop.example:8443', host: 'www.shop.example', port: 8443, httpPort: 8080, httpPaths: ['/'] },
      seen: {
        discovered: {
          fact: {
            from: [`${prefix}/microsoft.network/dnszones/shop.example/cname/www`, `${prefix}/microsoft.network/publicipaddresses/ip`],
          },
        },
      },
    },
  ]);
});

it('counts what is no host name, and takes the others', () => {
  const { endpoints, refused } = discover(
    observe(site, { defaultHostName: 'a.example.com', hostNames: ['a b.example.com', 7, { name: 'x' }, '*.example.com'] }),
    observe(gateway, { gatewayUrl: 'https://' }),
  );
  expect(endpoints.map(({ subject }) => subject.id)).toEqual(['a.example.com:8443']);
  expect(refused).toEqual({
    'azure_endpoint_names_refused_total microsoft.web/sites': 3,
    'azure_endpoint_names_refused_total microsoft.apimanagement/service': 1,
  });
});

it('takes nothing from an observation without a row', () => {
  const { subject } = observe(cdn, {});
  const fault = { code: 'denied', message: 'may not be read' } as const;
  const unread: readonly Observation[] = [
    { subject, seen: { resource: { fault } } },
    { subject, seen: {} },
    { subject, seen: { resource: { fact: 7 } } },
  ];
  expect(discover(...unread)).toEqual({ endpoints: [], refused: {} });
});

describe('host names', () => {
  const longLabel = 'a'.repeat(63);
  test.each<[string, string, ReturnType<typeof readHostName>]>([
    ['plain', 'a.example.com', { host: 'a.example.com' }],
    ['with a final dot', 'A.example.com.', { host: 'a.example.com' }],
    ['with space around', ' a.example.com ', { host: 'a.example.com' }],
    ['in other letters', 'bücher.example', { host: 'xn--bcher-kva.example' }],
    ['one label', 'localhost', 'refused'],
    ['an address', '203.0.113.7', 'refused'],
    ['an IPv6 address', '2001:db8::1', 'refused'],
    ['with a port', 'a.example.com:443', 'refused'],
    ['with a path', 'a.example.com/x', 'refused'],
    ['two dots', 'a..example.com', 'refused'],
    ['a leading hyphen', '-a.example.com', 'refused'],
    ['a trailing hyphen', 'a-.example.com', 'refused'],
    ['a label of 63', `${longLabel}.example`, { host: `${longLabel}.example` }],
    ['a label of 64', `a${longLabel}.example`, 'refused'],
    ['253 characters', `${`${longLabel}.`.repeat(3)}${'a'.repeat(61)}`, { host: `${`${longLabel}.`.repeat(3)}${'a'.repeat(61)}` }],
    ['254 characters', `${`${longLabel}.`.repeat(3)}${'a'.repeat(62)}`, 'refused'],
    ['an address in hexadecimal', '127.0.0.0x1', 'refused'],
    ['nothing but a dot', '.', 'refused'],
    ['a wildcard', '*.example.com', 'none'],
    ['an asterisk within a label', 'a*.example.com', 'refused'],
    ['confirms an owner', 'CdnVerify.www.example.com', 'none'],
    ['only begins like that', 'awverify2.example.com', { host: 'awverify2.example.com' }],
  ])('%s', (_, written, read) => {
    expect(readHostName(written)).toEqual(read);
  });

  it('of any text is refused or fit for a URL as it stands', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.webUrl()), (text) => {
        const read = readHostName(text);
        if (typeof read === 'object') expect(new URL(`https://${read.host}/`).hostname).toBe(read.host);
      }),
    );
  });
});
