import type { ZodType, z } from 'zod';
import type { Interpretation } from './claim.ts';
import type { Judgement, Response } from './finding.ts';
import type { FactKind } from './look.ts';
import type { Endpoint, Resource } from './subject.ts';
import type { Timestamp } from './time.ts';

/** Fact kind -> schema of just the fields that the check reads. A kind may be a derived fact. */
export type FactSchemas = { readonly [kind: FactKind]: ZodType };

export type FactsOf<Schemas extends FactSchemas> = { readonly [Kind in keyof Schemas]: z.infer<Schemas[Kind]> };

export interface JudgeContext<Parameters, Related extends RelatedSchemas = RelatedSchemas> {
  readonly parameters: Parameters;
  /** Ordered by id; empty lists where there is none. */
  readonly related: RelatedOf<Related>;
  /** When the oldest look behind the facts started. The only time a judge knows. */
  readonly asOf: Timestamp;
}

/** Resources of other types that belong to the subject, joined by an id that they hold. */
export interface RelatedResources<Schema extends ZodType = ZodType> {
  /** Their ARM type, lower case. */
  readonly type: string;
  /**
   * Where their row holds the subject's id (`properties.sourceResourceId`), compared without case. `subscriptionId`: all of the subject's
   * subscription. `parentId`: the subject is what they are a child of.
   */
  readonly by: string;
  /** No verdict rests on there being none: that it is empty need not be confirmed. */
  readonly optional?: boolean;
  /** Just the fields that the check reads, of the row. */
  readonly row: Schema;
}

export type RelatedSchemas = { readonly [name: string]: RelatedResources };

export type RelatedOf<Related extends RelatedSchemas> = { readonly [Name in keyof Related]: readonly z.infer<Related[Name]['row']>[] };

/**
 * Whom a check judges: every endpoint, or every resource of these ARM types (lower case), the subscription itself included
 * (`microsoft.resources/subscriptions`). Resources need the fact `resource`: the row as Resource Graph and ARM give it.
 */
export type SubjectSelector = 'endpoint' | ResourceSelector;
export interface ResourceSelector {
  readonly resources: readonly string[];
}

export type SubjectOf<Selector extends SubjectSelector> = Selector extends 'endpoint' ? Endpoint : Resource;

/**
 * One small file in `src/checks/`, exported as `check`; its file name is its id.
 * A needed fact that is a fault, is missing or does not fit its schema never reaches `judge`: the engine answers `unknown` for every interpretation.
 */
export interface Check<
  Schemas extends FactSchemas = FactSchemas,
  Parameters = unknown,
  Related extends RelatedSchemas = RelatedSchemas,
  Selector extends SubjectSelector = SubjectSelector,
> {
  readonly title: string;
  /** Which claims it serves; each named interpretation gets one judgement per subject. */
  readonly claims: readonly { readonly claim: string; readonly interpretations: readonly Interpretation[] }[];
  readonly response: Response;
  /** Every parameter has a default. */
  readonly parameters: ZodType<Parameters>;
  readonly subjects: Selector;
  readonly needs: Schemas;
  /** Only for resources. Where a listing of such a type is not complete, every subject of the check is unknown. */
  readonly related?: Related;
  /** What a complete look that finds no subject means. */
  readonly whenNone: 'unknown' | 'fail';
  /** Pure: no I/O, no clock, no logger. Exactly one judgement per interpretation of `claims`. */
  judge(subject: SubjectOf<Selector>, facts: FactsOf<Schemas>, context: JudgeContext<Parameters, Related>): readonly Judgement[];
  /** The exact command with which a person repeats the look (`openssl s_client ...`). */
  repeat(subject: SubjectOf<Selector>): string;
  /** How to mend a failure, one or two sentences. */
  readonly mend: string;
}

/** Gives a check its types; the widened result is what the engine works with. */
export function defineCheck<
  Schemas extends FactSchemas,
  Parameters,
  Related extends RelatedSchemas = Record<never, never>,
  const Selector extends SubjectSelector = 'endpoint',
>(check: Check<Schemas, Parameters, Related, Selector>): Check {
  return check;
}

/** The ARM types of a check's subjects and of what is related to them; none for endpoints. */
export function resourceTypesOf(check: Pick<Check, 'subjects' | 'related'>): readonly string[] {
  if (check.subjects === 'endpoint') return [];
  return [...new Set([...check.subjects.resources, ...Object.values(check.related ?? {}).map(({ type }) => type)])];
}

const mostTypesNamed = 3;

/** `endpoint`, `resource of the type a/b, c/d or 2 others`: for people. */
export function describeSubjects({ subjects }: Pick<Check, 'subjects'>): string {
  if (subjects === 'endpoint') return 'endpoint';
  const named = subjects.resources.slice(0, mostTypesNamed);
  const others = subjects.resources.length - named.length;
  const all = others > 0 ? [...named, `${others} others`] : named;
  const last = all.at(-1) ?? '';
  return `resource of the type ${all.length > 1 ? `${all.slice(0, -1).join(', ')} or ${last}` : last}`;
}

/** The interpretations that a check judges, over all its claims, literal first. */
export function interpretationsOf(check: Pick<Check, 'claims'>): readonly Interpretation[] {
  const all = new Set(check.claims.flatMap((served) => served.interpretations));
  return (['literal', 'intent'] as const).filter((interpretation) => all.has(interpretation));
}

/** A named pure fact computed from a looked-at fact; remembered by the digest of what it came from. */
export interface Derivation<From = unknown, To = unknown> {
  /** The name under which checks need it. */
  readonly kind: FactKind;
  readonly from: FactKind;
  readonly schema: ZodType<From>;
  /** @throws FaultError `malformed` where the fact cannot be read. */
  derive(fact: From): To;
}
