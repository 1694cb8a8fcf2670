import { FaultError } from '../domain/fault.ts';
import { type CertificateParts, type RawExtension, readCertificateParts } from './certificate-parts.ts';
import { type DerElement, derTags, fieldsOf, readDer, readDerSequence, readObjectIdentifier, readWholeDer } from './der.ts';
import { readAsciiText, readBoolean, readNamedBits, readSmallNumber } from './der-values.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';
import { type CertificateTimestamps, readCertificateTimestamps } from './signed-certificate-timestamps.ts';

/** What a certificate says in its extensions, and how it is signed. Null: it does not have that extension. */
export interface CertificateExtensions {
  readonly signature: SignatureAlgorithm;
  /** `pathLength`: how many authorities may follow below it; null: no limit. */
  readonly basicConstraints: { readonly isAuthority: boolean; readonly pathLength: number | null } | null;
  /** RFC 5280's names (`digitalSignature`), in its order. */
  readonly keyUsage: readonly string[] | null;
  /** RFC 5280's names (`serverAuth`) where it has one, else OIDs, in the order of the certificate. */
  readonly extendedKeyUsage: readonly string[] | null;
  /** A server has to staple (RFC 7633: TLS feature 5 or 17). */
  readonly mustStaple: boolean;
  /** Numbers of TLS extensions that a server has to use. */
  readonly tlsFeatures: readonly number[];
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
  readonly issuerUrls: readonly string[];
  readonly timestamps: CertificateTimestamps | null;
  /** OIDs of critical extensions that we do not know. Whoever does not know one has to refuse the certificate (RFC 5280 4.2). */
  readonly unknownCritical: readonly string[];
}

const identifiers = {
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  crlDistributionPoints: '2.5.29.31',
  extendedKeyUsage: '2.5.29.37',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
  certificateTimestamps: '1.3.6.1.4.1.11129.2.4.2',
} as const;

/** Identifiers of keys, names, policies and constraints of both, freshest CRL: OpenSSL judges them with the chain. */
const judgedElsewhere = ['14', '17', '18', '30', '32', '33', '35', '36', '46', '54'].map((arc) => `2.5.29.${arc}`);
const known: ReadonlySet<string> = new Set([...Object.values(identifiers), ...judgedElsewhere]);

/** @throws FaultError `malformed` where the DER of a certificate is not strict, or one of these extensions is not what its RFC says. */
export function readCertificateExtensions(der: Buffer): CertificateExtensions {
  return describeExtensions(readCertificateParts(der));
}

/** @throws FaultError `malformed` */
export function describeExtensions({ extensions, signatureAlgorithm }: CertificateParts): CertificateExtensions {
  const read = <Value>(identifier: string, reader: (value: Buffer) => Value): Value | null => readFrom(extensions, identifier, reader);
  const tlsFeatures = read(identifiers.tlsFeature, readTlsFeatures) ?? [];
  const access = read(identifiers.authorityInformationAccess, readAuthorityAccess);
  return {
    signature: signatureAlgorithm,
    basicConstraints: read(identifiers.basicConstraints, readBasicConstraints),
    keyUsage: read(identifiers.keyUsage, readKeyUsage),
    extendedKeyUsage: read(identifiers.extendedKeyUsage, readExtendedKeyUsage),
    mustStaple: tlsFeatures.some((feature) => feature === 5 || feature === 17),
    tlsFeatures,
    crlUrls: read(identifiers.crlDistributionPoints, readCrlUrls) ?? [],
    ocspUrls: access?.ocspUrls ?? [],
    issuerUrls: access?.issuerUrls ?? [],
    timestamps: read(identifiers.certificateTimestamps, readCertificateTimestamps),
    unknownCritical: extensions
      .filter(({ isCritical, identifier }) => isCritical && !known.has(identifier))
      .map(({ identifier }) => identifier),
  };
}

function readFrom<Value>(extensions: readonly RawExtension[], identifier: string, reader: (value: Buffer) => Value): Value | null {
  const found = extensions.find((extension) => extension.identifier === identifier);
  return found === undefined ? null : reader(found.value);
}

/** SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL } */
function readBasicConstraints(value: Buffer): NonNullable<CertificateExtensions['basicConstraints']> {
  const fields = fieldsOf(readWholeDer(value, derTags.sequence));
  const authority = fields.optional(derTags.boolean);
  const pathLength = fields.optional(derTags.integer);
  fields.end();
  return {
    isAuthority: authority !== null && readBoolean(authority),
    pathLength: pathLength === null ? null : readSmallNumber(pathLength),
  };
}

/** By their bits. */
const keyUsages = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

function readKeyUsage(value: Buffer): readonly string[] {
  return readNamedBits(readWholeDer(value, derTags.bitString)).map((bit) => keyUsages[bit] ?? `bit ${bit}`);
}

const purposes: ReadonlyMap<string, string> = new Map([
  ['2.5.29.37.0', 'anyExtendedKeyUsage'],
  ['1.3.6.1.5.5.7.3.1', 'serverAuth'],
  ['1.3.6.1.5.5.7.3.2', 'clientAuth'],
  ['1.3.6.1.5.5.7.3.3', 'codeSigning'],
  ['1.3.6.1.5.5.7.3.4', 'emailProtection'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
]);

function readExtendedKeyUsage(value: Buffer): readonly string[] {
  const found = readDerSequence(readWholeDer(value, derTags.sequence).content).map(readObjectIdentifier);
  if (found.length === 0) throw new FaultError('malformed', 'an extended key usage names no purpose');
  return found.map((identifier) => purposes.get(identifier) ?? identifier);
}

/** SEQUENCE OF INTEGER */
function readTlsFeatures(value: Buffer): readonly number[] {
  return readDerSequence(readWholeDer(value, derTags.sequence).content).map((element) => {
    if (element.tag !== derTags.integer) throw new FaultError('malformed', 'a TLS feature is not a number');
    return readSmallNumber(element);
  });
}

const accessMethods = { ocsp: '1.3.6.1.5.5.7.48.1', issuers: '1.3.6.1.5.5.7.48.2' } as const;

/** SEQUENCE OF SEQUENCE { accessMethod OID, accessLocation GeneralName } */
function readAuthorityAccess(value: Buffer): Pick<CertificateExtensions, 'ocspUrls' | 'issuerUrls'> {
  const entries = readDerSequence(readWholeDer(value, derTags.sequence).content).map(readAccess);
  const urlsOf = (method: string): readonly string[] => entries.filter((entry) => entry.method === method).flatMap(({ urls }) => urls);
  return { ocspUrls: urlsOf(accessMethods.ocsp), issuerUrls: urlsOf(accessMethods.issuers) };
}

function readAccess({ tag, content }: DerElement): { readonly method: string; readonly urls: readonly string[] } {
  const [method, location, ...others] = readDerSequence(content);
  if (tag !== derTags.sequence || method === undefined || location === undefined || others.length > 0)
    throw new FaultError('malformed', 'an access to the authority is not a pair');
  return { method: readObjectIdentifier(method), urls: urlsAmong([location]) };
}

/** SEQUENCE OF SEQUENCE { distributionPoint [0] { fullName [0] GeneralNames | ... [1] } OPTIONAL, reasons [1] OPTIONAL, cRLIssuer [2] OPTIONAL } */
function readCrlUrls(value: Buffer): readonly string[] {
  const points = fieldsOf(readWholeDer(value, derTags.sequence));
  const urls: string[] = [];
  while (!points.isAtEnd()) urls.push(...readCrlPoint(points.next(derTags.sequence)));
  return urls;
}

function readCrlPoint(point: DerElement): readonly string[] {
  const fields = fieldsOf(point);
  const name = fields.optional(derTags.firstContext);
  fields.optional(0x81);
  fields.optional(derTags.firstContext + 2);
  fields.end();
  if (name === null) return [];
  const choice = readDer(name.content);
  if (choice.end !== name.content.length) throw new FaultError('malformed', 'a place of revocation lists has more than one name');
  return choice.tag === derTags.firstContext ? urlsAmong(readDerSequence(choice.content)) : [];
}

/** GeneralName: an address is an implicit IA5String [6]. */
const urlTag = 0x86;

function urlsAmong(names: readonly DerElement[]): readonly string[] {
  return names.filter(({ tag }) => tag === urlTag).map(({ content }) => readAsciiText(content));
}
