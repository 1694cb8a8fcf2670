import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { durationMs } from '../../src/config/duration.ts';
import { parseEndpoint } from '../../src/config/endpoint.ts';
import { editDistance, nearestName } from '../../src/config/nearest-name.ts';
import { pathText } from '../../src/config/path.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['14d', 1_209_600_000],
  ['0s', 0],
  ['5', null],
  ['5 m', null],
  ['-5m', null],
  ['1.5h', null],
  ['5min', null],
  ['5M', null],
  ['', null],
  ['9999999999s', null],
])('the duration %j', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each([
  ['shop.example.com', 'shop.example.com:443'],
  ['Shop.Example.COM:8443', 'shop.example.com:8443'],
  ['localhost:1', 'localhost:1'],
  ['192.0.2.1:65535', '192.0.2.1:65535'],
  ['[2001:DB8:0::1]:8443', '[2001:db8::1]:8443'],
  ['2001:db8::1', '[2001:db8::1]:443'],
  ['xn--mller-kva.example', 'xn--mller-kva.example:443'],
  ['1.example', '1.example:443'],
])('the endpoint %j', (text, id) => {
  expect(parseEndpoint(text)).toMatchObject({ kind: 'endpoint', id });
});

test.each([
  '',
  ':443',
  'shop.example.com:0',
  'shop.example.com:65536',
  'shop.example.com:https',
  'https://shop.example.com',
  'shop.example.com/login',
  'shop.example.com.',
  'shop..example.com',
  '-shop.example.com',
  'shop-.example.com',
  'my_shop.example.com',
  '192.0.2.300',
  '1.2.3',
  '2130706433',
  '[fe80::1%eth0]:443',
  '[shop.example.com]:443',
  `${'a'.repeat(64)}.example.com`,
  `${'a.'.repeat(127)}com`,
  'shop example.com',
  'müller.example',
])('no endpoint: %j', (text) => {
  expect(parseEndpoint(text)).toHaveProperty('problem');
});

test('what an endpoint is called leads back to it', () => {
  const hosts = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(hosts, fc.integer({ min: 1, max: 65_535 }), (host, port) => {
      const parsed = parseEndpoint(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
      if ('problem' in parsed) throw new Error(`${host}: ${parsed.problem}`);
      expect(parseEndpoint(parsed.id)).toEqual(parsed);
      expect(parsed.port).toBe(port);
    }),
  );
});

describe('the name that was meant', () => {
  test.each([
    ['schedul', 'schedule'],
    ['shcedule', 'schedule'],
    ['Schedule', 'schedule'],
    ['subject-deadline', 'subjectDeadline'],
    ['frequency', null],
    ['x', null],
  ])('%s', (got, meant) => {
    expect(nearestName(got, ['schedule', 'jitter', 'subjectDeadline', 'deadline', 'concurrency'])).toBe(meant);
  });

  test('the distance is a distance', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a)).toBe(0);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
  });

  test('a swap of neighbours is one step', () => {
    expect(editDistance('tsl', 'tls')).toBe(1);
  });
});

test.each([
  [['looks', 'tls', 'schedule'], 'looks.tls.schedule'],
  [['endpoints', 0, 'host'], 'endpoints[0].host'],
  [['checks', 'a b'], 'checks["a b"]'],
  [[], ''],
])('the path %j', (path, text) => {
  expect(pathText(path)).toBe(text);
});
