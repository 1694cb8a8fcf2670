import type { Interpretation } from '../../src/domain/claim.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { Json } from '../../src/domain/json.ts';
import type { StoreReader } from '../../src/domain/ports.ts';
import type { Run, RunOutcome } from '../../src/domain/run.ts';
import { countFindings } from '../../src/domain/status.ts';
import type { Subject } from '../../src/domain/subject.ts';
import { timestamp } from '../../src/domain/time.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import { endpoint } from './engine-fixtures.ts';
import { exampleOutcome, sha256 } from './example-run.ts';
import { fixedStore } from './fixed-store.ts';

/** What a run says of a subject: `seen-fail` fails as last seen; `accepted` is waived, `seen-accepted` the same as last seen. */
export type Said = 'pass' | 'fail' | 'seen-fail' | 'unknown' | 'accepted' | 'seen-accepted';

export interface RunShape {
  readonly check: string;
  readonly endedAtMs: number;
  readonly dataAsOfMs?: number;
  readonly maxAgeMs?: number;
  /** Subject name (`a`) -> what is said of it, for both interpretations. */
  readonly says: { readonly [subject: string]: Said };
  readonly waivers?: readonly Waiver[];
  readonly changes?: Partial<RunOutcome>;
}

export interface RecordedPeriod {
  readonly store: StoreReader;
  readonly runs: readonly Run[];
}

const judged: readonly Interpretation[] = ['literal', 'intent'];

/** Runs as they would stand in a store, numbered from 1 on, with their bodies. */
export function recordedPeriod(shapes: readonly RunShape[]): RecordedPeriod {
  const bodies = new Map<string, Json>();
  const put = (value: unknown): string => {
    const text = JSON.stringify(value);
    bodies.set(sha256(text), JSON.parse(text) as Json);
    return sha256(text);
  };
  const runs = shapes.map((shape, index): Run => {
    const subjects: readonly Subject[] = Object.keys(shape.says).map(endpoint);
    const findings = judged.flatMap((interpretation) =>
      Object.entries(shape.says).map(([name, said]) => findingOf(endpoint(name).id, interpretation, said)),
    );
    const counts = Object.fromEntries(
      judged.map((interpretation) => [
        interpretation,
        countFindings(findings.filter((finding) => finding.interpretation === interpretation)),
      ]),
    );
    return {
      ...exampleOutcome({
        check: shape.check,
        startedAt: timestamp(shape.endedAtMs),
        finishedAt: timestamp(shape.endedAtMs),
        dataAsOf: timestamp(shape.dataAsOfMs ?? shape.endedAtMs),
        ...(shape.maxAgeMs === undefined ? {} : { maxAgeMs: shape.maxAgeMs }),
        parametersDigest: put({ defaults: {}, overrides: {} }),
        waiversDigest: put(shape.waivers ?? []),
        subjectsDigest: put(subjects),
        population: { expected: subjects.length, seen: subjects.length, unread: 0, digest: sha256('population') },
        counts,
        notPassDigest: put(findings.filter(({ status }) => status !== 'pass')),
        ...shape.changes,
      }),
      id: index + 1,
      entry: index,
    };
  });
  return { store: fixedStore({ runs, bodies, entries: runs.length }), runs };
}

const lastSeen = { at: timestamp(0), reason: 'unreachable', cause: 'state: unreachable', message: 'nobody answered' } as const;

function findingOf(subject: string, interpretation: Interpretation, said: Said): Finding {
  const explained = { subject, interpretation, expected: 'good', observed: said, rule: 'state' };
  switch (said) {
    case 'pass':
      return { ...explained, status: 'pass' };
    case 'fail':
      return { ...explained, status: 'fail', response: 'page' };
    case 'seen-fail':
      return { ...explained, status: 'fail', response: 'page', lastSeen };
    case 'unknown':
      return { ...explained, status: 'unknown', reason: 'timeout', cause: 'state: timeout' };
    case 'accepted':
      return { ...explained, status: 'waived', response: 'page', waiver: 'w1' };
    case 'seen-accepted':
      return { ...explained, status: 'waived', response: 'page', waiver: 'w1', lastSeen };
  }
}
