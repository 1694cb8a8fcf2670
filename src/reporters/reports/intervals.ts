import { timestamp } from '../../domain/time.ts';
import type { Stretch } from '../../domain/timeline.ts';
import type { Interval } from './report.ts';

export function toIntervals(timeline: readonly Stretch[]): readonly Interval[] {
  return timeline.map(({ fromMs, toMs, state, gap }) => ({
    from: timestamp(fromMs),
    to: timestamp(toMs),
    state,
    ...(gap === null ? {} : { gap }),
  }));
}
