import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/encryption-hosts.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const machine = resourceOf('Microsoft.Compute/virtualMachines');
const scaleSet = resourceOf('Microsoft.Compute/virtualMachineScaleSets');
const rowOf = (properties: object) => ({ resource: { properties } });
const on = { securityProfile: { encryptionAtHost: true } };

describe('encryption-hosts', () => {
  test.each([
    ['on', on, 'pass'],
    ['off', { securityProfile: { encryptionAtHost: false } }, 'fail'],
    ['null', { securityProfile: { encryptionAtHost: null } }, 'fail'],
    ['absent in the profile', { securityProfile: { securityType: 'TrustedLaunch' } }, 'fail'],
    ['the profile null', { securityProfile: null }, 'fail'],
    ['the profile absent', {}, 'fail'],
    ['on in the place of scale sets', { virtualMachineProfile: on }, 'fail'],
  ] as const)('a machine: %s', (_what, properties, intent) => {
    expect(verdictOf(judgeOne(check, 'intent', rowOf(properties), { subject: machine }))).toBe(intent);
  });

  test.each([
    ['on', { virtualMachineProfile: on }, 'pass'],
    ['off', { virtualMachineProfile: { securityProfile: { encryptionAtHost: false } } }, 'fail'],
    ['no security in the profile', { virtualMachineProfile: {} }, 'fail'],
    ['security null in the profile', { virtualMachineProfile: { securityProfile: null } }, 'fail'],
    ['no profile', {}, 'unknown unsupported'],
    ['the profile null', { virtualMachineProfile: null }, 'unknown unsupported'],
    ['on in the place of machines', on, 'unknown unsupported'],
  ] as const)('a scale set: %s', (_what, properties, intent) => {
    expect(verdictOf(judgeOne(check, 'intent', rowOf(properties), { subject: scaleSet }))).toBe(intent);
  });

  test.each([
    { securityProfile: { encryptionAtHost: 'true' } },
    { securityProfile: 'on' },
    { virtualMachineProfile: { securityProfile: { encryptionAtHost: 1 } } },
  ])('what has another shape is refused: %j', (properties) => {
    expect(check.needs['resource']?.safeParse({ properties }).success).toBe(false);
  });

  test('the sentence as written speaks of stores, which these are not', () => {
    expect(interpretationsOf(check)).toEqual(['intent']);
  });

  test('names the property of each kind', () => {
    expect(judgeOne(check, 'intent', rowOf({}), { subject: machine }).rule).toContain('properties.securityProfile.encryptionAtHost');
    expect(check.repeat(scaleSet)).toContain('properties.virtualMachineProfile.securityProfile');
  });
});
