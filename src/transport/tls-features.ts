import { createHash, X509Certificate } from 'node:crypto';
import { type ProtocolVersion, protocolVersions } from './protocol-versions.ts';
import type { Behaviour, GroupVersion, TlsAddress, VersionFact } from './tls-facts.ts';

/** What was seen of one part of an address (`suites TLSv1.2`): words that can be compared, sorted. Incomplete: there may be more. */
export interface Feature {
  readonly seen: readonly string[];
  readonly isComplete: boolean;
}

/** What is read of a `TlsAddress`. */
export interface AddressWithFeatures extends Pick<TlsAddress, 'address' | 'plaintext'> {
  readonly protocols: { readonly [V in ProtocolVersion]: Pick<VersionFact, 'outcome'> };
  readonly suites: { readonly [V in ProtocolVersion]?: AcceptedOfVersion | undefined };
  readonly groups: { readonly [V in GroupVersion]?: AcceptedOfVersion | undefined };
  readonly behaviour: { readonly [Name in keyof Behaviour]?: AnsweredWhat | undefined };
  readonly served: { readonly chains: readonly { readonly certificates: readonly string[] }[]; readonly fault: object | null };
}

type AnsweredWhat = { readonly is: boolean | string | null } | { readonly fault: object };

interface AcceptedOfVersion {
  readonly accepted: readonly string[];
  readonly fault: object | null;
}

export type Features = { readonly [part: string]: Feature };

/** Where something is not known, nothing is said of it; that is no change. */
export function featuresOf(address: AddressWithFeatures): Features {
  const versions = protocolVersions.map(({ name }) => name);
  const parts: readonly (readonly [string, Feature])[] = [
    ...versions.map((version) => [`protocol ${version}`, featureOfVersion(address, version)] as const),
    ...versions.map((version) => [`suites ${version}`, featureOfList(address, version, address.suites[version])] as const),
    ...(['TLSv1.2', 'TLSv1.3'] as const).map(
      (version) => [`groups ${version}`, featureOfList(address, version, address.groups[version])] as const,
    ),
    ...Object.entries(address.behaviour).map(([name, answer]) => [`behaviour ${name}`, featureOfAnswer(answer)] as const),
    ...featuresOfChains(address),
    ['plaintext', featureOfPlaintext(address)],
  ];
  return Object.fromEntries(parts);
}

function featureOfVersion({ protocols }: AddressWithFeatures, version: ProtocolVersion): Feature {
  const { outcome } = protocols[version];
  return { seen: outcome === 'offered' ? ['accepted'] : [], isComplete: outcome !== 'fault' };
}

/** Who was silent has not shown that nothing answers without TLS. */
function featureOfPlaintext({ plaintext, protocols }: AddressWithFeatures): Feature {
  if (plaintext !== null) return { seen: [plaintext], isComplete: true };
  return { seen: [], isComplete: Object.values(protocols).some(({ outcome }) => outcome !== 'fault') };
}

/** A version that is refused accepts none; of one that could not be tried nothing is known. */
function featureOfList({ protocols }: AddressWithFeatures, version: ProtocolVersion, list: AcceptedOfVersion | undefined): Feature {
  if (protocols[version].outcome === 'refused') return { seen: [], isComplete: true };
  if (list === undefined) return { seen: [], isComplete: false };
  return { seen: list.accepted.toSorted(), isComplete: list.fault === null };
}

/** Where the question does not arise there is nothing to compare either. */
function featureOfAnswer(answer: AnsweredWhat | undefined): Feature {
  if (answer === undefined || 'fault' in answer || answer.is === null) return { seen: [], isComplete: false };
  return { seen: [String(answer.is)], isComplete: true };
}

/** The key itself, so that a certificate that was renewed with the same key and issuer is no change. */
function featuresOfChains({ served }: AddressWithFeatures): readonly (readonly [string, Feature])[] {
  const isComplete = served.fault === null;
  const leaves = served.chains.flatMap(({ certificates: [leaf] }) => (leaf === undefined ? [] : [describeLeaf(leaf)]));
  return [
    ['keys', { seen: sortedOnce(leaves.map(({ key }) => key)), isComplete }],
    ['issuers', { seen: sortedOnce(leaves.map(({ issuer }) => issuer)), isComplete }],
  ];
}

/** One that cannot be decoded is told apart from others by its bytes. */
function describeLeaf(base64Der: string): { readonly key: string; readonly issuer: string } {
  const der = Buffer.from(base64Der, 'base64');
  try {
    const certificate = new X509Certificate(der);
    const key = certificate.publicKey.export({ type: 'spki', format: 'der' });
    return { key: `sha256 ${digestOf(key)}`, issuer: certificate.issuer.split('\n').join(', ') };
  } catch {
    return {
      key: `of an unreadable certificate, sha256 ${digestOf(der)}`,
      issuer: `of an unreadable certificate, sha256 ${digestOf(der)}`,
    };
  }
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function sortedOnce(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}
