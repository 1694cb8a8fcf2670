import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Authority, type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { findFreePort, listen } from '../../../sandbox/listen.ts';
import { fetchResult } from '../../../src/sources/outside-probe/fetch-result.ts';
import { lookOutside, requestOf } from './look-outside.ts';
import { makeKey, makeResult, signResult } from './probe-world.ts';

const key = makeKey();
const address = '203.0.113.7';
const good = signResult(makeResult(), key);
const ports = ['22, 80, 443'];
const fact = {
  address,
  vantage: { name: 'outside', egressAddress: '198.51.100.20' },
  probed: '22, 80, 443',
  missing: '',
  answered: [{ port: 443, protocol: 'Tcp', how: 'accepted' }],
  refused: [{ port: 22, protocol: 'Tcp' }],
  vantageHeard: true,
};
const faultOf = (code: string, message: RegExp) => ({ fault: { code, message: expect.stringMatching(message) } });

describe('by a file', () => {
  async function lookAtFile(text: string | null, options: object = {}, addresses = [address]) {
    const folder = await mkdtemp(join(tmpdir(), 'claimwatch-probe-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'probe.json');
    if (text !== null) await writeFile(path, text);
    const from = { kind: 'file', path, publicKey: key.publicKey, vantage: 'outside' };
    // Where the daemon itself stands does not matter.
    const vantage = { name: 'default', external: false, egressAddress: null, resolver: ['system'] };
    return await lookOutside(requestOf(addresses, { from, ports, ...options }, { vantage }));
  }

  test('what was seen is the fact', async () => {
    expect(await lookAtFile(good)).toEqual({ [address]: fact });
  });

  test('each address for itself: one is there, one could not be probed, one is missing, one nobody chose', async () => {
    const [failed, missing, silent] = ['203.0.113.8', '203.0.113.9', '2001:db8::7'];
    const probed = [
      ...makeResult().probed,
      { address: failed, fault: { code: 'unreachable' as const, message: 'port 22 cannot be reached (ENETUNREACH)' } },
      { address: '2001:0DB8:0::0007', ports: '1-1024', accepted: [], refused: [] },
      { address: '198.51.100.99', ports: '22', accepted: [22], refused: [] },
    ];
    expect(await lookAtFile(signResult(makeResult({ probed }), key), {}, [address, failed, missing, silent])).toEqual({
      [address]: fact,
      [failed]: faultOf('unreachable', /^at the vantage outside: port 22 cannot be reached/),
      [missing]: faultOf('partial', /says nothing of 203\.0\.113\.9; add it to --addresses/),
      [silent]: { ...fact, address: silent, probed: '1-1024', answered: [], refused: [] },
    });
  });

  test.each<[what: string, accepted: readonly number[], expected: object]>([
    ['what answers is told all the same', [443], { ...fact, probed: '22, 443', refused: [], missing: '80' }],
    ['silence is none', [], faultOf('partial', /did not ask the ports 80 of 203\.0\.113\.7; give it the same --ports/)],
  ])('ports that were not asked: %s', async (_what, accepted, expected) => {
    const probed = [{ address, ports: '22, 443', accepted: [...accepted], refused: [] }];
    expect(await lookAtFile(signResult(makeResult({ probed }), key))).toEqual({ [address]: expected });
  });

  test('however the vantage ordered its ports, the fact is the same', async () => {
    const looked = (accepted: number[], refused: number[]) =>
      lookAtFile(signResult(makeResult({ probed: [{ address, ports: '22, 80, 443, 8080', accepted, refused }] }), key));
    expect(JSON.stringify(await looked([443, 80], [8_080, 22]))).toBe(JSON.stringify(await looked([80, 443], [22, 8_080])));
  });

  test('a vantage that looks from one of the addresses is not outside', async () => {
    const envelope = signResult(makeResult({ vantage: { name: 'outside', egressAddress: address } }), key);
    expect(await lookAtFile(envelope)).toEqual({ [address]: faultOf('unsupported', /which is one of ours: it is not outside/) });
  });

  test.each<[what: string, text: string | null, code: string, message: RegExp]>([
    ['none yet', null, 'unreachable', /there is no \/.*probe\.json yet; run "claimwatch probe --output"/],
    ['cut off', good.slice(0, 100), 'malformed', /cut off/],
    ['of another key', signResult(makeResult(), makeKey()), 'malformed', /not signed with the configured key/],
    [
      'of another vantage',
      signResult(makeResult({ vantage: { name: 'office', egressAddress: null } }), key),
      'malformed',
      /vantage "office"/,
    ],
    [
      'too old',
      signResult(makeResult({ startedAt: '2026-11-24T08:59:59.999Z' }), key),
      'partial',
      /from 2026-11-24T08:59:59\.999Z, which is too old/,
    ],
    ['too long', `${good}${' '.repeat(16 * 1_048_576)}`, 'malformed', /longer than 16 MiB/],
  ])('%s', async (_what, text, code, message) => {
    expect(await lookAtFile(text)).toEqual({ [address]: faultOf(code, message) });
  });

  test('a folder in its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claimwatch-probe-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const from = { kind: 'file', path: folder, publicKey: key.publicKey, vantage: 'outside' };
    expect(await lookOutside(requestOf([address], { from, ports }))).toEqual({
      [address]: faultOf('unreachable', /cannot be read \(EISDIR\)/),
    });
  });

  test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'claimwatch-probe-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, 'closed'));
    await writeFile(join(folder, 'closed', 'probe.json'), good);
    await chmod(join(folder, 'closed'), 0);
    const from = { kind: 'file', path: join(folder, 'closed', 'probe.json'), publicKey: key.publicKey, vantage: 'outside' };
    expect(await lookOutside(requestOf([address], { from, ports }))).toEqual({ [address]: faultOf('denied', /may not be read/) });
  });
});

