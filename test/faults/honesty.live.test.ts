import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { type CertificateOptions, makeAuthority } from '../../sandbox/certificates.ts';
import { startDnsServer } from '../../sandbox/dns-server.ts';
import { startEndpoint } from '../../sandbox/endpoints.ts';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import { check as versions } from '../../src/checks/tls-versions.ts';
import { stateFileName } from '../../src/commands/command-context.ts';
import { realClock } from '../../src/commands/real-clock.ts';
import type { Check } from '../../src/domain/check.ts';
import { timestamp } from '../../src/domain/time.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { tlsSource } from '../../src/sources/tls/tls-source.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startBlackHole } from '../support/black-hole.ts';
import { makeCheckFolder, readFindings, runProgram, type ShownFinding, subjectDeadlineSeconds } from '../support/check-command.ts';
import { checkPlan, examplePlan, lookPlan } from '../support/engine-fixtures.ts';
import { exampleOutcome } from '../support/example-run.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { nothingDecided } from '../support/state-folder.ts';
import { serve, serveDrippingBytes, serveEndlessHandshake, servePlainHttp, serveReset, serveSilence } from '../support/wicked-peers.ts';

const checks = ['tls-versions', 'tls-certificate-trust', 'tls-certificate-expiry', 'https-redirect'] as const;

/** Both interpretations of one check: `unknown timeout` where they agree, else one after the other. */
function verdictOf(findings: readonly ShownFinding[], subject: string, check: string): string {
  const own = findings.filter((finding) => finding.subject === subject && finding.check === check);
  expect(own.map(({ interpretation }) => interpretation)).toEqual(['literal', 'intent']);
  return [...new Set(own.map(({ status, reason }) => (reason === undefined ? status : `${status} ${reason}`)))].join(', ');
}

const everywhere = (verdict: string): readonly string[] => checks.map(() => verdict);

/** In the order of `checks`. The peers stand on the TLS port and on the plain HTTP port alike. */
const honest: { readonly [peer: string]: readonly string[] } = {
  'a port that swallows every packet': everywhere('unknown timeout'),
  'a peer that says nothing': everywhere('unknown timeout'),
  'a peer that resets': everywhere('unknown unreachable'),
  // It does not speak HTTPS, and serves content without it: both were seen.
  'plain HTTP': ['fail', 'unknown malformed', 'unknown malformed', 'fail'],
  'an endless handshake': everywhere('unknown malformed'),
  'dripping bytes': ['unknown timeout', 'unknown timeout', 'unknown timeout', 'unknown malformed'],
  // Nothing is served over plain HTTP by a port that refuses; of its TLS nothing was seen.
  'a refused port': ['unknown unreachable', 'unknown unreachable', 'unknown unreachable', 'pass'],
  'a name that does not exist': everywhere('unknown unreachable'),
};

describe('what cannot be seen, through the whole program', () => {
  it('is never a pass, comes within the deadline, and says why', async () => {
    const authority = await makeAuthority();
    const names = await startDnsServer({});
    const hole = await startBlackHole();
    const ports = new Map([
      ['a port that swallows every packet', hole.port],
      ['a peer that says nothing', await serveSilence()],
      ['a peer that resets', await serveReset()],
      ['plain HTTP', await servePlainHttp()],
      ['an endless handshake', await serveEndlessHandshake()],
      ['dripping bytes', await serveDrippingBytes()],
      ['a refused port', await findFreePort()],
    ]);
    const endpoints = [...ports.values()].map((port) => ({ host: loopback, port, httpPort: port }));
    endpoints.push({ host: 'nobody.example.com', port: 443, httpPort: 80 });
    const folder = await makeCheckFolder({ endpoints, rootPem: authority.certificatePem, resolver: [names.address] });
    const ended = await runProgram('check', '--json', '--config', folder);
    await Promise.all([hole.close(), names.close()]);
    expect(ended.seconds).toBeLessThan(subjectDeadlineSeconds + 5);
    expect(ended.code).toBe(1);
    const findings = readFindings(ended);
    const subjectOf = (peer: string): string => {
      const port = ports.get(peer);
      return port === undefined ? 'nobody.example.com:443' : `${loopback}:${port}`;
    };
    const shown = Object.keys(honest).map((peer) => [peer, checks.map((check) => verdictOf(findings, subjectOf(peer), check))]);
    expect(Object.fromEntries(shown)).toEqual(honest);
  });
});

