import { getDiffieHellman } from 'node:crypto';
import { type Authority, type IssuedCertificate, type KeyName, makeAuthority } from '../../sandbox/certificates.ts';
import { makeOpensslCertificate, type OpensslCertificate } from './openssl-certificate.ts';
import type { ConfiguredChain } from './tls-truth.ts';
import { truthHost } from './tls-truth.ts';

/** A certificate with what a look at its chain should tell. */
export interface TruthCertificate extends IssuedCertificate, ConfiguredChain {}

export interface TruthCertificates {
  readonly authority: Authority;
  issue(key: KeyName, leaf: string, options?: Partial<Parameters<Authority['issue']>[0]>): Promise<TruthCertificate>;
  /** Of kinds that our own library does not make; without an issuer it signs itself. */
  make(order: OpensslCertificate, leaf: string): TruthCertificate;
}

export async function openTruthCertificates(): Promise<TruthCertificates> {
  const authority = await makeAuthority();
  const withTruth = (issued: IssuedCertificate, leaf: string): TruthCertificate => ({ ...issued, issued, leaf });
  return {
    authority,
    issue: async (key, leaf, options = {}) => withTruth(await authority.issue({ hosts: [truthHost], key, ...options }), leaf),
    make: (order, leaf) => withTruth(makeOpensslCertificate(order), leaf),
  };
}

/** The same leaf with other certificates above it, as they are to stand on the wire. */
export function withChain(certificate: TruthCertificate, above: readonly string[]): TruthCertificate {
  const pems = [certificate.leafPem, ...above];
  const changed = { ...certificate, certificatePem: pems.map((pem) => pem.trim()).join('\n'), chainDer: pems.map(derOf) };
  return { ...changed, issued: changed };
}

/** The certificate above the leaf. */
export function aboveOf({ certificatePem, leafPem }: IssuedCertificate): string {
  return certificatePem.replace(leafPem, '').trim();
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}

/**
 * Parameters of PKCS #3 with a prime of RFC 2409 or RFC 3526. What `openssl dhparam -dsaparam` writes is X9.42, which servers leave aside without a word.
 */
export function dhParameters(group: 'modp2' | 'modp14' | 'modp15'): string {
  const prime = integer(Buffer.concat([Buffer.of(0), getDiffieHellman(group).getPrime()]));
  const der = element(0x30, Buffer.concat([prime, integer(Buffer.of(2))]));
  return `-----BEGIN DH PARAMETERS-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END DH PARAMETERS-----\n`;
}

function integer(bytes: Buffer): Buffer {
  return element(0x02, bytes);
}

function element(tag: number, content: Buffer): Buffer {
  const length =
    content.length < 0x80
      ? [content.length]
      : content.length < 0x100
        ? [0x81, content.length]
        : [0x82, content.length >> 8, content.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}
