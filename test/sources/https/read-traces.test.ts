import { expect, test } from 'vitest';
import { readTraces } from '../../../src/sources/https/read-traces.ts';

const read = (headers: readonly (readonly [string, string])[], page: string | null = null) =>
  readTraces({ status: 404, headers, page: page === null ? null : { text: page } });

test('in whatever order the headers stand, and however often, the traces are the same', () => {
  const headers = [
    ['server', 'nginx/1.22.1'],
    ['x-powered-by', 'PHP/8.1.2'],
    ['x-a', 'westeurope'],
    ['x-b', 'northeurope'],
  ] as const;
  expect(read(headers.toReversed())).toEqual(read(headers));
  expect(read([...headers, ...headers])).toEqual(read(headers));
});

test('many of one kind do not hide another', () => {
  const page = `${Array.from({ length: 50 }, (_, index) => `PHP/8.1.${index}`).join(' ')} westeurope`;
  const { disclosures } = read([], page);
  expect(disclosures.filter(({ what }) => what === 'version')).toHaveLength(10);
  expect(disclosures).toContainEqual({ where: 'body', what: 'region', text: 'westeurope' });
});

test('the value of a cookie is not searched, its name and attributes are', () => {
  const { disclosures } = read([['set-cookie', 'a=nginx/1.22.1; Domain=shop.azurewebsites.net']]);
  expect(disclosures).toEqual([{ where: 'header set-cookie', what: 'service', text: expect.stringContaining('azurewebsites.net') }]);
});

test.each(['location', 'content-location'])('user, password and query of %s are not searched', (name) => {
  expect(read([[name, 'https://PHP/8.1@shop.example.com/?from=nginx/1.22.1']]).disclosures).toEqual([]);
});

test.each<[string, string | null]>([
  ['an identity that is said', 'identity'],
  ['none', null],
])('a page with the encoding %s is searched', (_what, encoding) => {
  const headers = encoding === null ? [] : [['content-encoding', encoding] as const];
  expect(read(headers, 'nginx/1.22.1').disclosures).toHaveLength(1);
});

test('a page that is compressed cannot be searched, and says so', () => {
  expect(read([['content-encoding', 'br']], 'nginx/1.22.1')).toMatchObject({ disclosures: [], pageFault: { code: 'unsupported' } });
  expect(read([['content-encoding', 'gzip']], '')).not.toHaveProperty('pageFault');
});

test('a page in two bytes a character is searched', () => {
  const page = Buffer.from('<p>nginx/1.22.1</p>', 'utf16le').toString('latin1');
  expect(read([], page).disclosures).toEqual([{ where: 'body', what: 'version', text: 'nginx/1.22.1' }]);
});
