import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/access-vpn-authentication.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const gateway = resourceOf('Microsoft.Network/virtualNetworkGateways');
const server = resourceOf('Microsoft.Network/vpnServerConfigurations');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
const own = 'aaaaaaaa-1111-4111-8111-111111111111';
const other = 'bbbbbbbb-2222-4222-8222-222222222222';

const entra = (id: string, issuer = id) => ({
  aadTenant: `https://login.microsoftonline.com/${id}/`,
  aadIssuer: `https://sts.windows.net/${issuer}/`,
});
const good = { vpnAuthenticationTypes: ['AAD'], vpnClientProtocols: ['OpenVPN'], ...entra(own) };
const judge = (subject: typeof gateway, properties: object, parameters: object = {}) =>
  judgeOne(check, 'intent', { resource: { properties } }, { subject, parameters });
const ofGateway = (change: object | null | undefined, parameters: object = {}): string =>
  verdictOf(judge(gateway, { gatewayType: 'Vpn', vpnClientConfiguration: change }, parameters));

describe('a gateway of a network', () => {
  const rows: readonly [what: string, change: object, verdict: string][] = [
    ['Entra alone', {}, 'pass'],
    ['in other letters', { vpnAuthenticationTypes: ['aad'], vpnClientProtocols: ['openvpn'] }, 'pass'],
    ['certificates', { vpnAuthenticationTypes: ['Certificate'] }, 'fail'],
    ['RADIUS', { vpnAuthenticationTypes: ['Radius'] }, 'fail'],
    ['Entra and certificates', { vpnAuthenticationTypes: ['AAD', 'Certificate'] }, 'fail'],
    ['a type of tomorrow', { vpnAuthenticationTypes: ['AAD', 'Passkey'] }, malformed],
    ['an empty type', { vpnAuthenticationTypes: [''] }, malformed],
    ['types absent', { vpnAuthenticationTypes: undefined }, unsupported],
    ['types null', { vpnAuthenticationTypes: null }, unsupported],
    ['no types', { vpnAuthenticationTypes: [] }, unsupported],
    ['types absent, a certificate', { vpnAuthenticationTypes: undefined, vpnClientRootCertificates: [{ name: 'root' }] }, 'fail'],
    ['types absent, a RADIUS server', { vpnAuthenticationTypes: undefined, radiusServerAddress: '10.0.0.9' }, 'fail'],
    ['types absent, no certificate', { vpnAuthenticationTypes: undefined, vpnClientRootCertificates: [] }, unsupported],
    ['Entra alone, a certificate that is not used', { vpnClientRootCertificates: [{ name: 'root' }] }, 'pass'],
    ['IKEv2 too', { vpnClientProtocols: ['OpenVPN', 'IkeV2'] }, 'fail'],
    ['SSTP', { vpnClientProtocols: ['SSTP'] }, 'fail'],
    ['a protocol of tomorrow', { vpnClientProtocols: ['WireGuard'] }, malformed],
    ['protocols absent', { vpnClientProtocols: undefined }, unsupported],
    ['protocols null', { vpnClientProtocols: null }, unsupported],
    ['no protocols', { vpnClientProtocols: [] }, unsupported],
    ['tenant absent', { aadTenant: undefined }, unsupported],
    ['tenant null', { aadTenant: null }, unsupported],
    ['tenant empty', { aadTenant: '' }, unsupported],
    ['no address', { aadTenant: own }, malformed],
    ['http', { aadTenant: `http://login.microsoftonline.com/${own}/` }, malformed],
    ['another host', { aadTenant: `https://login.example.com/${own}/` }, malformed],
    ['a host that begins alike', { aadTenant: `https://login.microsoftonline.com.example.com/${own}/` }, malformed],
    ['every tenant', { aadTenant: 'https://login.microsoftonline.com/common/' }, 'fail'],
    ['all organizations', { aadTenant: 'https://login.microsoftonline.com/organizations' }, 'fail'],
    ['a name', { aadTenant: 'https://login.microsoftonline.com/shop.onmicrosoft.com/' }, unsupported],
    ['no slash at the end', { aadTenant: `https://login.microsoftonline.com/${own}` }, 'pass'],
    ['capitals', { aadTenant: `HTTPS://LOGIN.MICROSOFTONLINE.COM/${own.toUpperCase()}/` }, 'pass'],
    ['another cloud', { aadTenant: `https://login.microsoftonline.us/${own}/` }, 'pass'],
    ['issuer absent', { aadIssuer: undefined }, unsupported],
    ['issuer of the second version', { aadIssuer: `https://login.microsoftonline.com/${own}/v2.0` }, 'pass'],
    ['issuer of another tenant', { aadIssuer: `https://sts.windows.net/${other}/` }, 'fail'],
    ['issuer of nobody', { aadIssuer: 'sts' }, malformed],
  ];
  test.each(rows)('%s', (_what, change, expected) => {
    expect(ofGateway({ ...good, ...change })).toBe(expected);
  });
});

