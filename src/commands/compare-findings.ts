import { type Interpretation, interpretations } from '../domain/claim.ts';
import type { Finding, FindingStatus } from '../domain/finding.ts';
import type { Run } from '../domain/run.ts';

/** What a run found. Those who pass have no finding here. */
export interface FoundByRun {
  readonly run: Pick<Run, 'counts'>;
  /** Ids; null where they are not stored any more. */
  readonly population: ReadonlySet<string> | null;
  readonly notPass: readonly Finding[];
}

export interface FindingChange {
  readonly subject: string;
  readonly interpretation: Interpretation;
  /** Null: nothing was judged. */
  readonly before: FindingStatus | null;
  readonly after: FindingStatus | null;
  /** Null where it passes: that is not kept. */
  readonly observedBefore: string | null;
  readonly observedAfter: string | null;
}

export interface FindingChanges {
  /** Of those whom both runs judged, and of what is about nobody in particular. */
  readonly changed: readonly FindingChange[];
  readonly came: readonly FindingChange[];
  readonly went: readonly FindingChange[];
}

/** By subject, then by interpretation. */
export function compareFindings(before: FoundByRun, after: FoundByRun): FindingChanges {
  const [left, right] = [indexFindings(before), indexFindings(after)];
  const subjects = [...new Set([...left.subjects, ...right.subjects])].toSorted();
  const changes: Record<keyof FindingChanges, FindingChange[]> = { changed: [], came: [], went: [] };
  for (const subject of subjects) {
    const isLeft = left.population.has(subject);
    const isRight = right.population.has(subject);
    const list = isLeft === isRight ? changes.changed : isRight ? changes.came : changes.went;
    for (const interpretation of interpretations) {
      const change = changeOf(subject, interpretation, left, right);
      if (change.before !== change.after) list.push(change);
    }
  }
  return changes;
}

interface IndexedFindings {
  readonly judged: ReadonlySet<Interpretation>;
  readonly population: ReadonlySet<string>;
  /** The population, and who besides has findings: scopes, the population as a whole. */
  readonly subjects: ReadonlySet<string>;
  readonly findings: ReadonlyMap<string, Finding>;
}

function indexFindings({ run, population, notPass }: FoundByRun): IndexedFindings {
  const found = notPass.map(({ subject }) => subject);
  return {
    judged: new Set(interpretations.filter((interpretation) => run.counts[interpretation] !== undefined)),
    population: population ?? new Set(found),
    subjects: new Set([...(population ?? []), ...found]),
    findings: new Map(notPass.map((finding) => [`${finding.interpretation} ${finding.subject}`, finding])),
  };
}

function changeOf(subject: string, interpretation: Interpretation, left: IndexedFindings, right: IndexedFindings): FindingChange {
  const key = `${interpretation} ${subject}`;
  const statusIn = ({ findings, population, judged }: IndexedFindings): FindingStatus | null =>
    findings.get(key)?.status ?? (population.has(subject) && judged.has(interpretation) ? 'pass' : null);
  return {
    subject,
    interpretation,
    before: statusIn(left),
    after: statusIn(right),
    observedBefore: left.findings.get(key)?.observed ?? null,
    observedAfter: right.findings.get(key)?.observed ?? null,
  };
}
