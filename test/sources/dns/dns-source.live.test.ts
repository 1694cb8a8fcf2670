import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DnsName, type DnsServer, type DnsTrouble, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { dnsSource } from '../../../src/sources/dns/dns-source.ts';
import { resolveAddresses } from '../../../src/sources/dns/resolve-addresses.ts';

/** `n1.chain.test` is an alias of `n2.chain.test`, and so on up to the one that has an address. */
function chainOf(domain: string, aliases: number): { readonly [name: string]: DnsName } {
  const links = Array.from({ length: aliases }, (_, index) => [`n${index + 1}.${domain}`, { cname: `n${index + 2}.${domain}` }] as const);
  return { ...Object.fromEntries(links), [`n${aliases + 1}.${domain}`]: { a: ['192.0.2.1'] } };
}

const records: { readonly [name: string]: DnsName | DnsTrouble } = {
  'both.test': { a: ['192.0.2.20', '192.0.2.3'], aaaa: ['2001:db8::2', '2001:db8::10'] },
  'four.test': { a: ['192.0.2.1'] },
  'six.test': { aaaa: ['2001:db8::1'] },
  'empty.test': {},
  'alias.test': { cname: 'Middle.TEST' },
  'middle.test': { cname: 'both.test' },
  'dangling.test': { cname: 'gone.test' },
  'circle.test': { cname: 'other.test' },
  'other.test': { cname: 'circle.test' },
  'self.test': { cname: 'self.test' },
  'failing.test': 'servfail',
  'six-fails.test': { a: ['192.0.2.1'], aaaa: 'servfail' },
  'silent.test': 'silence',
  'six-silent.test': { a: ['192.0.2.1'], aaaa: 'silence' },
  ...chainOf('sixteen.test', 16),
  ...chainOf('seventeen.test', 17),
};
const farMs = 30_000;
let server: DnsServer;

beforeAll(async () => {
  server = await startDnsServer(records);
});
afterAll(() => server.close());

async function seeName(host: string, resolver: readonly string[] = [server.address], subjectDeadlineMs = farMs): Promise<Seen | undefined> {
  const request: LookRequest = {
    subjects: [{ kind: 'endpoint', id: `${host}:443`, host, port: 443, httpPort: 80, httpPaths: ['/'] }],
    options: {},
    vantage: { name: 'test', external: false, egressAddress: null, resolver },
    concurrency: 1,
    subjectDeadlineMs,
    signal: new AbortController().signal,
  };
  const [observation] = await Array.fromAsync(dnsSource.create().look(request));
  expect(observation?.thrown).toBeUndefined();
  return observation?.seen['dns'];
}

describe('the fact of a name', () => {
  test.each([
    ['both.test', { a: ['192.0.2.20', '192.0.2.3'], aaaa: ['2001:db8::10', '2001:db8::2'], cnames: [] }],
    ['four.test', { a: ['192.0.2.1'], aaaa: [], cnames: [] }],
    ['FOUR.test', { a: ['192.0.2.1'], aaaa: [], cnames: [] }],
    ['six.test', { a: [], aaaa: ['2001:db8::1'], cnames: [] }],
    ['alias.test', { a: ['192.0.2.20', '192.0.2.3'], aaaa: ['2001:db8::10', '2001:db8::2'], cnames: ['middle.test', 'both.test'] }],
    ['192.0.2.9', { a: ['192.0.2.9'], aaaa: [], cnames: [] }],
    ['2001:db8::9', { a: [], aaaa: ['2001:db8::9'], cnames: [] }],
  ])('%s', async (name, rest) => {
    expect(await seeName(name)).toEqual({ fact: { name, ...rest } });
  });

  test('sixteen aliases in a row are followed', async () => {
    const cnames = Array.from({ length: 16 }, (_, index) => `n${index + 2}.sixteen.test`);
    expect(await seeName('n1.sixteen.test')).toEqual({ fact: { name: 'n1.sixteen.test', a: ['192.0.2.1'], aaaa: [], cnames } });
  });
});

