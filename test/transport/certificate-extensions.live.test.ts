import { afterAll, describe, expect, it } from 'vitest';
import { FaultError } from '../../src/domain/fault.ts';
import { readCertificateExtensions } from '../../src/transport/certificate-extensions.ts';
import { readCertificateParts } from '../../src/transport/certificate-parts.ts';
import { signatureHashOf } from '../../src/transport/signature-hash.ts';
import { verifySignature } from '../../src/transport/verify-signature.ts';
import { openBench } from '../support/openssl-authority.ts';
import { versionOfOpenssl } from '../support/openssl-server.ts';

const isMissing = versionOfOpenssl() === null;
const title = `extensions of certificates that openssl made${isMissing ? ' (skipped: openssl is not installed)' : ''}`;

const logs = [1, 2].map((number) => ({ logId: Buffer.alloc(32, number), atMs: 1_750_000_000_123 + number }));

/** A list of TLS: each timestamp with version, log, time, no extensions, and the bytes of a signature with SHA-256 and ECDSA. */
function timestampsDer(cutBytes = 0): string {
  const items = logs.map(({ logId, atMs }) => {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(atMs));
    return Buffer.concat([Buffer.of(0), logId, time, Buffer.of(0, 0, 4, 3), vector(Buffer.from('3006020101020101', 'hex'))]);
  });
  const whole = vector(Buffer.concat(items.map(vector)));
  const list = whole.subarray(0, whole.length - cutBytes);
  return Buffer.concat([Buffer.of(0x04, list.length), list])
    .toString('hex')
    .replaceAll(/..(?!$)/g, '$&:');
}

function vector(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(bytes.length >> 8, bytes.length & 0xff), bytes]);
}

const everything = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,keyEncipherment,keyAgreement,decipherOnly',
  'extendedKeyUsage=serverAuth,clientAuth,1.2.3.4',
  'tlsfeature=status_request',
  'crlDistributionPoints=URI:http://crl.example.com/1.crl,URI:http://crl.example.com/2.crl',
  'authorityInfoAccess=OCSP;URI:http://ocsp.example.com/,caIssuers;URI:http://ca.example.com/ca.cer',
  'subjectAltName=critical,DNS:leaf.example.com',
  '1.2.3.4.5=critical,DER:05:00',
  '1.2.3.4.6=DER:05:00',
  `1.3.6.1.4.1.11129.2.4.2=DER:${timestampsDer()}`,
];

