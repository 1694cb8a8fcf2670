import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { FaultError } from '../../domain/fault.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';

/** The versions that Node's OpenSSL can still complete a handshake in. */
export type SecureVersion = Exclude<ProtocolVersion, 'SSLv3'>;
export const secureVersions: readonly SecureVersion[] = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'];

/** The roots that chains are judged against, with one context per version, made when it is first used: with all roots it costs 3 to 5 ms and a megabyte. */
export interface TrustStore {
  readonly name: string;
  /** SHA-256 over the PEM blocks, each followed by a line feed: comments in the file change nothing. */
  readonly sha256: string;
  /** Base64 DER of each. */
  readonly rootDers: ReadonlySet<string>;
  readonly contextOf: (version: SecureVersion) => SecureContext;
}

export interface TrustStoreOptions {
  /** PEM text; null: the packaged bundle. */
  readonly rootBundle: string | null;
  readonly extraRoots: readonly string[];
}

/**
 * Every suite that this OpenSSL has, TLS 1.3's included, weak ones too: facts are read here, and judged by our own rules.
 * Those without certificate or encryption stand last, or a server without an order of its own would choose them.
 */
export const allSuites = [
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_128_CCM_SHA256',
  'TLS_AES_128_CCM_8_SHA256',
  'ALL',
  'COMPLEMENTOFALL',
  '+eNULL',
  '+aNULL',
  '@SECLEVEL=0',
].join(':');

/** @throws FaultError `malformed` where a root cannot be decoded or the bundle is empty: without roots nothing could be trusted, and all would fail. */
function openTrustStore(options: TrustStoreOptions): TrustStore {
  const bundle = readPemBlocks(options.rootBundle ?? readPackagedBundle());
  const extra = options.extraRoots.flatMap(readPemBlocks);
  const roots = [...bundle, ...extra];
  if (roots.length === 0) throw new FaultError('malformed', 'the root bundle holds no certificate');
  return {
    name: nameStore(options, extra.length),
    sha256: digestOfBlocks(roots),
    rootDers: new Set(roots.map(derOf)),
    contextOf: rememberContexts(roots),
  };
}

function rememberContexts(roots: readonly string[]): TrustStore['contextOf'] {
  const made = new Map<SecureVersion, SecureContext>();
  return (version) => {
    const known = made.get(version);
    if (known !== undefined) return known;
    const context = createSecureContext({ ca: [...roots], ciphers: allSuites, minVersion: version, maxVersion: version });
    made.set(version, context);
    return context;
  };
}

/** Remembers the last store: the looks of a source come with the same options every time. */
export function rememberTrustStore(): (options: TrustStoreOptions) => TrustStore {
  let last: { readonly key: string; readonly store: TrustStore } | undefined;
  return (options) => {
    const key = JSON.stringify([options.rootBundle, options.extraRoots]);
    if (last?.key !== key) last = { key, store: openTrustStore(options) };
    return last.store;
  };
}

function nameStore(options: TrustStoreOptions, extraCount: number): string {
  const bundle = options.rootBundle === null ? 'packaged Mozilla roots' : 'configured roots';
  return extraCount === 0 ? bundle : `${bundle} and ${extraCount} more`;
}

function readPackagedBundle(): string {
  return readFileSync(new URL('../../../config/trust/mozilla-roots.pem', import.meta.url), 'utf8');
}

/** @throws FaultError `malformed` */
function readPemBlocks(text: string): readonly string[] {
  const blocks = matchBlocks(text);
  for (const block of blocks) assertCertificate(block);
  return blocks;
}

function matchBlocks(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}

function assertCertificate(pem: string): void {
  try {
    new X509Certificate(pem);
  } catch (error) {
    throw new FaultError('malformed', 'a root certificate cannot be decoded', { cause: error });
  }
}

/** PEM is base64 with lines. */
function derOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '');
}

export function digestOfBlocks(blocks: readonly string[]): string {
  const hash = createHash('sha256');
  for (const block of blocks) hash.update(`${block}\n`);
  return hash.digest('hex');
}

/** What is wrong with a text of roots, or null: certificates in PEM and no other block, each readable. */
export function findRootProblem(pem: string): string | null {
  const beginnings = pem.match(/-----BEGIN /g) ?? [];
  if (beginnings.length === 0) return 'expected certificates in PEM';
  if (matchBlocks(pem).length < beginnings.length) return 'holds a PEM block that is no whole certificate';
  try {
    readPemBlocks(pem);
    return null;
  } catch (error) {
    if (error instanceof FaultError) return error.message;
    throw error;
  }
}
