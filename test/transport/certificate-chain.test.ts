import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CertificateOptions, makeAuthority } from '../../sandbox/certificates.ts';
import { FaultError } from '../../src/domain/fault.ts';
import { certificateChains } from '../../src/transport/certificate-chain.ts';
import { describeCertificate, endOf } from '../../src/transport/certificate-facts.ts';
import { splitNames } from '../../src/transport/subject-alternative-names.ts';

const authority = await makeAuthority({ name: 'Test Root' });
const hosts = ['shop.example.com'];

async function leafOf(options: Partial<CertificateOptions>): Promise<string> {
  const issued = await authority.issue({ hosts, ...options });
  return issued.chainDer[0]?.toString('base64') ?? '';
}

describe('describeCertificate', () => {
  it.each([
    ['rsa-1024', { keyType: 'rsa', keyBits: 1_024, curve: null }],
    ['rsa-2048', { keyType: 'rsa', keyBits: 2_048, curve: null }],
    ['p-256', { keyType: 'ec', keyBits: 256, curve: 'prime256v1' }],
    ['p-384', { keyType: 'ec', keyBits: 384, curve: 'secp384r1' }],
  ] as const)('reads the key of %s', async (key, expected) => {
    expect(describeCertificate(await leafOf({ key }))).toMatchObject(expected);
  });

  it.each([
    ['p-256', 'authority', 'SHA-1', 'ecdsa-with-SHA1'],
    ['p-256', 'authority', 'SHA-384', 'ecdsa-with-SHA384'],
    ['rsa-2048', 'self', 'SHA-1', 'sha1WithRSAEncryption'],
    ['rsa-2048', 'self', 'SHA-256', 'sha256WithRSAEncryption'],
  ] as const)('reads the signature (%s, %s, %s)', async (key, issuer, signatureHash, expected) => {
    const facts = describeCertificate(await leafOf({ key, issuer, signatureHash }));
    expect(facts).toMatchObject({ signatureAlgorithm: expected, selfSigned: issuer === 'self' });
  });

  it('reads times, names and the fingerprint', async () => {
    const leaf = await leafOf({
      hosts: ['b.example.com', 'a.example.com', '192.0.2.1', '2001:db8::1'],
      commonName: 'shop',
      notBefore: new Date('2026-01-02T03:04:05Z'),
      notAfter: new Date('2026-04-02T03:04:05Z'),
    });
    expect(describeCertificate(leaf)).toMatchObject({
      subject: 'CN=shop',
      issuer: 'CN=Test Root',
      validFrom: '2026-01-02T03:04:05.000Z',
      validTo: '2026-04-02T03:04:05.000Z',
      subjectAltNames: ['DNS:a.example.com', 'DNS:b.example.com', 'IP Address:192.0.2.1', 'IP Address:2001:DB8:0:0:0:0:0:1'],
      fingerprintSha256: createHash('sha256').update(Buffer.from(leaf, 'base64')).digest('hex'),
    });
  });

  it('is plain JSON', async () => {
    const facts = describeCertificate(await leafOf({ key: 'rsa-2048' }));
    expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
  });

  it('calls bytes that are no certificate malformed, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(() => describeCertificate(Buffer.from(bytes).toString('base64'))).toThrow(FaultError);
      }),
    );
  });

  it.each(['notBefore', 'notAfter'] as const)('calls a %s that cannot be read malformed', async (which) => {
    const whole = Buffer.from(await leafOf({ [which]: new Date('2027-01-01T00:00:00Z') }), 'base64').toString('latin1');
    const broken = whole.replace('270101000000Z', '279901000000Z');
    expect(broken).not.toBe(whole);
    expect(() => describeCertificate(Buffer.from(broken, 'latin1').toString('base64'))).toThrow(FaultError);
  });

  it('takes no date from Node where its text says that there is none', () => {
    const left = new Date('2036-01-01T00:00:00Z');
    expect(endOf({ validTo: 'Bad time value', validToDate: left }).getTime()).toBeNaN();
    expect(endOf({ validTo: 'Jan  1 00:00:00 2036 GMT', validToDate: left })).toBe(left);
  });

  it('reads a certificate with one byte changed, or calls it malformed', async () => {
    const whole = Buffer.from(await leafOf({}), 'base64');
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), (index, change) => {
        const broken = Buffer.from(whole);
        broken[index] = (broken[index] ?? 0) ^ change;
        try {
          describeCertificate(broken.toString('base64'));
        } catch (error) {
          expect(error).toBeInstanceOf(FaultError);
        }
      }),
    );
  });
});

