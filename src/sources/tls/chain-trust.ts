import { createHash } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Fault } from '../../domain/fault.ts';
import type { ServedChain, TrustOfChain } from '../../transport/tls-facts.ts';
import { type HandshakeFacts, probeHandshake } from './probe-handshake.ts';
import type { Peer, ProbeLimits } from './probe-limits.ts';
import { allSuites, type SecureVersion, secureVersions, type TrustStore } from './trust-store.ts';

type TrustVerdict = { readonly trusted: boolean; readonly code: string | null };

/** No honest server has more kinds of keys, and a peer that shows another chain each time is not asked for ever. */
const mostChains = 8;
const tooMany: Fault = { code: 'partial', message: `of more than ${mostChains} chains, only so many were judged` };

/**
 * The verdict of trust on each of these chains, in their order. The one that the whole handshake showed is judged already; each other one is asked for by
 * itself, one after another, until `endsAtMs` (of `performance.now()`). Never throws for what the peer does.
 */
export async function askTrustOfChains(
  peer: Peer,
  chains: readonly ServedChain[],
  handshake: HandshakeFacts | { readonly fault: Fault },
  store: TrustStore,
  limits: { readonly endsAtMs: number; readonly signal: AbortSignal },
): Promise<readonly TrustOfChain[]> {
  const verdicts: TrustOfChain[] = [];
  for (const [index, chain] of chains.entries()) {
    const known = verdictOfHandshake(chain, chains, handshake);
    const timeoutMs = Math.max(1, (limits.endsAtMs - performance.now()) / Math.min(chains.length - index, mostChains));
    const asked =
      known ?? (index < mostChains ? await askChainTrust(peer, chain, store, { timeoutMs, signal: limits.signal }) : { fault: tooMany });
    verdicts.push({ leafSha256: digestOf(chain.certificates[0] ?? ''), ...asked });
  }
  return verdicts;
}

/** Null where it showed another, or where the same leaf comes with different issuers, of which it says nothing. */
function verdictOfHandshake(
  { certificates: [leaf] }: ServedChain,
  chains: readonly ServedChain[],
  handshake: HandshakeFacts | { readonly fault: Fault },
): TrustVerdict | null {
  if ('fault' in handshake || handshake.chain[0] !== leaf) return null;
  if (chains.filter(({ certificates: [other] }) => other === leaf).length > 1) return null;
  const { trusted, code } = handshake.trust;
  return { trusted, code };
}

function digestOf(base64Der: string): string {
  return createHash('sha256').update(Buffer.from(base64Der, 'base64')).digest('hex');
}

/**
 * The verdict of trust on one of several chains: a handshake in which the peer has no other to choose. A peer that shows another one all the same has not told.
 * Never throws for what the peer does.
 */
export async function askChainTrust(
  peer: Peer,
  chain: ServedChain,
  store: TrustStore,
  limits: ProbeLimits,
): Promise<TrustVerdict | { readonly fault: Fault }> {
  const version = secureVersions.find((name) => name === chain.version);
  if (version === undefined) return { fault: { code: 'unsupported', message: 'our OpenSSL completes no handshake in SSL 3.0' } };
  const context = contextFor(chain, version, store);
  const outcome = await probeHandshake(peer, version, { ...store, contextOf: () => context }, limits);
  if (outcome.kind === 'fault') return { fault: outcome.fault };
  if (outcome.kind !== 'completed') return { fault: { code: 'partial', message: 'no handshake with this chain alone was completed' } };
  if (outcome.facts.chain[0] !== chain.certificates[0]) return { fault: { code: 'partial', message: 'another chain was shown instead' } };
  const { trusted, code } = outcome.facts.trust;
  return { trusted, code };
}

/** Before TLS 1.3 the suite says whether RSA signs; more exactly the signature scheme says it. Each server may have one key of each kind. */
function contextFor({ keyKind }: ServedChain, version: SecureVersion, store: TrustStore): SecureContext {
  const ca = [...store.rootDers].map((der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----`);
  const common = { ca, minVersion: version, maxVersion: version };
  const schemes = schemesOfKeys[keyKind];
  if (version === 'TLSv1.3')
    return createSecureContext({ ...common, ciphers: allSuites, sigalgs: [...schemes, ...schemesOfCertificatesOnly].join(':') });
  const ciphers = `${keyKind === 'rsa' || keyKind === 'rsa-pss' ? 'aRSA' : 'aECDSA'}:@SECLEVEL=0`;
  const isEddsa = version === 'TLSv1.2' && keyKind === 'eddsa';
  return createSecureContext({ ...common, ciphers, ...(isEddsa ? { sigalgs: [...schemes, ...schemesOfCertificatesOnly].join(':') } : {}) });
}

const rsaSchemesOf = (kind: 'rsae' | 'pss'): readonly string[] => [256, 384, 512].map((bits) => `rsa_pss_${kind}_sha${bits}`);
const ecdsaSchemes = ['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512'];
const eddsaSchemes = ['ed25519', 'ed448'];
const schemesOfKeys: { readonly [K in ServedChain['keyKind']]: readonly string[] } = {
  rsa: rsaSchemesOf('rsae'),
  'rsa-pss': rsaSchemesOf('pss'),
  ecdsa: ecdsaSchemes,
  eddsa: eddsaSchemes,
  other: [...ecdsaSchemes, ...eddsaSchemes],
};
/** With these authorities sign certificates, which some servers look at, but no key signs a handshake of TLS 1.3 (RFC 8446 4.2.3), nor one with a suite of ECDSA. */
const schemesOfCertificatesOnly = [256, 384, 512].map((bits) => `rsa_pkcs1_sha${bits}`);