describe('what cannot be seen of a name is a fault', () => {
  test.each([
    ['nowhere.test', 'unreachable', 'nowhere.test has no IPv4 or IPv6 address'],
    ['empty.test', 'unreachable', 'empty.test has no IPv4 or IPv6 address'],
    ['dangling.test', 'unreachable', 'dangling.test has no IPv4 or IPv6 address'],
    ['failing.test', 'unreachable', 'the name server gave no answer for CNAME of failing.test (ESERVFAIL)'],
    ['six-fails.test', 'unreachable', 'the name server gave no answer for AAAA of six-fails.test (ESERVFAIL)'],
    ['circle.test', 'malformed', 'the aliases of circle.test go in a circle at circle.test'],
    ['self.test', 'malformed', 'the aliases of self.test go in a circle at self.test'],
    ['n1.seventeen.test', 'malformed', 'n1.seventeen.test has more than 16 aliases in a row'],
    ['two..dots.test', 'malformed', "the name server's answer for CNAME of two..dots.test cannot be read (EBADNAME)"],
  ])('%s is %s', async (name, code, message) => {
    expect(await seeName(name)).toEqual({ fault: { code, message } });
  });

  test.each(['silent.test', 'six-silent.test'])('%s is a timeout at the deadline of the subject', async (name) => {
    expect(await seeName(name, [server.address], 300)).toEqual({
      fault: { code: 'timeout', message: `the look at ${name}:443 did not end within 300 ms` },
    });
  });

  test('a silent name server is given up before a long deadline', async () => {
    expect(await seeName('six-silent.test')).toEqual({
      fault: { code: 'timeout', message: 'the name server did not answer for AAAA of six-silent.test' },
    });
  });

  test('no name server at all is unreachable', async () => {
    const closed = `127.0.0.1:${await findFreePort()}`;
    const fault = { code: 'unreachable', message: 'the name server gave no answer for CNAME of four.test (ECONNREFUSED)' };
    expect(await seeName('four.test', [closed])).toEqual({ fault });
  });
});

test('a name server that answers takes the place of one that does not', async () => {
  const closed = `127.0.0.1:${await findFreePort()}`;
  expect(await seeName('four.test', [closed, server.address])).toEqual({
    fact: { name: 'four.test', a: ['192.0.2.1'], aaaa: [], cnames: [] },
  });
});

describe('the resolver of the machine', () => {
  test('knows localhost from the hosts file and asks no name server for its aliases', async () => {
    expect(await seeName('localhost', ['system'])).toEqual({
      fact: expect.objectContaining({ name: 'localhost', a: ['127.0.0.1'], cnames: [] }),
    });
  });

  test('is given up when the look ends', async () => {
    const needs = { resolver: ['system'], families: [4], signal: AbortSignal.abort() } as const;
    await expect(resolveAddresses('localhost', needs)).rejects.toMatchObject({ fault: { code: 'timeout' } });
  });
});

describe('addresses of a host', () => {
  const resolve = (host: string, families: readonly (4 | 6)[], signal = new AbortController().signal) =>
    resolveAddresses(host, { resolver: [server.address], families, signal });

  test('come sorted, with family and class', async () => {
    expect(await resolve('both.test', [4, 6])).toEqual([
      { address: '192.0.2.20', family: 4, addressClass: 'public' },
      { address: '192.0.2.3', family: 4, addressClass: 'public' },
      { address: '2001:db8::10', family: 6, addressClass: 'public' },
      { address: '2001:db8::2', family: 6, addressClass: 'public' },
    ]);
    expect(await resolve('[::1]', [4, 6])).toEqual([{ address: '::1', family: 6, addressClass: 'loopback' }]);
  });

  test('only of the families asked for: the other is not even asked', async () => {
    expect((await resolve('six-fails.test', [4])).map(({ address }) => address)).toEqual(['192.0.2.1']);
    await expect(resolve('six.test', [4])).rejects.toMatchObject({
      fault: { code: 'unreachable', message: 'six.test has no IPv4 address' },
    });
    await expect(resolve('::1', [4])).rejects.toMatchObject({ fault: { code: 'unreachable', message: '::1 has no IPv4 address' } });
  });

  /** Well before the name server itself is given up. */
  test('a question that is open is given up with its signal', async () => {
    const abort = new AbortController();
    const open = resolve('silent.test', [4], abort.signal);
    abort.abort();
    await expect(open).rejects.toMatchObject({ fault: { code: 'timeout' } });
  }, 2_000);
});
