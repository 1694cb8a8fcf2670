import type { Timestamp } from '../domain/time.ts';
import { type DerElement, type DerFields, derTags, fieldsOf, readDerSequence, readObjectIdentifier, readWholeDer } from './der.ts';
import { readFullBits, readSmallNumber, readTime } from './der-values.ts';
import { checkName } from './distinguished-names.ts';
import { malformedOcsp, readSingleResponse, refuseCritical, type SingleResponse } from './ocsp-single-response.ts';
import { readSignatureAlgorithm, type SignatureAlgorithm } from './signature-algorithm.ts';

/** What a responder said (RFC 6960 4.2.1). Only `successful` says anything of a certificate. */
export type OcspResponse = { readonly status: Exclude<OcspStatus, 'successful'> } | (BasicOcspResponse & { readonly status: 'successful' });

export type OcspStatus = 'successful' | 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

export interface BasicOcspResponse {
  /** What the responder signed. */
  readonly signed: Buffer;
  readonly signature: Buffer;
  readonly signatureAlgorithm: SignatureAlgorithm;
  readonly responder: ResponderId;
  readonly producedAt: Timestamp;
  readonly singles: readonly SingleResponse[];
  /** DER, as they came: none of them is verified. */
  readonly certificates: readonly Buffer[];
}

/** `name`: DER. `keyHash`: SHA-1 of the key, lower-case hex. */
export type ResponderId = { readonly name: Buffer } | { readonly keyHash: string };

/** Real ones have 0.5 to 5 KB. */
const mostOcspBytes = 65_536;
/** RFC 5019 wants one of each. */
const mostSingles = 100;
const mostCertificates = 8;
const basicResponse = '1.3.6.1.5.5.7.48.1.1';

/** By their numbers; 4 is not used. */
const statuses: ReadonlyMap<number, OcspStatus> = new Map([
  [0, 'successful'],
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

/** OCSPResponse ::= SEQUENCE { responseStatus, responseBytes [0] OPTIONAL }. @throws FaultError `malformed` */
export function readOcspResponse(der: Buffer): OcspResponse {
  if (der.length > mostOcspBytes) throw malformedOcsp(`is larger than ${mostOcspBytes} bytes`);
  const fields = fieldsOf(readWholeDer(der, derTags.sequence));
  const status = statuses.get(readSmallNumber(fields.next(derTags.enumerated)));
  const bytes = fields.optional(derTags.firstContext);
  fields.end();
  if (status === undefined) throw malformedOcsp('has a status that there is not');
  if (status === 'successful' && bytes !== null)
    return { status, ...readBasic(readResponseBytes(readWholeDer(bytes.content, derTags.sequence))) };
  if (status === 'successful' || bytes !== null) throw malformedOcsp('has a status that does not fit what follows');
  return { status };
}

function readResponseBytes(sequence: DerElement): DerElement {
  const fields = fieldsOf(sequence);
  const type = readObjectIdentifier(fields.next(derTags.objectIdentifier));
  const response = fields.next(derTags.octetString).content;
  fields.end();
  if (type !== basicResponse) throw malformedOcsp('is of a type that we do not know');
  return readWholeDer(response, derTags.sequence);
}

/** SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs [0] OPTIONAL } */
function readBasic(basic: DerElement): BasicOcspResponse {
  const fields = fieldsOf(basic);
  const data = fields.next(derTags.sequence);
  const signatureAlgorithm = readSignatureAlgorithm(fields.next(derTags.sequence));
  const signature = readFullBits(fields.next(derTags.bitString));
  const certificates = readCertificates(fields.optional(derTags.firstContext));
  fields.end();
  return { signed: data.whole, signature, signatureAlgorithm, certificates, ...readData(fieldsOf(data)) };
}

function readCertificates(field: DerElement | null): readonly Buffer[] {
  if (field === null) return [];
  const certificates = readDerSequence(readWholeDer(field.content, derTags.sequence).content);
  if (certificates.length > mostCertificates) throw malformedOcsp(`brings more than ${mostCertificates} certificates`);
  return certificates.map(({ whole }) => whole);
}

/** SEQUENCE { version [0] DEFAULT v1, responderID, producedAt, responses, responseExtensions [1] OPTIONAL } */
function readData(fields: DerFields): Pick<BasicOcspResponse, 'responder' | 'producedAt' | 'singles'> {
  const version = fields.optional(derTags.firstContext);
  if (version !== null && readSmallNumber(readWholeDer(version.content, derTags.integer)) !== 0)
    throw malformedOcsp('is of a newer version');
  const responder = readResponder(fields);
  const producedAt = readTime(fields.next(derTags.generalizedTime));
  const singles = readDerSequence(fields.next(derTags.sequence).content);
  refuseCritical(fields.optional(derTags.firstContext + 1));
  fields.end();
  if (singles.length === 0 || singles.length > mostSingles) throw malformedOcsp('is about no certificate, or about too many');
  return { responder, producedAt, singles: singles.map(readSingleResponse) };
}

/** byName [1], byKey [2], both explicit. */
function readResponder(fields: DerFields): ResponderId {
  const name = fields.optional(derTags.firstContext + 1);
  if (name !== null) {
    checkName(name.content);
    return { name: name.content };
  }
  const key = readWholeDer(fields.next(derTags.firstContext + 2).content, derTags.octetString);
  return { keyHash: key.content.toString('hex') };
}
