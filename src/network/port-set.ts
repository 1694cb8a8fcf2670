/** Ports as intervals: flat inclusive pairs `first, last, ...`, sorted, disjoint and never adjacent. */
export type PortSet = readonly number[];

export const noPorts: PortSet = [];
export const everyPort: PortSet = [0, 65_535];

export function unitePorts(_left: PortSet, _right: PortSet): PortSet {
  throw new Error('not yet');
}
export function intersectPorts(_left: PortSet, _right: PortSet): PortSet {
  throw new Error('not yet');
}
export function subtractPorts(_from: PortSet, _taken: PortSet): PortSet {
  throw new Error('not yet');
}
export function isEmptyPorts(ports: PortSet): boolean {
  return ports.length === 0;
}
export function isSamePorts(_left: PortSet, _right: PortSet): boolean {
  throw new Error('not yet');
}
export function isWithinPorts(_part: PortSet, _whole: PortSet): boolean {
  throw new Error('not yet');
}
export function countPorts(_ports: PortSet): number {
  throw new Error('not yet');
}
export function holdsPort(_ports: PortSet, _port: number): boolean {
  throw new Error('not yet');
}
/** Of `22`, `8000-8100`, `*`; also `22, 80`. Null where one of them is none of these. */
export function portSetOf(_texts: readonly string[]): PortSet | null {
  throw new Error('not yet');
}
/** One port. */
export function portSetOfNumber(_port: number): PortSet {
  throw new Error('not yet');
}
/** `22, 8000-8100`, `*`, or nothing for none. */
export function describePorts(_ports: PortSet): string {
  throw new Error('not yet');
}
