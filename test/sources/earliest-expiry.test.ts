import { X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CertificateOptions, makeAuthority } from '../../sandbox/certificates.ts';
import { check } from '../../src/checks/tls-certificate-expiry.ts';
import { earliestExpiry } from '../../src/sources/tls/earliest-expiry.ts';
import type { LookedAtAddress } from '../../src/sources/tls/look-at-address.ts';
import { certificateChains } from '../../src/transport/certificate-chain.ts';
import type { Served } from '../../src/transport/tls-facts.ts';
import { judgeOne } from '../support/judge.ts';

const day = (text: string): Date => new Date(`${text}T00:00:00Z`);
const notBefore = day('2026-01-01');

/** Base64 DER. */
interface Certificates {
  readonly root: string;
  readonly intermediate: string;
  readonly leafOf2027: string;
  readonly leafOf2099: string;
  readonly selfSignedOf2026: string;
  /** The root's old key signed its new one: issued in its own name, and still not self-signed. */
  readonly rolloverOf2026: string;
}

let made: Certificates;
beforeAll(async () => {
  const authority = await makeAuthority({ name: 'Rollover Root' });
  const issue = async (end: string, options: Partial<CertificateOptions> = {}): Promise<readonly string[]> => {
    const issued = await authority.issue({ hosts: ['shop.example.com'], notBefore, notAfter: day(end), ...options });
    return issued.chainDer.map((der) => der.toString('base64'));
  };
  const [leafOf2027 = '', intermediate = ''] = await issue('2027-01-01', { intermediate: true });
  const [leafOf2099 = ''] = await issue('2099-01-01', { intermediate: true });
  const [selfSignedOf2026 = ''] = await issue('2026-12-01', { issuer: 'self' });
  const [rolloverOf2026 = ''] = await issue('2026-12-02', { commonName: 'Rollover Root' });
  const root = new X509Certificate(authority.certificatePem).raw.toString('base64');
  made = { root, intermediate, leafOf2027, leafOf2099, selfSignedOf2026, rolloverOf2026 };
});

type Handshake = Pick<LookedAtAddress, 'handshake'>['handshake'];

function showing(...chain: readonly string[]): Handshake {
  const trust = { trusted: false, code: 'TEST', store: { name: 'none', sha256: '' } };
  const protocol = 'TLSv1.3';
  return { protocol, cipherSuite: '', keyExchange: null, alpn: null, clientCertificateRequested: null, chain, trust };
}

const failed: Handshake = { fault: { code: 'timeout', message: 'no answer in time' } };

const nothingServed: Served = { chains: [], fault: null };

function serving(...chains: readonly (readonly string[])[]): Served {
  return { chains: chains.map((certificates) => ({ keyKind: 'ecdsa', version: 'TLSv1.3', certificates, staple: null })), fault: null };
}

function measure(handshakes: readonly Handshake[], served = nothingServed): number | undefined {
  return earliestExpiry(handshakes.map((handshake) => ({ handshake, served }))).measures?.['certificate_expiry_timestamp_seconds'];
}

/** Whether the check calls something expired at that moment. */
function expiredAt(handshakes: readonly Handshake[], ms: number, served?: Served): boolean {
  const addresses = handshakes.map((handshake, index) => ({ address: `192.0.2.${index}`, handshake, served }));
  const certificates = certificateChains.derive(certificateChains.schema.parse({ addresses }));
  return judgeOne(check, 'intent', { certificates }, { asOf: new Date(ms).toISOString() }).observed.includes('expired at');
}

/** A date, or the end of a certificate. */
function endMsOf(end: string | Date): number {
  return (typeof end === 'string' ? new X509Certificate(Buffer.from(end, 'base64')).validToDate : end).getTime();
}

/** The same certificate with other bytes of the same length, somewhere. */
function altered(base64: string, from: string, to: string): string {
  const hex = Buffer.from(base64, 'base64').toString('hex');
  const at = hex.lastIndexOf(from);
  expect(at).toBeGreaterThan(0);
  return Buffer.from(hex.slice(0, at) + to + hex.slice(at + from.length), 'hex').toString('base64');
}

