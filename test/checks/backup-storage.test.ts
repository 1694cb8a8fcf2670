import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/backup-storage.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Storage/storageAccounts');
const unsupported = 'unknown unsupported';
const judge = (interpretation: 'literal' | 'intent', row: object, related: object = {}) =>
  judgeOne(check, interpretation, { resource: row }, { subject, related: related as Record<string, readonly unknown[]> });
const skuOf = (name: unknown) => ({ sku: { name } });

const rows: readonly [what: string, row: object, intent: string][] = [
  ...['Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'Standard_RAGZRS', 'StandardV2_GRS', 'StandardV2_GZRS', 'standard_ragrs'].map(
    (name): [string, object, string] => [`${name}: the points of recovery are still not seen`, skuOf(name), unsupported],
  ),
  ...[
    'Standard_LRS',
    'Standard_ZRS',
    'Premium_LRS',
    'Premium_ZRS',
    'StandardV2_LRS',
    'StandardV2_ZRS',
    'PremiumV2_LRS',
    'STANDARD_LRS',
  ].map((name): [string, object, string] => [name, skuOf(name), 'fail']),
  ['a kind of tomorrow', skuOf('Standard_MRS'), 'unknown malformed'],
  ['a name cut short', skuOf('Standard_'), 'unknown malformed'],
  ['name null', skuOf(null), unsupported],
  ['sku null', { sku: null }, unsupported],
  ['sku absent', {}, unsupported],
];

describe('backup-storage', () => {
  test.each(rows)('%s', (_what, row, intent) => {
    expect(verdictOf(judge('intent', row))).toBe(intent);
    expect(verdictOf(judge('literal', row))).toBe(unsupported);
  });

  test.each(['blobBackups', 'shareBackups'])('in one region, with %s in a vault: the vault may hold the other copy', (name) => {
    const judgement = judge('intent', skuOf('Standard_LRS'), { [name]: [{ id: '/subscriptions/1/x' }] });
    expect(verdictOf(judgement)).toBe(unsupported);
    expect(judgement.observed).toContain('sku.name is Standard_LRS, with 1 backup in vaults');
  });

  test.each(['Standard_LRS', 5, []])('sku %j is refused', (sku) => {
    expect(check.needs['resource']?.safeParse({ sku }).success).toBe(false);
  });

  test('says what would have to be read, and how', () => {
    expect(judge('literal', skuOf('Standard_GRS')).observed).toContain('blobServices/default');
    expect(judge('intent', skuOf('Standard_LRS')).observed).toBe('sku.name is Standard_LRS');
    expect(check.repeat(subject)).toContain(`${subject.id}/blobservices/default`);
  });
});
