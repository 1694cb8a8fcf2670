import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { SecureVersion, TrustStore } from './trust-store.ts';

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
  /**
   * Base64 DER, leaf first, each followed by its issuer. The roots of our store that end it are left out: Node adds them where the peer did not send
   * them, and does not say so. Certificates that belong to no chain, and the order on the wire, are not shown.
   */
  readonly chain: readonly string[];
}

/**
 * Has to be called while the handshake is alive. The chain is read by `getPeerCertificate`: `getPeerX509Certificate` takes the leaf out of OpenSSL's stack
 * (nodejs/node issue 65579), and 5 KB are lost at each call (measured on Node 24.21).
 */
export function readShownFacts(socket: TLSSocket, version: SecureVersion, store: TrustStore): ShownFacts {
  return {
    protocol: version,
    cipherSuite: socket.getCipher().standardName,
    keyExchange: readKeyExchange(socket),
    alpn: typeof socket.alpnProtocol === 'string' ? socket.alpnProtocol : null,
    clientCertificateRequested: readCertificateRequest(socket, version),
    chain: readChain(socket.getPeerCertificate(true), store),
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

function readChain(leaf: DetailedPeerCertificate, store: TrustStore): readonly string[] {
  const chain: string[] = [];
  let certificate: Partial<DetailedPeerCertificate> | undefined = leaf;
  // No certificate is an empty object; a root is its own issuer.
  while (certificate?.raw !== undefined && chain.length < mostCertificates) {
    chain.push(certificate.raw.toString('base64'));
    certificate = certificate.issuerCertificate === certificate ? undefined : certificate.issuerCertificate;
  }
  const endsBefore = chain.findLastIndex((der, index) => index === 0 || !store.rootDers.has(der));
  return chain.slice(0, endsBefore + 1);
}
