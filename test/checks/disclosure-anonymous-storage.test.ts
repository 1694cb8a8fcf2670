import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/disclosure-anonymous-storage.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Storage/storageAccounts');
const judge = (properties: object, row: object = {}) => judgeOne(check, 'intent', { resource: { ...row, properties } }, { subject });

describe('disclosure-anonymous-storage', () => {
  test.each([
    ['closed', { allowBlobPublicAccess: false }, 'pass'],
    ['open', { allowBlobPublicAccess: true }, 'fail'],
    ['null, for which accounts of old are open', { allowBlobPublicAccess: null }, 'fail'],
    ['absent', {}, 'fail'],
    ['private networks do not close it', { publicNetworkAccess: 'Disabled' }, 'fail'],
  ] as const)('%s', (_what, properties, intent) => {
    expect(verdictOf(judge(properties))).toBe(intent);
  });

  test.each([
    ['FileStorage', 'pass'],
    ['filestorage', 'pass'],
    ['StorageV2', 'fail'],
    ['BlockBlobStorage', 'fail'],
    [null, 'fail'],
  ])('an account of the kind %s, for which nothing is said', (kind, intent) => {
    expect(verdictOf(judge({}, { kind }))).toBe(intent);
    expect(verdictOf(judge({ allowBlobPublicAccess: true }, { kind }))).toBe(intent);
  });

  test.each(['false', 0, {}, []])('%j in its place is refused', (allowBlobPublicAccess) => {
    expect(check.needs['resource']?.safeParse({ properties: { allowBlobPublicAccess } }).success).toBe(false);
  });

  test('public data page, and the finding says that the property is absent', () => {
    expect(check.response).toBe('page');
    expect(judge({}).observed).toBe('properties.allowBlobPublicAccess is absent, for which the default of the service is true');
    expect(check.repeat(subject)).toContain(subject.id);
  });
});
