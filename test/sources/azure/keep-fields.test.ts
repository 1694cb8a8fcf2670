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

it('leaves out of an action group whom it reaches, and where', () => {
  const properties = {
    enabled: true,
    emailReceivers: [{ name: 'Jane Doe', emailAddress: 'jane.doe@example.com', status: 'Enabled' }],
    SmsReceivers: [{ name: 'Jane', countryCode: '1', phoneNumber: '5550100', status: 'Disabled' }],
    webhookReceivers: [{ name: 'pager', serviceUri: 'https://pager.example.com/?key=hunter2' }],
    logicAppReceivers: null,
    itsmReceivers: 'hunter2',
    voiceReceivers: ['5550100', null],
  };
  expect(keepFields({ properties }, Object.keys(properties))).toEqual({
    properties: {
      enabled: true,
      emailReceivers: [{ status: 'Enabled' }],
      SmsReceivers: [{ status: 'Disabled' }],
      webhookReceivers: [{}],
      itsmReceivers: 'string',
      voiceReceivers: ['string', null],
    },
  });
});

it('leaves out of an activity log alert what it sends along, and whose doing it waits for', () => {
  const properties = {
    actions: { actionGroups: [{ actionGroupId: '/x', webhookProperties: { key: 'hunter2' } }], emailSubject: 'hunter2' },
    condition: {
      odata: 'hunter2',
      allOf: [
        { field: 'Category', equals: 'Administrative', note: 'hunter2' },
        { field: 'caller', equals: 'jane.doe@example.com' },
        {
          anyOf: [
            { field: 'operationName', containsAny: ['a/write'] },
            { field: 'properties.claims', equals: 'jane.doe@example.com' },
          ],
        },
        { equals: 'jane.doe@example.com' },
        'jane.doe@example.com',
      ],
    },
  };
  expect(keepFields({ properties }, ['actions', 'condition'])).toEqual({
    properties: {
      actions: { actionGroups: [{ actionGroupId: '/x' }] },
      condition: {
        allOf: [
          { field: 'Category', equals: 'Administrative' },
          { field: 'caller' },
          { anyOf: [{ field: 'operationName', containsAny: ['a/write'] }, { field: 'properties.claims' }] },
          {},
          'string',
        ],
      },
    },
  });
  expect(keepFields({ properties: { actions: 'hunter2', condition: ['hunter2'] } }, ['actions', 'condition'])).toEqual({
    properties: { actions: {}, condition: {} },
  });
});

it('keeps of the extended properties of a machine whether it runs', () => {
  const extended = {
    instanceView: { computerName: 'jane', osName: 'x', powerState: { code: 'PowerState/running', displayStatus: 'VM running' } },
  };
  expect(keepFields({ properties: { extended } }, ['extended'])).toEqual({
    properties: { extended: { instanceView: { powerState: { code: 'PowerState/running' } } } },
  });
  for (const other of [{}, 'x', { instanceView: { powerState: { code: 7 } } }])
    expect(keepFields({ properties: { extended: other } }, ['extended'])).toEqual({ properties: { extended: {} } });
});
