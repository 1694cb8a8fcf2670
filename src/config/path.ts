/** Keys and list indexes from the root of a file. */
export type Path = readonly (string | number)[];

/** `looks.tls.schedule`, `endpoints[0].host`, `checks["a b"]`. */
export function pathText(path: Path): string {
  return path.map(segmentText).join('').replace(/^\./, '');
}

function segmentText(segment: string | number): string {
  if (typeof segment === 'number') return `[${segment}]`;
  return /^[\w-]+$/.test(segment) ? `.${segment}` : `[${JSON.stringify(segment)}]`;
}

/** What stands at a path of plain JSON; undefined where nothing does. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, segment) => (isContainer(value) ? Reflect.get(value, segment) : undefined), root);
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
