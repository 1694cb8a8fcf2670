import { type Check, type Derivation, interpretationsOf } from '../domain/check.ts';
import type { Interpretation } from '../domain/claim.ts';
import type { Finding, UnknownReason } from '../domain/finding.ts';
import type { Extent, FactKind } from '../domain/look.ts';
import type { CheckParameters } from '../domain/plan.ts';
import type { FailingSubject, InterpretationResult, Run, RunTrigger, UnknownGroup } from '../domain/run.ts';
import { type Counts, countFindings } from '../domain/status.ts';
import type { Subject } from '../domain/subject.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import { applyWaivers, areUnjudged, carryFails, findGone, keyOf, type PreviousFindings, tellUnjudgedFails } from './carry.ts';
import { derivedFact, lookedAtFact, type RememberedLook } from './fact-memory.ts';
import { blind, compareText, type Defect, type Judged, judgeSubjects, type NeededFact, wholePopulation } from './judge-subjects.ts';

/** Which look brings which kind of fact, and what is derived from it. */
export interface FactSources {
  readonly lookOfKind: ReadonlyMap<FactKind, string>;
  /** Source name -> the kinds that it brings. */
  readonly bringsOf: ReadonlyMap<string, readonly FactKind[]>;
  readonly derivations: ReadonlyMap<FactKind, Derivation>;
}

export interface RunInput {
  readonly id: string;
  readonly check: Check;
  readonly parameters: CheckParameters;
  readonly waivers: readonly Waiver[];
  readonly trigger: RunTrigger;
  readonly extent: Extent;
  /** The whole population. */
  readonly subjects: readonly Subject[];
  readonly looks: ReadonlyMap<string, RememberedLook>;
  readonly sources: FactSources;
  readonly previous: PreviousFindings | null;
  /** When the run counts as made: the oldest look's start where nothing was looked at. */
  readonly startedAt: Timestamp;
}

export interface JudgedRun {
  /** Of the extent, passes included. */
  readonly findings: readonly Finding[];
  /** Of the whole population, ordered by subject, literal first. */
  readonly notPass: readonly Finding[];
  readonly counts: { readonly [I in Interpretation]?: Counts };
  readonly dataAsOf: Timestamp;
  readonly results: { readonly [I in Interpretation]?: InterpretationResult };
  readonly defects: readonly Defect[];
}

/** One run from recorded facts alone. Pure: the same input gives the same findings, today and in a year. */
export function judgeRun(input: RunInput): JudgedRun {
  const factDefects: Defect[] = [];
  const inExtent = input.extent.kind === 'all' ? input.subjects : selectSubjects(input.subjects, input.extent.subjects);
  const judged = judgeExtent(input, inExtent, factDefects);
  const findings = applyWaivers(carryFails(judged.findings, input.previous), input.waivers);
  const notPass = mergeNotPass(input, findings);
  return {
    findings,
    notPass,
    counts: countByInterpretation(input, notPass),
    dataAsOf: dataAsOfRun(input),
    results: resultsByInterpretation(input, notPass),
    defects: [...judged.defects, ...factDefects],
  };
}

function judgeExtent(input: RunInput, subjects: readonly Subject[], factDefects: Defect[]): Judged {
  // Some subjects of which the check judges none: that is no empty population.
  if (subjects.length === 0 && input.subjects.length > 0) return { findings: [], defects: [] };
  if (input.trigger === 'looked') return judgeFacts(input, subjects, factDefects);
  const blinded = blindPopulation(input, subjects);
  if (input.trigger === 'hung' || subjects.length === 0 || !areUnjudged(lookIds(input), input.previous?.looks ?? null))
    return { findings: blinded, defects: [] };
  const judged = judgeFacts(input, subjects, factDefects);
  return { findings: tellUnjudgedFails(blinded, judged.findings, judgedAsOf(input)), defects: judged.defects };
}

