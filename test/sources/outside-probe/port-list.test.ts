import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePorts, portsText } from '../../../src/sources/outside-probe/port-list.ts';

test.each<[text: string, ports: readonly number[] | null]>([
  ['22', [22]],
  [' 443, 22,80 ', [22, 80, 443]],
  ['22 80\n443', [22, 80, 443]],
  ['8000-8003, 8002-8004', [8_000, 8_001, 8_002, 8_003, 8_004]],
  ['1, 65535', [1, 65_535]],
  ['22-22', [22]],
  ['', null],
  [' , ', null],
  ['0', null],
  ['65536', null],
  ['0-22', null],
  ['65535-65536', null],
  ['23-22', null],
  ['22-', null],
  ['-22', null],
  ['22 - 80', null],
  ['ssh', null],
  ['*', null],
  ['22;80', null],
  ['1e3', null],
  ['2.5', null],
])('%j', (text, ports) => {
  expect(parsePorts(text)).toEqual(ports);
});

test('what is written is read as the same ports', () => {
  const port = fc.integer({ min: 1, max: 65_535 });
  const near = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(fc.array(fc.oneof(near, port), { minLength: 1, maxLength: 40 }), (ports) => {
      expect(parsePorts(portsText(ports))).toEqual([...new Set(ports)].toSorted((a, b) => a - b));
    }),
  );
});

test('neighbours are written as ranges, and nothing as nothing', () => {
  expect(portsText([443, 8_001, 8_000, 22, 8_002, 443])).toBe('22, 443, 8000-8002');
  expect(portsText([])).toBe('');
});
