import type { NegotiationFacts } from './negotiate.ts';
import { type ProtocolVersion, protocolVersions } from './protocol-versions.ts';
import { fallsShort, none, notSeen, type Shortcomings } from './shortcomings.ts';
import type { Behaviour } from './tls-facts.ts';

type Flag = Exclude<keyof Behaviour, 'alpn'>;
export type BehaviourFacts<Read extends Flag = Flag> = Pick<NegotiationFacts, 'protocols'> & { readonly behaviour: Pick<Behaviour, Read> };

interface FlagQuestion {
  readonly wanted: boolean;
  /** What it means that it is not as wanted. */
  readonly otherwise: string;
  /** `... could not be asked for` */
  readonly what: string;
}

const questions: { readonly [F in Flag]: FlagQuestion } = {
  refusesFallback: {
    wanted: true,
    otherwise: 'a client that says that it fell back to an older version is served without a word',
    what: 'the refusal of fallbacks',
  },
  secureRenegotiation: { wanted: true, otherwise: 'secure renegotiation is not supported', what: 'secure renegotiation' },
  compression: { wanted: false, otherwise: 'compression is accepted (CRIME)', what: 'compression' },
  extendedMasterSecret: { wanted: true, otherwise: 'the extended master secret is not supported', what: 'the extended master secret' },
  downgradeSentinel: {
    wanted: true,
    otherwise: 'an older version is accepted without the mark that TLS 1.3 was possible',
    what: 'the mark against downgrades',
  },
};

/** Where the question does not arise nothing is said of it; where it does and nothing was answered, it is not known. */
export function judgeFlag<F extends Flag>(flag: F, { protocols, behaviour }: BehaviourFacts<F>, rule: string): Shortcomings {
  const answer: Behaviour[Flag] = behaviour[flag];
  const { wanted, otherwise, what } = questions[flag];
  if ('fault' in answer) return notSeen(`${what} could not be asked for`, rule, answer.fault);
  if (answer.is === null) return arises(flag, protocols) ? notSeen(`${what} is not known`, rule, notAsked) : none;
  return answer.is === wanted ? none : fallsShort(otherwise, rule);
}

const notAsked = { code: 'partial', message: 'not asked for' } as const;

function arises(flag: Flag, protocols: NegotiationFacts['protocols']): boolean {
  const isOffered = (version: ProtocolVersion): boolean => protocols[version].outcome === 'offered';
  const offered = protocolVersions.map(({ name }) => name).filter(isOffered);
  if (flag === 'refusesFallback') return offered.length > 1;
  if (flag === 'downgradeSentinel') return isOffered('TLSv1.3') && offered.length > 1;
  if (flag === 'extendedMasterSecret') return offered.some((version) => version !== 'TLSv1.3' && version !== 'SSLv3');
  return offered.some((version) => version !== 'TLSv1.3');
}
