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

export const numberIntervals: Intervals<number> = intervalsOver({ next: (value) => value + 1, previous: (value) => value - 1 });
export const bigintIntervals: Intervals<bigint> = intervalsOver({ next: (value) => value + 1n, previous: (value) => value - 1n });

export function isSameIntervals<Value extends number | bigint>(left: readonly Value[], right: readonly Value[]): boolean {
  if (left === right) return true;
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}

/** Of an empty list there is nothing that is not covered. */
export type Coverage = 'all' | 'part' | 'none';

/** How much of `where` lies in `covers`. Searches instead of walking, since one address is looked up in long lists, for each interface. */
export function coverageBy<Value extends number | bigint>(where: readonly Value[], covers: readonly Value[]): Coverage {
  let isAll = true;
  let isNone = true;
  for (let index = 0; index < where.length; index += 2) {
    const first = where[index];
    const last = where[index + 1];
    if (first === undefined || last === undefined) break;
    const position = firstEndingFrom(covers, first);
    const begin = covers[position];
    const end = covers[position + 1];
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
  let low = 0;
  let high = flat.length / 2;
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
    const first = flat[index - 1];
    const last = flat[index];
    if (first !== undefined && last !== undefined) yield { first, last };
  }
}

function intervalsOver<Value extends number | bigint>(steps: Steps<Value>): Intervals<Value> {
  return {
    unite: (left, right) => uniteIntervals(left, right, steps),
    intersect: intersectIntervals,
    subtract: (from, taken) => subtractIntervals(from, taken, steps),
    collect: (pairs) => collectIntervals(pairs, steps),
  };
}

function uniteIntervals<Value extends number | bigint>(
  left: readonly Value[],
  right: readonly Value[],
  steps: Steps<Value>,
): readonly Value[] {
  if (left === right || right.length === 0) return left;
  if (left.length === 0) return right;
  const united: Value[] = [];
  let [inLeft, inRight] = [0, 0];
  while (inLeft < left.length || inRight < right.length) {
    const isLeft = isBefore(left[inLeft], right[inRight]);
    addInterval(united, isLeft ? left : right, isLeft ? inLeft : inRight, steps);
    if (isLeft) inLeft += 2;
    else inRight += 2;
  }
  if (isSameIntervals(united, left)) return left;
  return isSameIntervals(united, right) ? right : united;
}

function isBefore<Value extends number | bigint>(left: Value | undefined, right: Value | undefined): boolean {
  return left !== undefined && (right === undefined || left <= right);
}

/** None that is added later begins earlier. */
function addInterval<Value extends number | bigint>(united: Value[], from: readonly Value[], index: number, { next }: Steps<Value>): void {
  const first = from[index];
  const last = from[index + 1];
  const end = united.at(-1);
  if (first === undefined || last === undefined) return;
  if (end === undefined || first > next(end)) united.push(first, last);
  else if (last > end) united[united.length - 1] = last;
}

const none: readonly never[] = [];

/**
 * Begins where the two first meet: lists of thousands of prefixes meet single addresses all the time. No list is made for as long as what is found is
 * the beginning of one of the two, which it mostly is to the end. Here and above values are named one by one: a pair that is taken apart is a list that is
 * made, and these were a quarter of what it took to judge an interface.
 */
function intersectIntervals<Value extends number | bigint>(left: readonly Value[], right: readonly Value[]): readonly Value[] {
  if (left === right || left.length === 0) return left;
  const begin = right[0];
  if (begin === undefined) return right;
  if (!doMeet(left, right)) return none;
  let result: Value[] | null = null;
  let count = 0;
  let isLeft = true;
  let isRight = true;
  let inLeft = firstEndingFrom(left, begin);
  let inRight = firstEndingFrom(right, left[inLeft] ?? begin);
  while (inLeft < left.length && inRight < right.length) {
    const first = laterOf<Value>(left[inLeft] ?? begin, right[inRight] ?? begin);
    const leftLast = left[inLeft + 1] ?? begin;
    const rightLast = right[inRight + 1] ?? begin;
    const last = earlierOf<Value>(leftLast, rightLast);
    if (first <= last) {
      const asLeft: boolean = isLeft && left[count] === first && left[count + 1] === last;
      const asRight: boolean = isRight && right[count] === first && right[count + 1] === last;
      if (!asLeft && !asRight) result ??= (isLeft ? left : right).slice(0, count);
      result?.push(first, last);
      count += 2;
      isLeft = asLeft;
      isRight = asRight;
    }
    if (leftLast < rightLast) inLeft += 2;
    else inRight += 2;
  }
  if (result !== null) return result;
  if (isLeft && count === left.length) return left;
  return isRight && count === right.length ? right : (isLeft ? left : right).slice(0, count);
}

/** Looks each interval of the shorter list up in the longer one. */
export function doMeet<Value extends number | bigint>(left: readonly Value[], right: readonly Value[]): boolean {
  if (left.length > right.length) return doMeet(right, left);
  for (let index = 0; index < left.length; index += 2) {
    const first = left[index];
    const last = left[index + 1];
    if (first === undefined || last === undefined) return false;
    const met = right[firstEndingFrom(right, first)];
    if (met === undefined) return false;
    if (met <= last) return true;
  }
  return false;
}

function earlierOf<Value extends number | bigint>(left: Value, right: Value): Value {
  return left < right ? left : right;
}

function laterOf<Value extends number | bigint>(left: Value, right: Value): Value {
  return left > right ? left : right;
}

function subtractIntervals<Value extends number | bigint>(
  from: readonly Value[],
  taken: readonly Value[],
  { next, previous }: Steps<Value>,
): readonly Value[] {
  const begin = taken[0];
  if (begin === undefined || !doMeet(from, taken)) return from;
  const untouched = firstEndingFrom(from, begin);
  const result = from.slice(0, untouched);
  let inTaken = firstEndingFrom(taken, from[untouched] ?? begin);
  let hasChanged = false;
  for (let index = untouched; index < from.length; index += 2) {
    let open: Value | null = from[index] ?? null;
    const last = from[index + 1] ?? begin;
    while (open !== null && inTaken < taken.length) {
      const away: Value = taken[inTaken] ?? begin;
      const awayLast: Value = taken[inTaken + 1] ?? begin;
      if (away > last) break;
      if (awayLast >= open) {
        hasChanged = true;
        if (away > open) result.push(open, previous(away));
        open = awayLast < last ? next(awayLast) : null;
      }
      // What reaches the end may reach the next interval too.
      if (awayLast <= last) inTaken += 2;
      else break;
    }
    if (open !== null) result.push(open, last);
  }
  return hasChanged ? result : from;
}

function collectIntervals<Value extends number | bigint>(pairs: readonly Interval<Value>[], steps: Steps<Value>): readonly Value[] {
  const united: Value[] = [];
  const sorted = [...pairs].sort((left, right) => (left.first < right.first ? -1 : left.first > right.first ? 1 : 0));
  for (const { first, last } of sorted) addInterval(united, [first, last], 0, steps);
  // A list that grew has room for seventeen values; a million rules keep theirs.
  return united.slice();
}
