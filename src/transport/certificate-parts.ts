import { FaultError } from '../domain/fault.ts';
import type { Timestamp } from '../domain/time.ts';
import { type DerElement, type DerFields, derTags, fieldsOf, readObjectIdentifier, readWholeDer } from './der.ts';
import { readBoolean, readFullBits, readIntegerHex, readSmallNumber, readTime } from './der-values.ts';
import { checkName } from './distinguished-names.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** A certificate taken apart, with the bytes that signatures and hashes are over (RFC 5280 4.1). */
export interface CertificateParts {
  /** What the issuer signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: SignatureAlgorithm;
  /** Upper-case hex. */
  readonly serialNumber: string;
  /** DER of the names. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly validFrom: Timestamp;
  readonly validTo: Timestamp;
  /** DER of the SubjectPublicKeyInfo. */
  readonly publicKey: Buffer;
  /** The key alone, without algorithm: what OCSP hashes. */
  readonly keyBytes: Buffer;
  readonly extensions: readonly RawExtension[];
}

export interface RawExtension {
  /** OID. */
  readonly identifier: string;
  readonly isCritical: boolean;
  /** DER. */
  readonly value: Buffer;
}

/** Real ones have 1 to 4 KB; the largest that were seen in public, with hundreds of names, about 30 KB. */
const mostCertificateBytes = 65_536;

/** @throws FaultError `malformed` */
export function readCertificateParts(der: Buffer): CertificateParts {
  if (der.length > mostCertificateBytes) throw new FaultError('malformed', `a certificate is larger than ${mostCertificateBytes} bytes`);
  const fields = fieldsOf(readWholeDer(der, derTags.sequence));
  const signed = fields.next(derTags.sequence);
  const algorithm = fields.next(derTags.sequence);
  const signature = readFullBits(fields.next(derTags.bitString));
  fields.end();
  const { innerAlgorithm, ...parts } = readSignedPart(fieldsOf(signed));
  // RFC 5280 4.1.1.2: else nobody signed which algorithm it is.
  if (!innerAlgorithm.equals(algorithm.whole)) throw new FaultError('malformed', 'a certificate names two signature algorithms');
  return { signed: signed.whole, signature, signatureAlgorithm: readSignatureAlgorithm(algorithm), ...parts };
}

type SignedPart = Omit<CertificateParts, 'signed' | 'signature' | 'signatureAlgorithm'> & { readonly innerAlgorithm: Buffer };

function readSignedPart(fields: DerFields): SignedPart {
  const version = readVersion(fields.optional(derTags.firstContext));
  const serialNumber = readIntegerHex(fields.next(derTags.integer));
  const innerAlgorithm = fields.next(derTags.sequence).whole;
  const issuer = fields.next(derTags.sequence).whole;
  const validity = fieldsOf(fields.next(derTags.sequence));
  const subject = fields.next(derTags.sequence).whole;
  const publicKey = fields.next(derTags.sequence);
  if (version > 0) for (const number of [1, 2]) fields.optional(uniqueIdentifierTag + number);
  const extensions = version === 2 ? fields.optional(derTags.firstContext + 3) : null;
  fields.end();
  checkName(issuer);
  checkName(subject);
  return {
    serialNumber,
    innerAlgorithm,
    issuer,
    subject,
    ...readValidity(validity),
    publicKey: publicKey.whole,
    keyBytes: readKeyBytes(publicKey),
    extensions: extensions === null ? [] : readExtensions(readWholeDer(extensions.content, derTags.sequence)),
  };
}

/** Identifiers of issuer and subject, which nobody uses, are implicit bit strings [1] and [2]. */
const uniqueIdentifierTag = 0x80;

/** v1 is 0, and left out. */
function readVersion(field: DerElement | null): number {
  if (field === null) return 0;
  const version = readSmallNumber(readWholeDer(field.content, derTags.integer));
  if (version > 2) throw new FaultError('malformed', 'a certificate is of a version that there is not');
  return version;
}

function readValidity(fields: DerFields): Pick<CertificateParts, 'validFrom' | 'validTo'> {
  const validFrom = readTime(nextTime(fields));
  const validTo = readTime(nextTime(fields));
  fields.end();
  return { validFrom, validTo };
}

function nextTime(fields: DerFields): DerElement {
  return fields.optional(derTags.utcTime) ?? fields.next(derTags.generalizedTime);
}

function readKeyBytes(publicKey: DerElement): Buffer {
  const fields = fieldsOf(publicKey);
  fields.next(derTags.sequence);
  const bytes = readFullBits(fields.next(derTags.bitString));
  fields.end();
  return bytes;
}

/** Extensions ::= SEQUENCE OF SEQUENCE { OID, critical BOOLEAN DEFAULT FALSE, OCTET STRING }, each kind at most once. @throws FaultError `malformed` */
export function readExtensions(sequence: DerElement): readonly RawExtension[] {
  const fields = fieldsOf(sequence);
  const extensions: RawExtension[] = [];
  while (!fields.isAtEnd()) extensions.push(readExtension(fieldsOf(fields.next(derTags.sequence))));
  const kinds = new Set(extensions.map(({ identifier }) => identifier));
  if (kinds.size === 0 || kinds.size < extensions.length)
    throw new FaultError('malformed', 'extensions are empty, or one stands there twice');
  return extensions;
}

function readExtension(fields: DerFields): RawExtension {
  const identifier = readObjectIdentifier(fields.next(derTags.objectIdentifier));
  const critical = fields.optional(derTags.boolean);
  const value = fields.next(derTags.octetString).content;
  fields.end();
  // Some write out that it is not critical, though DER leaves that out.
  return { identifier, isCritical: critical !== null && readBoolean(critical), value };
}
