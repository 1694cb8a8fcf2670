import { expect, test } from 'vitest';
import { type Json, withTablesNamed } from '../../src/domain/json.ts';

const nameOf = (table: Json) => `${Object.keys(table ?? {}).length} entries`;
const table = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => [`key${index}`, index]));

test.each<[string, Json, Json]>([
  ['a text', 'text', 'text'],
  ['nothing', null, null],
  ['a short list', [1, 2], [1, 2]],
  ['thirty entries', table(30), table(30)],
  ['one more', table(31), '31 entries'],
  ['a long list', Array.from({ length: 31 }, () => 0), '31 entries'],
  ['a table inside', { own: 1, of: [{ long: table(40) }] }, { own: 1, of: [{ long: '40 entries' }] }],
])('%s', (_what, value, expected) => {
  expect(withTablesNamed(value, nameOf)).toEqual(expected);
});
