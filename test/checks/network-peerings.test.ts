import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-peerings.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const network = resourceOf('Microsoft.Network/virtualNetworks');
const unsupported = 'unknown unsupported';
const malformed = 'unknown malformed';
const watched = '00000000-0000-0000-0000-000000000002';
const stranger = '99999999-0000-0000-0000-000000000009';
const networkOf = (subscription: string, name = 'hub') =>
  `/subscriptions/${subscription}/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/${name}`;
const peering = (id: unknown, peeringState: unknown = 'Connected') => ({
  name: 'to-hub',
  properties: { peeringState, remoteVirtualNetwork: { id } },
});
const parameters = { ownSubscriptions: [network.subscription, watched] };
const known = (remote: string) => ({ ...parameters, known: [{ remote, owner: 'Jane Doe', reason: 'our bank' }] });
const judge = (virtualNetworkPeerings: unknown, given: object = parameters) =>
  judgeOne(check, 'intent', { resource: { properties: { virtualNetworkPeerings } } }, { subject: network, parameters: given });

describe('network-peerings', () => {
  const rows: readonly [what: string, peerings: unknown, verdict: string][] = [
    ['none', [], 'pass'],
    ['absent', undefined, unsupported],
    ['null', null, unsupported],
    ['in the same subscription', [peering(networkOf(network.subscription))], 'pass'],
    ['in a watched one', [peering(networkOf(watched))], 'pass'],
    ['in a watched one, in capitals', [peering(networkOf(watched).toUpperCase())], 'pass'],
    ['in a watched one, not connected', [peering(networkOf(watched), 'Disconnected')], 'pass'],
    ['in an unknown one', [peering(networkOf(stranger))], 'fail'],
    ['in an unknown one, CONNECTED', [peering(networkOf(stranger), 'CONNECTED')], 'fail'],
    ['in an unknown one, initiated', [peering(networkOf(stranger), 'Initiated')], 'fail report'],
    ['in an unknown one, disconnected', [peering(networkOf(stranger), 'disconnected')], 'fail report'],
    ['in an unknown one, a state of tomorrow', [peering(networkOf(stranger), 'Dreaming')], 'fail'],
    ['in an unknown one, no state', [peering(networkOf(stranger), null)], 'fail'],
    ['in an unknown one, an empty state', [peering(networkOf(stranger), '')], 'fail'],
    ['one known, one not', [peering(networkOf(watched)), peering(networkOf(stranger))], 'fail'],
    ['two unknown, one initiated', [peering(networkOf(stranger), 'Initiated'), peering(networkOf(stranger))], 'fail'],
    ['no remote network', [{ name: 'to-hub', properties: { peeringState: 'Connected' } }], malformed],
    ['a remote network without id', [peering(null)], malformed],
    ['an empty id', [peering('')], malformed],
    ['no id of a resource', [peering('hub')], malformed],
    ['an id of something else', [peering(`/subscriptions/${watched}`)], malformed],
    ['a subnet', [peering(`${networkOf(watched)}/subnets/apps`)], malformed],
    ['no properties', [{ name: 'to-hub', properties: null }], malformed],
    ['without name', [{ properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: networkOf(watched) } } }], 'pass'],
    ['one that cannot be read, one unknown', [peering(null), peering(networkOf(stranger))], 'fail'],
    ['one that cannot be read, one known', [peering(null), peering(networkOf(watched))], malformed],
  ];
  test.each(rows)('%s', (_what, peerings, expected) => {
    expect(verdictOf(judge(peerings))).toBe(expected);
  });

  test.each([
    ['the network', networkOf(stranger), 'pass'],
    ['the network in capitals', networkOf(stranger).toUpperCase(), 'pass'],
    ['the network with a slash', `${networkOf(stranger)}/`, 'pass'],
    ['its subscription', `/subscriptions/${stranger}`, 'pass'],
    ['another network of it', networkOf(stranger, 'hub2'), 'fail'],
    ['the beginning of its name', networkOf(stranger, 'hu'), 'fail'],
  ])('known: %s', (_what, remote, expected) => {
    expect(verdictOf(judge([peering(networkOf(stranger))], known(remote)))).toBe(expected);
  });

  test('which subscriptions are ours nobody said', () => {
    expect(verdictOf(judge([peering(networkOf(watched))], {}))).toBe(unsupported);
    expect(verdictOf(judge([peering(networkOf(network.subscription))], {}))).toBe('pass');
    expect(verdictOf(judge([], {}))).toBe('pass');
  });

  test.each([
    { known: [{ remote: 'hub', owner: 'Jane Doe', reason: 'ours' }] },
    { known: [{ remote: `/subscriptions/${stranger}/resourceGroups/net`, owner: 'Jane Doe', reason: 'ours' }] },
    { known: [{ remote: networkOf(stranger), owner: '', reason: 'ours' }] },
    { known: [{ remote: networkOf(stranger), owner: 'Jane Doe' }] },
  ])('a list of known ones that says too little is refused: %j', (given) => {
    expect(check.parameters.safeParse(given).success).toBe(false);
  });

  test.each([{ virtualNetworkPeerings: {} }, { virtualNetworkPeerings: ['hub'] }])(
    'what has another shape is refused: %j',
    (properties) => {
      expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
    },
  );

  test('says with whom', () => {
    expect(judge([peering(networkOf(stranger), 'Initiated')])).toMatchObject({
      observed: `peering to-hub (Initiated) with ${networkOf(stranger).toLowerCase()}, of a subscription that is neither watched nor known`,
      rule: 'properties.virtualNetworkPeerings.remoteVirtualNetwork.id',
    });
    expect(judge([peering('')]).observed).toBe('peering to-hub (Connected) names no network');
    expect(judge([peering('hub')]).observed).toBe('peering to-hub (Connected) names hub, which is no virtual network');
    expect(check.repeat(network)).toContain('remoteVirtualNetwork');
  });
});
