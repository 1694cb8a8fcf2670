import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const file = z.object({ types: z.record(z.string(), z.object({ apiVersion: z.coerce.string() })) });
const { types } = file.parse(parse(readFileSync('config/azure/resource-types.yaml', 'utf8')));

/**
 * What the origin is asked for must hold what the checks read, or a property that is there would count as absent, and an absent one has a meaning.
 * Source of the versions: Microsoft, "API version change log" of each type.
 */
test.each([
  ['Microsoft.EventHub/namespaces', 'minimumTlsVersion', '2024-01-01'],
  ['Microsoft.ServiceBus/namespaces', 'minimumTlsVersion', '2024-01-01'],
  ['Microsoft.Security/pricings', 'resourcesCoverageStatus', '2024-01-01'],
  ['Microsoft.OperationalInsights/workspaces', 'replication', '2025-02-01'],
  ['Microsoft.RecoveryServices/vaults', 'redundancySettings.standardTierStorageRedundancy', '2023-08-01'],
  ['Microsoft.Web/sites', 'publicNetworkAccess', '2022-03-01'],
  ['Microsoft.Cache/Redis', 'publicNetworkAccess', '2020-06-01'],
  ['Microsoft.Storage/storageAccounts', 'publicNetworkAccess', '2021-06-01'],
])('%s is read in a version that has %s', (type, _property, since) => {
  expect(types[type]?.apiVersion.localeCompare(since)).toBeGreaterThanOrEqual(0);
});
