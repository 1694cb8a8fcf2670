import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/hosting-regions.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const parameters = { allowed: ['West Europe', 'northeurope'] };
const verdict = (type: string, row: object, change: object = {}): string =>
  verdictOf(judgeOne(check, 'intent', { resource: row }, { subject: resourceOf(type), parameters: { ...parameters, ...change } }));
const site = 'Microsoft.Web/sites';
const storage = 'Microsoft.Storage/storageAccounts';
const cosmos = 'Microsoft.DocumentDB/databaseAccounts';
const sql = 'Microsoft.Sql/servers/databases';
const image = 'Microsoft.Compute/galleries/images/versions';
const hub = 'Microsoft.Devices/IotHubs';
const logs = 'Microsoft.OperationalInsights/workspaces';

describe('the location', () => {
  const rows: readonly [what: string, type: string, location: unknown, verdict: string][] = [
    ['allowed', site, 'westeurope', 'pass'],
    ['allowed, as the portal shows it', site, 'West Europe', 'pass'],
    ['allowed, in other letters', site, 'NORTHEUROPE', 'pass'],
    ['elsewhere', site, 'eastus', 'fail'],
    ['a region whose name begins alike', site, 'westeurope2', 'fail'],
    ['global, of what passes traffic on', 'Microsoft.Cdn/profiles', 'Global', 'pass'],
    ['global, of what keeps data', site, 'global', 'unknown unsupported'],
    ['elsewhere, of what passes traffic on', 'Microsoft.Network/publicIPAddresses', 'eastus', 'fail'],
    ['null', site, null, 'unknown malformed'],
    ['absent', site, undefined, 'unknown malformed'],
    ['empty', site, ' ', 'unknown malformed'],
  ];
  test.each(rows)('%s', (_what, type, location, expected) => {
    expect(verdict(type, { location })).toBe(expected);
  });

  test('global can be allowed by name', () => {
    expect(verdict(site, { location: 'global' }, { allowed: ['Global'] })).toBe('pass');
  });

  test('nothing is allowed, and nothing fails, until regions are configured', () => {
    expect(verdict(site, { location: 'westeurope' }, { allowed: [] })).toBe('unknown unsupported');
    expect(verdict(site, { location: 'eastus' }, { allowed: [] })).toBe('unknown unsupported');
  });
});

