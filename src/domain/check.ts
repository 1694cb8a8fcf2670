import type { ZodType, z } from 'zod';
import type { Interpretation } from './claim.ts';
import type { Judgement, Response } from './finding.ts';
import type { FactKind } from './look.ts';
import type { Subject, SubjectKind } from './subject.ts';
import type { Timestamp } from './time.ts';

/** Fact kind -> schema of just the fields that the check reads. A kind may be a derived fact. */
export type FactSchemas = { readonly [kind: FactKind]: ZodType };

export type FactsOf<Schemas extends FactSchemas> = { readonly [Kind in keyof Schemas]: z.infer<Schemas[Kind]> };

export interface JudgeContext<Parameters> {
  readonly parameters: Parameters;
  /** When the oldest look behind the facts started. The only time a judge knows. */
  readonly asOf: Timestamp;
}

/**
 * One small file in `src/checks/`, exported as `check`; its file name is its id.
 * A needed fact that is a fault, is missing or does not fit its schema never reaches `judge`: the engine answers `unknown` for every interpretation.
 */
export interface Check<Schemas extends FactSchemas = FactSchemas, Parameters = unknown> {
  readonly title: string;
  /** Which claims it serves; each named interpretation gets one judgement per subject. */
  readonly claims: readonly { readonly claim: string; readonly interpretations: readonly Interpretation[] }[];
  readonly response: Response;
  /** Every parameter has a default. */
  readonly parameters: ZodType<Parameters>;
  readonly subjects: SubjectKind;
  readonly needs: Schemas;
  /** What a complete look that finds no subject means. */
  readonly whenNone: 'unknown' | 'fail';
  /** Pure: no I/O, no clock, no logger. Exactly one judgement per interpretation of `claims`. */
  judge(subject: Subject, facts: FactsOf<Schemas>, context: JudgeContext<Parameters>): readonly Judgement[];
  /** The exact command with which a person repeats the look (`openssl s_client ...`). */
  repeat(subject: Subject): string;
  /** How to mend a failure, one or two sentences. */
  readonly mend: string;
}

/** Gives a check its types; the widened result is what the engine works with. */
export function defineCheck<Schemas extends FactSchemas, Parameters>(check: Check<Schemas, Parameters>): Check {
  return check;
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