describe('a configuration with nothing in it', () => {
  const empty = { vpnClientProtocols: ['OpenVPN', 'IkeV2'], vpnAuthenticationTypes: [], vpnClientRootCertificates: [] };
  const pool = (...addressPrefixes: readonly string[]) => ({ vpnClientAddressPool: { addressPrefixes } });
  const rows: readonly [what: string, change: object, verdict: string][] = [
    ['no addresses', pool(), 'pass'],
    ['no addresses, types absent', { ...pool(), vpnAuthenticationTypes: undefined }, 'pass'],
    ['addresses', pool('10.9.0.0/24'), 'fail'],
    ['addresses of a group', { ...pool(), vngClientConnectionConfigurations: [{ name: 'developers' }] }, 'fail'],
    ['addresses not said', {}, unsupported],
    ['addresses null', { vpnClientAddressPool: { addressPrefixes: null } }, unsupported],
    ['no addresses, a certificate', { ...pool(), vpnClientRootCertificates: [{ name: 'root' }] }, 'fail'],
    ['no addresses, a RADIUS server', { ...pool(), radiusServerAddress: '10.0.0.9' }, 'fail'],
    ['no addresses, certificates as the type', { ...pool(), vpnAuthenticationTypes: ['Certificate'] }, 'fail'],
    ['no addresses, a tenant', { ...pool(), ...entra(own), vpnClientProtocols: ['OpenVPN'] }, unsupported],
  ];
  test.each(rows)('%s', (_what, change, expected) => {
    expect(ofGateway({ ...empty, ...change })).toBe(expected);
  });

  test('of which only the proof is missing where its addresses are not said', () => {
    expect(judge(gateway, { gatewayType: 'Vpn', vpnClientConfiguration: empty })).toMatchObject({ unrefuted: true });
    expect(judge(gateway, { gatewayType: 'Vpn', vpnClientConfiguration: good })).not.toHaveProperty('unrefuted');
  });
});

describe('the tenant of the configuration', () => {
  test.each([
    ['the same', own, good, 'pass'],
    ['in capitals', own.toUpperCase(), good, 'pass'],
    ['another', other, good, 'fail'],
    ['another issuer', own, { ...good, ...entra(own, other) }, 'fail'],
    ['another tenant, the right issuer', own, { ...good, ...entra(other, own) }, 'fail'],
    ['absent', own, { ...good, aadTenant: null }, unsupported],
  ])('%s', (_what, tenant, configuration, expected) => {
    expect(ofGateway(configuration, { tenant })).toBe(expected);
  });

  test('is what is expected', () => {
    const row = { gatewayType: 'Vpn', vpnClientConfiguration: good };
    expect(judge(gateway, row, { tenant: other }).expected).toContain(other);
    expect(judge(gateway, row).expected).toContain('one tenant of Entra');
  });

  test('is the id of one', () => {
    expect(check.parameters.safeParse({ tenant: 'shop' }).success).toBe(false);
  });
});

describe('a gateway that nobody signs in to', () => {
  test.each([
    ['Vpn', undefined, 'pass'],
    ['Vpn', null, 'pass'],
    ['ExpressRoute', undefined, 'pass'],
    ['LocalGateway', undefined, 'pass'],
    ['Teleporter', undefined, malformed],
    [undefined, undefined, unsupported],
    ['Vpn', {}, unsupported],
  ])('%s %j', (gatewayType, vpnClientConfiguration, expected) => {
    expect(verdictOf(judge(gateway, { gatewayType, vpnClientConfiguration }))).toBe(expected);
  });
});

describe('a server configuration of a virtual WAN', () => {
  const whole = { vpnAuthenticationTypes: ['AAD'], vpnProtocols: ['OpenVPN'], aadAuthenticationParameters: entra(own) };
  test.each([
    ['Entra alone', {}, 'pass'],
    ['certificates too', { vpnAuthenticationTypes: ['AAD', 'Certificate'] }, 'fail'],
    ['IKEv2 too', { vpnProtocols: ['IkeV2', 'OpenVPN'] }, 'fail'],
    ['types absent', { vpnAuthenticationTypes: null }, unsupported],
    ['parameters absent', { aadAuthenticationParameters: null }, unsupported],
    ['another issuer', { aadAuthenticationParameters: entra(own, other) }, 'fail'],
  ])('%s', (_what, change, expected) => {
    expect(verdictOf(judge(server, { ...whole, ...change }))).toBe(expected);
  });

  test('a row that says nothing is not known', () => {
    expect(verdictOf(judge(server, {}))).toBe(unsupported);
  });
});

test.each([{ vpnClientConfiguration: [] }, { vpnClientConfiguration: { vpnAuthenticationTypes: 'AAD' } }, { vpnProtocols: {} }])(
  'what has another shape is refused: %j',
  (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  },
);

test('says what decided', () => {
  const configuration = { ...good, vpnAuthenticationTypes: ['AAD', 'Certificate'], aadTenant: 'https://login.microsoftonline.com/common/' };
  expect(judge(gateway, { gatewayType: 'Vpn', vpnClientConfiguration: configuration })).toMatchObject({
    observed: 'vpnAuthenticationTypes is Certificate; aadTenant is https://login.microsoftonline.com/common/, which is every tenant',
    rule: 'properties.vpnClientConfiguration.vpnAuthenticationTypes (built-in policy 21a6bc25), properties.vpnClientConfiguration.aadTenant',
  });
  expect(judge(gateway, { gatewayType: 'Vpn' }).observed).toContain('no point-to-site configuration');
  expect(check.repeat(gateway)).toContain('vpnClientConfiguration');
  // A shell would run what stands between them.
  expect(check.repeat(gateway)).not.toContain('`');
  expect(check.repeat(server)).toContain('aadAuthenticationParameters');
});
