import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { group, idOf, modelOf, network, networkInterface, put, reference, rule } from './estate-rows.ts';

const asg = reference('applicationSecurityGroups', 'asg');
const { properties } = rule() as { properties: JsonObject };
const { sourceAddressPrefix: _, ...rest } = properties;
const fromGroup = group('nsg', [{ name: 'ssh', properties: { ...rest, sourceApplicationSecurityGroups: [asg] } }]);
const sites = network([{ group: 'nsg' }]);
const subject = idOf('networkInterfaces', 'nic').toLowerCase();
const member = (privateIPAddress: string) =>
  networkInterface({ name: 'member', configuration: { privateIPAddress, applicationSecurityGroups: [asg] } });

describe('the rows that a fact rests on', () => {
  test.each([
    { why: 'who is in a group that rules name is a server of ours', address: '10.0.0.77', named: false },
    { why: 'a member with an address such as strangers have may be one', address: '20.9.9.9', named: true },
  ])('$why', ({ address, named }) => {
    const model = modelOf([networkInterface(), member(address), sites, fromGroup]);
    const before = model.factOf('exposure', subject);
    const basis = model.basisOf(subject);
    expect(basis[0]).toBe(subject);
    expect(basis).toContain(idOf('networkSecurityGroups', 'nsg').toLowerCase());
    expect(basis.includes(idOf('networkInterfaces', 'member').toLowerCase())).toBe(named);
    expect(before).toHaveProperty('outcome');
  });

  test('members count all the same: who may be one now is told', () => {
    const model = modelOf([networkInterface(), member('10.0.0.77'), sites, fromGroup]);
    model.factOf('exposure', subject);
    expect(model.update([put(member('20.9.9.9'))], []).has(subject)).toBe(true);
  });
});
