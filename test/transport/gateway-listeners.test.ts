import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { judgeProperties } from '../../src/domain/judge-properties.ts';
import { gatewayProperties, judgeListenerVersions, judgePlaintextListeners } from '../../src/transport/gateway-listeners.ts';
import { verdictOf } from '../support/judge.ts';

const schema = z.object(gatewayProperties);
const question = { interpretation: 'literal', expected: 'x', rule: 'x' } as const;
const base = '/subscriptions/1/resourceGroups/g/providers/Microsoft.Network/applicationGateways/edge';
const idOf = (kind: string, name: string) => `${base}/${kind}/${name}`;
const item = (kind: string, name: string, properties: object) => ({ id: idOf(kind, name), name, properties });
const to = (kind: string, name: string) => ({ id: idOf(kind, name) });

const plain = item('httpListeners', 'plain', { protocol: 'Http' });
const secure = item('httpListeners', 'secure', { protocol: 'Https' });
const onPlain = (properties: object, name = 'rule1') =>
  item('requestRoutingRules', name, { httpListener: to('httpListeners', 'plain'), ...properties });
const toSecure = item('redirectConfigurations', 'up', { targetListener: to('httpListeners', 'secure') });
const byRedirect = { redirectConfiguration: to('redirectConfigurations', 'up') };
const redirected = { httpListeners: [plain, secure], redirectConfigurations: [toSecure] };
const mapped = (pathRules: readonly object[] | null, defaultRedirect: object | null = to('redirectConfigurations', 'up')) => ({
  ...redirected,
  requestRoutingRules: [onPlain({ urlPathMap: to('urlPathMaps', 'map') })],
  urlPathMaps: [item('urlPathMaps', 'map', { defaultRedirectConfiguration: defaultRedirect, pathRules })],
});
const upperCase = (id: string) => ({ id: id.toUpperCase() });

function plaintextOf(properties: object): string {
  return verdictOf(judgeProperties(question, judgePlaintextListeners(schema.parse(properties))));
}
function versionsOf(properties: object): string {
  return verdictOf(judgeProperties(question, judgeListenerVersions(schema.parse(properties))));
}

describe('judgePlaintextListeners', () => {
  test.each([
    ['HTTPS alone', { httpListeners: [secure] }, 'pass'],
    ['HTTPS in another casing', { httpListeners: [item('httpListeners', 'secure', { protocol: 'HTTPS' })] }, 'pass'],
    ['HTTP without a rule', { httpListeners: [plain, secure] }, 'fail'],
    ['HTTP to a backend', { ...redirected, requestRoutingRules: [onPlain({})] }, 'fail'],
    ['HTTP redirected to the HTTPS listener', { ...redirected, requestRoutingRules: [onPlain(byRedirect)] }, 'pass'],
    [
      'ids in another casing',
      {
        ...redirected,
        requestRoutingRules: [
          onPlain({
            httpListener: upperCase(idOf('httpListeners', 'plain')),
            redirectConfiguration: upperCase(idOf('redirectConfigurations', 'up')),
          }),
        ],
      },
      'pass',
    ],
    ['one rule redirects, the other does not', { ...redirected, requestRoutingRules: [onPlain(byRedirect), onPlain({}, 'rule2')] }, 'fail'],
    [
      'redirected to https by its address',
      {
        httpListeners: [plain],
        redirectConfigurations: [item('redirectConfigurations', 'up', { targetUrl: 'HTTPS://shop.example.com' })],
        requestRoutingRules: [onPlain(byRedirect)],
      },
      'pass',
    ],
    [
      'redirected to http by its address',
      {
        httpListeners: [plain],
        redirectConfigurations: [item('redirectConfigurations', 'up', { targetUrl: 'http://shop.example.com' })],
        requestRoutingRules: [onPlain(byRedirect)],
      },
      'fail',
    ],
    [
      'redirected to another HTTP listener',
      {
        httpListeners: [plain, item('httpListeners', 'secure', { protocol: 'Http' })],
        redirectConfigurations: [toSecure],
        requestRoutingRules: [onPlain(byRedirect)],
      },
      'fail',
    ],
    [
      'redirected to a listener that is not there',
      { httpListeners: [plain], redirectConfigurations: [toSecure], requestRoutingRules: [onPlain(byRedirect)] },
      'unknown malformed',
    ],
    ['a redirection that is not there', { httpListeners: [plain], requestRoutingRules: [onPlain(byRedirect)] }, 'unknown malformed'],
    ['all paths redirected', mapped([{ properties: byRedirect }]), 'pass'],
    ['the default alone', mapped(null), 'pass'],
    ['one path to a backend', mapped([{ properties: byRedirect }, { properties: {} }]), 'fail'],
    ['the default to a backend', mapped([{ properties: byRedirect }], null), 'fail'],
    [
      'a map that is not there',
      { ...redirected, requestRoutingRules: [onPlain({ urlPathMap: to('urlPathMaps', 'map') })] },
      'unknown malformed',
    ],
    ['a protocol of tomorrow', { httpListeners: [item('httpListeners', 'new', { protocol: 'Http3' })] }, 'unknown malformed'],
    ['no protocol', { httpListeners: [item('httpListeners', 'new', {})] }, 'unknown unsupported'],
    ['a stream over TLS', { listeners: [item('listeners', 'stream', { protocol: 'Tls' })] }, 'pass'],
    ['a stream over TCP', { listeners: [item('listeners', 'stream', { protocol: 'TCP' })] }, 'unknown unsupported'],
    ['a stream of tomorrow', { listeners: [item('listeners', 'stream', { protocol: 'Udp' })] }, 'unknown malformed'],
    ['none', { httpListeners: null }, 'unknown none-seen'],
  ] as const)('%s', (_what, properties, verdict) => {
    expect(plaintextOf(properties)).toBe(verdict);
  });
});

