import { type CipherSuite, suiteOfName } from './cipher-suites.ts';
import { nameSome } from './name-some.ts';
import type { NegotiationFacts } from './negotiate.ts';
import { labelOfVersion, type ProtocolVersion, protocolVersions } from './protocol-versions.ts';
import { fallsShort, join, none, notKnown, notSeen, type Shortcomings } from './shortcomings.ts';

/** What every accepted suite has to be. A broken one is told by the rule against it, any other by this one. */
export interface SuiteDemand {
  readonly isMet: (suite: CipherSuite) => boolean;
  readonly rule: string;
}

type Facts = Pick<NegotiationFacts, 'protocols' | 'suites'>;

export function judgeVersionRefused({ protocols }: Pick<Facts, 'protocols'>, version: ProtocolVersion): Shortcomings {
  const seen = protocols[version];
  const rule = protocolVersions.find(({ name }) => name === version)?.deprecatedBy ?? 'protocols';
  if (seen.outcome === 'fault') return notSeen(`${labelOfVersion(version)} could not be tried`, rule, seen.fault);
  return seen.outcome === 'offered' ? fallsShort(`${labelOfVersion(version)} is accepted`, rule) : none;
}

/** A version that could not be tried, or whose suites were not asked for, has told nothing of them. What a list names counts, whole or not. */
export function judgeAcceptedSuites({ protocols, suites }: Facts, version: ProtocolVersion, demand: SuiteDemand): Shortcomings {
  const seen = protocols[version];
  const label = labelOfVersion(version);
  if (seen.outcome === 'refused') return none;
  if (seen.outcome === 'fault') return notSeen(`${label} could not be tried`, demand.rule, seen.fault);
  const list = suites[version];
  const what = `not all suites of ${label} are known`;
  if (list === undefined || (list.accepted.length === 0 && list.fault === null))
    return notSeen(what, demand.rule, { code: 'partial', message: 'not asked for' });
  const blindness = list.fault === null ? none : notSeen(what, demand.rule, list.fault);
  return join([judgeSuites(list.accepted, `${label} accepts`, demand), blindness]);
}

/** `start`: what they stand in (`TLS 1.2 accepts`). */
export function judgeSuites(names: readonly string[], start: string, { isMet, rule }: SuiteDemand): Shortcomings {
  const short = names.flatMap((name) => suiteOfName(name) ?? []).filter((suite) => !isMet(suite));
  const byRule = Map.groupBy(short, ({ brokenBy }) => brokenBy ?? rule);
  const strange = names.filter((name) => suiteOfName(name) === null);
  return join([
    ...Array.from(byRule, ([own, those]) => fallsShort(`${start} ${nameSome(those.map(({ name }) => name))}`, own)),
    strange.length === 0 ? none : notKnown(`${start} ${nameSome(strange)}, which we do not know`, rule),
  ]);
}
