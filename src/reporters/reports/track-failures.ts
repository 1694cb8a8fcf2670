import { responses } from '../../domain/finding.ts';
import type { Run } from '../../domain/run.ts';
import { epochMs, timestamp } from '../../domain/time.ts';
import type { Span } from '../../domain/timeline.ts';
import type { FailFinding, MeasuredRun } from './measured-findings.ts';
import type { FailureReport } from './report.ts';

/** More would make a page that nobody reads. */
const mostFailures = 1_000;

export interface FailureTracker {
  /** In the order in which runs were recorded; `populationOf` is asked only where a failure ended. */
  see(run: Run, seen: MeasuredRun, populationOf: () => Promise<ReadonlySet<string>>): Promise<void>;
  finish(): { readonly failures: readonly FailureReport[]; readonly failuresNotShown: number };
}

interface OpenFailure {
  readonly fromMs: number;
  readonly beganBefore: boolean;
  readonly firstRun: number;
  readonly entry: number;
  readonly lastRun: number;
  readonly found: FailFinding;
}

interface Closed {
  readonly failure: FailureReport;
  readonly gravity: number;
  readonly lastedMs: number;
}

/** Each continuous time in which one subject of one interpretation failed, from the end of the run that found it first to that of the run which found it otherwise. */
export function trackFailures(span: Span): FailureTracker {
  const open = new Map<string, OpenFailure>();
  let closed: Closed[] = [];
  let dropped = 0;
  /** A failure stays for thousands of runs with the very same findings: only the number of the last one is kept until they change. */
  let repeated: { readonly failing: readonly FailFinding[]; readonly run: number } | null = null;

  function noteRepeated(): void {
    for (const found of repeated?.failing ?? []) {
      const failure = open.get(found.subject);
      if (failure !== undefined && found.lastSeen === undefined)
        open.set(found.subject, { ...failure, lastRun: repeated?.run ?? failure.lastRun });
    }
    repeated = null;
  }

  function close(subject: string, failure: OpenFailure, ended: FailureReport['ended'], atMs: number): void {
    open.delete(subject);
    const toMs = Math.max(failure.fromMs, atMs);
    if (ended !== 'not-ended' && atMs <= span.fromMs) return;
    closed.push(closedOf(subject, failure, ended, toMs));
    if (closed.length >= 2 * mostFailures) prune();
  }

  function prune(): void {
    closed.sort(byGravity);
    dropped += Math.max(0, closed.length - mostFailures);
    closed = closed.slice(0, mostFailures);
  }

  function note(run: Run, found: FailFinding): void {
    const endedAtMs = epochMs(run.finishedAt);
    const before = open.get(found.subject);
    if (before !== undefined) {
      if (found.lastSeen === undefined) open.set(found.subject, { ...before, lastRun: run.id, found });
      return;
    }
    const beganBefore = endedAtMs < span.fromMs;
    const fromMs = Math.max(endedAtMs, span.fromMs);
    open.set(found.subject, { fromMs, beganBefore, firstRun: run.id, lastRun: run.id, entry: run.entry, found });
  }

  return {
    see: async (run, { failing, waived }, populationOf) => {
      if (failing.length === 0 && open.size === 0) return;
      if (failing === repeated?.failing) {
        repeated = { failing, run: run.id };
        return;
      }
      noteRepeated();
      const failingNow = new Set(failing.map(({ subject }) => subject));
      const left = [...open].filter(([subject]) => !failingNow.has(subject));
      const population = left.length > 0 ? await populationOf() : new Set<string>();
      for (const [subject, failure] of left) close(subject, failure, howEnded(subject, waived, population), epochMs(run.finishedAt));
      for (const found of failing) note(run, found);
      repeated = { failing, run: run.id };
    },
    finish: () => {
      noteRepeated();
      for (const [subject, failure] of open) close(subject, failure, 'not-ended', span.toMs);
      prune();
      return { failures: closed.map(({ failure }) => failure), failuresNotShown: dropped };
    },
  };
}

/** The subject `*` is the whole population, which failed by being empty. */
function howEnded(subject: string, waived: ReadonlySet<string>, population: ReadonlySet<string>): FailureReport['ended'] {
  if (waived.has(subject)) return 'waived';
  return subject === '*' || population.has(subject) ? 'passed' : 'gone';
}

function closedOf(subject: string, failure: OpenFailure, ended: FailureReport['ended'], toMs: number): Closed {
  const { fromMs, beganBefore, firstRun, lastRun, entry, found } = failure;
  const { expected, observed, rule, response } = found;
  return {
    gravity: responses.indexOf(response),
    lastedMs: toMs - fromMs,
    failure: {
      subject,
      from: timestamp(fromMs),
      to: ended === 'not-ended' ? null : timestamp(toMs),
      beganBefore,
      ended,
      expected,
      observed,
      rule,
      firstRun,
      lastRun,
      entry,
    },
  };
}

function byGravity(a: Closed, b: Closed): number {
  return a.gravity - b.gravity || b.lastedMs - a.lastedMs || (a.failure.from < b.failure.from ? -1 : 1);
}