describe('copies', () => {
  const at = (properties: object, more: object = {}) => ({ location: 'westeurope', properties, ...more });
  const rows: readonly [what: string, type: string, row: object, verdict: string][] = [
    ['storage: second region allowed', storage, at({ secondaryLocation: 'North Europe' }, { sku: { name: 'Standard_GRS' } }), 'pass'],
    ['storage: second region elsewhere', storage, at({ secondaryLocation: 'eastus' }, { sku: { name: 'Standard_GRS' } }), 'fail'],
    ['storage: one region', storage, at({}, { sku: { name: 'Standard_LRS' } }), 'pass'],
    ['storage: zones', storage, at({ secondaryLocation: null }, { sku: { name: 'Standard_ZRS' } }), 'pass'],
    ['storage: second region not given', storage, at({}, { sku: { name: 'Standard_RAGZRS' } }), 'unknown malformed'],
    ['storage: second region not given, other letters', storage, at({}, { sku: { name: 'standard_grs' } }), 'unknown malformed'],
    ['storage: no sku', storage, at({}), 'unknown malformed'],
    ['storage: sku null', storage, at({}, { sku: { name: null } }), 'unknown malformed'],
    ['cosmos: all allowed', cosmos, at({ locations: [{ locationName: 'West Europe' }], backupPolicy: { type: 'Continuous' } }), 'pass'],
    [
      'cosmos: one elsewhere',
      cosmos,
      at({ locations: [{ locationName: 'West Europe' }, { locationName: 'East US' }], backupPolicy: { type: 'Continuous' } }),
      'fail',
    ],
    ['cosmos: no locations', cosmos, at({ locations: [], backupPolicy: { type: 'Continuous' } }), 'unknown malformed'],
    ['cosmos: locations null', cosmos, at({ locations: null, backupPolicy: { type: 'Continuous' } }), 'unknown malformed'],
    ['cosmos: a location without a name', cosmos, at({ locations: [{}], backupPolicy: { type: 'Continuous' } }), 'unknown malformed'],
    ['cosmos: backups by default', cosmos, at({ locations: [{ locationName: 'West Europe' }] }), 'unknown unsupported'],
    [
      'cosmos: backups of tomorrow',
      cosmos,
      at({ locations: [{ locationName: 'West Europe' }], backupPolicy: { type: 'Hourly' } }),
      'unknown malformed',
    ],
    [
      'cosmos: local backups',
      cosmos,
      at({
        locations: [{ locationName: 'West Europe' }],
        backupPolicy: { type: 'periodic', periodicModeProperties: { backupStorageRedundancy: 'Local' } },
      }),
      'pass',
    ],
    ['sql: local backups', sql, at({ currentBackupStorageRedundancy: 'Local', defaultSecondaryLocation: 'eastus' }), 'pass'],
    ['sql: zone backups', sql, at({ currentBackupStorageRedundancy: 'zone', defaultSecondaryLocation: 'eastus' }), 'pass'],
    ['sql: geo backups, allowed', sql, at({ currentBackupStorageRedundancy: 'Geo', defaultSecondaryLocation: 'northeurope' }), 'pass'],
    ['sql: geo backups, elsewhere', sql, at({ currentBackupStorageRedundancy: 'GeoZone', defaultSecondaryLocation: 'eastus' }), 'fail'],
    ['sql: backups by default, elsewhere', sql, at({ defaultSecondaryLocation: 'eastus' }), 'fail'],
    ['sql: backups null, nobody knows where', sql, at({ currentBackupStorageRedundancy: null }), 'unknown unsupported'],
    ['sql: backups of tomorrow', sql, at({ currentBackupStorageRedundancy: 'Moon' }), 'unknown malformed'],
    ['sql: a system database', sql, at({ defaultSecondaryLocation: 'eastus' }, { kind: 'v12.0,system' }), 'pass'],
    ['sql: a user database', sql, at({ defaultSecondaryLocation: 'eastus' }, { kind: 'v12.0,user' }), 'fail'],
    ['postgres: backups here', 'Microsoft.DBforPostgreSQL/flexibleServers', at({ backup: { geoRedundantBackup: 'Disabled' } }), 'pass'],
    [
      'postgres: geo backups',
      'Microsoft.DBforPostgreSQL/flexibleServers',
      at({ backup: { geoRedundantBackup: 'ENABLED' } }),
      'unknown unsupported',
    ],
    ['mysql: nothing said', 'Microsoft.DBforMySQL/flexibleServers', at({}), 'unknown malformed'],
    [
      'vault: one region',
      'Microsoft.RecoveryServices/vaults',
      at({ redundancySettings: { standardTierStorageRedundancy: 'ZoneRedundant' } }),
      'pass',
    ],
    ['vault: by default', 'Microsoft.RecoveryServices/vaults', at({}), 'unknown unsupported'],
    ['backup vault: one region', 'Microsoft.DataProtection/backupVaults', at({ storageSettings: [{ type: 'LocallyRedundant' }] }), 'pass'],
    ['backup vault: no store', 'Microsoft.DataProtection/backupVaults', at({ storageSettings: [] }), 'unknown malformed'],
    [
      'backup vault: geo',
      'Microsoft.DataProtection/backupVaults',
      at({ storageSettings: [{ type: 'GeoRedundant' }] }),
      'unknown unsupported',
    ],
    [
      'api management: gateways elsewhere',
      'Microsoft.ApiManagement/service',
      at({ additionalLocations: [{ location: 'East US' }] }),
      'fail',
    ],
    [
      'api management: gateways allowed',
      'Microsoft.ApiManagement/service',
      at({ additionalLocations: [{ location: 'North Europe' }] }),
      'pass',
    ],
    ['api management: gateways nowhere else', 'Microsoft.ApiManagement/service', at({ additionalLocations: [] }), 'pass'],
    ['api management: a gateway somewhere', 'Microsoft.ApiManagement/service', at({ additionalLocations: [{}] }), 'unknown malformed'],
    [
      'an image that is copied elsewhere',
      image,
      at({ publishingProfile: { targetRegions: [{ name: 'westeurope' }, { name: 'eastus' }] } }),
      'fail',
    ],
    ['an image that is copied to allowed regions', image, at({ publishingProfile: { targetRegions: [{ name: 'West Europe' }] } }), 'pass'],
    ['an image that is not said to be copied', image, at({}), 'pass'],
    ['iot hub: its second region elsewhere', hub, at({ locations: [{ location: 'West Europe' }, { location: 'East US' }] }), 'fail'],
    ['iot hub: both allowed', hub, at({ locations: [{ location: 'West Europe' }, { location: 'North Europe' }] }), 'pass'],
    ['iot hub: no locations, though it has a pair unless told otherwise', hub, at({}), 'unknown malformed'],
    ['domain services: a replica set elsewhere', 'Microsoft.AAD/DomainServices', at({ replicaSets: [{ location: 'eastus' }] }), 'fail'],
    ['domain services: all allowed', 'Microsoft.AAD/DomainServices', at({ replicaSets: [{ location: 'West Europe' }] }), 'pass'],
    [
      'a registry of models elsewhere',
      'Microsoft.MachineLearningServices/registries',
      at({ regionDetails: [{ location: 'eastus' }] }),
      'fail',
    ],
    ['a workspace that is replicated elsewhere', logs, at({ replication: { enabled: true, location: 'eastus' } }), 'fail'],
    ['a workspace that is replicated to an allowed region', logs, at({ replication: { enabled: true, location: 'northeurope' } }), 'pass'],
    ['a workspace that is replicated, nobody knows where', logs, at({ replication: { enabled: true } }), 'unknown malformed'],
    ['a workspace that is not replicated', logs, at({ replication: { enabled: false, location: 'eastus' } }), 'pass'],
    [
      'cognitive services: other regions',
      'Microsoft.CognitiveServices/accounts',
      at({ locations: { regions: [{ name: 'eastus' }] } }),
      'fail',
    ],
    ['cognitive services: one region', 'Microsoft.CognitiveServices/accounts', at({ locations: null }), 'pass'],
    ['a resource elsewhere whose copies nobody knows', sql, { location: 'eastus', properties: {} }, 'fail'],
    ['no properties', site, { location: 'westeurope', properties: null }, 'pass'],
  ];
  test.each(rows)('%s', (_what, type, row, expected) => {
    expect(verdict(type, row)).toBe(expected);
  });

  test.each([
    ['allowed', { 'West Europe': 'North Europe' }, 'pass'],
    ['elsewhere', { westeurope: 'eastus' }, 'fail'],
    ['of another region', { northeurope: 'westeurope' }, 'unknown unsupported'],
  ])('in a paired region that is %s', (_what, pairedRegions, expected) => {
    const row = at({ redundancySettings: { standardTierStorageRedundancy: 'GeoRedundant' } });
    expect(verdict('Microsoft.RecoveryServices/vaults', row, { pairedRegions })).toBe(expected);
  });

  test('says what lies where', () => {
    const row = at({ secondaryLocation: 'East US' }, { sku: { name: 'Standard_GRS' } });
    expect(judgeOne(check, 'intent', { resource: row }, { subject: resourceOf(storage), parameters })).toMatchObject({
      observed: 'copy in eastus',
      rule: 'properties.secondaryLocation',
    });
  });
});
