import type { Strength } from './certificate-strength.ts';
import { judgeGroupStrength } from './group-strength.ts';
import { nameSome } from './name-some.ts';
import type { NegotiationFacts } from './negotiate.ts';
import { labelOfVersion } from './protocol-versions.ts';
import { fallsShort, join, none, notKnown, notSeen, type Shortcomings } from './shortcomings.ts';
import type { GroupVersion, Listed, TlsAddress } from './tls-facts.ts';
import type { GroupRule } from './tls-profiles.ts';

export type GroupFacts = NegotiationFacts & Pick<TlsAddress, 'dhBits'>;

const notAsked = { code: 'partial', message: 'not asked for' } as const;
const noneSeen = { code: 'partial', message: 'none was accepted, though a suite that needs one was' } as const;

/** The groups of one version. A version that could not be tried may have any. */
export function compareGroups(rule: GroupRule, address: GroupFacts, version: GroupVersion): Shortcomings {
  if (!mayUseGroups(address, version)) return none;
  const seen = address.protocols[version];
  const list = address.groups[version];
  const what = `the groups of ${labelOfVersion(version)} are not known`;
  if (seen.outcome === 'fault') return notSeen(what, rule.rule, seen.fault);
  if (list === undefined) return notSeen(what, rule.rule, notAsked);
  if (list.accepted.length === 0 && list.fault === null) return usesGroups(address, version) ? notSeen(what, rule.rule, noneSeen) : none;
  const blindness = list.fault === null ? none : notSeen(what, rule.rule, list.fault);
  return join([compareListed(rule, list, labelOfVersion(version)), blindness]);
}

/** Before TLS 1.3 only suites with ECDHE have groups. */
function usesGroups({ suites }: GroupFacts, version: GroupVersion): boolean {
  return version === 'TLSv1.3' || suites[version]?.accepted.some((name) => name.startsWith('TLS_ECDHE_')) === true;
}

/** As long as not all suites are known there may be one that uses them. */
function mayUseGroups(address: GroupFacts, version: GroupVersion): boolean {
  if (address.protocols[version].outcome === 'refused') return false;
  const list = address.suites[version];
  return list === undefined || list.fault !== null || usesGroups(address, version);
}

function compareListed({ allowed, oneOf, rule }: GroupRule, { accepted, fault }: Listed, label: string): Shortcomings {
  const verdictOn = (name: string): Strength => (allowed === null ? judgeGroupStrength(name) : allowed.includes(name) ? 'strong' : 'weak');
  const unwanted = accepted.filter((name) => verdictOn(name) === 'weak');
  const strange = accepted.filter((name) => verdictOn(name) === 'unknown');
  const lacksOneOf = oneOf.length > 0 && fault === null && !oneOf.some((name) => accepted.includes(name));
  return join([
    unwanted.length === 0 ? none : fallsShort(`${label} exchanges keys in ${nameSome(unwanted)}`, rule),
    lacksOneOf ? fallsShort(`${label} exchanges keys in none of ${oneOf.join(', ')}`, rule) : none,
    strange.length === 0 ? none : notKnown(`${label} exchanges keys in ${nameSome(strange)}, which we do not know`, rule),
  ]);
}

/** The finite fields before TLS 1.3, which have no names there. */
export function compareFiniteFields({ leastDhBits, rule }: Pick<GroupRule, 'leastDhBits' | 'rule'>, address: GroupFacts): Shortcomings {
  const smallest = Math.min(...address.dhBits);
  if (smallest < leastDhBits) return fallsShort(`keys are exchanged in a finite field of ${smallest} bits`, rule);
  const isMet = Object.values(address.suites).some((list) => list?.accepted.some((name) => /^TLS_DHE?_/.test(name)));
  return isMet && address.dhBits.length === 0 ? notSeen('the size of the finite field is not known', rule, notAsked) : none;
}
