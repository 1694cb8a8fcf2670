import { expect, test } from 'vitest';
import { showResourceFindings } from '../../src/commands/resource-report.ts';
import type { Check } from '../../src/domain/check.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { examplePlan } from '../support/engine-fixtures.ts';

const paper = { coloured: false, columns: 100 };
const idOf = (name: string) => `/subscriptions/1/resourcegroups/g/providers/microsoft.storage/storageaccounts/${name}`;
const explained = { expected: 'closed', observed: 'open', rule: 'properties.open' };

function pass(name: string, interpretation: Finding['interpretation'] = 'intent'): Finding {
  return { ...explained, interpretation, subject: idOf(name), status: 'pass' };
}

function fail(name: string, observed = 'open'): Finding {
  return { ...explained, observed, interpretation: 'intent', subject: idOf(name), status: 'fail', response: 'page' };
}

function shown(findings: readonly Finding[]): readonly string[] {
  const checks: ReadonlyMap<string, Check> = new Map();
  return showResourceFindings(
    findings.map((finding) => ({ check: 'storage-closed', finding })),
    checks,
    examplePlan({}),
    paper,
  ).split('\n');
}

test('what passes is a number', () => {
  expect(shown([pass('a'), pass('b'), pass('b', 'literal')])).toEqual(['storage-closed  ✓ pass 2']);
});

test('the same said of several is said once, with their names', () => {
  const lines = shown([fail('a'), fail('b'), fail('c', 'half open'), pass('d')]);
  expect(lines[0]).toBe('storage-closed  ✗ fail 3  ✓ pass 1');
  expect(lines.filter((line) => line.includes('✗ fail  '))).toEqual(['  ✗ fail  2 resources', '  ✗ fail  1 resource']);
  expect(lines.filter((line) => line.includes('observed'))).toEqual(['             observed  open', '             observed  half open']);
  for (const name of ['a', 'b', 'c']) expect(lines.filter((line) => line.endsWith(idOf(name)))).toHaveLength(1);
  expect(lines.join('\n')).not.toContain(idOf('d'));
});

test('a resource counts once, by the graver of its two interpretations', () => {
  const unknown: Finding = {
    ...explained,
    interpretation: 'literal',
    subject: idOf('a'),
    status: 'unknown',
    reason: 'unsupported',
    cause: null,
  };
  const lines = shown([unknown, pass('a')]);
  expect(lines[0]).toBe('storage-closed  ? unknown 1');
  expect(lines[1]).toBe('  ? unknown  1 resource  (literal)');
});

test('of very many ten are named and the rest counted', () => {
  const lines = shown(Array.from({ length: 12 }, (_, index) => fail(`account${index}`)));
  expect(lines.filter((line) => line.includes('/storageaccounts/'))).toHaveLength(10);
  expect(lines).toContainEqual(expect.stringContaining('and 2 more (--json names all)'));
});
