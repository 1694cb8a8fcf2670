import { FaultError } from '../domain/fault.ts';
import { type DerElement, derTags, fieldsOf, readDerSequence, readObjectIdentifier, readWholeDer } from './der.ts';
import { readSmallNumber } from './der-values.ts';

/** How a signature was made: identifier, and for RSASSA-PSS its parameters. */
export interface SignatureAlgorithm {
  /** OID. */
  readonly identifier: string;
  /** `sha256`; null where the algorithm has none to choose (Ed25519) or we do not know it. */
  readonly hash: string | null;
  readonly pss: PssParameters | null;
}

/** RFC 4055 3.1. */
export interface PssParameters {
  /** Null: one that we do not know. */
  readonly hash: string | null;
  /** Of the mask (MGF1). */
  readonly maskHash: string | null;
  readonly saltBytes: number;
}

export const algorithmIdentifiers = { pss: '1.2.840.113549.1.1.10', ed25519: '1.3.101.112', ed448: '1.3.101.113' } as const;
const maskGeneration = '1.2.840.113549.1.1.8';

/** NIST's and RFC 3279's identifiers of hashes, by the names that OpenSSL gives them. */
const hashes: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'md5'],
  ['1.3.14.3.2.26', 'sha1'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
]);

/** Signatures whose identifier says the hash (RFC 3279, RFC 4055, RFC 5758), and the kind of key that makes them. */
const signatures: ReadonlyMap<string, { readonly key: 'rsa' | 'ec' | 'dsa'; readonly hash: string }> = new Map([
  ['1.2.840.113549.1.1.4', { key: 'rsa', hash: 'md5' }],
  ['1.2.840.113549.1.1.5', { key: 'rsa', hash: 'sha1' }],
  ['1.2.840.113549.1.1.14', { key: 'rsa', hash: 'sha224' }],
  ['1.2.840.113549.1.1.11', { key: 'rsa', hash: 'sha256' }],
  ['1.2.840.113549.1.1.12', { key: 'rsa', hash: 'sha384' }],
  ['1.2.840.113549.1.1.13', { key: 'rsa', hash: 'sha512' }],
  ['1.2.840.10045.4.1', { key: 'ec', hash: 'sha1' }],
  ['1.2.840.10045.4.3.1', { key: 'ec', hash: 'sha224' }],
  ['1.2.840.10045.4.3.2', { key: 'ec', hash: 'sha256' }],
  ['1.2.840.10045.4.3.3', { key: 'ec', hash: 'sha384' }],
  ['1.2.840.10045.4.3.4', { key: 'ec', hash: 'sha512' }],
  ['1.2.840.10040.4.3', { key: 'dsa', hash: 'sha1' }],
  ['2.16.840.1.101.3.4.3.2', { key: 'dsa', hash: 'sha256' }],
]);

/** Kind of key that makes such a signature, as Node names it; null where the identifier is not of such a list. */
export function keyTypeOf({ identifier }: SignatureAlgorithm): 'rsa' | 'ec' | 'dsa' | null {
  return signatures.get(identifier)?.key ?? null;
}

/** AlgorithmIdentifier ::= SEQUENCE { algorithm, parameters }. @throws FaultError `malformed` */
export function readSignatureAlgorithm(element: DerElement): SignatureAlgorithm {
  const { identifier, parameters } = readAlgorithm(element);
  if (identifier !== algorithmIdentifiers.pss) return { identifier, hash: signatures.get(identifier)?.hash ?? null, pss: null };
  const pss = parameters === null ? defaultPss : readPssParameters(parameters);
  return { identifier, hash: pss.hash, pss };
}

/** The name of a hash, from an AlgorithmIdentifier; null where we do not know it. @throws FaultError `malformed` */
export function readHashAlgorithm(element: DerElement): string | null {
  return hashes.get(readAlgorithm(element).identifier) ?? null;
}

interface Algorithm {
  readonly identifier: string;
  readonly parameters: DerElement | null;
}

function readAlgorithm({ tag, content }: DerElement): Algorithm {
  const [identifier, parameters, ...others] = readDerSequence(content);
  if (tag !== derTags.sequence || identifier === undefined || others.length > 0)
    throw new FaultError('malformed', 'the bytes are not an identifier of an algorithm');
  return { identifier: readObjectIdentifier(identifier), parameters: parameters ?? null };
}

/** What a field that is left out stands for (RFC 4055 3.1). */
const defaultPss: PssParameters = { hash: 'sha1', maskHash: 'sha1', saltBytes: 20 };

/** Four fields, each in a tag of its own; the last is always 1. Many write out what they could leave out, so that is let pass. */
function readPssParameters({ tag, content }: DerElement): PssParameters {
  if (tag !== derTags.sequence) throw new FaultError('malformed', 'parameters of RSASSA-PSS are not a sequence of DER');
  const fields = fieldsOf({ content });
  const [hash, mask, salt, trailer] = [0, 1, 2, 3].map((number) => fields.optional(derTags.firstContext + number));
  fields.end();
  if (trailer && readSmallNumber(readWholeDer(trailer.content, derTags.integer)) !== 1)
    throw new FaultError('malformed', 'parameters of RSASSA-PSS end in another way than is allowed');
  return {
    hash: hash ? readHashAlgorithm(readWholeDer(hash.content, derTags.sequence)) : defaultPss.hash,
    maskHash: mask ? readMaskHash(readWholeDer(mask.content, derTags.sequence)) : defaultPss.maskHash,
    saltBytes: salt ? readSmallNumber(readWholeDer(salt.content, derTags.integer)) : defaultPss.saltBytes,
  };
}

function readMaskHash(element: DerElement): string | null {
  const { identifier, parameters } = readAlgorithm(element);
  if (identifier !== maskGeneration || parameters === null) return null;
  return readHashAlgorithm(parameters);
}