describe.skipIf(isMissing)(title, () => {
  const bench = openBench();
  afterAll(() => bench.remove());
  const root = isMissing
    ? null
    : bench.issue({
        name: 'root',
        serial: 1,
        issuer: null,
        extensions: ['basicConstraints=critical,CA:TRUE,pathlen:3', 'keyUsage=keyCertSign,cRLSign'],
      });

  it('reads all of them as openssl does', () => {
    const { der } = bench.issue({ name: 'leaf', serial: 2, issuer: root, extensions: everything });
    const read = readCertificateExtensions(der);
    expect(read).toEqual({
      signature: { identifier: '1.2.840.10045.4.3.2', hash: 'sha256', pss: null },
      basicConstraints: { isAuthority: false, pathLength: null },
      keyUsage: ['digitalSignature', 'keyEncipherment', 'keyAgreement', 'decipherOnly'],
      extendedKeyUsage: ['serverAuth', 'clientAuth', '1.2.3.4'],
      mustStaple: true,
      tlsFeatures: [5],
      crlUrls: ['http://crl.example.com/1.crl', 'http://crl.example.com/2.crl'],
      ocspUrls: ['http://ocsp.example.com/'],
      issuerUrls: ['http://ca.example.com/ca.cer'],
      timestamps: {
        timestamps: logs.map(({ logId, atMs }) => ({ logId: logId.toString('hex'), at: new Date(atMs).toISOString() })),
        ofOtherVersions: 0,
      },
      unknownCritical: ['1.2.3.4.5'],
    });
    const text = bench.run(['x509', '-inform', 'DER', '-in', '@', '-noout', '-text'], der);
    expect(text).toContain('Digital Signature, Key Encipherment, Key Agreement, Decipher Only');
    expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication, 1.2.3.4');
    expect(text).toContain('status_request');
    expect(text.match(/Signed Certificate Timestamp:/g)).toHaveLength(read.timestamps?.timestamps.length ?? 0);
    expect(text.match(/Timestamp : .*/g)).toEqual(['Timestamp : Jun 15 15:06:40.124 2025 GMT', 'Timestamp : Jun 15 15:06:40.125 2025 GMT']);
    expect(text.match(/URI:.*/g)?.toSorted()).toEqual(
      [...read.crlUrls, ...read.ocspUrls, ...read.issuerUrls].map((url) => `URI:${url}`).toSorted(),
    );
  });

  it.each([
    ['status_request_v2', { mustStaple: true, tlsFeatures: [17] }],
    ['status_request,status_request_v2', { mustStaple: true, tlsFeatures: [5, 17] }],
    ['16', { mustStaple: false, tlsFeatures: [16] }],
  ])('tlsfeature=%s', (features, expected) => {
    const { der } = bench.issue({ name: 'leaf', serial: 3, issuer: root, extensions: [`tlsfeature=${features}`] });
    expect(readCertificateExtensions(der)).toMatchObject(expected);
  });

  it('says null of what is not there', () => {
    const { der } = bench.issue({ name: 'leaf', serial: 4, issuer: root, extensions: ['subjectKeyIdentifier=hash'] });
    expect(readCertificateExtensions(der)).toMatchObject({
      basicConstraints: null,
      keyUsage: null,
      extendedKeyUsage: null,
      mustStaple: false,
      tlsFeatures: [],
      crlUrls: [],
      timestamps: null,
      unknownCritical: [],
    });
  });

  it('reads an authority', () => {
    expect(readCertificateExtensions(root?.der ?? Buffer.alloc(0))).toMatchObject({
      basicConstraints: { isAuthority: true, pathLength: 3 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    });
  });

  it.each([
    ['a list of timestamps that is cut', `1.3.6.1.4.1.11129.2.4.2=DER:${timestampsDer(1)}`],
    ['a TLS feature that is no number', '1.3.6.1.5.5.7.1.24=DER:30:03:01:01:FF'],
    ['a purpose that is none', '2.5.29.37=DER:30:00'],
    ['bits that are not the shortest', '2.5.29.15=DER:03:02:00:80'],
    ['something behind the end', '2.5.29.19=DER:30:00:00'],
    ['an address with a control character', '1.3.6.1.5.5.7.1.1=DER:30:0F:30:0D:06:08:2B:06:01:05:05:07:30:01:86:01:0A'],
  ])('calls %s malformed', (_what, extension) => {
    const { der } = bench.issue({ name: 'leaf', serial: 5, issuer: root, extensions: [extension] });
    expect(() => readCertificateExtensions(der)).toThrow(FaultError);
    expect(readCertificateParts(der).serialNumber).toBe('05');
  });

  it.each([
    ['-sha256', 'rsa_pss_saltlen:32', 'sha256', 32],
    ['-sha256', 'rsa_pss_saltlen:20', 'sha256', 20],
    ['-sha384', 'rsa_pss_saltlen:0', 'sha384', 0],
    ['-sha512', 'rsa_pss_saltlen:64', 'sha512', 64],
    ['-sha1', 'rsa_pss_saltlen:20', 'sha1', 20],
  ])('reads and verifies RSA-PSS with %s and %s', (hashWord, salt, hash, saltBytes) => {
    const signing = [hashWord, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', salt];
    const { der } = bench.issue({ name: 'pss', serial: 6, issuer: null, key: ['rsa:2048'], signing });
    const parts = readCertificateParts(der);
    expect(parts.signatureAlgorithm).toEqual({ identifier: '1.2.840.113549.1.1.10', hash, pss: { hash, maskHash: hash, saltBytes } });
    expect(signatureHashOf(der, 'rsassaPss')).toBe(hash);
    expect(verifySignature(parts, parts.publicKey)).toBe('valid');
    const text = bench.run(['x509', '-inform', 'DER', '-in', '@', '-noout', '-text'], der);
    expect(text).toContain(`Salt Length: 0x${saltBytes.toString(16).toUpperCase().padStart(2, '0')}`);
  });

  it('cannot tell of a mask with another hash', () => {
    const signing = ['-sha256', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_mgf1_md:sha1', '-sigopt', 'rsa_pss_saltlen:32'];
    const parts = readCertificateParts(bench.issue({ name: 'pss', serial: 7, issuer: null, key: ['rsa:2048'], signing }).der);
    expect(parts.signatureAlgorithm.pss).toEqual({ hash: 'sha256', maskHash: 'sha1', saltBytes: 32 });
    expect(verifySignature(parts, parts.publicKey)).toBe('unverifiable');
  });

  it.each([
    [['ed25519'], null, 'valid'],
    [['ed448'], null, 'valid'],
    [['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'], 'sha256', 'valid'],
    [['rsa:2048'], 'sha256', 'valid'],
  ] as const)('verifies a signature by %s', (key, hash, verdict) => {
    const parts = readCertificateParts(bench.issue({ name: 'own', serial: 8, issuer: null, key }).der);
    expect(parts.signatureAlgorithm.hash).toBe(hash);
    expect(verifySignature(parts, parts.publicKey)).toBe(verdict);
    const changed = Buffer.from(parts.signed);
    changed.writeUInt8((changed.at(-1) ?? 0) ^ 1, changed.length - 1);
    expect(verifySignature({ ...parts, signed: changed }, parts.publicKey)).toBe('invalid');
    if (root !== null && key[0] !== 'ec') expect(verifySignature(parts, readCertificateParts(root.der).publicKey)).toBe('invalid');
  });
});
