import type { Interpretation } from './claim.ts';
import type { Judgement, Response, UnknownReason } from './finding.ts';

/** What one property of a resource shows. `observed` names the property and what it says, nothing that changes from look to look. */
export type PartVerdict = {
  readonly observed: string;
  /** The property path, where it differs from the rule of the question. */
  readonly rule?: string;
} & (
  | { readonly status: 'pass' }
  | { readonly status: 'fail' /** A lower response than the check's own. */; readonly response?: Response }
  | { readonly status: 'unknown'; readonly reason: UnknownReason }
);

export interface PartsQuestion {
  readonly interpretation: Interpretation;
  readonly expected: string;
  readonly rule: string;
}

/** One judgement over several properties of a resource: the gravest decides, and those as grave as it are told. No part at all is unknown. */
export function judgeParts(question: PartsQuestion, parts: readonly PartVerdict[]): Judgement {
  const gravest = parts.toSorted((a, b) => gravityOf(a) - gravityOf(b))[0];
  if (gravest === undefined) return { ...question, observed: 'nothing was seen', status: 'unknown', reason: 'none-seen' };
  const deciding = parts.filter((part) => part.status === gravest.status);
  const explained = {
    ...question,
    observed: unique(deciding.map(({ observed }) => observed)).join('; '),
    rule: unique(deciding.map(({ rule }) => rule ?? question.rule)).join(', '),
  };
  switch (gravest.status) {
    case 'pass':
      return { ...explained, status: 'pass' };
    case 'fail':
      return { ...explained, status: 'fail', ...(gravest.response === undefined ? {} : { response: gravest.response }) };
    case 'unknown':
      return { ...explained, status: 'unknown', reason: gravest.reason };
  }
}

const responseGravity: { readonly [R in Response]: number } = { page: 1, ticket: 2, report: 3 };

/** Gravest first. A fail that names no response has the check's own, which is the highest it can have. */
export function gravityOf(part: PartVerdict): number {
  if (part.status === 'fail') return part.response === undefined ? 0 : responseGravity[part.response];
  return part.status === 'unknown' ? 4 : 5;
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
