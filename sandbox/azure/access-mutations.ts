import { contractor, data, edit, type Mutation, operator, pipeline, production, shared, storage } from './mutation.ts';

export const accessMutations: { readonly [name: string]: Mutation } = {
  'public-blob': {
    title: 'An account lets its containers be opened to everybody',
    by: contractor,
    operation: `${storage}/write`,
    edits: edit(`${data}/${storage}/stsssmediaprod`, { 'properties.allowBlobPublicAccess': true }),
    verdict: 'fail',
    claims: { 'not-publicized': ['intent'] },
    checks: ['disclosure-anonymous-storage'],
  },
  'public-database': {
    title: 'A database server takes connections from public networks',
    by: operator,
    operation: 'Microsoft.Sql/servers/write',
    edits: edit(`${data}/Microsoft.Sql/servers/sql-sss-prod`, { 'properties.publicNetworkAccess': 'Enabled' }),
    verdict: 'fail',
    claims: { 'servers-in-own-networks': ['intent'] },
    checks: ['network-private-access'],
  },
  'open-key-vault': {
    title: 'A key vault answers everybody',
    by: pipeline,
    operation: 'Microsoft.KeyVault/vaults/write',
    edits: edit(`${shared}/resourceGroups/rg-secrets-shared/providers/Microsoft.KeyVault/vaults/kv-sss-shared`, {
      'properties.publicNetworkAccess': 'Enabled',
      'properties.networkAcls.defaultAction': 'Allow',
    }),
    verdict: 'fail',
    claims: { 'servers-in-own-networks': ['intent'] },
    checks: ['network-private-access'],
  },
  'http-only-site': {
    title: 'A site answers plain HTTP',
    by: pipeline,
    operation: 'Microsoft.Web/sites/write',
    edits: edit(`${production}/resourceGroups/rg-web-prod/providers/Microsoft.Web/sites/shopstoresync-admin-prod`, {
      'properties.httpsOnly': false,
    }),
    verdict: 'fail',
    claims: { 'https-everywhere': ['literal', 'intent'] },
    checks: ['https-services'],
  },
  'old-tls-storage': {
    title: 'An account takes TLS 1.0',
    by: contractor,
    operation: `${storage}/write`,
    edits: edit(`${data}/${storage}/stsssexportsprod`, { 'properties.minimumTlsVersion': 'TLS1_0' }),
    verdict: 'fail',
    claims: { 'https-everywhere': ['intent'] },
    checks: ['https-services'],
  },
  'plain-redis': {
    title: 'A cache opens its port without TLS',
    by: operator,
    operation: 'Microsoft.Cache/redis/write',
    edits: edit(`${data}/Microsoft.Cache/Redis/redis-sss-prod`, { 'properties.enableNonSslPort': true }),
    verdict: 'fail',
    claims: { 'https-everywhere': ['literal', 'intent'] },
    checks: ['https-services'],
  },
  'old-tls-sql': {
    title: 'A database server takes TLS 1.0',
    by: operator,
    operation: 'Microsoft.Sql/servers/write',
    edits: edit(`${production}/resourceGroups/rg-data-prod-neu/providers/Microsoft.Sql/servers/sql-sss-prod-neu`, {
      'properties.minimalTlsVersion': '1.0',
    }),
    verdict: 'fail',
    claims: { 'https-everywhere': ['intent'] },
    checks: ['https-services'],
  },
};