describe('exit codes', () => {
  async function startShop(certificate?: Partial<CertificateOptions>) {
    const authority = await makeAuthority();
    const server = await startEndpoint({ certificate: await authority.issue({ hosts: [loopback], ...certificate }) });
    onTestFinished(() => server.close());
    const endpoints = [{ host: loopback, port: server.port, httpPort: server.httpPort }];
    return { endpoints, rootPem: authority.certificatePem };
  }

  it('0: a good endpoint', async () => {
    const folder = await makeCheckFolder(await startShop());
    const ended = await runProgram('check', '--json', '--config', folder);
    expect(readFindings(ended).filter(({ interpretation, status }) => interpretation === 'intent' && status !== 'pass')).toEqual([]);
    expect(ended.code).toBe(0);
  });

  it('1: a certificate that has expired', async () => {
    const day = 86_400_000;
    const shop = await startShop({ notBefore: new Date(Date.now() - 90 * day), notAfter: new Date(Date.now() - day) });
    const ended = await runProgram('check', 'tls-certificate-expiry', '--json', '--config', await makeCheckFolder(shop));
    expect(verdictOf(readFindings(ended), `${loopback}:${shop.endpoints[0]?.port}`, 'tls-certificate-expiry')).toBe('fail');
    expect(ended.code).toBe(1);
  });

  it('2: an endpoint that cannot be seen, without any configuration', async () => {
    const port = await findFreePort();
    const ended = await runProgram('check', 'tls-versions', '--json', '--endpoint', `${loopback}:${port}`);
    expect(verdictOf(readFindings(ended), `${loopback}:${port}`, 'tls-versions')).toBe('unknown unreachable');
    expect(ended.code).toBe(2);
  });

  it('2: zero endpoints configured', async () => {
    const folder = await makeCheckFolder({ endpoints: [], rootPem: (await makeAuthority()).certificatePem });
    const ended = await runProgram('check', '--json', '--config', folder);
    const findings = readFindings(ended);
    expect(checks.map((check) => verdictOf(findings, '*', check))).toEqual(everywhere('unknown none-seen'));
    expect(ended.code).toBe(2);
  });

  it.each([
    ['a port that is none', ['check', '--endpoint', `${loopback}:99999`]],
    ['a check that there is not', ['check', 'tls-version', '--endpoint', loopback]],
    ['an option that there is not', ['check', '--fast']],
    ['a configuration that is not there', ['check', '--config', '/nonexistent']],
  ])('3: %s', async (_title, words) => {
    const ended = await runProgram(...words);
    expect(ended.errors).not.toBe('');
    expect(ended).toMatchObject({ code: 3, output: '' });
  });
});

describe('a server that wants a client certificate', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('gives the same findings as its twin that does not (%s)', async (maxVersion) => {
    const authority = await makeAuthority();
    const { keyPem, certificatePem } = await authority.issue({ hosts: [loopback] });
    const start = (options: TlsOptions): Promise<number> =>
      serve(
        createTlsServer({ key: keyPem, cert: certificatePem, maxVersion, ...options }, (socket) => socket.end()).on(
          'tlsClientError',
          () => {},
        ),
      );
    // OpenSSL sends what it knows of the chain: both know the authority.
    const ca = authority.certificatePem;
    const twins = [await start({ ca }), await start({ requestCert: true, rejectUnauthorized: true, ca })];
    const folder = await makeCheckFolder({
      endpoints: twins.map((port) => ({ host: loopback, port, httpPort: port })),
      rootPem: authority.certificatePem,
      checks: checks.slice(0, 3),
    });
    const findings = readFindings(await runProgram('check', '--json', '--config', folder));
    const [open, closed] = twins.map((port) =>
      findings.filter(({ subject }) => subject === `${loopback}:${port}`).map((finding) => ({ ...finding, subject: 'twin' })),
    );
    expect(open?.filter(({ interpretation }) => interpretation === 'intent').map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
    expect(closed).toEqual(open);
  });
});

