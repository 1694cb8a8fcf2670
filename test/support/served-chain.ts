import type { CertificateFacts } from '../../src/transport/certificate-facts.ts';
import type { ChainOrder } from '../../src/transport/chain-order.ts';
import type { AnsweredStaple } from '../../src/transport/ocsp-staple.ts';
import type { DescribedCertificate, DescribedChain } from '../../src/transport/served-chains.ts';

/** A leaf as a public authority issues them, with what a test wants otherwise. */
export function leafFacts(change: Partial<CertificateFacts> = {}): CertificateFacts {
  return {
    subject: 'CN=shop.example.com',
    issuer: 'CN=Intermediate',
    serialNumber: '01',
    validFrom: '2026-10-01T00:00:00.000Z',
    validTo: '2026-12-30T00:00:00.000Z',
    keyType: 'ec',
    keyBits: 256,
    curve: 'prime256v1',
    signatureAlgorithm: 'ecdsa-with-SHA256',
    signatureHash: 'sha256',
    subjectAltNames: ['DNS:shop.example.com'],
    fingerprintSha256: 'ab',
    selfSigned: false,
    ...change,
  };
}

export function intermediateFacts(change: Partial<CertificateFacts> = {}): CertificateFacts {
  return leafFacts({ subject: 'CN=Intermediate', issuer: 'CN=Root', fingerprintSha256: 'cd', ...change });
}

export function described(facts: CertificateFacts | null): DescribedCertificate {
  return { facts, extensions: null, fault: null };
}

/** A chain in order, with nothing stapled and nothing demanded. */
export function servedChain(change: Partial<DescribedChain> = {}): DescribedChain {
  return {
    keyKind: 'ecdsa',
    version: 'TLSv1.2',
    certificates: [described(leafFacts()), described(intermediateFacts())],
    order: chainOrder([]),
    mustStaple: false,
    ocspUrls: [],
    certificateTimestamps: 2,
    staple: null,
    ...change,
  };
}

export function chainOrder(problems: ChainOrder['problems']): ChainOrder {
  return { leafIndex: 0, path: [0, 1], end: 'issuer-not-sent', problems };
}

/** Signed by the issuer, valid for a week around 2026-11-24. */
export function goodStaple(change: Partial<AnsweredStaple> = {}): AnsweredStaple {
  return {
    kind: 'answered',
    producedAt: '2026-11-22T00:00:00.000Z',
    signature: { verdict: 'valid', signer: { kind: 'issuer' } },
    matchesLeaf: true,
    answer: { status: 'good', revocation: null, thisUpdate: '2026-11-22T00:00:00.000Z', nextUpdate: '2026-11-29T00:00:00.000Z' },
    ...change,
  };
}