describe('judgeListenerVersions', () => {
  const withPolicy = (sslPolicy: unknown) => ({ httpListeners: [secure], sslPolicy });
  test.each([
    ['TLS 1.2', { policyType: 'Custom', minProtocolVersion: 'TLSv1_2' }, 'pass'],
    ['TLS 1.3', { policyType: 'CustomV2', minProtocolVersion: 'TLSv1_3' }, 'pass'],
    ['TLS 1.1', { policyType: 'Custom', minProtocolVersion: 'TLSv1_1' }, 'fail'],
    ['a version of tomorrow', { minProtocolVersion: 'TLSv1_4' }, 'unknown malformed'],
    ['the policy of 2022', { policyType: 'Predefined', policyName: 'AppGwSslPolicy20220101' }, 'pass'],
    ['the strict policy of 2022, in another casing', { policyName: 'APPGWSSLPOLICY20220101s' }, 'pass'],
    ['the strict policy of 2017', { policyName: 'AppGwSslPolicy20170401S' }, 'pass'],
    ['the policy of 2017', { policyName: 'AppGwSslPolicy20170401' }, 'fail'],
    ['the policy of 2015', { policyName: 'AppGwSslPolicy20150501' }, 'fail'],
    ['a policy of tomorrow', { policyName: 'AppGwSslPolicy20290101' }, 'unknown malformed'],
    ['old ones disabled', { disabledSslProtocols: ['TLSv1_0', 'tlsv1_1'] }, 'pass'],
    ['one of them disabled', { disabledSslProtocols: ['TLSv1_0'] }, 'fail'],
    ['none disabled', { disabledSslProtocols: [] }, 'fail'],
    ['an empty policy', {}, 'unknown unsupported'],
    ['no policy, which others pass: the one by default depends on who made the gateway', null, 'unknown unsupported'],
    ['absent', undefined, 'unknown unsupported'],
  ] as const)('%s', (_what, policy, verdict) => {
    expect(versionsOf(withPolicy(policy))).toBe(verdict);
  });

  const profiled = item('httpListeners', 'own', { protocol: 'Https', sslProfile: to('sslProfiles', 'strict') });
  const old = { policyName: 'AppGwSslPolicy20150501' };
  const strict = { minProtocolVersion: 'TLSv1_2' };
  test.each([
    [
      'a profile of its own is what counts',
      { httpListeners: [profiled], sslPolicy: old, sslProfiles: [item('sslProfiles', 'strict', { sslPolicy: strict })] },
      'pass',
    ],
    [
      'an old profile',
      { httpListeners: [profiled], sslPolicy: strict, sslProfiles: [item('sslProfiles', 'strict', { sslPolicy: old })] },
      'fail',
    ],
    [
      'a profile that leaves the policy to the gateway',
      { httpListeners: [profiled], sslPolicy: old, sslProfiles: [item('sslProfiles', 'strict', {})] },
      'fail',
    ],
    ['a profile that is not there', { httpListeners: [profiled], sslPolicy: strict }, 'unknown malformed'],
    [
      'another listener without one',
      { httpListeners: [profiled, secure], sslPolicy: old, sslProfiles: [item('sslProfiles', 'strict', { sslPolicy: strict })] },
      'fail',
    ],
    ['a stream over TLS', { listeners: [item('listeners', 'stream', { protocol: 'Tls' })], sslPolicy: strict }, 'pass'],
    ['an old stream over TLS', { listeners: [item('listeners', 'stream', { protocol: 'Tls' })], sslPolicy: old }, 'fail'],
    ['a stream over TLS without a policy', { listeners: [item('listeners', 'stream', { protocol: 'Tls' })] }, 'unknown unsupported'],
    ['nothing that speaks TLS', { httpListeners: [plain] }, 'unknown none-seen'],
  ] as const)('%s', (_what, properties, verdict) => {
    expect(versionsOf(properties)).toBe(verdict);
  });
});
