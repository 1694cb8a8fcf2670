import { FaultError } from '../domain/fault.ts';
import { type DerElement, derTags, readDer, readDerSequence, readObjectIdentifier } from './der.ts';

/** RSASSA-PSS (RFC 8017 appendix A.2.3) names its hash in parameters, which Node does not show. */
const pss = '1.2.840.113549.1.1.10';

/** NIST's and RFC 3279's identifiers of hashes, by the names that OpenSSL gives them. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/**
 * The hash that the issuer signed a certificate with (`sha256`), from the algorithm's name or, for RSASSA-PSS, from its parameters.
 * Null where the algorithm has none of its own to choose (Ed25519) or we do not know it.
 * @throws FaultError `malformed` where the parameters cannot be read.
 */
export function signatureHashOf(der: Buffer, algorithm: string): string | null {
  const [named] = /md[245]|sha-?(1|224|256|384|512)(?!\d)/i.exec(algorithm) ?? [];
  if (named !== undefined) return named.toLowerCase().replace('-', '');
  const [identifier, parameters] = readSignatureAlgorithm(der);
  if (identifier === undefined || readObjectIdentifier(identifier) !== pss) return null;
  return parameters === undefined ? 'sha1' : pssHash(parameters);
}

/** Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature } (RFC 5280 4.1). */
function readSignatureAlgorithm(der: Buffer): readonly DerElement[] {
  const [, algorithm] = readDerSequence(contentOfSequence(readDer(der)));
  if (algorithm === undefined) throw new FaultError('malformed', 'a certificate has no signature algorithm');
  return readDerSequence(contentOfSequence(algorithm));
}

/** The hash is the field [0]; left out, it is SHA-1 (RFC 8017). */
function pssHash(parameters: DerElement): string | null {
  const field = readDerSequence(contentOfSequence(parameters)).find(({ tag }) => tag === derTags.firstContext);
  if (field === undefined) return 'sha1';
  const [identifier] = readDerSequence(contentOfSequence(readDer(field.content)));
  if (identifier === undefined) throw new FaultError('malformed', 'RSASSA-PSS parameters name no hash');
  return hashes.get(readObjectIdentifier(identifier)) ?? null;
}

function contentOfSequence({ tag, content }: DerElement): Buffer {
  if (tag !== derTags.sequence) throw new FaultError('malformed', 'the bytes are not a sequence of DER');
  return content;
}
