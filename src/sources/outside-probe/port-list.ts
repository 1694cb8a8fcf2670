export const highestPort = 65_535;

/** `22, 80, 8000-8100` as single ports, in order, each once; null where the text says something else or nothing. */
export function parsePorts(text: string): readonly number[] | null {
  const ports = new Set<number>();
  for (const part of text.split(/[\s,]+/).filter((piece) => piece !== '')) {
    const [, first = '', last = first] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === '' || from < 1 || to > highestPort || from > to) return null;
    for (let port = from; port <= to; port += 1) ports.add(port);
  }
  return ports.size === 0 ? null : [...ports].toSorted((a, b) => a - b);
}

/** The shortest text that `parsePorts` reads as these; empty where there are none. */
export function portsText(ports: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const port of [...new Set(ports)].toSorted((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open !== undefined && open.last === port - 1) open.last = port;
    else ranges.push({ first: port, last: port });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
