import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { startEndpoint } from '../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import { runProgram } from '../support/check-command.ts';
import { startNginx, versionOfNginx } from '../support/nginx-server.ts';
import { startOpenssl, versionOfOpenssl } from '../support/openssl-server.ts';
import { servePlainHttp, serveReset, serveSilence } from '../support/wicked-peers.ts';

const version = z.object({ outcome: z.string() });
const told = z.object({
  status: z.string(),
  exitCode: z.number(),
  serverName: z.string().nullable(),
  addresses: z.array(
    z.object({
      address: z.string(),
      shortcomings: z.array(z.object({ words: z.string(), rule: z.string() })),
      unknown: z.array(z.object({ words: z.string() })),
      facts: z.object({
        protocols: z.record(z.string(), version),
        suites: z.record(z.string(), z.object({ accepted: z.array(z.string()), order: z.string().nullable() })),
        handshake: z.object({}),
      }),
      chains: z.array(z.object({ keyKind: z.string(), trust: z.object({ trusted: z.boolean().optional() }) })),
      clients: z.array(z.object({ name: z.string(), result: z.object({ outcome: z.string() }) })),
    }),
  ),
});
const readJson = (output: string) => told.parse(JSON.parse(output));
const firstOf = (output: string) => {
  const [address] = readJson(output).addresses;
  if (address === undefined) throw new Error('no address was told');
  return address;
};

async function writeRoot(pem: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'root.pem'), pem);
  return join(folder, 'root.pem');
}

