import { FaultError } from '../domain/fault.ts';
import { derTags, readDer, readDerSequence } from './der.ts';
import { algorithmIdentifiers, readSignatureAlgorithm } from './signature-algorithm.ts';

/**
 * The hash that the issuer signed a certificate with (`sha256`), from the algorithm's name or, for RSASSA-PSS, from its parameters, which Node does not show.
 * Null where the algorithm has none of its own to choose (Ed25519) or we do not know it.
 * @throws FaultError `malformed` where the parameters cannot be read.
 */
export function signatureHashOf(der: Buffer, algorithm: string): string | null {
  const [named] = /md[245]|sha-?(1|224|256|384|512)(?!\d)/i.exec(algorithm) ?? [];
  if (named !== undefined) return named.toLowerCase().replace('-', '');
  const { tag, content } = readDer(der);
  // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature } (RFC 5280 4.1).
  const [, element] = readDerSequence(content);
  if (tag !== derTags.sequence || element === undefined) throw new FaultError('malformed', 'a certificate has no signature algorithm');
  const { identifier, hash } = readSignatureAlgorithm(element);
  return identifier === algorithmIdentifiers.pss ? hash : null;
}
