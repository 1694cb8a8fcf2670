import { createSecureContext, type SecureContext } from 'node:tls';
import type { Fault } from '../../domain/fault.ts';
import type { ServedChain } from '../../transport/tls-facts.ts';
import { probeHandshake } from './probe-handshake.ts';
import type { Peer, ProbeLimits } from './probe-limits.ts';
import { allSuites, secureVersions, type TrustStore } from './trust-store.ts';

export type TrustVerdict = { readonly trusted: boolean; readonly code: string | null };

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
  const contexts = { ...store.contexts, [version]: contextFor(chain, version, store) };
  const outcome = await probeHandshake(peer, version, { ...store, contexts }, limits);
  if (outcome.kind === 'fault') return { fault: outcome.fault };
  if (outcome.kind !== 'completed') return { fault: { code: 'partial', message: 'no handshake with this chain alone was completed' } };
  if (outcome.facts.chain[0] !== chain.certificates[0]) return { fault: { code: 'partial', message: 'another chain was shown instead' } };
  const { trusted, code } = outcome.facts.trust;
  return { trusted, code };
}

/** Before TLS 1.3 the suite says which kind of key signs, since then the signature scheme does. */
function contextFor({ keyKind }: ServedChain, version: keyof TrustStore['contexts'], store: TrustStore): SecureContext {
  const isRsa = keyKind === 'rsa' || keyKind === 'rsa-pss';
  const ca = [...store.rootDers].map((der) => `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----`);
  const common = { ca, minVersion: version, maxVersion: version };
  if (version === 'TLSv1.3') return createSecureContext({ ...common, ciphers: allSuites, sigalgs: isRsa ? rsaSchemes : otherSchemes });
  return createSecureContext({ ...common, ciphers: `${isRsa ? 'aRSA' : 'aECDSA'}:@SECLEVEL=0` });
}

const rsaSchemes = [256, 384, 512].flatMap((bits) => [`rsa_pss_rsae_sha${bits}`, `rsa_pss_pss_sha${bits}`]).join(':');
const otherSchemes = 'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384:ecdsa_secp521r1_sha512:ed25519:ed448';
