/** Sets, rows and rules that are the same are the same objects; lists of texts are compared. */
export function isSamePlace(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isSamePlace(item, right[index]));
  if (!isPlain(left) || !isPlain(right) || Object.keys(left).length !== Object.keys(right).length) return false;
  return Object.entries(left).every(([name, value]) => {
    const other = right[name];
    return Object.is(value, other) || (comparedDeeply.has(name) && isSamePlace(value, other));
  });
}

const comparedDeeply = new Set(['doubts', 'tagDoubts', 'layerDoubts', 'members', 'defaultRoutes']);

function isPlain(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
