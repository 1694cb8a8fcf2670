import { type BehaviourFacts, judgeFlag } from './behaviour-flags.ts';
import { compareCertificates, type ServedFacts } from './compare-certificates.ts';
import { compareFiniteFields, compareGroups, type GroupFacts } from './compare-groups.ts';
import { nameSome } from './name-some.ts';
import { labelOfVersion, type ProtocolVersion, protocolVersions } from './protocol-versions.ts';
import { fallsShort, join, none, notSeen, type Shortcomings } from './shortcomings.ts';
import type { Listed } from './tls-facts.ts';
import type { TlsProfile } from './tls-profiles.ts';

export type ProfileFacts = GroupFacts & BehaviourFacts<'secureRenegotiation' | 'extendedMasterSecret' | 'compression'>;

const names = protocolVersions.map(({ name }) => name);

/** Each way in which it differs, with the figure's place in the guideline. `served`: null where the certificates were not seen at all. */
export function compareWithProfile(profile: TlsProfile, address: ProfileFacts, served: ServedFacts | null): Shortcomings {
  const parts = [
    ...names.map((version) => compareVersion(profile, address, version)),
    compareAcceptance(profile, address),
    ...names.map((version) => compareSuites(profile, address, version)),
    ...groupVersionsOf(profile).map((version) => compareGroups(profile.groups, address, version)),
    compareFiniteFields(profile.groups, address),
    ...profile.extensions.required.map((extension) => judgeFlag(extension, address, profile.extensions.rule)),
    profile.compression === null ? none : judgeFlag('compression', address, profile.compression.rule),
    compareCertificates(profile, served),
  ];
  return join(parts);
}

function groupVersionsOf({ versions }: TlsProfile) {
  return (['TLSv1.2', 'TLSv1.3'] as const).filter((version) => versions.allowed.includes(version));
}

function compareVersion({ versions }: TlsProfile, { protocols }: ProfileFacts, version: ProtocolVersion): Shortcomings {
  const seen = protocols[version];
  const label = labelOfVersion(version);
  const isAllowed = versions.allowed.includes(version);
  const isRequired = versions.required.includes(version);
  if (seen.outcome === 'fault') return isAllowed && !isRequired ? none : notSeen(`${label} could not be tried`, versions.rule, seen.fault);
  if (seen.outcome === 'offered') return isAllowed ? none : fallsShort(`${label} is accepted`, versions.rule);
  return isRequired ? fallsShort(`${label} is refused`, versions.rule) : none;
}

/** Who refuses everything meets nothing. */
function compareAcceptance({ versions }: TlsProfile, { protocols }: ProfileFacts): Shortcomings {
  const isRefused = versions.allowed.every((version) => protocols[version].outcome === 'refused');
  const labels = versions.allowed.map(labelOfVersion).join(' or ');
  return isRefused && versions.required.length === 0 ? fallsShort(`${labels} is not accepted`, versions.rule) : none;
}

/** Of versions that the profile allows: the others differ as a whole. A version that could not be tried may accept anything. */
function compareSuites({ versions, suites }: TlsProfile, address: ProfileFacts, version: ProtocolVersion): Shortcomings {
  const seen = address.protocols[version];
  if (!versions.allowed.includes(version) || seen.outcome === 'refused') return none;
  const what = `the suites of ${labelOfVersion(version)} are not known`;
  if (seen.outcome === 'fault') return notSeen(what, suites.rule, seen.fault);
  const list: Listed | undefined = address.suites[version];
  if (list === undefined || (list.accepted.length === 0 && list.fault === null))
    return notSeen(what, suites.rule, { code: 'partial', message: 'not asked for' });
  const others = list.accepted.filter((name) => !suites.allowed.includes(name));
  return join([
    others.length === 0 ? none : fallsShort(`${labelOfVersion(version)} accepts ${nameSome(others)}`, suites.rule),
    list.fault === null ? none : notSeen(what, suites.rule, list.fault),
  ]);
}
