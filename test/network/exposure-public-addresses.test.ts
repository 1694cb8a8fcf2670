import { describe, expect, test } from 'vitest';
import type { RowChange } from '../../src/domain/estate-derivation.ts';
import { exposureIn, group, modelOf, network, networkInterface, publicAddress, type Row, rule, summaryOf, unread } from './estate-rows.ts';

const open = group('nsg-open', [rule()]);
const shut = group('nsg-shut', [rule({ access: 'Deny', name: 'no-ssh' })]);
const some = group('nsg-some', [rule({ from: '203.0.113.0/24' })]);
const pip = publicAddress('pip', '20.1.1.1');
const withAddress = { publicAddress: 'pip' };

const table: readonly { readonly name: string; readonly rows: readonly (Row | RowChange)[]; readonly is: string }[] = [
  { name: 'no public address, nothing open', rows: [network([{}]), networkInterface()], is: 'closed' },
  { name: 'no public address, a rule is open', rows: [network([{ group: 'nsg-open' }]), open, networkInterface()], is: 'latent' },
  {
    name: 'subnet lets in, no group on the interface',
    rows: [network([{ group: 'nsg-open' }]), open, pip, networkInterface(withAddress)],
    is: 'exposed | public-ip Tcp 22>22 <- Internet',
  },
  {
    name: 'interface lets in, no group on the subnet',
    rows: [network([{}]), open, pip, networkInterface({ ...withAddress, group: 'nsg-open' })],
    is: 'exposed | public-ip Tcp 22>22 <- Internet',
  },
  {
    name: 'closed by the subnet',
    rows: [network([{ group: 'nsg-shut' }]), shut, open, pip, networkInterface({ ...withAddress, group: 'nsg-open' })],
    is: 'closed',
  },
  {
    name: 'closed by the interface',
    rows: [network([{ group: 'nsg-open' }]), shut, open, pip, networkInterface({ ...withAddress, group: 'nsg-shut' })],
    is: 'closed',
  },
  {
    name: 'narrowed by the interface',
    rows: [network([{ group: 'nsg-open' }]), some, open, pip, networkInterface({ ...withAddress, group: 'nsg-some' })],
    is: 'narrow | public-ip Tcp 22>22 <- 203.0.113.0/24',
  },
  { name: 'Standard without any group', rows: [network([{}]), pip, networkInterface(withAddress)], is: 'closed' },
  {
    name: 'Basic without any group',
    rows: [network([{}]), publicAddress('pip', '20.1.1.1', 'Basic'), networkInterface(withAddress)],
    is: 'exposed | public-ip any *>* <- Internet',
  },
  {
    name: 'no SKU is Basic',
    rows: [network([{}]), publicAddress('pip', '20.1.1.1', null), networkInterface(withAddress)],
    is: 'exposed | public-ip any *>* <- Internet',
  },
  {
    name: 'a SKU that nobody knows, without any group',
    rows: [network([{}]), publicAddress('pip', '20.1.1.1', 'Premium'), networkInterface(withAddress)],
    is: 'unknown | ? any *',
  },
  {
    name: 'the address is not among the rows, without any group',
    rows: [network([{}]), networkInterface(withAddress)],
    is: 'unknown | ? any *',
  },
  {
    name: 'the address is not among the rows, with a group',
    rows: [network([{ group: 'nsg-open' }]), open, networkInterface(withAddress)],
    is: 'exposed | public-ip Tcp 22>22 <- Internet',
  },
  {
    name: 'the group of the interface is not there',
    rows: [network([{ group: 'nsg-open' }]), open, pip, networkInterface({ ...withAddress, group: 'nsg-lost' })],
    is: 'unknown | ? Tcp 22',
  },
  {
    name: 'the group of the subnet could not be read',
    rows: [network([{ group: 'nsg-open' }]), unread(open), pip, networkInterface({ ...withAddress, group: 'nsg-some' }), some],
    is: 'unknown | ? Tcp 22',
  },
  {
    name: 'Standard, and the only group is not there',
    rows: [network([{ group: 'nsg-lost' }]), pip, networkInterface(withAddress)],
    is: 'unknown | ? any *',
  },
  {
    name: 'the network is not there',
    rows: [pip, open, networkInterface({ ...withAddress, group: 'nsg-open' })],
    is: 'unknown | ? any *',
  },
  { name: 'the network could not be read', rows: [unread(network([{}])), pip, networkInterface(withAddress)], is: 'unknown | ? any *' },
  {
    name: 'the subnet is not in the network',
    rows: [network([{ name: 'other' }]), pip, networkInterface(withAddress)],
    is: 'unknown | ? any *',
  },
];

describe('own public addresses', () => {
  test.each(table)('$name: $is', ({ rows, is }) => {
    expect(summaryOf(exposureIn(modelOf(rows)))).toBe(is);
  });

  test('names the deciding rules', () => {
    const model = modelOf([network([{ group: 'nsg-open' }]), open, pip, networkInterface(withAddress)]);
    expect(exposureIn(model).reaches[0]?.rules).toEqual([
      'nsg-open/allow-ssh (priority 100)',
      'no network security group on the network interface',
    ]);
  });
});
