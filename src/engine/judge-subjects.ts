import { type Check, type FactSchemas, interpretationsOf, type JudgeContext } from '../domain/check.ts';
import type { Interpretation } from '../domain/claim.ts';
import { type Fault, FaultError } from '../domain/fault.ts';
import type { Finding, Judgement, UnknownReason } from '../domain/finding.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind } from '../domain/look.ts';
import type { CheckParameters } from '../domain/plan.ts';
import type { Subject } from '../domain/subject.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RelatedRow } from './fact-memory.ts';
import { judgeEmptyPopulation } from './judge-empty-population.ts';

/** One fact that a check needs of one subject, with the look that brought it. */
export type NeededFact = { readonly look: string } & ({ readonly value: Json; readonly digest: string } | { readonly fault: Fault });

/** Rows of related resources of one subject, by the check's own name for them, or why they cannot be known. */
export type RelatedFacts =
  | { readonly rows: { readonly [name: string]: readonly RelatedRow[] }; readonly look: string }
  | { readonly fault: Fault; readonly look: string };

export interface JudgeInput {
  readonly id: string;
  readonly check: Check;
  readonly parameters: CheckParameters;
  readonly subjects: readonly Subject[];
  readonly asOf: Timestamp;
  /** Looked-at and derived facts alike. */
  readonly factOf: (subject: Subject, kind: FactKind) => NeededFact;
  /** Absent: the check has no related resources. */
  readonly relatedOf?: (subject: Subject) => RelatedFacts;
  /** Who passed on which fact, by digest, when judged with the same code and parameters: not judged again, and its pass says nothing but that. */
  readonly passedOn?: Map<string, string>;
}

/** What a judge threw, for the log: the finding itself says `defect`. */
export interface Defect {
  readonly subject: string;
  readonly error: string;
}

export interface Judged {
  /** Ordered by subject, literal first. */
  readonly findings: readonly Finding[];
  readonly defects: readonly Defect[];
}

/** Judges each subject; what cannot be judged is unknown. Pure but for the judge's own faults, which become `defect`. */
export function judgeSubjects(input: JudgeInput): Judged {
  if (input.subjects.length === 0) return { findings: judgeEmptyPopulation(input.check), defects: [] };
  const defects: Defect[] = [];
  const findings: Finding[] = [];
  const bench: Bench = {
    ...input,
    interpretations: interpretationsOf(input.check),
    needs: Object.entries(input.check.needs),
    parametersOf: parametersFor(input),
    time: { wasAsked: false },
  };
  const onDefect = (subject: string) => (error: string) => defects.push({ subject, error });
  const judge = (subject: Subject) => judgeSubject(bench, subject, onDefect(subject.id));
  const [kind, ...otherKinds] = Object.keys(input.check.needs);
  const { passedOn } = input;
  // One fact alone decides, and holds who it is of.
  const isAlone = kind !== undefined && otherKinds.length === 0 && input.check.subjects !== 'endpoint' && input.relatedOf === undefined;
  // Who left long ago is forgotten.
  if (passedOn !== undefined && passedOn.size > 2 * input.subjects.length + 1_000) passedOn.clear();
  for (const subject of orderedById(input.subjects)) {
    if (passedOn === undefined || !isAlone) findings.push(...judge(subject));
    else judgeNews(bench, subject, { kind, passedOn, judge, findings });
  }
  return { findings, defects };
}

interface News {
  readonly kind: FactKind;
  readonly passedOn: Map<string, string>;
  readonly judge: (subject: Subject) => readonly Finding[];
  readonly findings: Finding[];
}

