import { judgeAcceptedSuites, judgeSuites, judgeVersionRefused, type SuiteDemand } from './accepted-suites.ts';
import { type BehaviourFacts, judgeFlag } from './behaviour-flags.ts';
import { compareFiniteFields, compareGroups, type GroupFacts } from './compare-groups.ts';
import { groupOfName } from './named-groups.ts';
import { labelOfVersion, protocolVersions } from './protocol-versions.ts';
import { fallsShort, join, none, notSeen, type Shortcomings } from './shortcomings.ts';
import type { NameAnswer, TlsAddress } from './tls-facts.ts';
import type { GroupRule } from './tls-profiles.ts';

export type WeaknessFacts = GroupFacts &
  BehaviourFacts & {
    readonly oddities: TlsAddress['oddities'];
    readonly otherNames: { readonly none: SeenName; readonly unknown: SeenName } | null;
  };
type SeenName =
  | Pick<Extract<NameAnswer, { outcome: 'answered' }>, 'outcome' | 'suite' | 'moreVersions'>
  | { readonly outcome: 'refused' }
  | Extract<NameAnswer, { outcome: 'fault' }>;

const anyStrongGroup: GroupRule = {
  allowed: null,
  oneOf: [],
  leastDhBits: 2048,
  rule: 'NIST SP 800-57 part 1, 5.6.1 (112 bits), RFC 8422 5.1.1',
};

const outdated = protocolVersions.filter(({ deprecatedBy }) => deprecatedBy !== null);
/** What else a suite may lack is for tls-cipher-strength. */
const notBroken: SuiteDemand = { isMet: ({ brokenBy }) => brokenBy === null, rule: 'suites' };

/** Known ways to read or change what goes over a connection, by what the address would agree to. */
export function findWeaknesses(address: WeaknessFacts): Shortcomings {
  const flags = [
    judgeFlag('refusesFallback', address, 'RFC 7507'),
    judgeFlag('secureRenegotiation', address, 'RFC 5746'),
    judgeFlag('compression', address, 'RFC 9325 3.3'),
    judgeFlag('extendedMasterSecret', address, 'RFC 7627'),
    judgeFlag('downgradeSentinel', address, 'RFC 8446 4.1.3'),
  ];
  return join([
    ...outdated.map(({ name }) => judgeVersionRefused(address, name)),
    ...protocolVersions.map(({ name }) => judgeAcceptedSuites(address, name, notBroken)),
    ...flags,
    compareGroups(anyStrongGroup, address, 'TLSv1.2'),
    compareGroups(anyStrongGroup, address, 'TLSv1.3'),
    compareFiniteFields({ leastDhBits: 2048, rule: 'RFC 9325 4.5' }, address),
    address.oddities.includes('suite-not-offered')
      ? fallsShort('it selects a cipher suite that was not offered', 'RFC 8446 4.1.3, RFC 5246 7.4.1.3')
      : none,
    ...judgeOtherNames(address),
  ]);
}

/** `X25519MLKEM768`, ...: groups that a quantum computer does not open later. */
export function postQuantumGroupsOf({ groups }: Pick<GroupFacts, 'groups'>): readonly string[] {
  return (groups['TLSv1.3']?.accepted ?? []).filter((name) => groupOfName(name)?.isPostQuantum === true);
}

function judgeOtherNames({ otherNames }: WeaknessFacts): readonly Shortcomings[] {
  if (otherNames === null) return [];
  return [
    judgeName(otherNames.none, 'a client that names no host'),
    judgeName(otherNames.unknown, 'a client that names a host that is not known here'),
  ];
}

/** TLS 1.3 for others alone is odd, but weaker is only what is older. */
function judgeName(answer: SeenName, who: string): Shortcomings {
  if (answer.outcome === 'fault') return notSeen(`what ${who} gets could not be seen`, 'otherNames', answer.fault);
  if (answer.outcome === 'refused') return none;
  const older = protocolVersions.filter(({ name }) => name !== 'TLSv1.3' && answer.moreVersions.includes(name));
  const rules = older.map(({ deprecatedBy }) => deprecatedBy ?? 'otherNames');
  return join([
    older.length === 0
      ? none
      : fallsShort(`${who} gets ${older.map(({ name }) => labelOfVersion(name)).join(', ')} as well`, [...new Set(rules)].join(', ')),
    judgeSuites([answer.suite], `${who} gets`, notBroken),
  ]);
}
