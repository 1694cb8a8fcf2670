import { expect, test } from 'vitest';
import type { Json } from '../../../src/domain/json.ts';
import { outsideProbeSource } from '../../../src/sources/outside-probe/outside-probe-source.ts';

const row = (ipAddress: Json): Json => ({ properties: { ipAddress } });

test.each<[what: string, row: Json, isChosen: boolean | null]>([
  ['named', row('203.0.113.7'), true],
  ['named in another spelling', row('2001:DB8:0::7'), true],
  ['not named', row('203.0.113.8'), false],
  ['without an address yet', { properties: {} }, false],
  ['with null for an address', row(null), false],
  ['with an empty address', row(''), false],
  ['with a number for an address', row(7), null],
  ['without properties', {}, false],
  ['with a text for properties', { properties: 'x' }, null],
  ['null', null, null],
  ['a text', '203.0.113.7', null],
])('a public address %s', (_what, one, isChosen) => {
  const { resources } = outsideProbeSource.create();
  const named = { addresses: ['203.0.113.7', '2001:db8::7'] };
  expect(resources?.types).toEqual(['microsoft.network/publicipaddresses']);
  expect(resources?.chosen(one, named)).toBe(isChosen);
  expect(resources?.chosen(one, { addresses: [] })).toBe(isChosen === null ? null : false);
  expect(resources?.chosen(one, named)).toBe(isChosen);
});