/** Of 100,000 resources nearly none changes between two looks: who passed on the same fact passes. */
function judgeNews(bench: Bench, subject: Subject, { kind, passedOn, judge, findings }: News): void {
  const needed = bench.factOf(subject, kind);
  const digest = 'digest' in needed ? needed.digest : null;
  if (digest !== null && passedOn.get(subject.id) === digest) {
    for (const interpretation of bench.interpretations) findings.push(passAgain(interpretation, subject.id));
    return;
  }
  bench.time.wasAsked = false;
  const judged = judge(subject);
  findings.push(...judged);
  const isLasting = digest !== null && !bench.time.wasAsked && judged.every(({ status }) => status === 'pass');
  if (isLasting) passedOn.set(subject.id, digest);
  else passedOn.delete(subject.id);
}

function passAgain(interpretation: Interpretation, subject: string): Finding {
  return { interpretation, subject, expected: '', observed: '', rule: '', status: 'pass' };
}

/** What is the same for every subject, made once. */
interface Bench extends JudgeInput {
  readonly interpretations: readonly Interpretation[];
  readonly needs: readonly (readonly [FactKind, FactSchemas[FactKind]])[];
  /** Throws where the parameters do not fit the check's schema. */
  readonly parametersOf: (subject: Subject) => unknown;
  /** A judge that asks for the time may say something else of the same fact tomorrow. */
  readonly time: { wasAsked: boolean };
}

/** One population is judged by many checks, look after look; to compare 100,000 long ids takes longer than to judge them. */
const ordered = new WeakMap<readonly Subject[], readonly Subject[]>();