function lookIds(input: RunInput): Run['looks'] {
  const ids = looksOf(input.check, input.sources).map((name) => [name, input.looks.get(name)?.look.id] as const);
  return Object.fromEntries(ids.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}

function judgeFacts(input: RunInput, subjects: readonly Subject[], factDefects: Defect[]): Judged {
  return judgeSubjects({
    ...input,
    subjects,
    asOf: judgedAsOf(input),
    factOf: (subject, kind) => factOf(input, subject, kind, factDefects),
  });
}

function selectSubjects(subjects: readonly Subject[], ids: readonly string[]): readonly Subject[] {
  const wanted = new Set(ids);
  return subjects.filter((subject) => wanted.has(subject.id));
}

/** The names of the looks that bring what a check needs. */
export function looksOf(check: Check, sources: FactSources): readonly string[] {
  const names = Object.keys(check.needs).flatMap((kind) => {
    const look = sources.lookOfKind.get(sources.derivations.get(kind)?.from ?? kind);
    return look === undefined ? [] : [look];
  });
  return [...new Set(names)].sort();
}

export function factOf(
  input: Pick<RunInput, 'looks' | 'sources'>,
  subject: Pick<Subject, 'id'>,
  kind: FactKind,
  defects: Defect[],
): NeededFact {
  const derivation = input.sources.derivations.get(kind);
  const lookedAtKind = derivation?.from ?? kind;
  const name = input.sources.lookOfKind.get(lookedAtKind);
  if (name === undefined) return { look: kind, fault: { code: 'unsupported', message: `no configured look brings the fact ${kind}` } };
  const remembered = input.looks.get(name);
  const fact = lookedAtFact(remembered, name, subject.id, lookedAtKind);
  if (derivation === undefined) return fact;
  return derivedFact(derivation, fact, remembered, (error) => {
    defects.push({ subject: subject.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  });
}

const blindness: { readonly [T in Exclude<RunTrigger, 'looked'>]: { readonly code: UnknownReason; readonly message: string } } = {
  expired: { code: 'stale', message: 'the last look is older than the check allows' },
  hung: { code: 'defect', message: 'the judgement never returned and was stopped' },
};

function blindPopulation(input: RunInput, subjects: readonly Subject[]): readonly Finding[] {
  if (input.trigger === 'looked') return [];
  const fault = blindness[input.trigger];
  const blinded = subjects.length === 0 ? [{ id: wholePopulation }] : subjects.toSorted((a, b) => compareText(a.id, b.id));
  return blinded.flatMap((subject) => blind(input.check, subject, fault, null));
}

/** Partial judgements see their subjects as of the partial look; whole ones are as old as their oldest part. */
function judgedAsOf(input: RunInput): Timestamp {
  return oldest(input, (remembered) => (input.extent.kind === 'some' ? remembered.look.startedAt : remembered.look.dataAsOf));
}

function dataAsOfRun(input: RunInput): Timestamp {
  return oldest(input, (remembered) => remembered.look.dataAsOf);
}

function oldest(input: RunInput, timeOf: (remembered: RememberedLook) => Timestamp): Timestamp {
  const times = looksOf(input.check, input.sources).flatMap((name) => {
    const remembered = input.looks.get(name);
    return remembered === undefined ? [] : [timeOf(remembered)];
  });
  return times.sort()[0] ?? input.startedAt;
}

function mergeNotPass(input: RunInput, findings: readonly Finding[]): readonly Finding[] {
  const now = findings.filter((finding) => finding.status !== 'pass');
  if (input.extent.kind === 'all') return now;
  const judged = new Set(findings.map(keyOf));
  const kept = (input.previous?.notPass ?? []).filter((finding) => !judged.has(keyOf(finding)));
  return [...kept, ...now].sort((a, b) => compareText(a.subject, b.subject) || compareText(b.interpretation, a.interpretation));
}

function countByInterpretation(input: RunInput, notPass: readonly Finding[]): { readonly [I in Interpretation]?: Counts } {
  const population = Math.max(1, input.subjects.length);
  const counts: { [I in Interpretation]?: Counts } = {};
  for (const interpretation of interpretationsOf(input.check)) {
    const counted = countFindings(notPass.filter((finding) => finding.interpretation === interpretation));
    counts[interpretation] = { ...counted, pass: population - counted.fail - counted.unknown - counted.waived };
  }
  return counts;
}

function resultsByInterpretation(input: RunInput, notPass: readonly Finding[]): { readonly [I in Interpretation]?: InterpretationResult } {
  const population = new Set(input.subjects.map((subject) => subject.id));
  const gone = findGone(input.previous, population);
  const results: { [I in Interpretation]?: InterpretationResult } = {};
  for (const interpretation of interpretationsOf(input.check)) {
    const own = notPass.filter((finding) => finding.interpretation === interpretation);
    results[interpretation] = {
      failing: own.flatMap(toFailingSubject),
      unknown: groupUnknown(own),
      waived: own.filter((finding) => finding.status === 'waived').map((finding) => finding.subject),
      gone,
    };
  }
  return results;
}

function toFailingSubject(finding: Finding): readonly FailingSubject[] {
  if (finding.status !== 'fail') return [];
  const { subject, response, expected, observed, rule } = finding;
  return [{ subject, response, expected, observed, rule, lastSeen: finding.lastSeen?.at ?? null }];
}

/** A fail that can no longer be seen is blindness too: it keeps its alert and joins that of what blinds it. */
function groupUnknown(findings: readonly Finding[]): readonly UnknownGroup[] {
  const groups = new Map<string, { cause: string | null; reason: UnknownReason; subjects: string[]; message: string }>();
  for (const finding of findings) {
    const blindness = blindnessOf(finding);
    if (blindness === null || blindness.reason === 'not-provable') continue;
    const key = `${blindness.cause ?? ''}\n${blindness.reason}`;
    const group = groups.get(key) ?? { cause: blindness.cause, reason: blindness.reason, subjects: [], message: blindness.message };
    group.subjects.push(finding.subject);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function blindnessOf(finding: Finding): { readonly cause: string | null; readonly reason: UnknownReason; readonly message: string } | null {
  if (finding.status === 'unknown') return { cause: finding.cause, reason: finding.reason, message: finding.observed };
  if (finding.status === 'pass') return null;
  return finding.lastSeen ?? null;
}
