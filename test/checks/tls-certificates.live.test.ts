import { createServer, DEFAULT_CIPHERS } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { type CertificateOptions, makeAuthority } from '../../sandbox/certificates.ts';
import { check as names } from '../../src/checks/disclosure-names.ts';
import { check as expiry } from '../../src/checks/tls-certificate-expiry.ts';
import { check as signature } from '../../src/checks/tls-certificate-signature.ts';
import { check as trust } from '../../src/checks/tls-certificate-trust.ts';
import { check as keySize } from '../../src/checks/tls-key-size.ts';
import { certificateChains } from '../../src/transport/certificate-chain.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import { addressOf, handshakeOf, lookTls } from '../support/look-tls.ts';
import { serve } from '../support/wicked-peers.ts';

const host = 'localhost';
const authority = await makeAuthority();
const stranger = await makeAuthority({ name: 'Stranger' });
/** Else Node serves no small key. */
const weakToo = `${DEFAULT_CIPHERS}:@SECLEVEL=0`;
const asOf = new Date().toISOString();

interface Certificate extends Partial<CertificateOptions> {
  readonly isStrange?: boolean;
}

/** A server with two certificates, and what every check says of it. */
async function judgeServer(one: Certificate, other: Certificate, version?: 'TLSv1.2' | 'TLSv1.3') {
  const issued = await Promise.all(
    [one, other].map(({ isStrange = false, ...options }) => (isStrange ? stranger : authority).issue({ hosts: [host], ...options })),
  );
  const versions = version === undefined ? {} : { minVersion: version, maxVersion: version };
  const certificates = { key: issued.map(({ keyPem }) => keyPem), cert: issued.map(({ certificatePem }) => certificatePem) };
  const port = await serve(
    createServer({ ...certificates, ...versions, ciphers: weakToo }, (socket) => socket.end()).on('tlsClientError', () => {}),
  );
  const seen = await lookTls({ port, extraRoots: [authority.certificatePem] });
  const tls = { addresses: [addressOf(seen)] };
  const facts = { tls, certificates: certificateChains.derive(certificateChains.schema.parse(tls)), dns: { name: host, cnames: [] } };
  const judge = (check: typeof trust) => judgeOne(check, 'intent', facts, { asOf, subject: { ...shop, host } });
  return {
    isTrustedInHandshake: handshakeOf(seen).trust.trusted,
    verdicts: Object.entries({ trust, expiry, keySize, signature, names }).map(([name, check]) => `${name} ${verdictOf(judge(check))}`),
    observed: (check: typeof trust) => judge(check).observed,
  };
}

const passes = ['trust pass', 'expiry pass', 'keySize pass', 'signature pass', 'names pass'];
const except = (...others: readonly string[]): readonly string[] =>
  passes.map((pass) => others.find((other) => other.split(' ')[0] === pass.split(' ')[0]) ?? pass);
const rsa = { key: 'rsa-2048' } as const;
const ecdsa = { key: 'p-256' } as const;
const past = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2026-04-01T00:00:00Z') };

describe('a server with two certificates', () => {
  test.each(['TLSv1.2', 'TLSv1.3'] as const)('both of them good (%s)', async (version) => {
    expect((await judgeServer(rsa, ecdsa, version)).verdicts).toEqual(passes);
  });

  // In TLS 1.3 OpenSSL shows its certificate of ECDSA to whoever takes both, before that here that of RSA: the other is what nobody saw.
  test.each([
    ['TLSv1.2', rsa, { ...ecdsa, ...past }, 'ecdsa'],
    ['TLSv1.3', { ...rsa, ...past }, ecdsa, 'rsa'],
  ] as const)('the one that the handshake does not show has expired (%s)', async (version, one, other, kind) => {
    const judged = await judgeServer(one, other, version);
    expect([judged.isTrustedInHandshake, judged.verdicts]).toEqual([true, except('trust fail', 'expiry fail page')]);
    expect(judged.observed(trust)).toMatch(new RegExp(`^at 127\\.0\\.0\\.1: ${kind} chain: not trusted by .*: CERT_HAS_EXPIRED$`));
    expect(judged.observed(expiry)).toBe(`at 127.0.0.1: ${kind} chain: certificate "CN=localhost" expired at 2026-04-01T00:00:00.000Z`);
  });

  test.each<[what: string, one: Certificate, other: Certificate, verdicts: readonly string[]]>([
    ['one signed itself', { ...rsa, issuer: 'self' }, ecdsa, except('trust fail')],
    ['the other signed itself', rsa, { ...ecdsa, issuer: 'self' }, except('trust fail')],
    ['one of an authority that nobody trusts', { ...rsa, isStrange: true }, ecdsa, except('trust fail')],
    ['one for another host', { ...rsa, hosts: ['other.example.com'] }, ecdsa, except('trust fail')],
    ['one with a small key', { key: 'rsa-1024' }, ecdsa, except('trust fail', 'keySize fail')],
    ['one signed with SHA-1', { ...rsa, signatureHash: 'SHA-1' }, ecdsa, except('trust fail', 'signature fail')],
    ['one that names the inner network', { ...rsa, hosts: [host, 'db01.corp'] }, ecdsa, except('names fail')],
  ])('%s', async (_what, one, other, verdicts) => {
    expect((await judgeServer(one, other)).verdicts).toEqual(verdicts);
  });
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)('a certificate that other names are shown tells (%s)', async (version) => {
  const [own, inner] = await Promise.all([authority.issue({ hosts: [host] }), authority.issue({ hosts: ['db01.corp'] })]);
  const pems = { key: inner.keyPem, cert: inner.certificatePem, minVersion: version, maxVersion: version };
  const server = createServer(pems, (socket) => socket.end()).on('tlsClientError', () => {});
  server.addContext(host, { key: own.keyPem, cert: own.certificatePem });
  const tls = { addresses: [addressOf(await lookTls({ port: await serve(server), extraRoots: [authority.certificatePem] }))] };
  const facts = { certificates: certificateChains.derive(certificateChains.schema.parse(tls)), dns: { name: host, cnames: [] } };
  const judgement = judgeOne(names, 'intent', facts, { subject: { ...shop, host } });
  expect([verdictOf(judgement), judgement.observed]).toEqual(['fail', expect.stringContaining('without a name: db01.corp')]);
});
