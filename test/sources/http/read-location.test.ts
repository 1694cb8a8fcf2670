import { expect, test } from 'vitest';
import { readLocation } from '../../../src/sources/http/read-location.ts';

test.each([
  ['https://shop.example.com/', 'https://shop.example.com/'],
  ['https://shop.example.com:8443/a/b', 'https://shop.example.com:8443/a/b'],
  ['/relative', '/relative'],
  ['', ''],
  ['https://user:secret@shop.example.com/a', 'https://shop.example.com/a'],
  ['HTTPS://user@shop.example.com', 'HTTPS://shop.example.com'],
  ['//user:secret@shop.example.com/a', '//shop.example.com/a'],
  ['https:/user:secret@shop.example.com/a', 'https:/shop.example.com/a'],
  ['https:\\\\user:secret@shop.example.com\\a', 'https:\\\\shop.example.com\\a'],
  ['https://user:sec@ret@shop.example.com/', 'https://shop.example.com/'],
  ['https://us;er:sec;ret@shop.example.com/', 'https://shop.example.com/'],
  ['https://shop.example.com/@user', 'https://shop.example.com/@user'],
  ['https://shop.example.com/login?state=1&next=/', 'https://shop.example.com/login?...'],
  ['https://shop.example.com/a;session=1?b=2', 'https://shop.example.com/a;...'],
  ['https://shop.example.com/#token=1', 'https://shop.example.com/#...'],
  ['https://id.example.com/login/0f8fad5b-d9cb-469f-a165-70867728950e/next', 'https://id.example.com/login/.../next'],
  ['https://shop-0123456789abcdef.example.com/aaaaaaaaaaaaaaa1', 'https://shop-0123456789abcdef.example.com/...'],
  ['https:/shop-0123456789abcdef.example.com\\aaaaaaaaaaaaaaa1', 'https:/shop-0123456789abcdef.example.com\\...'],
  ['//shop-0123456789abcdef.example.com/a', '//shop-0123456789abcdef.example.com/a'],
  ['/reset/0123456789abcdef', '/reset/...'],
  ['/reset/123456789abcdef', '/reset/123456789abcdef'],
  ['/a-path-of-words-without-a-number', '/a-path-of-words-without-a-number'],
  ['https://shop.example.com?a@evil.example', 'https://shop.example.com?...'],
])('%j is kept as %j', (location, kept) => {
  expect(readLocation(location)).toBe(kept);
});

test('never more than 2,000 characters', () => {
  expect(readLocation(`/${'a'.repeat(1_998)}`)).toHaveLength(1_999);
  expect(readLocation(`/${'a'.repeat(1_999)}`)).toHaveLength(2_000);
  expect(readLocation(`/${'a'.repeat(5_000)}`)).toHaveLength(2_000);
});
