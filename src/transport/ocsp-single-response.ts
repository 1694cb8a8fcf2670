import { FaultError } from '../domain/fault.ts';
import type { Timestamp } from '../domain/time.ts';
import { type RawExtension, readExtensions } from './certificate-parts.ts';
import { type DerElement, type DerFields, derTags, fieldsOf, readWholeDer } from './der.ts';
import { readIntegerHex, readSmallNumber, readTime } from './der-values.ts';
import { readHashAlgorithm } from './signature-algorithm.ts';

/** About one certificate. */
export interface SingleResponse {
  readonly certificate: CertificateId;
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revocation: { readonly at: Timestamp; readonly reason: string | null } | null;
  readonly thisUpdate: Timestamp;
  /** Null: newer information can be had at any time. */
  readonly nextUpdate: Timestamp | null;
}

export interface CertificateId {
  /** Null: one that we do not know. */
  readonly hash: string | null;
  /** Lower-case hex. */
  readonly issuerNameHash: string;
  readonly issuerKeyHash: string;
  /** Upper-case hex. */
  readonly serialNumber: string;
}

/** SEQUENCE { certID, certStatus, thisUpdate, nextUpdate [0] OPTIONAL, singleExtensions [1] OPTIONAL }. @throws FaultError `malformed` */
export function readSingleResponse(element: DerElement): SingleResponse {
  if (element.tag !== derTags.sequence) throw malformedOcsp('is not about a certificate');
  const fields = fieldsOf(element);
  const certificate = readCertificateId(fieldsOf(fields.next(derTags.sequence)));
  const status = readStatus(fields);
  const thisUpdate = readTime(fields.next(derTags.generalizedTime));
  const nextUpdate = fields.optional(derTags.firstContext);
  refuseCritical(fields.optional(derTags.firstContext + 1));
  fields.end();
  return {
    certificate,
    ...status,
    thisUpdate,
    nextUpdate: nextUpdate === null ? null : readTime(readWholeDer(nextUpdate.content, derTags.generalizedTime)),
  };
}

function readCertificateId(fields: DerFields): CertificateId {
  const hash = readHashAlgorithm(fields.next(derTags.sequence));
  const issuerNameHash = fields.next(derTags.octetString).content.toString('hex');
  const issuerKeyHash = fields.next(derTags.octetString).content.toString('hex');
  const serialNumber = readIntegerHex(fields.next(derTags.integer));
  fields.end();
  return { hash, issuerNameHash, issuerKeyHash, serialNumber };
}

/** good [0] and unknown [2] are an implicit NULL, revoked [1] an implicit sequence. */
const statusTags = { good: 0x80, revoked: 0xa1, unknown: 0x82 } as const;

function readStatus(fields: DerFields): Pick<SingleResponse, 'status' | 'revocation'> {
  const revoked = fields.optional(statusTags.revoked);
  if (revoked !== null) return { status: 'revoked', revocation: readRevocation(fieldsOf(revoked)) };
  const good = fields.optional(statusTags.good);
  const { content } = good ?? fields.next(statusTags.unknown);
  if (content.length > 0) throw malformedOcsp('has a status with something in it');
  return { status: good === null ? 'unknown' : 'good', revocation: null };
}

/** RFC 5280 5.3.1, by their numbers; 7 is not used. */
const reasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  null,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

function readRevocation(fields: DerFields): NonNullable<SingleResponse['revocation']> {
  const at = readTime(fields.next(derTags.generalizedTime));
  const field = fields.optional(derTags.firstContext);
  fields.end();
  if (field === null) return { at, reason: null };
  const reason = reasons[readSmallNumber(readWholeDer(field.content, derTags.enumerated))] ?? null;
  if (reason === null) throw malformedOcsp('has a reason that there is not');
  return { at, reason };
}

/** We know no extension of responses that would have to be obeyed, so a critical one makes the response useless to us (RFC 6960 4.4). @throws FaultError `malformed` */
export function refuseCritical(field: DerElement | null): void {
  if (field === null) return;
  const critical: readonly RawExtension[] = readExtensions(readWholeDer(field.content, derTags.sequence)).filter(
    ({ isCritical }) => isCritical,
  );
  if (critical.length > 0) throw malformedOcsp('has a critical extension that we do not know');
}

export function malformedOcsp(what: string): FaultError {
  return new FaultError('malformed', `an OCSP response ${what}`);
}
