import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/encryption-storage.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.Storage/storageAccounts', 'shopdata');
const on = { enabled: true };
const off = { enabled: false };
const account = (encryption: unknown) => ({ resource: { properties: { encryption } } });
const services = (some: object, keySource: unknown = 'Microsoft.Storage') => account({ services: some, keySource });
const judge = (interpretation: 'literal' | 'intent', facts: { readonly resource: unknown }, parameters: object = {}) =>
  judgeOne(check, interpretation, facts, { subject, parameters });

const rows: readonly [what: string, facts: { readonly resource: unknown }, both: string][] = [
  ['all on, with a key of the platform', services({ blob: on, file: on }), 'pass'],
  ['all on, with a key of the customer', services({ blob: on, file: on }, 'Microsoft.Keyvault'), 'pass'],
  ['the key source in another casing', services({ blob: on }, 'MICROSOFT.KEYVAULT'), 'pass'],
  ['blobs alone, as an account of blobs has it', services({ blob: on }), 'pass'],
  ['files alone', services({ file: on, blob: null }), 'pass'],
  ['queues and tables too', services({ blob: on, file: on, queue: on, table: on }), 'pass'],
  ['blobs off', services({ blob: off, file: on }), 'fail'],
  ['files off', services({ blob: on, file: off }), 'fail'],
  ['queues off', services({ blob: on, file: on, queue: off }), 'fail'],
  ['tables off', services({ blob: on, file: on, table: off }), 'fail'],
  ['off, and nothing of the key', services({ blob: off }, null), 'fail'],
  ['nobody says whether', services({ blob: {}, file: on }), 'unknown unsupported'],
  ['null in place of whether', services({ blob: { enabled: null } }), 'unknown unsupported'],
  ['no service', services({}), 'unknown unsupported'],
  ['services null', account({ services: null, keySource: 'Microsoft.Storage' }), 'unknown unsupported'],
  ['no key source', services({ blob: on, file: on }, null), 'unknown unsupported'],
  ['a key source of tomorrow', services({ blob: on, file: on }, 'Microsoft.Moon'), 'unknown malformed'],
  ['encryption null', account(null), 'unknown unsupported'],
  ['encryption absent', { resource: { properties: {} } }, 'unknown unsupported'],
];

describe('encryption-storage', () => {
  test.each(rows)('%s', (_what, facts, both) => {
    expect(verdictOf(judge('literal', facts))).toBe(both);
    expect(verdictOf(judge('intent', facts))).toBe(both);
  });

  const promised = { customerManagedKeys: ['shop*'] };
  test.each([
    ['the key of the customer', services({ blob: on }, 'Microsoft.Keyvault'), promised, 'pass'],
    ['that of the platform', services({ blob: on }), promised, 'fail'],
    ['that of the platform, promised for another account', services({ blob: on }), { customerManagedKeys: ['lab*'] }, 'pass'],
    ['no key source, for which the default is known', services({ blob: on }, null), promised, 'fail'],
    ['a key source of tomorrow', services({ blob: on }, 'Microsoft.Moon'), promised, 'unknown malformed'],
  ] as const)('a promised key: %s', (_what, facts, parameters, intent) => {
    expect(verdictOf(judge('intent', facts, parameters))).toBe(intent);
  });

  const twice = (value: unknown) =>
    account({ services: { blob: on }, keySource: 'Microsoft.Storage', requireInfrastructureEncryption: value });
  test.each([
    [true, 'pass'],
    [false, 'fail'],
    [null, 'fail'],
    [undefined, 'fail'],
  ] as const)('infrastructure encryption asked for, and %s', (value, intent) => {
    expect(verdictOf(judge('intent', twice(value), { infrastructureEncryption: true }))).toBe(intent);
    expect(verdictOf(judge('literal', twice(value), { infrastructureEncryption: true }))).toBe('pass');
    expect(verdictOf(judge('intent', twice(value)))).toBe('pass');
  });

  test.each([
    { encryption: 'on' },
    { encryption: { services: { blob: { enabled: 'yes' } } } },
    { encryption: { keySource: 5 } },
    { encryption: { services: [] } },
  ])('what has another shape is refused: %j', (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  });

  test('says what was seen, and how to see it again', () => {
    expect(judge('literal', services({ blob: off, file: on }))).toMatchObject({
      observed: 'properties.encryption.services.blob.enabled is false',
      rule: 'properties.encryption.services',
    });
    expect(check.repeat(subject)).toBe(`az resource show --ids '${subject.id}' --query "properties.encryption"`);
  });
});
