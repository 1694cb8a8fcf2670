const identities = new WeakMap<object, number>();
let last = 0;

/** A number for the object, the same for as long as it lives and never used again: equal sets come as the same object. 0 for null. */
export function identityOf(value: object | null): number {
  if (value === null) return 0;
  const known = identities.get(value);
  if (known !== undefined) return known;
  last += 1;
  identities.set(value, last);
  return last;
}
