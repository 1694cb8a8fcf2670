import { expect, it } from 'vitest';
import { findControl } from '../../src/commands/find-control.ts';
import type { Controls } from '../../src/domain/claim.ts';

const none: Controls = { soc2: [], iso27001: [], cisAzure: [], pciDss: [] };
const claims = [
  { id: 'tls', controls: { ...none, soc2: ['CC6.7'], iso27001: ['A.8.24'], pciDss: ['4.2.1'] } },
  { id: 'backup', controls: { ...none, soc2: ['A1.2'], cisAzure: ['4.2.1', '8.1.x'] } },
];

it.each<[string, string, readonly string[]]>([
  ['CC6.7', 'CC6.7', ['tls']],
  ['cc6.7', 'CC6.7', ['tls']],
  [' CC6.7 ', 'CC6.7', ['tls']],
  ['SOC2 CC6.7', 'SOC2:CC6.7', ['tls']],
  ['soc 2 cc6.7', 'SOC2:CC6.7', ['tls']],
  ['SOC2:CC6.7', 'SOC2:CC6.7', ['tls']],
  ['ISO 27001 a.8.24', 'ISO27001:A.8.24', ['tls']],
  ['4.2.1', '4.2.1', ['tls', 'backup']],
  ['PCI DSS 4.2.1', 'PCI:4.2.1', ['tls']],
  ['CIS 4.2.1', 'CIS:4.2.1', ['backup']],
])('%s is %s, of %j', (text, control, expected) => {
  const found = findControl(claims, text);
  expect(found.control).toBe(control);
  expect(claims.filter(found.isChosen).map(({ id }) => id)).toEqual(expected);
  expect(findControl(claims, found.control).control).toBe(control);
});

it.each(['CC6.8', 'CC6', 'C6.7', '', 'CIS CC6.7', 'SOX CC6.7', 'CC6.70'])('"%s" is refused', (text) => {
  expect(() => findControl(claims, text)).toThrow('no claim of the register is mapped to it; near ones: ');
});

it('the nearest ones are named first', () => {
  expect(() => findControl(claims, 'CC6.8')).toThrow(/near ones: CC6\.7, /);
});
