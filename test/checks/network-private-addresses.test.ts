import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-private-addresses.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import type { Addressing } from '../../src/domain/exposure.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const machine = '/subscriptions/1/resourcegroups/g/providers/microsoft.compute/virtualmachines/web';
const address = { id: '/subscriptions/1/resourcegroups/g/providers/microsoft.network/publicipaddresses/web', address: '203.0.113.7' };
const unassigned = { ...address, address: null };
const balancer = '/subscriptions/1/resourcegroups/g/providers/microsoft.network/loadbalancers/front';
const plain: Addressing = { kind: 'interface', machine: null, publicAddresses: [], owner: null };
const types = {
  interface: 'Microsoft.Network/networkInterfaces',
  'scale-set': 'Microsoft.Compute/virtualMachineScaleSets',
  'public-address': 'Microsoft.Network/publicIPAddresses',
};
const subjectOf = ({ kind }: Addressing) => resourceOf(types[kind]);
const judge = (own: Addressing, interpretation: 'literal' | 'intent') =>
  judgeOne(check, interpretation, { addressing: own }, { subject: subjectOf(own) });

describe('network-private-addresses', () => {
  test.each<[string, Addressing, literal: string, intent: string]>([
    ['an interface of a machine', { ...plain, machine }, 'pass', 'pass'],
    ['an interface of nothing', plain, 'pass', 'pass'],
    ['a machine with a public address', { ...plain, machine, publicAddresses: [address] }, 'fail', 'fail'],
    ['a machine whose public address is not assigned yet', { ...plain, machine, publicAddresses: [unassigned] }, 'fail', 'fail'],
    ['an interface of nothing with a public address', { ...plain, publicAddresses: [address] }, 'pass', 'fail'],
    ['a scale set', { ...plain, kind: 'scale-set', machine }, 'pass', 'pass'],
    [
      'a scale set whose instances have public addresses',
      { ...plain, kind: 'scale-set', machine, publicAddresses: [unassigned] },
      'fail',
      'fail',
    ],
    ['a scale set without a machine of that name', { ...plain, kind: 'scale-set', publicAddresses: [unassigned] }, 'fail', 'fail'],
    ['a public address of a balancer', { ...plain, kind: 'public-address', owner: balancer }, 'pass', 'pass'],
    ['a public address of nothing', { ...plain, kind: 'public-address' }, 'pass', 'fail'],
  ])('%s', (_what, own, literal, intent) => {
    expect([verdictOf(judge(own, 'literal')), verdictOf(judge(own, 'intent'))]).toEqual([literal, intent]);
  });

  test.each([
    {},
    { ...plain, kind: 'router' },
    { ...plain, machine: undefined },
    { ...plain, publicAddresses: null },
    { ...plain, publicAddresses: [{ id: null, address: null }] },
    { ...plain, owner: undefined },
  ])('what has another shape is refused: %j', (own) => {
    expect(check.needs['addressing']?.safeParse(own).success).toBe(false);
  });

  test('judges both, and no findings is unknown', () => {
    expect(interpretationsOf(check)).toEqual(['literal', 'intent']);
    expect(check.whenNone).toBe('unknown');
  });

  test('names the addresses and the owner', () => {
    const seen = judge({ ...plain, machine, publicAddresses: [address, unassigned] }, 'intent');
    expect(seen.observed).toBe(`it has the public addresses 203.0.113.7 (${address.id}), ${address.id}`);
    expect(seen.rule).toBe('ipConfigurations[].properties.publicIPAddress');
    expect(judge({ ...plain, kind: 'public-address', owner: balancer }, 'intent')).toMatchObject({
      observed: `it belongs to ${balancer}`,
      rule: 'properties.ipConfiguration, properties.natGateway',
    });
  });

  test.each([
    ['interface', 'properties.ipConfigurations[].properties.publicIPAddress.id'],
    ['scale-set', 'networkInterfaceConfigurations[].properties.ipConfigurations[].properties.publicIPAddressConfiguration'],
    ['public-address', 'properties.[ipConfiguration.id, natGateway.id]'],
  ] as const)('says how to see the addresses of the kind %s again', (kind, query) => {
    expect(check.repeat(subjectOf({ ...plain, kind }))).toContain(query);
  });
});
