import { z } from 'zod';
import type { FactFollower } from '../../src/domain/fact-follower.ts';

const counted = z.object({ n: z.number() });

/** Follows facts `{ n }`; a change is told as `1 -> 2`. What is no such fact is no change. */
export function countingFollower(kind: string): FactFollower {
  const numberIn = (value: unknown): number | null => counted.safeParse(value).data?.n ?? null;
  const between = (before: number | null, after: number | null) =>
    before === null || after === null || before === after ? [] : [{ text: `${before} -> ${after}`, places: ['here'] }];
  return {
    kind,
    label: 'Count',
    againAfterMs: 6 * 3_600_000,
    follow: (baseline, fact) => {
      const [before, after] = [numberIn(baseline), numberIn(fact)];
      return { baseline: after === null ? baseline : { n: after }, changes: between(before, after) };
    },
    compare: (before, after) => between(numberIn(before), numberIn(after)),
  };
}
