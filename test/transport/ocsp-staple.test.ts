import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { readCertificateParts } from '../../src/transport/certificate-parts.ts';
import { describeStaple, judgeStapleFacts } from '../../src/transport/ocsp-staple.ts';
import { type EncodedAbout, encodeOcspResponse } from '../support/der-encoding.ts';

/** It issued itself, so that it is issuer and leaf: what no public authority would do, and as good for a signature. */
const own = await (await makeAuthority()).issue({ hosts: ['a.test'], issuer: 'self' });
const leaf = readCertificateParts(own.chainDer[0] ?? Buffer.alloc(0));
const signer = createPrivateKey(own.keyPem);
const about: EncodedAbout = { issuerName: leaf.issuer, issuerKey: leaf.keyBytes, serial: Buffer.from(leaf.serialNumber, 'hex') };
const during = Date.parse('2026-01-04T00:00:00Z');

const sound = { about: [about], responderName: leaf.subject, signer };
const facts = (change: Partial<Parameters<typeof encodeOcspResponse>[0]>) =>
  describeStaple(encodeOcspResponse({ ...sound, ...change }), leaf, leaf);

describe('a staple', () => {
  it('is good where all fits', () => {
    expect(judgeStapleFacts(facts({}), during).verdict).toBe('good');
  });

  it.each([
    ['the name of another issuer', { about: [{ ...about, issuerName: Buffer.from('other') }] }, 'wrong-certificate'],
    ['the key of another issuer', { about: [{ ...about, issuerKey: Buffer.from('other') }] }, 'wrong-certificate'],
    ['another number', { about: [{ ...about, serial: Buffer.of(1) }] }, 'wrong-certificate'],
    ['a responder of another name', { responderName: Buffer.of(0x30, 0) }, 'bad-signature'],
    ['another key', { signer: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey }, 'bad-signature'],
    ['good and revoked at once', { about: [about, about] }, 'revoked'],
  ] as const)('with %s', (_what, change, verdict) => {
    expect(judgeStapleFacts(facts(change), during).verdict).toBe(verdict);
  });

  it('is not called good where it names the issuer by a hash that we do not know', () => {
    const known = encodeOcspResponse(sound).toString('hex');
    const unknown = Buffer.from(known.replace('2b0e03021a', '2b0e03021d'), 'hex');
    const read = describeStaple(unknown, leaf, leaf);
    expect(read).toMatchObject({ kind: 'answered', matchesLeaf: null, answer: { status: 'good' } });
    const signed = { ...read, signature: { verdict: 'valid', signer: { kind: 'issuer' } } } as typeof read;
    expect([read, signed].map((one) => judgeStapleFacts(one, during).verdict)).toEqual(['bad-signature', 'unverifiable']);
  });
});
