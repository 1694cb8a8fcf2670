import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { exposureIn, modelOf, network, row, subnetId } from './estate-rows.ts';

const placed: JsonObject = { name: 'first', properties: { subnet: { id: subnetId() }, privateIPAddress: '10.0.0.4' } };
const lost: JsonObject = { name: 'second', properties: { privateIPAddress: '10.0.0.5' } };
const unplacedOf = (configurations: readonly JsonObject[]) =>
  exposureIn(modelOf([network([{}]), row('networkInterfaces', 'nic', { ipConfigurations: configurations })])).unplaced;

test('an interface that stands in one subnet of ours may stand in another one, where its row does not say', () => {
  expect(unplacedOf([placed])).toBeUndefined();
  expect(unplacedOf([placed, lost])).toEqual(['the IP configuration second names no subnet']);
  expect(unplacedOf([placed, { name: 'second' }])?.length).toBeGreaterThan(0);
});
