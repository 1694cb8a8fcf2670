import { doMeet, type Interval, intervalsOf, isSameIntervals, numberIntervals } from './intervals.ts';

/** Ports as intervals: flat inclusive pairs `first, last, ...`, sorted, disjoint and never adjacent, so that equal sets are equal lists. */
export type PortSet = readonly number[];

const lastPort = 65_535;

export const noPorts: PortSet = [];
export const everyPort: PortSet = [0, lastPort];

export function unitePorts(left: PortSet, right: PortSet): PortSet {
  return numberIntervals.unite(left, right);
}

export function intersectPorts(left: PortSet, right: PortSet): PortSet {
  // The very object, for which others look by identity: 0.4 KB less for each interface (185 MB to 176 at 20,000).
  if (left === everyPort) return right;
  if (right === everyPort) return left;
  return numberIntervals.intersect(left, right);
}

export function doMeetPorts(left: PortSet, right: PortSet): boolean {
  if (left === everyPort) return right.length > 0;
  return right === everyPort ? left.length > 0 : doMeet(left, right);
}

export function subtractPorts(from: PortSet, taken: PortSet): PortSet {
  return numberIntervals.subtract(from, taken);
}

export function isEmptyPorts(ports: PortSet): boolean {
  return ports.length === 0;
}

export function isSamePorts(left: PortSet, right: PortSet): boolean {
  return isSameIntervals(left, right);
}

/** All of `part` lies within `whole`. */
export function isWithinPorts(part: PortSet, whole: PortSet): boolean {
  return subtractPorts(part, whole).length === 0;
}

export function countPorts(ports: PortSet): number {
  let count = 0;
  for (const { first, last } of intervalsOf(ports)) count += last - first + 1;
  return count;
}

export function holdsPort(ports: PortSet, port: number): boolean {
  for (const { first, last } of intervalsOf(ports)) if (port >= first && port <= last) return true;
  return false;
}

/** Most rules name one port or all of them: these are kept once. */
const single = new Map<number, PortSet>();

/** The same object for the same port. */
export function portSetOfNumber(port: number): PortSet {
  const known = single.get(port);
  if (known !== undefined) return known;
  const ports: PortSet = [port, port];
  single.set(port, ports);
  return ports;
}

/** Of `22`, `8000-8100`, `22-22`, `*`, `22, 80`; null where one of them is none of these. */
export function portSetOf(texts: readonly string[]): PortSet | null {
  const pairs: Interval<number>[] = [];
  for (const text of texts.flatMap((each) => each.split(','))) {
    const pair = parsePorts(text.trim());
    if (pair === null) return null;
    pairs.push(pair);
  }
  const ports = numberIntervals.collect(pairs);
  const [first, last] = ports;
  if (ports.length !== 2 || first === undefined) return ports;
  if (first === last) return portSetOfNumber(first);
  return first === 0 && last === lastPort ? everyPort : ports;
}

function parsePorts(text: string): Interval<number> | null {
  if (text === '*' || /^any$/i.test(text)) return { first: 0, last: lastPort };
  const [, from = '', to = from] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text) ?? [];
  const [first, last] = [Number(from), Number(to)];
  return from === '' || last > lastPort || first > last ? null : { first, last };
}

/** `22, 8000-8100`; `*` for every port; nothing for none. */
export function describePorts(ports: PortSet): string {
  if (isSamePorts(ports, everyPort)) return '*';
  const [only, last] = ports;
  if (ports.length === 2) return only === last ? `${only}` : `${only}-${last}`;
  const texts: string[] = [];
  for (let index = 1; index < ports.length; index += 2) {
    const first = ports[index - 1];
    const last = ports[index];
    texts.push(first === last ? `${first}` : `${first}-${last}`);
  }
  return texts.join(', ');
}
