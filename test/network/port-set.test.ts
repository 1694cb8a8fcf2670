import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  countPorts,
  describePorts,
  everyPort,
  holdsPort,
  intersectPorts,
  isEmptyPorts,
  isSamePorts,
  isWithinPorts,
  noPorts,
  type PortSet,
  portSetOf,
  portSetOfNumber,
  subtractPorts,
  unitePorts,
} from '../../src/network/port-set.ts';

describe('reading and describing', () => {
  test.each<[string[], PortSet | null, string | null]>([
    [['22'], [22, 22], '22'],
    [['22-22'], [22, 22], '22'],
    [['*'], everyPort, '*'],
    [['Any'], everyPort, '*'],
    [['0-65535'], everyPort, '*'],
    [['1-65535'], [1, 65_535], '1-65535'],
    [['0-65534'], [0, 65_534], '0-65534'],
    [['0-21', '22', '23-65535'], everyPort, '*'],
    [['8000-8100', '22'], [22, 22, 8000, 8100], '22, 8000-8100'],
    [['22, 8000-8100'], [22, 22, 8000, 8100], '22, 8000-8100'],
    [[' 22 ', '80 - 81'], [22, 22, 80, 81], '22, 80-81'],
    [['22', '23'], [22, 23], '22-23'],
    [['22', '22'], [22, 22], '22'],
    [['22', '*'], everyPort, '*'],
    [['0'], [0, 0], '0'],
    [['65535'], [65_535, 65_535], '65535'],
    [['65536'], null, null],
    [[], noPorts, ''],
    [[''], null, null],
    [['22,'], null, null],
    [['23-22'], null, null],
    [['-22'], null, null],
    [['22-'], null, null],
    [['22-23-24'], null, null],
    [['ssh'], null, null],
    [['22.5'], null, null],
    [['0x16'], null, null],
    [['22', 'x'], null, null],
  ])('%j', (texts, ports, described) => {
    expect(portSetOf(texts)).toEqual(ports);
    if (ports !== null) expect(describePorts(ports)).toBe(described);
  });

  test('common ones are one object', () => {
    expect(portSetOf(['22'])).toBe(portSetOf(['22-22']));
    expect(portSetOf(['22'])).toBe(portSetOfNumber(22));
    expect(portSetOf(['0-65535'])).toBe(everyPort);
  });
});

const highest = 65_535 - 29;
const smallSets = fc.uniqueArray(fc.nat(29)).map((values) => ({
  ports: portSetOf(values.map((value) => String(highest + value))) ?? noPorts,
  naive: new Set(values),
}));
const naiveOf = (ports: PortSet) =>
  new Set(Array.from({ length: 30 }, (_, value) => value).filter((value) => holdsPort(ports, highest + value)));

describe('laws, against naive sets', () => {
  test.each([
    ['union', unitePorts, (left: Set<number>, right: Set<number>) => left.union(right)],
    ['intersection', intersectPorts, (left: Set<number>, right: Set<number>) => left.intersection(right)],
    ['difference', subtractPorts, (left: Set<number>, right: Set<number>) => left.difference(right)],
  ] as const)('%s', (_, operate, naive) => {
    fc.assert(
      fc.property(smallSets, smallSets, (left, right) => {
        const ports = operate(left.ports, right.ports);
        const expected = naive(left.naive, right.naive);
        expect(naiveOf(ports)).toEqual(expected);
        expect(countPorts(ports)).toBe(expected.size);
        expect(
          portSetOf(
            describePorts(ports)
              .split(', ')
              .filter((text) => text !== ''),
          ),
        ).toEqual(ports);
      }),
      { numRuns: 500 },
    );
  });

  test('emptiness, equality, inclusion', () => {
    fc.assert(
      fc.property(smallSets, smallSets, (left, right) => {
        expect(isEmptyPorts(left.ports)).toBe(left.naive.size === 0);
        expect(isSamePorts(left.ports, right.ports)).toBe(left.naive.symmetricDifference(right.naive).size === 0);
        expect(isWithinPorts(left.ports, right.ports)).toBe(left.naive.isSubsetOf(right.naive));
      }),
    );
  });
});
