import type { UnknownReason } from './finding.ts';
import { clockToleranceMs } from './status.ts';

/** `not-measured`: unknown, past its freshness limit, never looked at, or failing as last seen with nobody able to see it now. */
export type MeasuredState = 'pass' | 'fail' | 'waived' | 'not-measured';

/** Why nothing was measured. */
export interface Gap {
  /** `no-run`: nothing ran at all (the daemon was down, or had not begun); `stale`: the last data passed its limit. */
  readonly reason: UnknownReason | 'no-run';
  /** `tls: timeout`, or null. */
  readonly cause: string | null;
  /** For people. */
  readonly message: string;
  /** A failure stands behind it that could not be seen any more. */
  readonly failsAsLastSeen: boolean;
}

/** Null where something was measured. */
export type Measured =
  | { readonly state: Exclude<MeasuredState, 'not-measured'>; readonly gap: null }
  | { readonly state: 'not-measured'; readonly gap: Gap };

/** What one run came to for one interpretation of its check. Times are milliseconds since the epoch. */
export type Sample = Measured & {
  readonly endedAtMs: number;
  readonly dataAsOfMs: number;
  /** How old data the check accepted then. */
  readonly maxAgeMs: number;
};

/** [fromMs, toMs). */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export type Stretch = Span & Measured;

export interface Timeline {
  /** In the order in which the runs were recorded, whatever their clocks said; that of one run beyond the span ends the last one's time. */
  add(sample: Sample): void;
  /** Covers the span without hole or overlap; neighbours differ. */
  finish(): readonly Stretch[];
}

/** `credited`: a run speaks for this time. Else it only tells why none does. */
type Piece = Stretch & { readonly credited: boolean };

const staleMessage = 'the last look is older than the check allows';

function gapOf(reason: Gap['reason'], message: string, failsAsLastSeen: boolean): Gap {
  return { reason, cause: null, message, failsAsLastSeen };
}

const notBegun: Measured = { state: 'not-measured', gap: gapOf('no-run', 'no run had been recorded yet', false) };
const livedTwice: Measured = {
  state: 'not-measured',
  gap: gapOf('stale', 'the clock was set back: this time came twice, and the runs disagree about which of the two they saw', false),
};

/**
 * Credits each sample from the moment that its run ended until the next run ended, and at most until its data's freshness limit. After that
 * nothing is measured. Time for which two samples speak, since the clock was set back, is not measured.
 */
export function startTimeline(span: Span): Timeline {
  const pieces: Piece[] = [];
  let last: Sample | null = null;

  function keep(piece: Piece): void {
    const clipped = { ...piece, fromMs: Math.max(piece.fromMs, span.fromMs), toMs: Math.min(piece.toMs, span.toMs) };
    if (!(clipped.fromMs < clipped.toMs)) return;
    const before = pieces.at(-1);
    if (before !== undefined && before.credited === clipped.credited && before.toMs === clipped.fromMs && isSame(before, clipped))
      pieces[pieces.length - 1] = { ...before, toMs: clipped.toMs };
    else pieces.push(clipped);
  }

  function endLast(nextEndedAtMs: number): void {
    if (last === null) return;
    const fromMs = last.endedAtMs;
    const untilMs = Math.max(fromMs, Math.min(nextEndedAtMs, creditedUntilMs(last)));
    keep({ ...measuredOf(last), fromMs, toMs: untilMs, credited: true });
    const silence: Measured = { state: 'not-measured', gap: silenceAfter(last, nextEndedAtMs - untilMs) };
    keep({ ...silence, fromMs: untilMs, toMs: nextEndedAtMs, credited: false });
  }

  return {
    add: (sample) => {
      endLast(sample.endedAtMs);
      last = sample;
    },
    finish: () => {
      endLast(Math.max(span.toMs, last?.endedAtMs ?? span.toMs));
      last = null;
      return settle(pieces, span);
    },
  };
}

function measuredOf({ state, gap }: Measured): Measured {
  return state === 'not-measured' ? { state, gap } : { state, gap };
}

/** What could not be known needs no fresh data to stay so; but a run says nothing for longer than it is allowed to stand alone. */
function creditedUntilMs({ state, endedAtMs, dataAsOfMs, maxAgeMs }: Sample): number {
  if (state === 'not-measured') return endedAtMs + maxAgeMs;
  return isDataFromFuture({ endedAtMs, dataAsOfMs }) ? endedAtMs : Math.min(dataAsOfMs, endedAtMs) + maxAgeMs;
}

/** We do not know how old such data are. */
function isDataFromFuture({ endedAtMs, dataAsOfMs }: Pick<Sample, 'endedAtMs' | 'dataAsOfMs'>): boolean {
  return dataAsOfMs - endedAtMs > clockToleranceMs;
}