describe('by an address', () => {
  let authority: Authority;
  let certificate: IssuedCertificate;
  beforeAll(async () => {
    authority = await makeAuthority();
    certificate = await authority.issue({ hosts: ['127.0.0.1'] });
  });

  type Answer = (request: IncomingMessage, response: ServerResponse) => void;

  async function startServer(answer: Answer) {
    const asked: string[] = [];
    const server = createServer({ key: certificate.keyPem, cert: certificate.certificatePem }, (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      answer(request, response);
    });
    const { port, close } = await listen(server);
    onTestFinished(() => close());
    return { url: `https://127.0.0.1:${port}/probe.json?sig=topsecret`, asked };
  }

  function lookAtUrl(
    url: string,
    options: object = { certificateAuthority: authority.certificatePem },
    addresses = [address],
    subjectDeadlineMs = 10_000,
  ) {
    const from = {
      kind: 'url',
      url,
      publicKey: key.publicKey,
      vantage: 'outside',
      ...options,
    };
    return lookOutside(requestOf(addresses, { from, ports }, { subjectDeadlineMs }));
  }

  test('what was seen is the fact, and one request is enough for all', async () => {
    const { url, asked } = await startServer((_request, response) => response.end(good));
    expect(await lookAtUrl(url, undefined, [address, '203.0.113.8', '203.0.113.9'])).toMatchObject({ [address]: fact });
    expect(asked).toEqual(['GET /probe.json?sig=topsecret']);
  });

  const status =
    (code: number, headers = {}): Answer =>
    (_request, response) =>
      void response.writeHead(code, headers).end(good);
  test.each<[what: string, answer: Answer, code: string, message: RegExp]>([
    ['401', status(401), 'denied', /does not hand out .* \(HTTP 401\); let claimwatch read it/],
    ['403', status(403), 'denied', /\(HTTP 403\)/],
    ['404', status(404), 'unreachable', /has no result .* \(HTTP 404\); put what "claimwatch probe --output" writes there/],
    ['429', status(429), 'throttled', /too often/],
    ['500', status(500), 'unreachable', /\(HTTP 500\)/],
    ['204', status(204), 'unreachable', /\(HTTP 204\)/],
    ['a redirect', status(302, { location: 'https://127.0.0.1:1/' }), 'unreachable', /\(HTTP 302\); redirects are not followed/],
    ['no result', (_request, response) => void response.end('<html>'), 'malformed', /no signed result/],
    ['nothing', (_request, response) => void response.end(), 'malformed', /no signed result/],
    ['an end without an answer', (_request, response) => void response.destroy(), 'unreachable', /cannot be reached .* \(\w+\)/],
    [
      'an end in the midst of it',
      (_request, response) => void response.writeHead(200, { 'content-length': 9_999 }).write(good, () => response.destroy()),
      'unreachable',
      /cannot be reached .* \(\w+\)/,
    ],
    ['more than anybody writes', (_request, response) => pour(response), 'malformed', /longer than 16 MiB/],
  ])('%s', async (_what, answer, code, message) => {
    const { url } = await startServer(answer);
    const seen = await lookAtUrl(url);
    expect(seen).toEqual({ [address]: faultOf(code, message) });
    expect(JSON.stringify(seen)).not.toContain('topsecret');
  });

  function pour(response: ServerResponse): void {
    const piece = Buffer.alloc(1_048_576, ' ');
    const write = (): void => void (response.destroyed || response.write(piece, write));
    response.on('error', () => {});
    write();
  }

  test('who never answers', async () => {
    const { url } = await startServer(() => {});
    expect(await lookAtUrl(url, undefined, [address, '203.0.113.8'], 300)).toEqual({
      [address]: faultOf('timeout', /./),
      '203.0.113.8': faultOf('timeout', /./),
    });
  });

  test('an end of the wait is no failure of the network', async () => {
    const { url } = await startServer(() => {});
    const { certificatePem: certificateAuthority } = authority;
    const asked = fetchResult({ url, certificateAuthority }, AbortSignal.timeout(100));
    await expect(asked).rejects.toMatchObject({ fault: { code: 'timeout' } });
  });

  test('an authority that nobody trusts', async () => {
    const { url, asked } = await startServer((_request, response) => response.end(good));
    const other = await makeAuthority();
    const expected = { [address]: faultOf('unreachable', /certificate of 127\.0\.0\.1:\d+ is not trusted \(\w+\); name its authority/) };
    expect(await lookAtUrl(url, { certificateAuthority: other.certificatePem })).toEqual(expected);
    expect(await lookAtUrl(url, {})).toEqual(expected);
    expect(asked).toEqual([]);
  });

  test('a port where nobody listens', async () => {
    const url = `https://127.0.0.1:${await findFreePort()}/probe.json?sig=topsecret`;
    expect(await lookAtUrl(url)).toEqual({ [address]: faultOf('unreachable', /^127\.0\.0\.1:\d+ cannot be reached .* \(ECONNREFUSED\)$/) });
  });
});
