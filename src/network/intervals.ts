/**
 * Sets of whole numbers as flat inclusive pairs `first, last, ...`, sorted, disjoint and never adjacent: equal sets are equal lists. Where the answer
 * is one of the arguments, that very list is given, so that what changes nothing costs no memory and compares by identity.
 */
export interface Intervals<Value extends number | bigint> {
  unite(left: readonly Value[], right: readonly Value[]): readonly Value[];
  intersect(left: readonly Value[], right: readonly Value[]): readonly Value[];
  subtract(from: readonly Value[], taken: readonly Value[]): readonly Value[];
  /** Of pairs in any order that may overlap. */
  collect(pairs: readonly Interval<Value>[]): readonly Value[];
}

export interface Interval<Value> {
  readonly first: Value;
  readonly last: Value;
}

interface Steps<Value> {
  next(value: Value): Value;
  previous(value: Value): Value;
}

/** Truth tables, by bit: 1 in the left one only, 2 in the right one only, 3 in both. */
const union = 0b1110;
const intersection = 0b1000;
const difference = 0b0010;

export const numberIntervals: Intervals<number> = intervalsOver({ next: (value) => value + 1, previous: (value) => value - 1 });
export const bigintIntervals: Intervals<bigint> = intervalsOver({ next: (value) => value + 1n, previous: (value) => value - 1n });

export function isSameIntervals(left: readonly (number | bigint)[], right: readonly (number | bigint)[]): boolean {
  return left === right || (left.length === right.length && left.every((value, index) => value === right[index]));
}

/** Of an empty list there is nothing that is not covered. */
export type Coverage = 'all' | 'part' | 'none';

/** How much of `where` lies in `covers`. Searches instead of walking, since one address is looked up in long lists, for each interface. */
export function coverageBy<Value extends number | bigint>(where: readonly Value[], covers: readonly Value[]): Coverage {
  let [isAll, isNone] = [true, true];
  for (const { first, last } of intervalsOf(where)) {
    const position = firstEndingFrom(covers, first);
    const [begin, end] = [covers[position], covers[position + 1]];
    if (begin === undefined || end === undefined || begin > last) isAll = false;
    else {
      isNone = false;
      if (begin > first || end < last) isAll = false;
    }
  }
  return isAll ? 'all' : isNone ? 'none' : 'part';
}

/** Where the first interval begins that does not end before the value. */
function firstEndingFrom<Value extends number | bigint>(flat: readonly Value[], value: Value): number {
  let [low, high] = [0, flat.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = flat[2 * middle + 1];
    if (end !== undefined && end < value) low = middle + 1;
    else high = middle;
  }
  return 2 * low;
}

/** The pairs of a flat list. */
export function* intervalsOf<Value>(flat: readonly Value[]): Generator<Interval<Value>> {
  for (let index = 1; index < flat.length; index += 2) {
    const [first, last] = [flat[index - 1], flat[index]];
    if (first !== undefined && last !== undefined) yield { first, last };
  }
}

function intervalsOver<Value extends number | bigint>(steps: Steps<Value>): Intervals<Value> {
  const combine = (left: readonly Value[], right: readonly Value[], table: number) => combineIntervals(left, right, table, steps);
  return {
    unite(left, right) {
      if (left === right || right.length === 0) return left;
      return left.length === 0 ? right : combine(left, right, union);
    },
    intersect(left, right) {
      if (left === right || left.length === 0) return left;
      return right.length === 0 ? right : combine(left, right, intersection);
    },
    subtract(from, taken) {
      return from.length === 0 || taken.length === 0 ? from : combine(from, taken, difference);
    },
    collect: (pairs) => collectIntervals(pairs, steps),
  };
}

/** Walks the borders of both lists in order; inside a list stands who has passed an odd number of its borders. */
function combineIntervals<Value extends number | bigint>(
  left: readonly Value[],
  right: readonly Value[],
  table: number,
  { next, previous }: Steps<Value>,
): readonly Value[] {
  const result: Value[] = [];
  let [passedLeft, passedRight] = [0, 0];
  let nextLeft = left[0];
  let nextRight = right[0];
  while (nextLeft !== undefined || nextRight !== undefined) {
    const isLeft = nextLeft !== undefined && (nextRight === undefined || nextLeft <= nextRight);
    const isRight = nextRight !== undefined && (nextLeft === undefined || nextRight <= nextLeft);
    const border = isLeft ? nextLeft : nextRight;
    if (border === undefined) break;
    if (isLeft) nextLeft = borderAt(left, ++passedLeft, next);
    if (isRight) nextRight = borderAt(right, ++passedRight, next);
    const isInside = ((table >> ((passedLeft & 1) + 2 * (passedRight & 1))) & 1) === 1;
    if (isInside === (result.length % 2 === 1)) continue;
    result.push(isInside ? border : previous(border));
  }
  if (isSameIntervals(result, left)) return left;
  return isSameIntervals(result, right) ? right : result;
}

/** Where the interval begins, or the first value behind its end. */
function borderAt<Value>(flat: readonly Value[], index: number, next: (value: Value) => Value): Value | undefined {
  const value = flat[index];
  return value === undefined || index % 2 === 0 ? value : next(value);
}

function collectIntervals<Value extends number | bigint>(pairs: readonly Interval<Value>[], { next }: Steps<Value>): readonly Value[] {
  const result: Value[] = [];
  let end: Value | null = null;
  for (const { first, last } of [...pairs].sort((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0))) {
    if (end === null || first > next(end)) result.push(first, last);
    else if (last > end) result[result.length - 1] = last;
    end = end === null || last > end ? last : end;
  }
  return result;
}
