import type { Fault } from '../domain/fault.ts';
import type { Response } from '../domain/finding.ts';
import type { AddressVerdict } from '../domain/judge-addresses.ts';

/** Where an address falls short of something, and what of it could not be seen. Neither: it does not. */
export interface Shortcomings {
  readonly found: readonly Shortcoming[];
  readonly unseen: readonly Unseen[];
}

export interface Shortcoming {
  /** `TLS 1.2 accepts TLS_RSA_WITH_AES_128_CBC_SHA`: for people. */
  readonly words: string;
  readonly rule: string;
  /** Where it asks for less of people than others do. */
  readonly response?: Response;
}

/** `words` say what, and why. */
export interface Unseen {
  readonly words: string;
  readonly rule: string;
  readonly code: Fault['code'];
}

export const none: Shortcomings = { found: [], unseen: [] };

export function fallsShort(words: string, rule: string, response?: Response): Shortcomings {
  return { found: [{ words, rule, ...(response === undefined ? {} : { response }) }], unseen: [] };
}

export function notSeen(words: string, rule: string, { code, message }: Pick<Fault, 'code' | 'message'>): Shortcomings {
  return { found: [], unseen: [{ words: `${words}: ${message}`, rule, code }] };
}

/** What we cannot judge, though we saw it. */
export function notKnown(words: string, rule: string): Shortcomings {
  return { found: [], unseen: [{ words, rule, code: 'unsupported' }] };
}

export function join(parts: readonly Shortcomings[]): Shortcomings {
  return { found: parts.flatMap(({ found }) => found), unseen: parts.flatMap(({ unseen }) => unseen) };
}

/** `observed`: what is said where nothing falls short and all was seen. A judgement names one rule, so where several are broken each is told with its own. */
export function verdictsOf(address: string, { found, unseen }: Shortcomings, observed: string): readonly AddressVerdict[] {
  const tellsRules = new Set(found.map(({ rule }) => rule)).size > 1;
  const verdicts = [
    ...found.map(({ words, ...deciding }) => ({
      address,
      observed: tellsRules && isOfDocument(deciding.rule) ? `${words}, against ${deciding.rule}` : words,
      status: 'fail' as const,
      ...deciding,
    })),
    ...unseen.map(({ words, rule, code }) => ({ address, observed: words, rule, status: 'unknown' as const, reason: code })),
  ];
  return verdicts.length > 0 ? verdicts : [{ address, observed, status: 'pass' }];
}

/** Else it is a part of the fact (`suites`), which says nothing to people. */
function isOfDocument(rule: string): boolean {
  return rule.includes(' ');
}
