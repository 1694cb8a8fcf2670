import { describe, expect, test } from 'vitest';
import { readInterface } from '../../src/network/interface-rows.ts';
import { group, idOf, modelOf, network, networkInterface, publicAddress, put, rule, subnetId } from './estate-rows.ts';

const nic = idOf('networkInterfaces', 'nic');
const subject = nic.toLowerCase();

/** The interface does not name its public address; the address names the configuration. */
function modelWith(id: string | null) {
  const properties = { privateIPAddress: '10.0.0.4', subnet: { id: subnetId() } };
  const ipConfigurations = [{ ...(id === null ? {} : { id }), name: 'Main', properties }];
  const row = networkInterface({ name: 'nic', more: { ipConfigurations } });
  return { row, model: modelOf([row, network([{ group: 'nsg' }]), group('nsg', [rule()])]) };
}

describe('a configuration is found by whoever names it', () => {
  test.each([
    { why: 'by the id that the row says', id: `${nic}/ipConfigurations/main`, kept: null },
    { why: 'by the id that ARM makes', id: null, kept: null },
    { why: 'by an id that does not follow from the name', id: `${nic}/ipConfigurations/other`, kept: `${subject}/ipconfigurations/other` },
  ])('$why', ({ id, kept }) => {
    const { row, model } = modelWith(id);
    expect(readInterface(subject, row).configurations[0]?.id).toBe(kept);
    expect(model.factOf('exposure', subject)).toHaveProperty('publicAddresses', []);
    const address = publicAddress('pip', '203.0.113.7', 'Standard', { ipConfiguration: { id: id ?? `${nic}/ipConfigurations/Main` } });
    expect(model.update([put(address)], []).has(subject)).toBe(true);
    expect(model.factOf('exposure', subject)).toHaveProperty('publicAddresses', [{ id: address.id.toLowerCase(), address: '203.0.113.7' }]);
  });
});
