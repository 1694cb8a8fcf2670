import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/backup-vaults.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const recoveryVault = resourceOf('Microsoft.RecoveryServices/vaults');
const backupVault = resourceOf('Microsoft.DataProtection/backupVaults');

interface Recovery {
  readonly softDelete?: unknown;
  readonly immutability?: unknown;
  readonly redundancy?: unknown;
  readonly crossRegion?: unknown;
}
const goodRecovery = { softDelete: 'Enabled', immutability: 'Unlocked', redundancy: 'GeoRedundant', crossRegion: 'Enabled' };
const recoveryOf = (change: Recovery) => {
  const { softDelete, immutability, redundancy, crossRegion } = { ...goodRecovery, ...change };
  return {
    securitySettings: { softDeleteSettings: { softDeleteState: softDelete }, immutabilitySettings: { state: immutability } },
    redundancySettings: { standardTierStorageRedundancy: redundancy, crossRegionRestore: crossRegion },
  };
};
const backupOf = (change: Recovery & { readonly stores?: unknown }) => {
  const { softDelete, immutability, redundancy, crossRegion, stores } = { ...goodRecovery, softDelete: 'On', ...change };
  return {
    securitySettings: { softDeleteSettings: { state: softDelete }, immutabilitySettings: { state: immutability } },
    storageSettings: stores === undefined ? [{ datastoreType: 'VaultStore', type: redundancy }] : stores,
    featureSettings: { crossRegionRestoreSettings: { state: crossRegion } },
  };
};
const verdict = (subject: typeof recoveryVault, properties: object, parameters: object = {}): string =>
  verdictOf(judgeOne(check, 'intent', { resource: { properties } }, { subject, parameters }));

describe('either kind of vault', () => {
  const rows: readonly [what: string, change: Recovery, verdict: string][] = [
    ['all of it', {}, 'pass'],
    ['soft delete always on', { softDelete: 'AlwaysON' }, 'pass'],
    ['soft delete null', { softDelete: null }, 'unknown unsupported'],
    ['soft delete absent', { softDelete: undefined }, 'unknown unsupported'],
    ['soft delete Invalid', { softDelete: 'Invalid' }, 'unknown malformed'],
    ['immutability locked', { immutability: 'LOCKED' }, 'pass'],
    ['immutability disabled', { immutability: 'Disabled' }, 'fail'],
    ['immutability null', { immutability: null }, 'fail'],
    ['immutability absent', { immutability: undefined }, 'fail'],
    ['immutability of tomorrow', { immutability: 'Eternal' }, 'unknown malformed'],
    ['one region, several zones', { redundancy: 'ZoneRedundant', crossRegion: undefined }, 'pass'],
    ['one data centre', { redundancy: 'locallyredundant' }, 'fail'],
    ['redundancy null', { redundancy: null }, 'unknown unsupported'],
    ['redundancy absent', { redundancy: undefined }, 'unknown unsupported'],
    ['redundancy of tomorrow', { redundancy: 'GeoZoneRedundant' }, 'unknown malformed'],
    ['redundancy Invalid', { redundancy: 'Invalid' }, 'unknown malformed'],
    ['no restore in the second region', { crossRegion: 'Disabled' }, 'fail report'],
    ['restore null', { crossRegion: null }, 'fail report'],
    ['restore absent', { crossRegion: undefined }, 'fail report'],
    ['restore of tomorrow', { crossRegion: 'Sometimes' }, 'unknown malformed'],
    ['one that fails, one that cannot be read', { immutability: 'Disabled', redundancy: 'Other' }, 'fail'],
  ];
  test.each(rows)('%s', (_what, change, expected) => {
    expect(verdict(recoveryVault, recoveryOf(change))).toBe(expected);
    expect(verdict(backupVault, backupOf(change))).toBe(expected);
  });

  test('zones are too little where the configuration says so', () => {
    for (const redundancy of ['ZoneRedundant', 'LocallyRedundant']) {
      expect(verdict(recoveryVault, recoveryOf({ redundancy }), { redundancy: 'geo' })).toBe('fail');
      expect(verdict(backupVault, backupOf({ redundancy }), { redundancy: 'geo' })).toBe('fail');
    }
    expect(verdict(recoveryVault, recoveryOf({}), { redundancy: 'geo' })).toBe('pass');
  });

  test('a row that says nothing fails by what is off by default', () => {
    expect(verdict(recoveryVault, {})).toBe('fail');
    expect(verdict(backupVault, { securitySettings: null, storageSettings: null, featureSettings: null })).toBe('fail');
  });
});

describe('the words of soft delete differ', () => {
  test.each([
    ['Enabled', 'pass', 'unknown malformed'],
    ['enabled', 'pass', 'unknown malformed'],
    ['Disabled', 'fail', 'unknown malformed'],
    ['On', 'unknown malformed', 'pass'],
    ['on', 'unknown malformed', 'pass'],
    ['Off', 'unknown malformed', 'fail'],
  ])('%s', (softDelete, ofRecovery, ofBackup) => {
    expect(verdict(recoveryVault, recoveryOf({ softDelete }))).toBe(ofRecovery);
    expect(verdict(backupVault, backupOf({ softDelete }))).toBe(ofBackup);
  });
});

describe('the stores of a backup vault', () => {
  test.each([
    ['none', [], 'unknown malformed'],
    ['null', null, 'unknown malformed'],
    ['an operational one only', [{ datastoreType: 'OperationalStore', type: 'GeoRedundant' }], 'unknown malformed'],
    ['one without a kind', [{ type: 'GeoRedundant' }], 'unknown malformed'],
    [
      'a good one and a bad one',
      [
        { datastoreType: 'VaultStore', type: 'GeoRedundant' },
        { datastoreType: 'vaultstore', type: 'LocallyRedundant' },
      ],
      'fail',
    ],
    [
      'a bad one that is no vault store',
      [
        { datastoreType: 'OperationalStore', type: 'LocallyRedundant' },
        { datastoreType: 'VaultStore', type: 'GeoRedundant' },
      ],
      'pass',
    ],
  ])('%s', (_what, stores, expected) => {
    expect(verdict(backupVault, backupOf({ stores }))).toBe(expected);
  });
});

test('says what decided', () => {
  const facts = { resource: { properties: recoveryOf({ softDelete: 'Disabled', immutability: undefined }) } };
  expect(judgeOne(check, 'intent', facts, { subject: recoveryVault })).toMatchObject({
    observed: 'immutabilitySettings.state is absent: it is off until it is turned on; softDeleteSettings.softDeleteState Disabled',
    rule: 'properties.securitySettings.immutabilitySettings.state, properties.securitySettings.softDeleteSettings.softDeleteState',
  });
});