describe('earliestExpiry', () => {
  it.each<[what: string, seen: () => readonly Handshake[], earliest: () => string | Date]>([
    ['the leaf ends first', () => [showing(made.leafOf2027, made.intermediate)], () => day('2027-01-01')],
    ['the intermediate ends first', () => [showing(made.leafOf2099, made.intermediate)], () => made.intermediate],
    ['a leaf alone', () => [showing(made.leafOf2099)], () => day('2099-01-01')],
    ['a self-signed leaf', () => [showing(made.selfSignedOf2026)], () => day('2026-12-01')],
    ['an anchor above is left out', () => [showing(made.leafOf2099, made.root)], () => day('2099-01-01')],
    ['a self-signed one in the middle too', () => [showing(made.leafOf2099, made.selfSignedOf2026)], () => day('2099-01-01')],
    ['a key rollover is no anchor', () => [showing(made.leafOf2027, made.rolloverOf2026)], () => day('2026-12-02')],
    ['of several addresses the first', () => [showing(made.leafOf2099), showing(made.leafOf2027)], () => day('2027-01-01')],
    ['an address without a handshake says nothing', () => [failed, showing(made.leafOf2027)], () => day('2027-01-01')],
    ['nor one without a certificate', () => [showing(), showing(made.leafOf2027)], () => day('2027-01-01')],
  ])('%s, and the check agrees', (_what, seen, earliest) => {
    const endMs = endMsOf(earliest());
    expect(measure(seen())).toBe(endMs / 1_000);
    expect([expiredAt(seen(), endMs), expiredAt(seen(), endMs + 1)]).toEqual([false, true]);
  });

  it.each<[what: string, seen: readonly Handshake[]]>([
    ['no address', []],
    ['no handshake', [failed, failed]],
    ['no certificate', [showing()]],
  ])('%s: no measure', (_what, seen) => {
    expect(measure(seen)).toBeUndefined();
  });

  it.each<[what: string, seen: () => Handshake, served: () => Served, earliest: () => string | Date]>([
    [
      'a second chain that ends first',
      () => showing(made.leafOf2099),
      () => serving([made.leafOf2099, made.intermediate], [made.leafOf2027]),
      () => day('2027-01-01'),
    ],
    ['an issuer on the wire', () => showing(made.leafOf2099), () => serving([made.leafOf2099, made.intermediate]), () => made.intermediate],
    ['a second one that signed itself', () => showing(made.leafOf2099), () => serving([made.selfSignedOf2026]), () => day('2026-12-01')],
    ['an anchor above', () => showing(made.leafOf2027), () => serving([made.leafOf2027, made.root]), () => day('2027-01-01')],
    [
      'one that belongs to no chain',
      () => showing(made.leafOf2027),
      () => serving([made.leafOf2027, made.rolloverOf2026]),
      () => day('2027-01-01'),
    ],
    ['no handshake, a chain all the same', () => failed, () => serving([made.leafOf2027]), () => day('2027-01-01')],
  ])('%s, and the check agrees', (_what, seen, served, earliest) => {
    const endMs = endMsOf(earliest());
    expect(measure([seen()], served())).toBe(endMs / 1_000);
    expect([expiredAt([seen()], endMs, served()), expiredAt([seen()], endMs + 1, served())]).toEqual([false, true]);
  });

  it('measures nothing where one on the wire cannot be read', () => {
    expect(measure([showing(made.leafOf2027)], serving([made.leafOf2027, 'AAAA']))).toBeUndefined();
  });

  it('counts a certificate in its own name whose key cannot be decoded: nobody knows that it is an anchor', () => {
    const ecPublicKey = '06072a8648ce3d0201';
    const unreadable = altered(made.selfSignedOf2026, ecPublicKey, '06072a8648ce3d0209');
    expect(measure([showing(made.leafOf2027, unreadable)])).toBe(day('2026-12-01').getTime() / 1_000);
  });

  it('measures nothing where an end cannot be read: it may be the first', () => {
    const hexOf = (text: string): string => Buffer.from(text).toString('hex');
    const unreadable = altered(made.leafOf2027, hexOf('270101000000Z'), hexOf('279901000000Z'));
    expect(measure([showing(made.leafOf2099), showing(unreadable)])).toBeUndefined();
  });
});
