import type { Fault } from '../domain/fault.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import { describeKey, describeSignature, isRsa } from './certificate-strength.ts';
import { fallsShort, join, none, notKnown, notSeen, type Shortcomings } from './shortcomings.ts';
import type { CertificateRule, TlsProfile } from './tls-profiles.ts';

/** What is read of the chains that an address serves. */
export interface ServedFacts {
  readonly served: readonly ServedChainFacts[];
  /** Why there may be more chains, or why there is none. */
  readonly servedFault: Fault | null;
}

export interface ServedChainFacts {
  /** As they came, leaf first; those that cannot be read have no facts. */
  readonly certificates: readonly { readonly facts: ServedCertificate | null }[];
  /** What came stapled; null: nothing. */
  readonly staple: object | null;
  /** Where the leaf says that its status can be asked for; none: nobody could staple it. */
  readonly ocspUrls: readonly string[];
}

export type ServedCertificate = Pick<
  CertificateFacts,
  'subject' | 'keyType' | 'keyBits' | 'curve' | 'signatureAlgorithm' | 'signatureHash' | 'validFrom' | 'validTo' | 'selfSigned'
>;

/** The certificates of an address against those of a profile. */
export function compareCertificates({ certificates: rule, staple }: TlsProfile, seen: ServedFacts | null): Shortcomings {
  const chains = seen?.served ?? [];
  const isEmpty = chains.every(({ certificates }) => certificates.length === 0);
  const blindness = seen?.servedFault ?? (isEmpty ? { code: 'partial' as const, message: 'none was seen' } : null);
  return join([
    ...chains.map((chain) => compareChain(chain, rule)),
    ...chains.map((chain) => compareStaple(chain, staple)),
    blindness === null ? none : notSeen('not all certificates are known', rule.keyRule, blindness),
  ]);
}

function compareChain({ certificates }: ServedChainFacts, rule: CertificateRule): Shortcomings {
  const judged = rule.reach === 'leaf' ? certificates.slice(0, 1) : certificates;
  return join(
    judged.map(({ facts }, index) => {
      if (facts === null) return notSeen(`certificate ${index + 1} is not known`, rule.keyRule, unreadable);
      return join([compareKey(facts, rule), compareSignature(facts, index, rule), index === 0 ? compareLifetime(facts, rule) : none]);
    }),
  );
}

const unreadable = { code: 'malformed', message: 'it cannot be read' } as const;

function compareKey(each: ServedCertificate, { leastRsaBits, curves, keyRule: rule }: CertificateRule): Shortcomings {
  const words = `${nameOf(each)} has a key of ${describeKey(each)}`;
  if (isRsa(each) && leastRsaBits !== null) {
    if (each.keyBits === null) return notKnown(`${words}, whose size we do not know`, rule);
    return each.keyBits >= leastRsaBits ? none : fallsShort(words, rule);
  }
  if (each.keyType !== 'ec') return fallsShort(words, rule);
  return each.curve !== null && curves.includes(each.curve)
    ? none
    : fallsShort(`${words}, on ${each.curve ?? 'a curve without a name'}`, rule);
}

/** Nobody relies on the signature that an anchor above the leaf puts under itself (RFC 5280 6.1). */
function compareSignature(each: ServedCertificate, index: number, rule: CertificateRule): Shortcomings {
  if (index > 0 && each.selfSigned) return none;
  const words = `${nameOf(each)} is signed with ${describeSignature(each)}`;
  const isListed = rule.signatureAlgorithms?.some((name) => name.toLowerCase() === each.signatureAlgorithm.toLowerCase()) ?? true;
  if (!isListed) return fallsShort(words, rule.signatureRule);
  if (each.signatureHash === null && !/^ed(25519|448)$/i.test(each.signatureAlgorithm))
    return notKnown(`${words}, whose hash we do not know`, rule.signatureRule);
  return each.signatureHash !== null && rule.hashes.includes(each.signatureHash) ? none : fallsShort(words, rule.signatureRule);
}

const dayMs = 86_400_000;

function compareLifetime({ validFrom, validTo, ...leaf }: ServedCertificate, { longestDays, lifetimeRule }: CertificateRule): Shortcomings {
  const lifetimeMs = Date.parse(validTo) - Date.parse(validFrom);
  const words = `${nameOf(leaf)} is valid from ${validFrom} to ${validTo}, longer than ${longestDays} days`;
  if (Number.isNaN(lifetimeMs)) return notKnown(`${nameOf(leaf)} has dates that we cannot read`, lifetimeRule);
  return lifetimeMs > longestDays * dayMs ? fallsShort(words, lifetimeRule) : none;
}

function compareStaple({ certificates: [leaf], staple, ocspUrls }: ServedChainFacts, wanted: TlsProfile['staple']): Shortcomings {
  if (wanted === null || staple !== null || ocspUrls.length === 0) return none;
  const name = leaf === undefined || leaf.facts === null ? 'the certificate' : nameOf(leaf.facts);
  return fallsShort(`no OCSP response is stapled to ${name}, which names a responder`, wanted.rule);
}

function nameOf({ subject }: Pick<ServedCertificate, 'subject'>): string {
  return `certificate "${subject.replaceAll('\n', ', ')}"`;
}
