/** From the first moment on, before the last; milliseconds since the epoch. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of which time everything was read. */
export interface CoveredTime {
  cover(span: Span): void;
  /** The parts of the span that are not covered, oldest first. */
  gaps(span: Span): readonly Span[];
  forgetBefore(ms: number): void;
}

export function createCoveredTime(): CoveredTime {
  /** Apart from one another, oldest first. */
  let spans: readonly Span[] = [];
  return {
    cover({ fromMs, toMs }) {
      if (fromMs >= toMs) return;
      const touching = spans.filter((span) => span.fromMs <= toMs && span.toMs >= fromMs);
      const joined = {
        fromMs: Math.min(fromMs, ...touching.map((span) => span.fromMs)),
        toMs: Math.max(toMs, ...touching.map((span) => span.toMs)),
      };
      spans = [...spans.filter((span) => !touching.includes(span)), joined].toSorted((left, right) => left.fromMs - right.fromMs);
    },
    gaps({ fromMs, toMs }) {
      const gaps: Span[] = [];
      let openMs = fromMs;
      for (const span of spans) {
        if (span.fromMs >= toMs) break;
        if (span.fromMs > openMs) gaps.push({ fromMs: openMs, toMs: span.fromMs });
        openMs = Math.max(openMs, span.toMs);
      }
      return openMs < toMs ? [...gaps, { fromMs: openMs, toMs }] : gaps;
    },
    forgetBefore(ms) {
      spans = spans.filter((span) => span.toMs > ms).map((span) => ({ fromMs: Math.max(span.fromMs, ms), toMs: span.toMs }));
    },
  };
}

/** What is shown may have been incomplete so short a time after it happened: it is read once more. */
const overlapMs = 30 * 60_000;

/** What of the span is still to be read, newest first, each a little into what is covered. */
export function spansToRead(covered: Pick<CoveredTime, 'gaps'>, span: Span): readonly Span[] {
  return covered
    .gaps(span)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(span.fromMs, fromMs - overlapMs), toMs }))
    .toReversed();
}