/** A daemon that lives records a run at each limit at the latest: a longer silence is that nothing ran. */
function silenceAfter(sample: Sample, lastedMs: number): Gap {
  const fails = sample.state === 'fail' || sample.gap?.failsAsLastSeen === true;
  if (lastedMs > sample.maxAgeMs)
    return gapOf('no-run', 'nothing was recorded in this time: the daemon did not run, or could not judge', fails);
  if (isDataFromFuture(sample)) return gapOf('stale', 'the clock was set back: how old the data were is not known', fails);
  return gapOf('stale', staleMessage, fails);
}

/** From one boundary to the next: what one sample says alone; nothing where several speak. */
function settle(pieces: readonly Piece[], span: Span): readonly Stretch[] {
  const starts = pieces.toSorted((a, b) => a.fromMs - b.fromMs);
  const boundaries = [...new Set([span.fromMs, span.toMs, ...pieces.flatMap(({ fromMs, toMs }) => [fromMs, toMs])])].sort((a, b) => a - b);
  const settled: Stretch[] = [];
  let active: readonly Piece[] = [];
  let next = 0;
  for (const [index, fromMs] of boundaries.entries()) {
    const toMs = boundaries[index + 1];
    if (toMs === undefined) break;
    const begun: Piece[] = [];
    for (let piece = starts[next]; piece !== undefined && piece.fromMs <= fromMs; piece = starts[next]) {
      begun.push(piece);
      next += 1;
    }
    active = [...active, ...begun].filter((piece) => piece.toMs > fromMs);
    append(settled, { ...measuredOf(whatIsSaid(active)), fromMs, toMs });
  }
  return settled;
}

function whatIsSaid(active: readonly Piece[]): Measured {
  const [only, ...others] = active.filter((piece) => piece.credited);
  if (only === undefined) return active.at(-1) ?? notBegun;
  return others.length === 0 ? only : livedTwice;
}

function append(stretches: Stretch[], stretch: Stretch): void {
  const before = stretches.at(-1);
  if (before !== undefined && isSame(before, stretch)) stretches[stretches.length - 1] = { ...before, toMs: stretch.toMs };
  else stretches.push(stretch);
}

function isSame(one: Measured, other: Measured): boolean {
  if (one.state !== other.state) return false;
  if (one.gap === other.gap) return true;
  const [a, b] = [one.gap, other.gap];
  return (
    a !== null &&
    b !== null &&
    a.reason === b.reason &&
    a.cause === b.cause &&
    a.message === b.message &&
    a.failsAsLastSeen === b.failsAsLastSeen
  );
}

/** Gravest first: one blind check makes the whole not measured, unless another one fails. */
const gravity: readonly MeasuredState[] = ['fail', 'not-measured', 'waived', 'pass'];

/** At each moment the gravest of several timelines of the same span; of several gaps, that of the first. None: never measured. */
export function gravestTimeline(timelines: readonly (readonly Stretch[])[], span: Span): readonly Stretch[] {
  const gravest: Stretch[] = [];
  const positions = timelines.map(() => 0);
  for (let fromMs = span.fromMs; fromMs < span.toMs; ) {
    const now = timelines.flatMap((timeline, index) => timeline[positions[index] ?? 0] ?? []);
    const toMs = Math.min(span.toMs, ...now.map((stretch) => stretch.toMs));
    append(gravest, { ...gravestOf(now), fromMs, toMs });
    for (const [index, timeline] of timelines.entries()) {
      const position = positions[index] ?? 0;
      if ((timeline[position]?.toMs ?? Number.POSITIVE_INFINITY) <= toMs) positions[index] = position + 1;
    }
    fromMs = toMs;
  }
  return gravest;
}

function gravestOf(now: readonly Measured[]): Measured {
  const state = gravity.find((candidate) => now.some((measured) => measured.state === candidate));
  const found = now.find((measured) => measured.state === state) ?? notBegun;
  if (found.gap === null) return measuredOf(found);
  const failsAsLastSeen = now.some(({ gap }) => gap?.failsAsLastSeen === true);
  return { state: 'not-measured', gap: { ...found.gap, failsAsLastSeen } };
}

/** Milliseconds by state over a period, and the three numbers that follow: null where there is nothing to divide by. */
export interface Numbers {
  readonly periodMs: number;
  readonly passMs: number;
  readonly failMs: number;
  readonly waivedMs: number;
  readonly notMeasuredMs: number;
  /** passMs / periodMs, in [0, 1]. */
  readonly strict: number | null;
  /** passMs / measured time. */
  readonly measured: number | null;
  /** Measured time / periodMs. */
  readonly coverage: number | null;
}

export function numbersOf(stretches: readonly Stretch[]): Numbers {
  const ms = { pass: 0, fail: 0, waived: 0, 'not-measured': 0 };
  for (const { state, fromMs, toMs } of stretches) ms[state] += toMs - fromMs;
  const measuredMs = ms.pass + ms.fail + ms.waived;
  const periodMs = measuredMs + ms['not-measured'];
  return {
    periodMs,
    passMs: ms.pass,
    failMs: ms.fail,
    waivedMs: ms.waived,
    notMeasuredMs: ms['not-measured'],
    strict: share(ms.pass, periodMs),
    measured: share(ms.pass, measuredMs),
    coverage: share(measuredMs, periodMs),
  };
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
