import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type KeyName, makeAuthority, type SignatureHash } from '../../sandbox/certificates.ts';

type Row = readonly [KeyName, 'authority' | 'self', SignatureHash, object, string];

const authority = await makeAuthority({ name: 'Test Root' });
const root = new X509Certificate(authority.certificatePem);

describe('the authority', () => {
  it('is a certificate authority that signed itself', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.subject).toBe('CN=Test Root');
  });
});

describe('the key and the signature are the ones asked for', () => {
  const table: readonly Row[] = [
    ['p-256', 'authority', 'SHA-256', { namedCurve: 'prime256v1' }, 'ecdsa-with-SHA256'],
    ['p-256', 'authority', 'SHA-1', { namedCurve: 'prime256v1' }, 'ecdsa-with-SHA1'],
    ['p-384', 'authority', 'SHA-384', { namedCurve: 'secp384r1' }, 'ecdsa-with-SHA384'],
    ['rsa-1024', 'authority', 'SHA-256', { modulusLength: 1024 }, 'ecdsa-with-SHA256'],
    ['rsa-2048', 'self', 'SHA-1', { modulusLength: 2048 }, 'sha1WithRSAEncryption'],
    ['rsa-2048', 'self', 'SHA-256', { modulusLength: 2048 }, 'sha256WithRSAEncryption'],
  ];
  it.each(table)('%s issued by %s with %s', async (key, issuer, signatureHash, keyDetails, signatureAlgorithm) => {
    const issued = await authority.issue({ hosts: ['a.shop.test'], key, issuer, signatureHash });
    const leaf = new X509Certificate(issued.leafPem);
    expect(leaf.publicKey.asymmetricKeyDetails).toMatchObject(keyDetails);
    expect(leaf.signatureAlgorithm).toBe(signatureAlgorithm);
    expect(leaf.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
    expect(leaf.verify(issuer === 'self' ? leaf.publicKey : root.publicKey)).toBe(true);
  });
});

describe('names, times and chain', () => {
  it('puts DNS names and addresses into the subject alternative names', async () => {
    const issued = await authority.issue({ hosts: ['a.shop.test', '*.b.test', '127.0.0.1', '::1'], commonName: 'other' });
    const leaf = new X509Certificate(issued.leafPem);
    expect(leaf.subjectAltName).toBe('DNS:a.shop.test, DNS:*.b.test, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(leaf.subject).toBe('CN=other');
    expect(leaf.ca).toBe(false);
  });

  it('keeps the times to the second', async () => {
    const notBefore = new Date('2021-03-04T05:06:07Z');
    const notAfter = new Date('2021-06-07T08:09:10Z');
    const leaf = new X509Certificate((await authority.issue({ hosts: ['a.test'], notBefore, notAfter })).leafPem);
    expect([leaf.validFromDate, leaf.validToDate]).toEqual([notBefore, notAfter]);
  });

  it('issues through an intermediate', async () => {
    const issued = await authority.issue({ hosts: ['a.test'], intermediate: true });
    const [leaf, between, ...rest] = issued.chainDer.map((der) => new X509Certificate(der));
    expect(rest).toEqual([]);
    expect(between?.ca).toBe(true);
    expect(leaf?.checkIssued(between ?? root)).toBe(true);
    expect(leaf?.verify((between ?? root).publicKey)).toBe(true);
    expect(between?.checkIssued(root)).toBe(true);
    expect(between?.verify(root.publicKey)).toBe(true);
    expect(issued.certificatePem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  });

  it('signs itself where asked', async () => {
    const issued = await authority.issue({ hosts: ['a.test'], issuer: 'self', intermediate: true });
    const leaf = new X509Certificate(issued.leafPem);
    expect(issued.chainDer).toHaveLength(1);
    expect(leaf.issuer).toBe(leaf.subject);
  });
});
