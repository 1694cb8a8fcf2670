import { createHash } from 'node:crypto';
import { type Fault, FaultError } from '../domain/fault.ts';
import { epochMs, type Timestamp } from '../domain/time.ts';
import { verifyIssuance } from './certificate-issuance.ts';
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts';
import { type BasicOcspResponse, type OcspResponse, readOcspResponse } from './ocsp-response.ts';
import { type OcspSignature, verifyOcspSignature } from './ocsp-signer.ts';
import type { CertificateId, SingleResponse } from './ocsp-single-response.ts';

/** What a stapled OCSP response says of a leaf, as far as it can be said without a clock. */
export type StapleFacts =
  | { readonly kind: 'malformed'; readonly fault: Fault }
  /** The responder did not answer the question. */
  | { readonly kind: 'refused'; readonly status: Exclude<OcspResponse['status'], 'successful'> }
  | AnsweredStaple;

export interface AnsweredStaple {
  readonly kind: 'answered';
  readonly producedAt: Timestamp;
  /** `unverifiable` where the issuer is not known. */
  readonly signature: OcspSignature;
  /** Null: it names the issuer by a hash that we do not know. */
  readonly matchesLeaf: boolean | null;
  /** About the leaf; null where it is about none that could be the leaf. */
  readonly answer: StapledAnswer | null;
}

export type StapledAnswer = Omit<SingleResponse, 'certificate'>;

export type StapleVerdict =
  | 'good'
  | 'revoked'
  | 'unknown-to-responder'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-certificate'
  | 'bad-signature'
  | 'malformed'
  /** The responder gave an error instead of an answer. */
  | 'refused-by-responder'
  /** We cannot tell: the issuer did not come with the chain, or the algorithm is one that we do not know. */
  | 'unverifiable';

export interface StapleJudgement {
  readonly verdict: StapleVerdict;
  /** For people. */
  readonly sentence: string;
}

/**
 * All are DER.
 * @throws FaultError `malformed` where leaf or issuer cannot be read; of the staple that is a verdict.
 */
export function judgeStaple(staple: Buffer, leaf: Buffer, issuer: Buffer, nowMs: number): StapleJudgement {
  return judgeStapleFacts(describeStaple(staple, readCertificateParts(leaf), readCertificateParts(issuer)), nowMs);
}

/** `issuer`: null, or one that did not issue the leaf, where that is not known. */
export function describeStaple(staple: Buffer, leaf: CertificateParts, issuer: CertificateParts | null): StapleFacts {
  const known = issuer !== null && verifyIssuance(leaf, issuer) === 'valid' ? issuer : null;
  try {
    const response = readOcspResponse(staple);
    return response.status === 'successful' ? describeAnswer(response, leaf, known) : { kind: 'refused', status: response.status };
  } catch (error) {
    if (error instanceof FaultError) return { kind: 'malformed', fault: error.fault };
    throw error;
  }
}

function describeAnswer(response: BasicOcspResponse, leaf: CertificateParts, issuer: CertificateParts | null): AnsweredStaple {
  const matches = response.singles.map((single) => ({ single, isAboutLeaf: isAbout(single.certificate, leaf, issuer) }));
  const certain = matches.filter(({ isAboutLeaf }) => isAboutLeaf === true);
  const possible = matches.filter(({ isAboutLeaf }) => isAboutLeaf === null);
  const found = gravest((certain.length > 0 ? certain : possible).map(({ single }) => single));
  return {
    kind: 'answered',
    producedAt: response.producedAt,
    signature: issuer === null ? { verdict: 'unverifiable', signer: null } : verifyOcspSignature(response, issuer),
    matchesLeaf: certain.length > 0 ? true : possible.length > 0 ? null : false,
    answer: found === null ? null : withoutCertificate(found),
  };
}

/** The same serial number under the same issuer. The name is hashed as it stands in the leaf; the key only where we have it. */
function isAbout(id: CertificateId, leaf: CertificateParts, issuer: CertificateParts | null): boolean | null {
  if (id.serialNumber !== leaf.serialNumber) return false;
  if (id.hash === null || !certificateIdHashes.has(id.hash)) return null;
  if (id.issuerNameHash !== hashOf(id.hash, leaf.issuer)) return false;
  return issuer === null || id.issuerKeyHash === hashOf(id.hash, issuer.keyBytes);
}

