/** Without repetitions, in an order that does not depend on how it was found. Of plain JSON whose members come in the same order. */
export function inFixedOrder<Item>(items: readonly Item[]): readonly Item[] {
  // A copy has no room to grow: of 100,000 facts that room is more than what is in it.
  if (items.length < 2) return items.length === 0 ? none : items.slice();
  const sorted = items.toSorted(compareItems);
  const isAgain = (item: Item, index: number) => index > 0 && compareItems(sorted[index - 1], item) === 0;
  return sorted.some(isAgain) ? sorted.filter((item, index) => !isAgain(item, index)) : sorted;
}

const none: readonly never[] = [];

/** One list of those that are in order each: the very one where there is but one, which all facts of a subnet or behind the same rules then share. */
export function joinOrdered<Item>(lists: readonly (readonly Item[])[]): readonly Item[] {
  const [first, ...others] = lists.filter((list) => list.length > 0);
  if (first === undefined) return inFixedOrder<Item>([]);
  return others.length === 0 ? first : inFixedOrder([first, ...others].flat());
}

/** Looks no further than to the first difference: to write 100,000 facts as texts to compare these takes longer than to make them. */
function compareItems(left: unknown, right: unknown): number {
  if (Object.is(left, right)) return 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : 1;
  if (Array.isArray(left) && Array.isArray(right)) return compareLists(left, right);
  if (isObject(left) && isObject(right)) return compareObjects(left, right);
  return compareLists([typeof left, JSON.stringify(left) ?? ''], [typeof right, JSON.stringify(right) ?? '']);
}

function compareLists(left: readonly unknown[], right: readonly unknown[]): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const order = compareItems(left[index], right[index]);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function compareObjects(left: { readonly [name: string]: unknown }, right: { readonly [name: string]: unknown }): number {
  for (const name of Object.keys(left)) {
    const order = compareItems(left[name], right[name]);
    if (order !== 0) return order;
  }
  return Object.keys(left).length - Object.keys(right).length;
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
