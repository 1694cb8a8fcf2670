import { expect, it } from 'vitest';
import { censusQuery, subscriptionsQuery, sweepsOf } from '../../../src/sources/azure/graph-queries.ts';
import { keepFields } from '../../../src/sources/azure/keep-fields.ts';

const type = {
  type: 'microsoft.compute/virtualmachinescalesets',
  table: 'resources',
  apiVersion: '2024-07-01',
  action: 'read',
  fields: [],
};
const row = {
  id: '/subscriptions/s/resourcegroups/g/providers/microsoft.compute/virtualmachinescalesets/v',
  name: 'v',
  tags: { owner: 'jane.doe@example.com', password: 'hunter2' },
  sku: null,
  managedBy: '',
  systemData: { createdBy: 'jane.doe@example.com' },
  properties: { ProvisioningState: 'Succeeded', creator: 'jane.doe@example.com', zoneBalance: null },
};

it('keeps nothing of a row that no check reads: people write names and passwords into tags', () => {
  expect(keepFields(row, ['provisioningState', 'zoneBalance'])).toEqual({
    id: row.id,
    name: 'v',
    properties: { provisioningState: 'Succeeded' },
  });
});

it('does not even ask for tags', () => {
  const queries = [censusQuery, subscriptionsQuery, ...sweepsOf([type]).map(({ query }) => query)];
  for (const query of queries) expect(query).not.toMatch(/\b(tags|systemData)\b/i);
});

it('leaves out of a profile that a check reads what holds names and secrets', () => {
  const virtualMachineProfile = {
    securityProfile: { encryptionAtHost: true },
    osProfile: { adminUsername: 'jane.doe', customData: 'aHVudGVyMg==' },
    extensionProfile: { extensions: [{ properties: { settings: { commandToExecute: 'run --password hunter2' } } }] },
    UserData: 'aHVudGVyMg==',
  };
  expect(keepFields({ properties: { virtualMachineProfile } }, ['virtualMachineProfile'])).toEqual({
    properties: { virtualMachineProfile: { securityProfile: { encryptionAtHost: true } } },
  });
});

it('leaves out of the configuration of VPN clients the secrets of RADIUS servers', () => {
  const vpnClientConfiguration = {
    vpnAuthenticationTypes: ['Radius'],
    radiusServerAddress: '10.0.0.9',
    radiusServerSecret: 'hunter2',
    radiusServers: [{ radiusServerAddress: '10.0.0.9', radiusServerSecret: 'hunter2' }],
  };
  expect(keepFields({ properties: { vpnClientConfiguration } }, ['vpnClientConfiguration'])).toEqual({
    properties: { vpnClientConfiguration: { vpnAuthenticationTypes: ['Radius'], radiusServerAddress: '10.0.0.9' } },
  });
});
