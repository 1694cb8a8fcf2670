import type { Interpretation } from '../domain/claim.ts';
import type { Fault } from '../domain/fault.ts';
import type { Finding, UnknownReason } from '../domain/finding.ts';
import type { InterpretationResult, Run, RunTrigger } from '../domain/run.ts';
import type { Counts } from '../domain/status.ts';
import type { Subject } from '../domain/subject.ts';
import type { Timestamp } from '../domain/time.ts';
import { applyWaivers, areUnjudged, carryFails, tellUnjudgedFails } from './carry.ts';
import type { RememberedLook } from './fact-memory.ts';
import { holdNews } from './hold-news.ts';
import { wholePopulation } from './judge-empty-population.ts';
import { blind, causeOf, compareText, type Defect, type Judged, judgeSubjects, type RelatedFacts } from './judge-subjects.ts';
import { unlistedRelation } from './population.ts';
import { factsOf } from './read-facts.ts';
import { restOnRows } from './rest-on-rows.ts';
import { looksOf, type RunInput } from './run-input.ts';
import { isNoneExpected, laggingLook, looksAtHand, looksMissing, unlistedOfRun } from './run-population.ts';
import { countByInterpretation, inOrder, mergeNotPass, resultsByInterpretation } from './run-results.ts';

export interface JudgedRun {
  /** Of the extent, passes included. */
  readonly findings: readonly Finding[];
  /** Of the whole population, ordered by subject, literal first. */
  readonly notPass: readonly Finding[];
  readonly counts: { readonly [I in Interpretation]?: Counts };
  readonly dataAsOf: Timestamp;
  readonly results: { readonly [I in Interpretation]?: InterpretationResult };
  readonly defects: readonly Defect[];
  readonly toConfirm: readonly string[];
}

/** One run from recorded facts alone. Pure: the same input gives the same findings, today and in a year. */
export function judgeRun(input: RunInput): JudgedRun {
  const factDefects: Defect[] = [];
  const inExtent = input.extent.kind === 'all' ? input.subjects : selectSubjects(input.subjects, input.extent.subjects);
  const judged = judgeExtent(input, inExtent, factDefects);
  const held = holdNews(input, carryFails(restOnRows(input, judged.findings), input.previous));
  const findings = applyWaivers(held.findings, input.waivers);
  const notPass = mergeNotPass(input, findings);
  return {
    findings,
    notPass,
    counts: countByInterpretation(input, notPass),
    dataAsOf: dataAsOfRun(input),
    results: resultsByInterpretation(input, notPass, held.missing),
    defects: [...judged.defects, ...factDefects],
    toConfirm: held.toConfirm,
  };
}

function judgeExtent(input: RunInput, subjects: readonly Subject[], factDefects: Defect[]): Judged {
  const unlisted = blindScopes(input);
  // Some subjects of which the check judges none, or scopes that could not be listed: that is no empty population.
  if (subjects.length === 0 && (input.subjects.length > 0 || unlisted.length > 0)) return { findings: unlisted, defects: [] };
  if (input.trigger === 'looked' && isNoneExpected(input)) return { findings: [], defects: [] };
  const [missing] = input.check.subjects === 'endpoint' ? [] : looksMissing(input);
  if (input.trigger === 'looked' && subjects.length === 0 && missing !== undefined)
    return { findings: notLookedYet(input, missing), defects: [] };
  if (input.trigger === 'looked') {
    const { findings, defects } = judgeFacts(input, subjects, factDefects);
    return { findings: withBlindScopes(findings, unlisted), defects };
  }
  const blinded = blindPopulation(input, subjects);
  if (input.trigger === 'hung' || subjects.length === 0 || !areUnjudged(lookIds(input), input.previous?.looks ?? null))
    return { findings: blinded, defects: [] };
  const judged = judgeFacts(input, subjects, factDefects);
  return { findings: tellUnjudgedFails(blinded, judged.findings, judgedAsOf(input)), defects: judged.defects };
}

/** Whom another look has found is not known to be looked at before this one has ended. */
function notLookedYet({ check }: RunInput, look: string): readonly Finding[] {
  const fault: Fault = { code: 'partial', message: `no look ${look} has ended yet` };
  return blind(check, { id: wholePopulation }, fault, causeOf(look, fault));
}

/** Scopes of which resources may be missing: each is unknown by itself, so that the estate is never taken for smaller than it is. */
function blindScopes(input: RunInput): readonly Finding[] {
  return unlistedOfRun(input).flatMap(({ look, scope, types, fault }) => {
    const message = `the list of ${types.join(', ')} may not be complete: ${fault.message}`;
    return blind(input.check, scope, { code: fault.code, message }, causeOf(look, fault));
  });
}

/** A scope that is judged itself is as unknown as the others. */
function withBlindScopes(findings: readonly Finding[], unlisted: readonly Finding[]): readonly Finding[] {
  if (unlisted.length === 0) return findings;
  const scopes = new Set(unlisted.map(({ subject }) => subject));
  return [...findings.filter(({ subject }) => !scopes.has(subject)), ...unlisted].sort(inOrder);
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
    factOf: factsOf(input, factDefects),
    ...(input.check.related === undefined ? {} : { relatedOf: relationsOf(input) }),
  });
}

function relationsOf(input: RunInput): (subject: Subject) => RelatedFacts {
  const look = laggingLook(input) ?? looksAtHand(input)[0];
  const name = looksOf(input.check, input.sources)[0] ?? input.id;
  const missing: Fault = { code: 'partial', message: `no look ${name} has ended yet` };
  const fault = look === undefined ? missing : unlistedRelation(input.check, looksAtHand(input));
  if (look === undefined || fault !== null) return () => ({ fault: fault ?? missing, look: name });
  const relations = Object.entries(input.check.related ?? {}).map(([key, { type, by }]) => [key, look.related(type, by)] as const);
  return (subject) => ({ look: name, rows: Object.fromEntries(relations.map(([key, rows]) => [key, rows.get(subject.id) ?? []])) });
}

function selectSubjects(subjects: readonly Subject[], ids: readonly string[]): readonly Subject[] {
  const wanted = new Set(ids);
  return subjects.filter((subject) => wanted.has(subject.id));
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
