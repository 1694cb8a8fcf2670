import { setImmediate } from 'node:timers/promises';
import type { Interpretation } from '../../domain/claim.ts';
import { interpretations } from '../../domain/claim.ts';
import type { Finding } from '../../domain/finding.ts';
import type { StoreReader } from '../../domain/ports.ts';
import type { Run } from '../../domain/run.ts';
import { epochMs, timestamp } from '../../domain/time.ts';
import { type Span, type Stretch, startTimeline, type Timeline } from '../../domain/timeline.ts';
import { isAllPass, type MeasuredRun, measureFindings, passing } from './measured-findings.ts';
import { rememberRecent } from './remember-recent.ts';
import type { Change, FailureReport } from './report.ts';
import { readStored, subjectsOf, trackChanges } from './track-changes.ts';
import { type FailureTracker, trackFailures } from './track-failures.ts';

export interface PeriodNeeds {
  readonly state: StoreReader;
  readonly span: Span;
  /** Configured checks by id; reported whether or not they ran. */
  readonly checks: ReadonlyMap<string, { readonly interpretations: readonly Interpretation[]; readonly maxAgeMs: number }>;
  /** Whether the report is about this check; asked of those that are not configured too. */
  readonly isWanted: (check: string) => boolean;
  readonly onProgress: (done: number, of: number) => void;
  readonly signal: AbortSignal;
}

/** What the runs of a period come to. */
export interface PeriodRecord {
  readonly checks: ReadonlyMap<string, CheckRecord>;
  /** Runs that ended within the period. */
  readonly runs: number;
  readonly firstRun: number | null;
  readonly lastRun: number | null;
  /** Of runs that judged a whole population. */
  readonly smallest: number | null;
  readonly largest: number | null;
  /** Sorted ids of all that was judged. */
  readonly subjects: readonly string[];
  readonly waiversDigests: ReadonlySet<string>;
  readonly changes: readonly Change[];
  readonly changesNotShown: number;
  /** Some run did not say how old its data might be. */
  readonly limitAssumed: boolean;
}

export interface CheckRecord {
  readonly runs: number;
  /** The last one that ended before the end of the period. */
  readonly last: Run | null;
  readonly maxAgeMs: number;
  readonly interpretations: ReadonlyMap<Interpretation, InterpretationRecord>;
}

export interface InterpretationRecord {
  readonly timeline: readonly Stretch[];
  readonly failures: readonly FailureReport[];
  readonly failuresNotShown: number;
}

/** Some hundred kilobytes of JSON at a time. */
const pageSize = 250;
const keptFindings = 128;
const keptPopulations = 16;
/** Runs so long before the period are read too: where the clock was set, more than the last of them may speak for its beginning. */
const longestLookBackMs = 86_400_000;
/** Runs with a clock far ahead, one after the other, before one that was right. */
const mostStepsBack = 1_000;

interface Track {
  readonly interpretations: Map<Interpretation, { readonly timeline: Timeline; readonly failures: FailureTracker }>;
  runs: number;
  before: Run | null;
  last: Run | null;
}