function orderedById(subjects: readonly Subject[]): readonly Subject[] {
  const known = ordered.get(subjects) ?? subjects.toSorted((a, b) => compareText(a.id, b.id));
  ordered.set(subjects, known);
  return known;
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function judgeSubject(input: Bench, subject: Subject, onDefect: (error: string) => void): readonly Finding[] {
  const facts: Record<FactKind, unknown> = {};
  let look: string | null = null;
  for (const [kind, schema] of input.needs) {
    const needed = input.factOf(subject, kind);
    look ??= needed.look;
    if ('fault' in needed) return blind(input.check, subject, needed.fault, causeOf(needed.look, needed.fault));
    const parsed = schema.safeParse(needed.value);
    if (!parsed.success) {
      const where = parsed.error.issues[0]?.path.join('.') ?? '';
      const fault: Fault = { code: 'malformed', message: `fact ${kind}: field ${where} does not have the shape that the check reads` };
      return blind(input.check, subject, fault, causeOf(needed.look, fault));
    }
    facts[kind] = parsed.data;
  }
  const related = readRelated(input, subject);
  if ('fault' in related) return blind(input.check, subject, related.fault, causeOf(related.look, related.fault));
  try {
    const parameters = input.parametersOf(subject);
    const judgements = input.check.judge(subject, facts, contextOf(input, parameters, related.rows));
    return settleJudgements(input, subject, judgements, look ?? input.id);
  } catch (error) {
    onDefect(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return blind(input.check, subject, { code: 'defect', message: 'the check itself failed; see the log' }, null);
  }
}

function contextOf({ asOf, time }: Bench, parameters: unknown, related: JudgeContext<unknown>['related']): JudgeContext<unknown> {
  return {
    parameters,
    related,
    get asOf() {
      time.wasAsked = true;
      return asOf;
    },
  };
}

type ReadRelated = { readonly rows: { readonly [name: string]: readonly unknown[] } } | { readonly fault: Fault; readonly look: string };

/** Parsed once for all subjects of a run: some hold a table of hundreds of lines. */
const parsedParameters = new WeakMap<Check, WeakMap<object, unknown>>();

function parametersFor({ check, parameters }: JudgeInput): Bench['parametersOf'] {
  const { defaults, overrides } = parameters;
  const hasOverrides = Object.keys(overrides).length > 0;
  const known = parsedParameters.get(check) ?? new WeakMap<object, unknown>();
  parsedParameters.set(check, known);
  return ({ id }) => {
    const written = hasOverrides ? (overrides[id] ?? defaults) : defaults;
    if (known.has(written)) return known.get(written);
    const parsed = check.parameters.parse(written);
    known.set(written, parsed);
    return parsed;
  };
}

function readRelated(input: JudgeInput, subject: Subject): ReadRelated {
  const related = input.relatedOf?.(subject);
  if (related === undefined || 'fault' in related) return related ?? { rows: {} };
  const rows: Record<string, readonly unknown[]> = {};
  for (const [name, { row: schema, type }] of Object.entries(input.check.related ?? {})) {
    const parsed = (related.rows[name] ?? []).map(({ row }) => schema.safeParse(row));
    const broken = parsed.find((one) => !one.success);
    if (broken?.error !== undefined) {
      const where = broken.error.issues[0]?.path.join('.') ?? '';
      const message = `a related row of ${type}: field ${where} does not have the shape that the check reads`;
      return { fault: { code: 'malformed', message }, look: related.look };
    }
    rows[name] = parsed.map((one) => one.data);
  }
  return { rows };
}

/** The same text for every check that one cause blinds. */
export function causeOf(look: string, { code, about }: Pick<Fault, 'code' | 'about'>): string {
  return about === undefined ? `${look}: ${code}` : `${look}: ${code} (${about})`;
}

function settleJudgements(input: Bench, subject: Subject, judgements: readonly Judgement[], look: string): readonly Finding[] {
  const expected = input.interpretations;
  const stray = judgements.find((judgement) => !expected.includes(judgement.interpretation));
  if (stray !== undefined) throw new Error(`check ${input.id} judged ${stray.interpretation}, which none of its claims names`);
  return expected.map((interpretation) => {
    const own = judgements.filter((judgement) => judgement.interpretation === interpretation);
    const [judgement] = own;
    if (judgement === undefined || own.length > 1) {
      throw new Error(`check ${input.id} gave ${own.length} judgements for ${interpretation} of ${subject.id}, expected exactly one`);
    }
    return toFinding(judgement, input.check, subject, look);
  });
}

function toFinding(judgement: Judgement, check: Check, subject: Subject, look: string): Finding {
  const { interpretation, expected, observed, rule } = judgement;
  const explained = { interpretation, subject: subject.id, expected, observed, rule };
  switch (judgement.status) {
    case 'pass':
      return { ...explained, status: 'pass' };
    case 'fail':
      return { ...explained, status: 'fail', response: judgement.response ?? check.response };
    case 'unknown':
      return {
        ...explained,
        status: 'unknown',
        reason: judgement.reason,
        cause: isLimitOfRows(check, judgement.reason) ? null : causeOfReason(judgement.reason, look),
        ...(judgement.unrefuted === true ? { unrefuted: true } : {}),
      };
    default:
      // A check from plain JavaScript, or one cast past its types: never let a status that we do not know through.
      throw new Error(`unexpected status in a judgement of ${subject.id}`);
  }
}

/** What no row of a resource says is no outage: it is the same tomorrow. A probe that cannot ask is one of ours. */
function isLimitOfRows({ subjects }: Check, reason: UnknownReason): boolean {
  return reason === 'unsupported' && subjects !== 'endpoint';
}

function causeOfReason(reason: UnknownReason, look: string): string | null {
  switch (reason) {
    case 'not-provable':
    case 'none-seen':
    case 'stale':
    case 'defect':
    case 'unconfirmed':
      return null;
    default:
      return causeOf(look, { code: reason });
  }
}

/** Unknown under every interpretation. */
export function blind(
  check: Check,
  subject: Pick<Subject, 'id'>,
  fault: { readonly code: UnknownReason; readonly message: string },
  cause: string | null,
): readonly Finding[] {
  return interpretationsOf(check).map((interpretation) => ({
    interpretation,
    subject: subject.id,
    expected: 'to be seen',
    observed: fault.message,
    rule: 'what was not seen is unknown',
    status: 'unknown',
    reason: fault.code,
    cause,
  }));
}

/** Turns whatever a derivation threw into a fault. */
export function faultOf(error: unknown): Fault {
  if (error instanceof FaultError) return error.fault;
  return { code: 'defect', message: 'our own code failed; see the log' };
}
