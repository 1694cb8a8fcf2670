import { describe, expect, test } from 'vitest';
import { parseGraphQuery } from '../../sandbox/azure/graph-query.ts';
import { tableOf } from '../../sandbox/azure/graph-tables.ts';
import { permitsOf } from '../../sandbox/azure/role.ts';

const rows = "resources | where type in~ ('A/b', 'c/D') | project id, name | order by id asc";
const changes =
  'resourcechanges | extend changedAt=todatetime(properties.changeAttributes.timestamp) | where changedAt > datetime(2026-03-01T10:00:00Z) | project id, properties | order by id asc';

describe('queries that are understood', () => {
  test.each([
    ['rows', rows, { kind: 'rows', table: 'resources', types: ['a/b', 'c/d'], columns: ['id', 'name'] }],
    [
      'rows over lines',
      rows.replaceAll(' | ', '\n| '),
      { kind: 'rows', table: 'resources', types: ['a/b', 'c/d'], columns: ['id', 'name'] },
    ],
    [
      'subscriptions',
      "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project id | order by id asc",
      { kind: 'rows', table: 'resourcecontainers', types: ['microsoft.resources/subscriptions'], columns: ['id'] },
    ],
    [
      'counts',
      'resources | summarize resources=count() by subscriptionId, type | order by subscriptionId asc, type asc',
      { kind: 'counts' },
    ],
    ['changes', changes, { kind: 'changes', afterMs: Date.UTC(2026, 2, 1, 10) }],
  ])('%s', (_, query, parsed) => {
    expect(parseGraphQuery(query)).toEqual(parsed);
  });
});

describe('queries that are not', () => {
  test.each([
    ['no table', "where type in~ ('a/b') | project id | order by id asc"],
    ['an unknown table', rows.replace('resources', 'advisorresources')],
    ['a case that counts', rows.replace('in~', 'in')],
    ['no quotes', rows.replaceAll("'", '')],
    ['no types', rows.replace(/\(.*\)/, '()')],
    ['an unknown column', rows.replace('name', 'nam')],
    ['without the id', rows.replace('id, name', 'name')],
    ['no order', rows.replace(' | order by id asc', '')],
    ['backwards', rows.replace('asc', 'desc')],
    ['more steps', `${rows} | take 5`],
    [
      'counts of another table',
      'networkresources | summarize resources=count() by subscriptionId, type | order by subscriptionId asc, type asc',
    ],
    ['counts without order', 'resources | summarize resources=count() by subscriptionId, type'],
    ['changes after no time', changes.replace('2026-03-01T10:00:00Z', 'yesterday')],
    ['changes from a moment on', changes.replace('> datetime', '>= datetime')],
    ['rows of changes', rows.replace('resources', 'resourcechanges')],
  ])('%s', (_, query) => {
    expect(parseGraphQuery(query)).toBeNull();
  });
});

test.each([
  ['microsoft.storage/storageaccounts', 'resources'],
  ['microsoft.sql/servers/databases', 'resources'],
  ['microsoft.network/networkwatchers/flowlogs', 'resources'],
  ['microsoft.recoveryservices/vaults', 'resources'],
  ['microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems', 'recoveryservicesresources'],
  ['microsoft.dataprotection/backupvaults/backupinstances', 'recoveryservicesresources'],
  ['microsoft.web/sites/config', 'appserviceresources'],
  ['microsoft.network/firewallpolicies/rulecollectiongroups', 'networkresources'],
  ['microsoft.security/pricings', 'securityresources'],
  ['microsoft.authorization/roleassignments', 'authorizationresources'],
  ['microsoft.authorization/policyassignments', 'policyresources'],
  ['microsoft.resources/subscriptions', 'resourcecontainers'],
  ['microsoft.resources/subscriptions/resourcegroups', 'resourcecontainers'],
  ['microsoft.sql/servers/firewallrules', null],
  ['microsoft.storage/storageaccounts/blobservices', null],
  ['microsoft.insights/diagnosticsettings', null],
])('%s stands in %s', (type, table) => {
  expect(tableOf(type)).toBe(table);
});

test.each([
  [['*/read'], [], 'Microsoft.Sql/servers/read', true],
  [['*/read'], [], 'Microsoft.Sql/servers/write', false],
  [['*/read'], [], 'Microsoft.Sql/servers/reader', false],
  [['Microsoft.Sql/servers/*/read'], [], 'microsoft.sql/servers/databases/read', true],
  [['Microsoft.Sql/servers/*/read'], [], 'Microsoft.Sql/servers/read', false],
  [['*'], ['*/sharedKeys/read'], 'Microsoft.OperationalInsights/workspaces/SharedKeys/read', false],
  [['*'], ['*/sharedKeys/read'], 'Microsoft.OperationalInsights/workspaces/read', true],
  [['MicrosoftXSql/servers/read'], [], 'Microsoft.Sql/servers/read', false],
  [['Microsoft.Sql/servers/read'], [], 'MicrosoftXSql/servers/read', false],
  [[], [], 'Microsoft.Sql/servers/read', false],
])('actions %j without %j: %s is allowed: %s', (Actions, NotActions, action, isPermitted) => {
  expect(permitsOf({ Actions, NotActions })(action)).toBe(isPermitted);
});
