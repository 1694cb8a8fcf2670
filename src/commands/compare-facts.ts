import type { FactChange, FactFollower } from '../domain/fact-follower.ts';
import type { FactKind, FactMap } from '../domain/look.ts';
import type { StoreReader } from '../domain/ports.ts';
import type { Run } from '../domain/run.ts';

/** What changed in one fact of one subject between two looks. */
export interface FactDifference {
  readonly kind: string;
  readonly label: string;
  readonly subject: string;
  readonly changes: readonly FactChange[];
}

/** Facts are some ten kilobytes each: so many pairs are held at a time. */
const pairsAtATime = 50;

/** Gives the map of a look; the same one is asked for once. */
export type ReadMap = (look: number) => Promise<FactMap>;

export function createMapReader(state: StoreReader): ReadMap {
  const known = new Map<number, FactMap>();
  return async (id) => {
    const map = known.get(id);
    if (map !== undefined) return map;
    const look = await state.look(id);
    const read = look === null ? {} : await state.factMap(look);
    known.clear();
    known.set(id, read);
    return read;
  };
}

/** Of subjects that both looks saw, in the facts that are followed; by kind, then by subject. */
export async function compareFacts(
  { state, followers, lookOfKind, readBefore, readAfter }: FactsToCompare,
  before: Pick<Run, 'looks'>,
  after: Pick<Run, 'looks'>,
): Promise<readonly FactDifference[]> {
  const differences: FactDifference[] = [];
  for (const follower of followers) {
    const name = lookOfKind.get(follower.kind) ?? '';
    const [earlier, later] = [before.looks[name], after.looks[name]];
    // The map of an estate has 100,000 entries: none is read for nothing.
    if (earlier === undefined || later === undefined || later === earlier) continue;
    differences.push(...(await compareKind(state, follower, pairsOf(await readBefore(earlier), await readAfter(later), follower.kind))));
  }
  return differences.toSorted((a, b) => compareText(a.kind, b.kind) || compareText(a.subject, b.subject));
}

export interface FactsToCompare {
  readonly state: StoreReader;
  readonly followers: readonly FactFollower[];
  /** Fact kind -> the look that brings it. */
  readonly lookOfKind: ReadonlyMap<FactKind, string>;
  readonly readBefore: ReadMap;
  readonly readAfter: ReadMap;
}

interface Pair {
  readonly subject: string;
  readonly before: string;
  readonly after: string;
}

function pairsOf(left: FactMap, right: FactMap, kind: string): readonly Pair[] {
  return Object.entries(left).flatMap(([subject, kinds]) => {
    const [before, after] = [digestIn(kinds, kind), digestIn(right[subject], kind)];
    return before === null || after === null || before === after ? [] : [{ subject, before, after }];
  });
}

function digestIn(kinds: FactMap[string] | undefined, kind: string): string | null {
  const reference = kinds?.[kind];
  return reference !== undefined && 'digest' in reference ? reference.digest : null;
}

async function compareKind(state: StoreReader, follower: FactFollower, pairs: readonly Pair[]): Promise<readonly FactDifference[]> {
  const differences: FactDifference[] = [];
  for (let from = 0; from < pairs.length; from += pairsAtATime) {
    const some = pairs.slice(from, from + pairsAtATime);
    const facts = await state.bodies(some.flatMap(({ before, after }) => [before, after]));
    for (const { subject, before, after } of some) {
      const [earlier, later] = [facts.get(before), facts.get(after)];
      const changes = earlier === undefined || later === undefined ? [] : follower.compare(earlier, later);
      if (changes.length > 0) differences.push({ kind: follower.kind, label: follower.label, subject, changes });
    }
  }
  return differences;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
