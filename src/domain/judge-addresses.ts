import type { Interpretation } from './claim.ts';
import type { Judgement, Response, UnknownReason } from './finding.ts';

/** What one address of an endpoint shows; an address may give several. `observed` names neither the address nor anything that changes from look to look. */
export type AddressVerdict = {
  readonly address: string;
  readonly observed: string;
  /** Where the deciding rule differs from that of the question. */
  readonly rule?: string;
} & (
  | { readonly status: 'pass' }
  | { readonly status: 'fail' /** A lower response than the check's own. */; readonly response?: Response }
  | { readonly status: 'unknown'; readonly reason: UnknownReason }
);

export interface AddressQuestion {
  readonly interpretation: Interpretation;
  readonly expected: string;
  readonly rule: string;
}

/**
 * One judgement over all addresses of an endpoint: a fail on one is a fail; else an address that could not be seen makes it unknown; only where all pass
 * is it a pass. No address at all is unknown. The order of the addresses changes nothing. `observed` names those that decided.
 */
export function judgeAddresses(question: AddressQuestion, verdicts: readonly AddressVerdict[]): Judgement {
  const sorted = verdicts.toSorted((a, b) => gravityOf(a) - gravityOf(b) || compareText(orderText(a), orderText(b)));
  const [gravest] = sorted;
  if (gravest === undefined) return { ...question, observed: 'no address was seen', status: 'unknown', reason: 'none-seen' };
  const deciding = sorted.filter((verdict) => gravityOf(verdict) === gravityOf(gravest));
  const explained = { ...question, observed: describe(deciding), rule: gravest.rule ?? question.rule };
  switch (gravest.status) {
    case 'pass':
      return { ...explained, status: 'pass' };
    case 'fail':
      return { ...explained, status: 'fail', ...(gravest.response === undefined ? {} : { response: gravest.response }) };
    case 'unknown':
      return { ...explained, status: 'unknown', reason: gravest.reason };
  }
}

/**
 * The literal of a sentence that no look can prove: a fail of the intent refutes it, and it never passes.
 * `not-provable` says that all was seen and nothing refuted it, so what could not be seen keeps its own reason: blindness must not close a failure.
 */
export function refuteOnly(intent: Judgement, explained: { readonly expected: string; readonly rule: string }): Judgement {
  const literal = { ...intent, ...explained, interpretation: 'literal' as const };
  if (literal.status !== 'pass') return literal;
  return { ...literal, observed: 'all of it was seen, and nothing refutes it', status: 'unknown', reason: 'not-provable' };
}

const responseGravity: { readonly [R in Response]: number } = { page: 1, ticket: 2, report: 3 };

/** Gravest first. A fail that names no response has the check's own, which is the highest it can have. */
function gravityOf(verdict: AddressVerdict): number {
  if (verdict.status === 'fail') return verdict.response === undefined ? 0 : responseGravity[verdict.response];
  if (verdict.status === 'unknown') return verdict.reason === 'not-provable' ? 5 : 4;
  return 6;
}

/** `at 192.0.2.1, 192.0.2.2: TLS 1.0 is accepted; at 2001:db8::1: ...` */
function describe(verdicts: readonly AddressVerdict[]): string {
  const byAddress = Map.groupBy(verdicts, (verdict) => verdict.address);
  const texts = Array.from(byAddress, ([address, own]) => ({
    address,
    text: [...new Set(own.map((verdict) => verdict.observed))].join('; '),
  }));
  return Array.from(
    Map.groupBy(texts, ({ text }) => text),
    ([text, group]) => `at ${group.map(({ address }) => address).join(', ')}: ${text}`,
  ).join('; ');
}

function orderText(verdict: AddressVerdict): string {
  return [verdict.address, verdict.observed, verdict.rule, verdict.status === 'unknown' ? verdict.reason : ''].join('\n');
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
