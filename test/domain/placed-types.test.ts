import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { dataTypes, trafficTypes } from '../../src/domain/placed-types.ts';

const sorted = z.strictObject({
  holds: z.array(z.enum(['data', 'traffic'])),
  apiVersion: z.string().regex(/^\d{4}-\d\d-\d\d(-preview)?$/),
  table: z
    .string()
    .regex(/^[a-z]+$/)
    .default('resources'),
  action: z.string().optional(),
  noEncryptionCheck: z.string().min(1).optional(),
  noBackupCheck: z.string().min(1).optional(),
  noHttpsCheck: z.string().min(1).optional(),
});
const file = readFileSync(new URL('../../config/azure/resource-types.yaml', import.meta.url), 'utf8');
const { types } = z.strictObject({ types: z.record(z.string().regex(/^Microsoft\.\w+(\/\w+)+$/), sorted) }).parse(parse(file));
const placed = Object.entries(types).filter(([, { table }]) => table === 'resources');
const lowerCase = (entries: readonly (readonly [string, unknown])[]): readonly string[] =>
  entries.map(([type]) => type.toLowerCase()).sort();

test('what holds data or serves traffic is what the sorting of types says', () => {
  expect([...dataTypes]).toEqual(lowerCase(placed.filter(([, { holds }]) => holds.includes('data'))));
  expect([...trafficTypes]).toEqual(lowerCase(placed.filter(([, { holds }]) => holds.length > 0 && !holds.includes('data'))));
});

test('no type is sorted twice in other letters', () => {
  const names = Object.keys(types).map((type) => type.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
});

test('only what holds data is excused from encryption and backups, only what serves traffic from HTTPS', () => {
  const idle = Object.entries(types).filter(
    ([, { holds, noEncryptionCheck, noBackupCheck, noHttpsCheck }]) =>
      (!holds.includes('data') && (noEncryptionCheck !== undefined || noBackupCheck !== undefined)) ||
      (!holds.includes('traffic') && noHttpsCheck !== undefined),
  );
  expect(lowerCase(idle)).toEqual([]);
});
