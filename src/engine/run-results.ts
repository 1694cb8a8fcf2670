import { isDeepStrictEqual } from 'node:util';
import { interpretationsOf } from '../domain/check.ts';
import type { Interpretation } from '../domain/claim.ts';
import { type Finding, isUnrefuted, type UnknownReason } from '../domain/finding.ts';
import type { FailingSubject, InterpretationResult, UnknownGroup } from '../domain/run.ts';
import { type Counts, countFindings } from '../domain/status.ts';
import { findGone } from './carry.ts';
import { wholePopulation } from './judge-empty-population.ts';
import { compareText } from './judge-subjects.ts';
import type { RunInput } from './run-input.ts';
import { idsOf, isNoneExpected, populationIds } from './run-population.ts';

/** By subject, literal first. */
export function inOrder(a: Finding, b: Finding): number {
  return compareText(a.subject, b.subject) || compareText(b.interpretation, a.interpretation);
}

/** A judgement of some keeps what was found of the others, as far as they are in the population still. */
export function mergeNotPass(input: RunInput, findings: readonly Finding[]): readonly Finding[] {
  const now = findings.filter((finding) => finding.status !== 'pass');
  if (input.extent.kind === 'all') return now;
  const before = input.previous?.notPass ?? [];
  const judged = new Set(findings.map(({ subject, interpretation }) => `${interpretation} ${subject}`));
  const subjects = new Set(findings.map(({ subject }) => subject));
  const isJudged = ({ subject, interpretation }: Finding): boolean => subjects.has(subject) && judged.has(`${interpretation} ${subject}`);
  const population = populationIds(input);
  const isThere = (id: string): boolean => (id === wholePopulation ? input.subjects.length === 0 : population.has(id));
  const kept = before.filter((finding) => !isJudged(finding) && isThere(finding.subject));
  // Of thousands that are not pass nothing is written anew where one of them is what it was.
  if (kept.length + now.length === before.length && isDeepStrictEqual(before.filter(isJudged), now.toSorted(inOrder))) return before;
  return [...kept, ...now].sort(inOrder);
}

export function countByInterpretation(input: RunInput, notPass: readonly Finding[]): { readonly [I in Interpretation]?: Counts } {
  const ids = idsOf(input.subjects);
  const others = new Set(notPass.flatMap(({ subject }) => (ids.has(subject) || subject === wholePopulation ? [] : [subject])));
  const isNobody = isNoneExpected(input) && others.size === 0;
  const population = isNobody ? 0 : Math.max(1, ids.size + others.size);
  const counts: { [I in Interpretation]?: Counts } = {};
  for (const interpretation of interpretationsOf(input.check)) {
    const counted = countFindings(notPass.filter((finding) => finding.interpretation === interpretation));
    const pass = population - counted.fail - counted.unknown - counted.waived;
    counts[interpretation] = { ...counted, pass, ...(isNobody ? { noneExpected: true } : {}) };
  }
  return counts;
}

export function resultsByInterpretation(
  input: RunInput,
  notPass: readonly Finding[],
  missing: readonly string[],
): { readonly [I in Interpretation]?: InterpretationResult } {
  const held = new Set(missing);
  const gone = findGone(input.previous, populationIds(input)).filter((id) => !held.has(id));
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
    if (blindness === null) continue;
    const { cause, reason, message } = blindness;
    const key = `${cause ?? ''}\n${reason}`;
    const group = groups.get(key) ?? { cause, reason, subjects: [], message };
    group.subjects.push(finding.subject);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function blindnessOf(finding: Finding): { readonly cause: string | null; readonly reason: UnknownReason; readonly message: string } | null {
  if (isUnrefuted(finding)) return null;
  if (finding.status === 'unknown') return { cause: finding.cause, reason: finding.reason, message: finding.observed };
  if (finding.status === 'pass') return null;
  return finding.lastSeen ?? null;
}
