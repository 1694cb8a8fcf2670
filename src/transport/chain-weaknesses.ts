import type { Fault } from '../domain/fault.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import type { ChainProblem, ChainProblemKind } from './chain-order.ts';
import { judgeStapleFacts, type StapleFacts } from './ocsp-staple.ts';
import { fallsShort, join, none, notKnown, notSeen, type Shortcomings } from './shortcomings.ts';

export interface ChainsFacts {
  readonly served: readonly ChainFacts[];
  readonly servedFault: Fault | null;
}

interface ChainFacts {
  readonly certificates: readonly { readonly facts: Pick<CertificateFacts, 'subject' | 'fingerprintSha256'> | null }[];
  readonly order: { readonly problems: readonly ChainProblem[] };
  readonly mustStaple: boolean | null;
  readonly staple: StapleFacts | null;
}

/** What node:tls says of the one chain that it saw; null where it saw none. */
export interface TrustOfLeaf {
  readonly fingerprintSha256: string;
  readonly trusted: boolean;
}

/** What speaks against the chains that an address serves: their order on the wire, and what was stapled. */
export function findChainWeaknesses({ served, servedFault }: ChainsFacts, trust: TrustOfLeaf | null, asOfMs: number): Shortcomings {
  const isEmpty = served.every(({ certificates }) => certificates.length === 0);
  const blindness = servedFault ?? (isEmpty ? { code: 'partial' as const, message: 'none was seen' } : null);
  return join([
    ...served.flatMap((chain) => chain.order.problems.map((problem) => judgeProblem(problem, chain, trust))),
    ...served.map((chain) => judgeStapling(chain, asOfMs)),
    blindness === null ? none : notSeen('not all chains are known', 'served', blindness),
  ]);
}

const orderRule = 'RFC 8446 4.4.2, RFC 5246 7.4.2';

type Harmless = 'root-included' | 'missing-intermediate' | 'unreadable';
/** Clients of today bear these, so nobody is woken for them. */
const wordsOf: { readonly [K in Exclude<ChainProblemKind, Harmless>]: string } = {
  duplicate: 'is sent twice',
  'leaf-not-first': 'belongs to the server, and is not sent first',
  'out-of-order': 'is sent before what it issued',
  superfluous: 'is sent, and belongs to no path of the server',
  'too-many': 'is sent beyond the sixteenth',
};

function judgeProblem({ kind, indexes }: ChainProblem, chain: ChainFacts, trust: TrustOfLeaf | null): Shortcomings {
  if (kind === 'root-included') return none;
  if (kind === 'missing-intermediate') return judgeGap(chain, trust);
  const which = indexes.map((index) => `certificate ${index + 1} of ${nameOfLeaf(chain)}`);
  if (kind === 'unreadable') return join(which.map((each) => notSeen(`${each} is not known`, orderRule, unreadable)));
  return join(which.map((each) => fallsShort(`${each} ${wordsOf[kind]}`, orderRule, 'report')));
}

const unreadable = { code: 'malformed', message: 'it cannot be read' } as const;

/** An authority may issue leaves with its root, which need not be sent: then the chain is trusted as it is. */
function judgeGap(chain: ChainFacts, trust: TrustOfLeaf | null): Shortcomings {
  const what = `the chain of ${nameOfLeaf(chain)} came without the certificate that issued it`;
  const leaf = chain.certificates[0]?.facts;
  if (trust === null || leaf === undefined || leaf === null || trust.fingerprintSha256 !== leaf.fingerprintSha256)
    return notKnown(`${what}; whether it is trusted without was not seen`, orderRule);
  return trust.trusted ? none : fallsShort(what, orderRule);
}

const stapleRule = 'RFC 6960';
const mustStapleRule = 'RFC 7633';

function judgeStapling(chain: ChainFacts, asOfMs: number): Shortcomings {
  const { certificates, mustStaple, staple } = chain;
  if (certificates.length === 0) return none;
  if (staple === null) return judgeUnstapled(mustStaple, `nothing is stapled to ${nameOfLeaf(chain)}`);
  const { verdict, sentence } = judgeStapleFacts(staple, asOfMs);
  const words = `${nameOfLeaf(chain)}: ${sentence}`;
  switch (verdict) {
    case 'good':
      return none;
    case 'refused-by-responder':
      return judgeUnstapled(mustStaple, words);
    case 'unverifiable':
      return notKnown(words, stapleRule);
    case 'malformed':
      return { found: [], unseen: [{ words, rule: stapleRule, code: 'malformed' }] };
    default:
      return fallsShort(words, stapleRule);
  }
}

/** Without that demand nothing has to be stapled: authorities give up their responders. */
function judgeUnstapled(mustStaple: boolean | null, words: string): Shortcomings {
  if (mustStaple === null) return notSeen(`${words}; whether something has to be is not known`, mustStapleRule, unreadable);
  return mustStaple ? fallsShort(`${words}, and its certificate says that something has to be`, mustStapleRule) : none;
}

function nameOfLeaf({ certificates: [leaf] }: ChainFacts): string {
  const subject = leaf?.facts?.subject;
  return subject === undefined ? 'the server' : `"${subject.replaceAll('\n', ', ')}"`;
}