describe('a status past its limit', () => {
  const claimLine = z.looseObject({ claim: z.string(), intent: z.looseObject({ status: z.string(), checked: z.string().nullable() }) });

  /** Two checks recorded as passing with data of that age, as `claims` shows them. */
  async function claimsAfter(ageMs: number): Promise<string> {
    const folder = await makeCheckFolder({ endpoints: [], rootPem: (await makeAuthority()).certificatePem, checks: ['tls-versions'] });
    await mkdir(join(folder, 'state'));
    const { store } = await openStore({ path: join(folder, 'state', stateFileName), now: Date.now, log: makeRecordingLog() });
    const at = timestamp(Date.now() - ageMs);
    await store.record(exampleOutcome({ dataAsOf: at, startedAt: at, finishedAt: at }), () => nothingDecided, sealRun);
    await store.close();
    const ended = await runProgram('claims', '--json', '--config', folder);
    return ended.output;
  }

  it('is unknown in what the program says', async () => {
    const shownFor = async (ageMs: number): Promise<string> => {
      const { claims } = z.object({ claims: z.array(claimLine) }).parse(JSON.parse(await claimsAfter(ageMs)));
      // The claim itself is checked in part, and so never passes.
      expect(claims.map(({ intent }) => intent.status)).not.toContain('pass');
      return [...new Set(claims.map(({ intent }) => intent.checked ?? 'nothing'))].sort().join(', ');
    };
    expect(await shownFor(60_000)).toContain('pass');
    expect(await shownFor(6 * 60_000)).not.toContain('pass');
    // A clock that was set back: we do not know how old the data are.
    expect(await shownFor(-6 * 60_000)).not.toContain('pass');
  });
});

describe('a check that fails on real facts', () => {
  it('throws: unknown, defect, on an endpoint that another check passes', async () => {
    const authority = await makeAuthority();
    const server = await startEndpoint({ certificate: await authority.issue({ hosts: [loopback] }) });
    onTestFinished(() => server.close());
    const thrower: Check = {
      ...versions,
      judge: () => {
        throw new TypeError('boom');
      },
    };
    const subject = {
      kind: 'endpoint',
      id: `${loopback}:${server.port}`,
      host: loopback,
      port: server.port,
      httpPort: server.httpPort,
      httpPaths: ['/'],
    } as const;
    const world = createWorld({
      plan: examplePlan({
        subjects: [subject],
        looks: [lookPlan('tls', { options: { extraRoots: [authority.certificatePem], addressFamilies: ['ipv4'] } })],
        checks: [checkPlan('tls-versions'), checkPlan('thrower')],
      }),
      checks: new Map([
        ['tls-versions', versions],
        ['thrower', thrower],
      ]),
      sources: new Map([['tls', tlsSource.create()]]),
      derivations: new Map(),
      reader: null,
      clock: realClock,
      codeVersion: '0.1.0',
    });
    const scheduledFor = timestamp(Date.now());
    const { token, look } = await world.look({ name: 'tls', extent: { kind: 'all' }, scheduledFor });
    await world.adoptLook(token, { ...look, id: 1 });
    const judge = (check: string) =>
      world.judge({
        check,
        trigger: 'looked',
        extent: { kind: 'all' },
        scheduledFor,
        nowMs: Date.now(),
        looks: { tls: { ...look, id: 1 } },
        previous: null,
        declaredDigest: '',
        hungInput: null,
        withFindings: true,
      });
    expect((await judge('tls-versions')).outcome.counts.intent).toMatchObject({ pass: 1 });
    const { outcome, defects, findings } = await judge('thrower');
    expect(outcome.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
    expect(findings).toMatchObject([{ reason: 'defect' }, { reason: 'defect' }]);
    expect(defects).toEqual([{ subject: subject.id, error: expect.stringContaining('boom') }]);
  });
});
