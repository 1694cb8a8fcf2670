import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/encryption-disks.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const promised = { customerManagedKeys: ['shop-*'] };
const rowOf = (properties: object) => ({ resource: { properties } });
const typed = (type: unknown) => rowOf({ encryption: { type } });

const rows: readonly [what: string, facts: { readonly resource: unknown }, both: string, withPromise: string][] = [
  ['the key of the platform', typed('EncryptionAtRestWithPlatformKey'), 'pass', 'fail'],
  ['the key of the customer', typed('EncryptionAtRestWithCustomerKey'), 'pass', 'pass'],
  ['both keys', typed('EncryptionAtRestWithPlatformAndCustomerKeys'), 'pass', 'pass'],
  ['another casing', typed('encryptionatrestwithplatformkey'), 'pass', 'fail'],
  ['the type cut short', typed('EncryptionAtRest'), 'unknown malformed', 'unknown malformed'],
  ['a type of tomorrow', typed('EncryptionAtRestWithNoKey'), 'unknown malformed', 'unknown malformed'],
  ['an empty type', typed(''), 'unknown malformed', 'unknown malformed'],
  ['type null', typed(null), 'unknown unsupported', 'unknown unsupported'],
  ['type absent', rowOf({ encryption: {} }), 'unknown unsupported', 'unknown unsupported'],
  ['encryption null', rowOf({ encryption: null }), 'unknown unsupported', 'unknown unsupported'],
  ['encryption absent', rowOf({}), 'unknown unsupported', 'unknown unsupported'],
];

describe.each(['Microsoft.Compute/disks', 'Microsoft.Compute/snapshots'])('encryption-disks: %s', (type) => {
  const subject = resourceOf(type, 'shop-one');

  test.each(rows)('%s', (_what, facts, both, withPromise) => {
    expect(verdictOf(judgeOne(check, 'literal', facts, { subject, parameters: promised }))).toBe(both);
    expect(verdictOf(judgeOne(check, 'intent', facts, { subject }))).toBe(both);
    expect(verdictOf(judgeOne(check, 'intent', facts, { subject, parameters: promised }))).toBe(withPromise);
  });

  test('a promise for others asks nothing of this one', () => {
    const parameters = { customerManagedKeys: ['lab-*', '/subscriptions/00000000-0000-0000-0000-000000000002'] };
    expect(verdictOf(judgeOne(check, 'intent', typed('EncryptionAtRestWithPlatformKey'), { subject, parameters }))).toBe('pass');
  });

  test.each([{ encryption: 'EncryptionAtRestWithPlatformKey' }, { encryption: { type: 1 } }, { encryption: { type: true } }])(
    'what has another shape is refused: %j',
    (properties) => {
      expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
    },
  );

  test('says the property and its value', () => {
    expect(judgeOne(check, 'literal', typed('EncryptionAtRestWithPlatformKey'), { subject }).observed).toBe(
      'properties.encryption.type is EncryptionAtRestWithPlatformKey',
    );
    expect(judgeOne(check, 'literal', rowOf({}), { subject }).observed).toContain('properties.encryption.type is absent');
    expect(check.repeat(subject)).toContain(subject.id);
  });
});