describe('certificateChains', () => {
  it('describes the chain of every address, and hands faults on', async () => {
    const issued = await authority.issue({ hosts, intermediate: true });
    const chain = issued.chainDer.map((der) => der.toString('base64'));
    const fault = { code: 'timeout', message: 'no answer in time' } as const;
    const derived = certificateChains.derive({
      addresses: [
        { address: '192.0.2.1', handshake: { chain } },
        { address: '192.0.2.2', handshake: { fault } },
        { address: '192.0.2.3', handshake: { chain: [] } },
      ],
    });
    expect(derived).toMatchObject({
      addresses: [
        { address: '192.0.2.1', chain: [{ subject: 'CN=shop.example.com' }, { selfSigned: false }] },
        { address: '192.0.2.2', chain: [], fault },
        { address: '192.0.2.3', chain: [], fault: { code: 'unsupported' } },
      ],
    });
  });

  it('describes what other names are shown', async () => {
    const certificate = await leafOf({});
    const fault = { code: 'timeout', message: 'no answer in time' } as const;
    const answers = [
      { outcome: 'answered', certificate },
      { outcome: 'answered', certificate: null },
      { outcome: 'answered', certificate: 'AAAA' },
      { outcome: 'refused' },
      { outcome: 'fault', fault },
    ] as const;
    const seen = answers.map((none) => ({ address: '192.0.2.1', handshake: { fault }, otherNames: { none, unknown: none } }));
    const derived = certificateChains.derive({ addresses: seen });
    const leaves = derived.addresses.map(({ otherNames }) => [otherNames?.none.leaf?.subject, otherNames?.none.fault?.code]);
    expect(leaves).toEqual([
      ['CN=shop.example.com', undefined],
      [undefined, 'partial'],
      [undefined, 'malformed'],
      [undefined, undefined],
      [undefined, 'timeout'],
    ]);
  });

  it('says what an older run did not look at', () => {
    const fault = { code: 'timeout', message: 'no answer in time' } as const;
    const served = { chains: [], fault };
    const old = { address: '192.0.2.1', handshake: { fault } };
    const derived = certificateChains.derive({ addresses: [old, { ...old, served, otherNames: null }] });
    expect(derived.addresses.map(({ servedLooked, otherNames }) => [servedLooked, otherNames])).toEqual([
      [false, undefined],
      [true, null],
    ]);
  });

  it('calls a chain with an undecodable certificate malformed', () => {
    const fact = { addresses: [{ address: '192.0.2.1', handshake: { chain: ['AAAA'] } }] };
    expect(() => certificateChains.derive(fact)).toThrow(FaultError);
  });

  it('refuses a fact without addresses', () => {
    expect(certificateChains.schema.safeParse({}).success).toBe(false);
  });
});

describe('splitNames', () => {
  it.each([
    ['', []],
    ['DNS:a.example, DNS:*.b.example', ['DNS:a.example', 'DNS:*.b.example']],
    ['DNS:"a.example, DNS:b.example", DNS:c.example', ['DNS:a.example, DNS:b.example', 'DNS:c.example']],
    ['URI:https://x/y, IP Address:2001:DB8:0:0:0:0:0:1', ['URI:https://x/y', 'IP Address:2001:DB8:0:0:0:0:0:1']],
    ['DNS:"a\\"b", DNS:c', ['DNS:a"b', 'DNS:c']],
  ])('%s', (text, names) => {
    expect(splitNames(text)).toEqual(names);
  });
});