/** SHA-1 is what all use here: it only names things. */
const certificateIdHashes: ReadonlySet<string> = new Set(['sha1', 'sha256', 'sha384', 'sha512']);

function hashOf(hash: string, bytes: Buffer): string {
  return createHash(hash).update(bytes).digest('hex');
}

/** Where several are about the leaf, the one that speaks most against it. */
function gravest(singles: readonly SingleResponse[]): SingleResponse | null {
  const gravity = { revoked: 2, unknown: 1, good: 0 } as const;
  return singles.toSorted((one, other) => gravity[other.status] - gravity[one.status])[0] ?? null;
}

function withoutCertificate({ status, revocation, thisUpdate, nextUpdate }: SingleResponse): StapledAnswer {
  return { status, revocation, thisUpdate, nextUpdate };
}

/** What the facts mean at a moment. Nothing that is not proven is `good`. */
export function judgeStapleFacts(facts: StapleFacts, nowMs: number): StapleJudgement {
  if (facts.kind === 'malformed') return judged('malformed', `the staple cannot be read: ${facts.fault.message}`);
  if (facts.kind === 'refused') return judged('refused-by-responder', `the responder gave no answer but ${facts.status}`);
  const { answer, matchesLeaf, signature } = facts;
  if (answer === null) return judged('wrong-certificate', 'the staple is about another certificate than the one that was shown');
  return judgeSignature(signature, nowMs) ?? judgeMatch(matchesLeaf) ?? judgeAnswer(answer, nowMs);
}

/** Null: it is one to rely on. */
function judgeSignature({ verdict, signer }: OcspSignature, nowMs: number): StapleJudgement | null {
  if (verdict === 'unverifiable')
    return judged('unverifiable', 'the signature of the staple cannot be verified: the issuer or the algorithm is not known');
  if (verdict === 'weak') return judged('bad-signature', 'the staple is signed with a hash for which signatures can be forged');
  if (verdict === 'invalid' || signer === null)
    return judged('bad-signature', 'the staple is signed neither by the issuer nor by a responder that the issuer has delegated');
  if (signer.kind === 'issuer') return null;
  if (nowMs < epochMs(signer.validFrom))
    return judged('not-yet-valid', `the certificate of the responder is valid only from ${signer.validFrom}`);
  if (nowMs > epochMs(signer.validTo)) return judged('expired', `the certificate of the responder was valid until ${signer.validTo}`);
  return null;
}

function judgeMatch(matchesLeaf: boolean | null): StapleJudgement | null {
  return matchesLeaf === true ? null : judged('unverifiable', 'the staple names the issuer by a hash that is not known');
}

/** Without an end newer information can be had at any time (RFC 6960 4.2.2.1): after a day such a staple says nothing more. */
const withoutEndMs = 86_400_000;

function judgeAnswer({ status, revocation, thisUpdate, nextUpdate }: StapledAnswer, nowMs: number): StapleJudgement {
  const fromMs = epochMs(thisUpdate);
  const untilMs = nextUpdate === null ? fromMs + withoutEndMs : epochMs(nextUpdate);
  if (nowMs < fromMs) return judged('not-yet-valid', `the staple is valid only from ${thisUpdate}`);
  // What is revoked stays revoked, however old the word of it is.
  if (status === 'revoked') return judged('revoked', sentenceOfRevocation(revocation));
  if (nowMs > untilMs)
    return judged(
      'expired',
      `the staple of ${thisUpdate} ${nextUpdate === null ? 'names no end and is older than a day' : `was valid until ${nextUpdate}`}`,
    );
  if (status === 'unknown')
    return judged('unknown-to-responder', `the responder says as of ${thisUpdate} that it does not know the certificate`);
  return judged('good', `the responder says as of ${thisUpdate} that the certificate is not revoked`);
}

function sentenceOfRevocation(revocation: StapledAnswer['revocation']): string {
  if (revocation === null) return 'the certificate was revoked';
  return `the certificate was revoked at ${revocation.at}${revocation.reason === null ? '' : ` (${revocation.reason})`}`;
}

function judged(verdict: StapleVerdict, sentence: string): StapleJudgement {
  return { verdict, sentence };
}
