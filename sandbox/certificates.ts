import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

export type KeyName = 'rsa-2048' | 'rsa-1024' | 'rsa-4096' | 'p-256' | 'p-384';
export type SignatureHash = 'SHA-1' | 'SHA-256' | 'SHA-384';

export interface CertificateOptions {
  /** DNS names or IP addresses: the subject alternative names. */
  readonly hosts: readonly string[];
  /** Default: the first host. */
  readonly commonName?: string;
  /** Default `p-256`. RSA keys are made once per process and size, then used again. */
  readonly key?: KeyName;
  /** With which hash the issuer signs; default SHA-256. */
  readonly signatureHash?: SignatureHash;
  /** Default: a day ago. */
  readonly notBefore?: Date;
  /** Default: 90 days from now. */
  readonly notAfter?: Date;
  /** Default `authority`. */
  readonly issuer?: 'authority' | 'self';
  /** Issue through an intermediate authority, which then stands in the chain. */
  readonly intermediate?: boolean;
}

export interface IssuedCertificate {
  readonly keyPem: string;
  /** The leaf, then the intermediate where there is one; never the authority. */
  readonly certificatePem: string;
  readonly leafPem: string;
  /** The same certificates as `certificatePem`. */
  readonly chainDer: readonly Buffer[];
}

export interface Authority {
  readonly certificatePem: string;
  issue(options: CertificateOptions): Promise<IssuedCertificate>;
}

type KeyPair = webcrypto.CryptoKeyPair;

interface Issuer {
  readonly name: string;
  readonly keys: KeyPair;
  /** Null: the certificate signs itself. */
  readonly publicKey: KeyPair['publicKey'] | null;
}

interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const dayMs = 86_400_000;

/** A certificate authority of its own, valid for years on both sides of now, so that expired leaves hang under a valid root. */
export async function makeAuthority(options: { readonly name?: string } = {}): Promise<Authority> {
  const name = `CN=${options.name ?? 'Sandbox Root'}`;
  const keys = await makeKeys('p-256', 'SHA-256');
  const root = await certify(name, keys, { name, keys, publicKey: null }, authorityValidity(), 'SHA-256', authorityExtensions(1));
  const issuer: Issuer = { name, keys, publicKey: keys.publicKey };
  let intermediate: Promise<IntermediateAuthority> | undefined;
  return {
    certificatePem: root.toString('pem'),
    async issue(leaf) {
      if (leaf.intermediate !== true) return await issueLeaf(leaf, issuer, []);
      intermediate ??= makeIntermediate(issuer);
      const { issuer: between, certificate } = await intermediate;
      return await issueLeaf(leaf, between, [certificate]);
    },
  };
}

interface IntermediateAuthority {
  readonly issuer: Issuer;
  readonly certificate: X509Certificate;
}

async function makeIntermediate(root: Issuer): Promise<IntermediateAuthority> {
  const name = `${root.name} Intermediate`;
  const keys = await makeKeys('p-256', 'SHA-256');
  const certificate = await certify(name, keys, root, authorityValidity(), 'SHA-256', authorityExtensions(0));
  return { issuer: { name, keys, publicKey: keys.publicKey }, certificate };
}

async function issueLeaf(options: CertificateOptions, authority: Issuer, between: readonly X509Certificate[]): Promise<IssuedCertificate> {
  const hash = options.signatureHash ?? 'SHA-256';
  const keyName = options.key ?? 'p-256';
  const keys = await makeKeys(keyName, hash);
  const name = `CN=${options.commonName ?? options.hosts[0] ?? 'nameless'}`;
  const isSelfSigned = options.issuer === 'self';
  const issuer: Issuer = isSelfSigned ? { name, keys, publicKey: null } : authority;
  const validity = {
    notBefore: options.notBefore ?? new Date(Date.now() - dayMs),
    notAfter: options.notAfter ?? new Date(Date.now() + 90 * dayMs),
  };
  const leaf = await certify(name, keys, issuer, validity, hash, leafExtensions(options.hosts, keyName));
  const chain = isSelfSigned ? [leaf] : [leaf, ...between];
  return {
    keyPem: await exportPrivateKey(keys),
    certificatePem: chain.map((certificate) => certificate.toString('pem')).join('\n'),
    leafPem: leaf.toString('pem'),
    chainDer: chain.map((certificate) => Buffer.from(certificate.rawData)),
  };
}

async function certify(
  subject: string,
  keys: KeyPair,
  issuer: Issuer,
  validity: Validity,
  hash: SignatureHash,
  extensions: readonly Extension[],
): Promise<X509Certificate> {
  const identifiers = [
    await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ...(issuer.publicKey === null ? [] : [await AuthorityKeyIdentifierExtension.create(issuer.publicKey)]),
  ];
  return await X509CertificateGenerator.create({
    serialNumber: makeSerialNumber(),
    subject,
    issuer: issuer.name,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    // The key's own algorithm with this hash: an RSA key is bound to its hash and only ever signs its own certificate.
    signingAlgorithm: { name: issuer.keys.privateKey.algorithm.name, hash },
    extensions: [...extensions, ...identifiers],
  });
}

function authorityValidity(): Validity {
  return { notBefore: new Date(Date.now() - 3_650 * dayMs), notAfter: new Date(Date.now() + 3_650 * dayMs) };
}

function authorityExtensions(pathLength: number): readonly Extension[] {
  return [
    new BasicConstraintsExtension(true, pathLength, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

function leafExtensions(hosts: readonly string[], key: KeyName): readonly Extension[] {
  // Without keyEncipherment no RSA key exchange, which old protocols may want.
  const usage = key.startsWith('rsa') ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment : KeyUsageFlags.digitalSignature;
  const names = hosts.map((host) => ({ type: isIP(host) === 0 ? ('dns' as const) : ('ip' as const), value: host }));
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(usage, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
  ];
}

/** Sixteen bytes, positive, without a leading zero byte (RFC 5280, 4.1.2.2). */
function makeSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

/** RSA keys take up to seconds to find, so each kind is made once per process. */
const rsaKeys = new Map<string, Promise<KeyPair>>();

async function makeKeys(key: KeyName, hash: SignatureHash): Promise<KeyPair> {
  if (key === 'p-256' || key === 'p-384') return await generateEllipticKeys(key);
  const cacheKey = `${key} ${hash}`;
  const known = rsaKeys.get(cacheKey) ?? generateRsaKeys(Number(key.slice('rsa-'.length)), hash);
  rsaKeys.set(cacheKey, known);
  return await known;
}

async function generateEllipticKeys(key: 'p-256' | 'p-384'): Promise<KeyPair> {
  return await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: key.toUpperCase() }, true, ['sign', 'verify']);
}

async function generateRsaKeys(modulusLength: number, hash: SignatureHash): Promise<KeyPair> {
  const publicExponent = new Uint8Array([1, 0, 1]);
  return await webcrypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength, publicExponent, hash }, true, ['sign', 'verify']);
}

async function exportPrivateKey(keys: KeyPair): Promise<string> {
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${(pkcs8.match(/.{1,64}/g) ?? []).join('\n')}\n-----END PRIVATE KEY-----\n`;
}
