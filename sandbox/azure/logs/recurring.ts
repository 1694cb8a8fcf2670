import { type Chance, makeChance } from './chance.ts';
import type { TimeWindow } from './log-row.ts';

/** Something that happens again and again: once in each span of time, at a moment of it that looks like chance. */
export interface Recurring {
  readonly name: string;
  readonly everyMs: number;
  /** How far into its span it may happen; at most `everyMs`. Two after one another are `everyMs` apart, give or take this. */
  readonly spreadMs: number;
}

export interface Occurrence {
  /** Its number, the same whatever was asked for. */
  readonly number: number;
  readonly atMs: number;
  readonly chance: Chance;
}

/** What happens in a window, oldest first. */
export function* occurrencesIn({ name, everyMs, spreadMs }: Recurring, { fromMs, toMs }: TimeWindow): Generator<Occurrence> {
  const chance = makeChance(name);
  for (let number = Math.floor(fromMs / everyMs) - 1; number * everyMs < toMs; number += 1) {
    const atMs = Math.floor(number * everyMs) + chance.whole(number, 0, Math.max(1, spreadMs));
    if (atMs >= fromMs && atMs < toMs) yield { number, atMs, chance };
  }
}