describe.skipIf(versionOfOpenssl() === null)('a server of OpenSSL', () => {
  it('that is sound passes, and every part of it is shown', async () => {
    const authority = await makeAuthority();
    const certificate = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048', intermediate: true });
    const server = await startOpenssl(certificate, ['-no_tls1', '-no_tls1_1', '-cipher', 'ECDHE-RSA-AES256-GCM-SHA384', '-serverpref']);
    onTestFinished(() => server.stop());
    const words = ['--address', '127.0.0.1', '--ca', await writeRoot(authority.certificatePem)];
    const { code, output, errors } = await runProgram('tls', `https://localhost:${server.port}/x`, ...words);
    expect([code, errors]).toEqual([0, '']);
    for (const title of ['Versions', 'Cipher suites', 'Key exchange', 'Behaviour', 'Certificates', 'Other names', 'Clients', 'Profiles'])
      expect(output).toContain(`\n  ${title}\n`);
    expect(output).toMatch(/TLS 1\.3 {2}✓ accepted/);
    expect(output).toMatch(/TLS 1\.1 {2}- refused/);
    expect(output).toMatch(/256 +TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 +ECDHE/);
    expect(output).toMatch(/trust +✓ trusted by the packaged Mozilla roots and 1 more/);
    expect(output).toMatch(/host +✓ for localhost/);
    expect(output).toMatch(/Verdict {2}✓ pass/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nobody reads along, so there is no colour.
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    for (const line of output.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  it('that accepts what is outdated and broken fails, and is not trusted without its root', async () => {
    const authority = await makeAuthority();
    const certificate = await authority.issue({ hosts: ['shop.example.com'] });
    const server = await startOpenssl(certificate, ['-cipher', 'ALL:eNULL:@SECLEVEL=0']);
    onTestFinished(() => server.stop());
    const { code, output } = await runProgram('tls', `127.0.0.1:${server.port}`, '--sni', 'shop.example.com', '--json');
    const { shortcomings, facts, chains } = firstOf(output);
    expect([code, readJson(output)]).toMatchObject([1, { status: 'fail', exitCode: 1, serverName: 'shop.example.com' }]);
    expect(facts.protocols['TLSv1']).toMatchObject({ outcome: 'offered' });
    expect(facts.suites['TLSv1.2']?.accepted).toContain('TLS_ECDHE_ECDSA_WITH_NULL_SHA');
    expect(chains.map(({ trust }) => trust.trusted)).toEqual([false]);
    const words = shortcomings.map((one) => one.words).join('\n');
    expect(words).toContain('TLS 1.0 is accepted');
    expect(words).toContain('is not trusted by the packaged Mozilla roots');
    expect(words).not.toContain('not for shop.example.com');
  });
});

describe.skipIf(versionOfNginx() === null)('a server of nginx with two certificates', () => {
  test.each(['TLSv1.2', 'TLSv1.3'])('is judged by both of its chains (%s)', async (protocol) => {
    const [trusted, strange] = await Promise.all([makeAuthority(), makeAuthority({ name: 'Stranger' })]);
    const [rsa, ecdsa] = await Promise.all([
      trusted.issue({ hosts: ['localhost'], key: 'rsa-2048' }),
      strange.issue({ hosts: ['localhost'], key: 'p-256' }),
    ]);
    const [key, certificate] = await Promise.all([writeRoot(ecdsa.keyPem), writeRoot(ecdsa.certificatePem)]);
    const second = [`ssl_certificate ${certificate};`, `ssl_certificate_key ${key};`];
    const server = await startNginx(rsa, [`ssl_protocols ${protocol};`, ...second]);
    onTestFinished(() => server.stop());
    const words = ['--address', '127.0.0.1', '--json', '--ca', await writeRoot(trusted.certificatePem)];
    const { code, output } = await runProgram('tls', `localhost:${server.port}`, ...words);
    const { chains } = firstOf(output);
    const trust = Object.fromEntries(chains.map(({ keyKind, trust: verdict }) => [keyKind, verdict.trusted]));
    expect([code, trust]).toEqual([1, { rsa: true, ecdsa: false }]);
  });
});

describe('a peer that does not answer in TLS', () => {
  test.each([
    ['silent', serveSilence, /no answer in time/],
    ['resetting', serveReset, /hang|reset|hung/],
  ])('is unknown in everything where it is %s', async (_what, serve, why) => {
    const port = await serve();
    const { code, output, seconds } = await runProgram('tls', `127.0.0.1:${port}`, '--timeout', '2s');
    expect([code, output]).toEqual([2, expect.stringMatching(/Verdict {2}\? unknown/)]);
    expect(output).toMatch(why);
    expect(output).not.toMatch(/refused|accepted|✓|✗/);
    expect(seconds).toBeLessThan(20);
    const json = await runProgram('tls', `127.0.0.1:${port}`, '--timeout', '2s', '--json');
    const { facts, shortcomings, unknown } = firstOf(json.output);
    expect(new Set(Object.values(facts.protocols).map(({ outcome }) => outcome))).toEqual(new Set(['fault']));
    expect([json.code, shortcomings, unknown.length > 0]).toEqual([2, [], true]);
  });

  it('fails where it answers in the clear, with a remedy', async () => {
    const port = await servePlainHttp();
    const { code, output } = await runProgram('tls', `127.0.0.1:${port}`);
    expect([code, output]).toEqual([1, expect.stringMatching(/it answers without TLS: HTTP\/1\.1 400 Bad Request/)]);
    expect(output).toContain('remedy: name the port on which TLS is spoken, for example --port 443\n');
  });

  it('is unknown where nothing listens, with a remedy', async () => {
    const port = await findFreePort();
    const { code, output } = await runProgram('tls', `127.0.0.1:${port}`);
    expect([code, output]).toEqual([2, expect.stringContaining('no connection (ECONNREFUSED)')]);
    expect(output).toContain('remedy: see whether TLS is spoken');
  });

  it('is unknown at the address where nothing listens, whatever the others say', async () => {
    const authority = await makeAuthority();
    const server = await startEndpoint({ certificate: await authority.issue({ hosts: ['localhost'] }), minVersion: 'TLSv1.3' });
    onTestFinished(() => server.close());
    const words = ['--address', loopback, '--address', '::1', '--ca', await writeRoot(authority.certificatePem)];
    const { code, output } = await runProgram('tls', `localhost:${server.port}`, ...words);
    expect([code, output]).toEqual([2, expect.stringMatching(/^\? unknown at 1 of 2 addresses; in all that was seen they agree$/m)]);
    expect(output).toMatch(/^127\.0\.0\.1 \(loopback\)$[\s\S]*Verdict {2}✓ pass[\s\S]*^::1 \(loopback\)$[\s\S]*Verdict {2}\? unknown/m);
  });

  it('is unknown where its name has no address, with a remedy', async () => {
    const { code, output } = await runProgram('tls', 'nosuch.invalid');
    expect([code, output]).toEqual([2, expect.stringMatching(/\? unknown: .*nosuch\.invalid/)]);
    expect(output).toContain('remedy: ');
  });
});

describe('a mistake', () => {
  test.each([
    [['shop.example.com:99999'], 'shop.example.com:99999: expected a port from 1 to 65535, got 99999; remedy: '],
    [['127.0.0.1:1', '--ca', 'no-such.pem'], '--ca no-such.pem: ENOENT'],
    [['127.0.0.1:1', '--ca', 'package.json'], '--ca package.json: expected certificates in PEM'],
    [['127.0.0.1:1', '-4', '-6'], "error: option '-4, --ipv4' cannot be used with option '-6, --ipv6'"],
  ])('in %j is told without a stack', async (words, said) => {
    const { code, output, errors } = await runProgram('tls', ...words);
    expect([code, output, errors]).toEqual([3, '', expect.stringContaining(said)]);
    expect(errors).not.toMatch(/^ +at /m);
  });
});

it('needs no configuration, and writes nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-empty-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { code } = await runProgram('tls', `127.0.0.1:${await findFreePort()}`, '--config', folder);
  expect([code, await readdir(folder)]).toEqual([2, []]);
});
