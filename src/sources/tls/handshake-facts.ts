import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { SecureVersion } from './trust-store.ts';

/** What a peer showed in a handshake, before any verdict. */
export interface ShownFacts {
  readonly protocol: SecureVersion;
  /** IANA name. */
  readonly cipherSuite: string;
  /** Null for RSA key exchange, which has no ephemeral key. `bits` is null where the group says it all (`X25519MLKEM768`). */
  readonly keyExchange: { readonly type: string; readonly name: string | null; readonly bits: number | null } | null;
  readonly alpn: string | null;
  /** Null where the version gives no sign of it that Node shows (before TLS 1.2). */
  readonly clientCertificateRequested: boolean | null;
  /** Base64 DER, leaf first, each followed by its issuer where the peer sent it. Roots of the store that it did not send are not there. */
  readonly chain: readonly string[];
}

/**
 * Has to be called while the handshake is alive, and once: reading the chain takes the leaf out of OpenSSL's stack (nodejs/node issue 65579).
 */
export function readShownFacts(socket: TLSSocket, version: SecureVersion): ShownFacts {
  return {
    protocol: version,
    cipherSuite: socket.getCipher().standardName,
    keyExchange: readKeyExchange(socket),
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    clientCertificateRequested: readCertificateRequest(socket, version),
    chain: readChain(socket.getPeerX509Certificate()),
  };
}

function readKeyExchange(socket: TLSSocket): ShownFacts['keyExchange'] {
  const key = socket.getEphemeralKeyInfo();
  // For RSA key exchange Node gives an object whose `type` is undefined.
  if (key === null || !('type' in key) || typeof key.type !== 'string') return null;
  return { type: key.type, name: key.name ?? null, bits: key.size ?? null };
}

/** A client shares signature algorithms with its peer only where the peer sent some: in a CertificateRequest of TLS 1.2 or later. */
function readCertificateRequest(socket: TLSSocket, version: SecureVersion): boolean | null {
  if (version !== 'TLSv1.2' && version !== 'TLSv1.3') return null;
  return socket.getSharedSigalgs().length > 0;
}

/** OpenSSL takes no longer chain than about 100 KB; this many are never honest. */
const mostCertificates = 32;

function readChain(leaf: X509Certificate | undefined): readonly string[] {
  const chain: string[] = [];
  for (let certificate = leaf; certificate !== undefined && chain.length < mostCertificates; certificate = certificate.issuerCertificate) {
    chain.push(certificate.raw.toString('base64'));
  }
  return chain;
}
