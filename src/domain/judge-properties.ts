import type { Interpretation } from './claim.ts';
import type { Judgement, Response, UnknownReason } from './finding.ts';

/** What one property of a resource shows. `observed` names the property and its value. */
export type PropertyVerdict = {
  readonly observed: string;
  /** Where the deciding rule differs from that of the question. */
  readonly rule?: string;
} & (
  | { readonly status: 'pass' }
  | { readonly status: 'fail' /** A lower response than the check's own. */; readonly response?: Response }
  | {
      readonly status: 'unknown';
      readonly reason: UnknownReason /** Seen, and not failing: only the proof is missing. */;
      readonly unrefuted?: true;
    }
);

export interface PropertyQuestion {
  readonly interpretation: Interpretation;
  readonly expected: string;
  readonly rule: string;
}

/**
 * One judgement over the properties of a resource: one that fails is a fail, else one that cannot be judged makes it unknown; only where all pass is it
 * a pass. No property at all is unknown. `observed` says those that decided, in the order given.
 */
export function judgeProperties(question: PropertyQuestion, verdicts: readonly PropertyVerdict[]): Judgement {
  const fails = verdicts.filter((verdict) => verdict.status === 'fail');
  const unknowns = verdicts.filter((verdict) => verdict.status === 'unknown');
  const deciding = [fails, unknowns, verdicts].find((some) => some.length > 0) ?? [];
  const [first] = deciding;
  if (first === undefined) return { ...question, observed: 'no property was seen', status: 'unknown', reason: 'none-seen' };
  const explained = {
    ...question,
    observed: [...new Set(deciding.map(({ observed }) => observed))].join('; '),
    rule: [...new Set(deciding.map(({ rule }) => rule ?? question.rule))].join(', '),
  };
  switch (first.status) {
    case 'pass':
      return { ...explained, status: 'pass' };
    case 'fail':
      return { ...explained, status: 'fail', ...lowestCommonResponse(fails) };
    case 'unknown':
      return { ...explained, status: 'unknown', reason: first.reason, ...(areUnrefuted(unknowns) ? { unrefuted: true } : {}) };
  }
}

/** One that could not be seen may hide a failure. */
function areUnrefuted(unknowns: readonly { readonly unrefuted?: true }[]): boolean {
  return unknowns.every(({ unrefuted }) => unrefuted === true);
}

const responseGravity: { readonly [R in Response]: number } = { page: 1, ticket: 2, report: 3 };

/** Gravest first. A fail that names no response has the check's own, which is the highest it can have. */
export function gravityOf(verdict: PropertyVerdict): number {
  if (verdict.status === 'fail') return verdict.response === undefined ? 0 : responseGravity[verdict.response];
  return verdict.status === 'unknown' ? 4 : 5;
}

/** The check's own response unless every fail asks for a lower one. */
function lowestCommonResponse(fails: readonly { readonly response?: Response }[]): { readonly response?: Response } {
  const asked = fails.map(({ response }) => response);
  for (const response of [undefined, 'page', 'ticket', 'report'] as const) {
    if (asked.includes(response)) return response === undefined ? {} : { response };
  }
  return {};
}

/** A value as ARM gives it; null is as good as absent. */
export type PropertyValue = string | boolean | null | undefined;

/** What is wanted of one property. */
export interface WantedProperty {
  /** `properties.minimumTlsVersion` */
  readonly path: string;
  /** Null: a value that we do not know. It never passes and never fails. */
  readonly isGood: (value: string | boolean) => boolean | null;
  /**
   * What the service does where the property is absent, and whose word that is. A default that fails is a fail; one that would pass is unknown,
   * since a row can lack a property for other reasons. Absent here: nobody documents it, or it changed over the years.
   */
  readonly byDefault?: string | boolean;
  /** What would have to be read where the row does not say; for people. */
  readonly otherwise?: string;
  readonly rule?: string;
}

export function judgeProperty({ path, isGood, byDefault, otherwise, rule }: WantedProperty, value: PropertyValue): PropertyVerdict {
  const own = rule === undefined ? {} : { rule };
  if (value === null || value === undefined) {
    const said =
      byDefault === undefined ? 'which does not say what the service does' : `for which the default of the service is ${byDefault}`;
    const observed = `${path} is absent, ${said}`;
    if (byDefault !== undefined && isGood(byDefault) === false) return { ...own, observed, status: 'fail' };
    return {
      ...own,
      observed: `${observed}; ${otherwise ?? 'an absent property proves nothing'}`,
      status: 'unknown',
      reason: 'unsupported',
    };
  }
  switch (isGood(value)) {
    case true:
      return { ...own, observed: `${path} is ${value}`, status: 'pass' };
    case false:
      return { ...own, observed: `${path} is ${value}`, status: 'fail' };
    case null:
      return { ...own, observed: `${path} is "${value}", which we do not know`, status: 'unknown', reason: 'malformed' };
  }
}

/** Is it the one that is wanted, of two that a property can have? Texts that spell a boolean count as one. */
export function isFlag(wanted: boolean): (value: string | boolean) => boolean | null {
  return (value) => {
    const text = String(value).toLowerCase();
    return text === 'true' || text === 'false' ? text === String(wanted) : null;
  };
}

/** Compared without case, as ARM does. */
export function isOneOf(good: readonly string[], bad: readonly string[]): (value: string | boolean) => boolean | null {
  const has = (texts: readonly string[], value: string | boolean) => texts.some((text) => isSameText(text, String(value)));
  return (value) => (has(good, value) ? true : has(bad, value) ? false : null);
}

export function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
