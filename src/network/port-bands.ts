import { everyPort, type PortSet } from './port-set.ts';

/** A stretch of ports at which the same rules are asked. */
export interface PortBand {
  readonly first: number;
  readonly last: number;
  /** Positions in the list that was given, ascending. Only valid until the next band. */
  readonly active: readonly number[];
}

/** Cuts all ports into bands by the borders of the sets, in order; costs the borders, not the ports. Bands where no set is active are left out. */
export function* portBandsOf(sets: readonly PortSet[]): Generator<PortBand> {
  const active: number[] = [];
  const borders: Border[] = [];
  for (const [index, ports] of sets.entries()) {
    if (ports === everyPort) active.push(index);
    else addBorders(borders, ports, index);
  }
  borders.sort((left, right) => left.at - right.at);
  let first = 0;
  for (const { at, index, begins } of borders) {
    if (at > first && active.length > 0) yield { first, last: at - 1, active };
    first = at;
    if (begins) insert(active, index);
    else active.splice(active.indexOf(index), 1);
  }
  if (first <= lastPort && active.length > 0) yield { first, last: lastPort, active };
}

const lastPort = 65_535;

interface Border {
  readonly at: number;
  readonly index: number;
  readonly begins: boolean;
}

function addBorders(borders: Border[], ports: PortSet, index: number): void {
  for (const [position, value] of ports.entries())
    borders.push(position % 2 === 0 ? { at: value, index, begins: true } : { at: value + 1, index, begins: false });
}

function insert(sorted: number[], value: number): void {
  let position = sorted.length;
  while (position > 0 && (sorted[position - 1] ?? 0) > value) position -= 1;
  sorted.splice(position, 0, value);
}