/** Reads page by page, oldest first, each page a query of its own: no transaction stays open, whatever the daemon writes meanwhile. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one pass over the runs; its functions are small and share what was counted.
export async function readPeriod(needs: PeriodNeeds): Promise<PeriodRecord> {
  const { state, span } = needs;
  const tracks = new Map<string, Track>();
  const changes = trackChanges();
  const subjects = new Set<string>();
  const seenPopulations = new Set<string>();
  const waiversDigests = new Set<string>();
  const counted = { runs: 0, first: null as number | null, last: null as number | null };
  const population = { smallest: null as number | null, largest: null as number | null };
  let limitAssumed = false;

  const measuredOf = rememberRecent(keptFindings, async (key): Promise<MeasuredRun> => {
    const [digest = '', interpretation] = key.split(' ');
    const findings = (await readStored(state, digest)) as unknown as readonly Finding[];
    return measureFindings(findings, interpretation === 'literal' ? 'literal' : 'intent');
  });
  const idsOf = rememberRecent(
    keptPopulations,
    async (digest): Promise<ReadonlySet<string>> => new Set((await subjectsOf(state, digest)).map(({ id }) => id)),
  );

  function limitOf(run: Run): number {
    if (run.maxAgeMs === undefined) limitAssumed = true;
    return run.maxAgeMs ?? needs.checks.get(run.check)?.maxAgeMs ?? 0;
  }

  function interpretationOf(track: Track, interpretation: Interpretation) {
    const known = track.interpretations.get(interpretation);
    if (known !== undefined) return known;
    const fresh = { timeline: startTimeline(span), failures: trackFailures(span) };
    track.interpretations.set(interpretation, fresh);
    return fresh;
  }

  async function openTrack(check: string, firstId: number): Promise<Track> {
    const track: Track = { interpretations: new Map(), runs: 0, before: null, last: null };
    tracks.set(check, track);
    for (const interpretation of needs.checks.get(check)?.interpretations ?? []) interpretationOf(track, interpretation);
    for (const run of await runsBefore(needs, check, firstId)) await see(track, run);
    return track;
  }

  async function see(track: Track, run: Run): Promise<void> {
    const endedAtMs = epochMs(run.finishedAt);
    const isLate = endedAtMs >= span.toMs;
    for (const interpretation of interpretations) {
      const counts = run.counts[interpretation];
      if (counts === undefined) continue;
      const { timeline, failures } = interpretationOf(track, interpretation);
      const seen = isAllPass(counts) ? passing : await measuredOf(`${run.notPassDigest} ${interpretation}`);
      timeline.add({ ...seen.measured, endedAtMs, dataAsOfMs: epochMs(run.dataAsOf), maxAgeMs: limitOf(run) });
      if (!isLate) await failures.see(run, seen, () => idsOf(run.subjectsDigest));
    }
    if (!isLate) await count(track, run, endedAtMs >= span.fromMs);
  }

  async function count(track: Track, run: Run, isWithin: boolean): Promise<void> {
    const { before } = track;
    track.before = run;
    track.last = run;
    waiversDigests.add(run.waiversDigest);
    if (!isWithin) return;
    track.runs += 1;
    counted.runs += 1;
    counted.first = Math.min(counted.first ?? run.id, run.id);
    counted.last = Math.max(counted.last ?? run.id, run.id);
    if (before !== null) changes.see(run, before);
    if (run.extent.kind === 'all') {
      population.smallest = Math.min(population.smallest ?? run.population.expected, run.population.expected);
      population.largest = Math.max(population.largest ?? run.population.expected, run.population.expected);
    }
    if (seenPopulations.has(run.subjectsDigest)) return;
    seenPopulations.add(run.subjectsDigest);
    for (const id of await idsOf(run.subjectsDigest)) subjects.add(id);
  }

  const numbers = await findNumbers(needs);
  for (const check of needs.checks.keys()) await openTrack(check, numbers.first);
  for await (const run of runsBetween(needs, numbers)) {
    if (needs.isWanted(run.check)) await see(tracks.get(run.check) ?? (await openTrack(run.check, numbers.first)), run);
  }
  for (const [check, track] of tracks) {
    const [next] = await state.runsFrom({ check, first: numbers.last + 1, limit: 1 });
    if (next !== undefined) await see(track, next);
  }
  const { changes: shown, notShown } = await changes.finish(state);
  return {
    checks: new Map(
      [...tracks]
        .filter(([check, { runs }]) => needs.checks.has(check) || runs > 0)
        .map(([check, track]) => [check, finish(track, needs.checks.get(check)?.maxAgeMs ?? 0)]),
    ),
    runs: counted.runs,
    firstRun: counted.first,
    lastRun: counted.last,
    ...population,
    subjects: [...subjects].sort(),
    waiversDigests,
    changes: shown,
    changesNotShown: notShown,
    limitAssumed,
  };
}

function finish({ interpretations: own, runs, last }: Track, configuredMaxAgeMs: number): CheckRecord {
  const finished = [...own].map(([interpretation, { timeline, failures }]): [Interpretation, InterpretationRecord] => [
    interpretation,
    { timeline: timeline.finish(), ...failures.finish() },
  ]);
  return { runs, last, maxAgeMs: last?.maxAgeMs ?? configuredMaxAgeMs, interpretations: new Map(finished) };
}

interface RunNumbers {
  readonly first: number;
  /** `first - 1` where no run ended within the period or shortly before. */
  readonly last: number;
}

async function findNumbers({ state, span, checks }: PeriodNeeds): Promise<RunNumbers> {
  const lookBackMs = Math.min(longestLookBackMs, Math.max(0, ...[...checks.values()].map(({ maxAgeMs }) => maxAgeMs)));
  const from = timestamp(Math.max(0, span.fromMs - lookBackMs));
  const found = await state.runNumbers({ from, to: timestamp(span.toMs) });
  if (found !== null) return found;
  const before = await state.runNumbers({ from: timestamp(0), to: from });
  return { first: (before?.last ?? 0) + 1, last: before?.last ?? 0 };
}

/** Oldest first: the last one that ended before the period, with those after it whose clock was ahead. */
async function runsBefore({ state, span }: PeriodNeeds, check: string, firstId: number): Promise<readonly Run[]> {
  const found: Run[] = [];
  for (let before = firstId; found.length < mostStepsBack; ) {
    const [run] = await state.runs({ check, before, limit: 1 });
    if (run === undefined) break;
    found.unshift(run);
    if (epochMs(run.finishedAt) < span.toMs) break;
    before = run.id;
  }
  return found;
}

async function* runsBetween({ state, signal, onProgress }: PeriodNeeds, { first, last }: RunNumbers): AsyncIterable<Run> {
  for (let next = first; next <= last; ) {
    signal.throwIfAborted();
    const page = await state.runsFrom({ first: next, limit: Math.min(pageSize, last - next + 1) });
    for (const run of page) if (run.id <= last) yield run;
    const reached = page.at(-1)?.id ?? last;
    next = reached + 1;
    onProgress(Math.min(reached, last) - first + 1, last - first + 1);
    // Reading is synchronous: without this no signal to stop would be heard before the end.
    await setImmediate();
  }
}
