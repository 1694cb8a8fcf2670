import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { columnsOf, logTables, readActionOf } from '../../src/logs/log-tables.ts';

/** Persons, their addresses, what they sent and what was said of it, under the names that Azure gives them. */
const refusedColumns = [
  ...[
    'Caller',
    'CallerIpAddress',
    'CallerIPAddress',
    'UserPrincipalName',
    'UserDisplayName',
    'UserId',
    'Identity',
    'IPAddress',
    'ClientIP',
  ],
  ...['ClientIp', 'ClientInfo', 'AlternateSignInName', 'SignInIdentifier', 'InitiatedBy', 'TargetResources', 'AADObjectId', 'RequesterUpn'],
  ...[
    'Statement',
    'Query',
    'QueryText',
    'SqlText',
    'Uri',
    'RequestUri',
    'Url',
    'Message',
    'HTTPRequest',
    'Authorization',
    'Claims',
    'Properties',
  ],
  ...[
    'UserAgent',
    'DeviceDetail',
    'LocationDetails',
    'AdditionalDetails',
    'ResultDescription',
    'RequestBody',
    'ResponseBody',
    'RenderedDescription',
  ],
  ...[
    'ComputerIP',
    'ComputerPrivateIPs',
    'RemoteIPCountry',
    'SyslogMessage',
    'EventData',
    'PiggyName',
    'ServerPrincipalName',
    'SessionContext',
  ],
];
const refusedWords =
  /caller|user|person|people|principal|identity|initiat|upn|e?mail|ip$|ip(address|v4|v6)|^ip|address|statement|query|sql|uri|url|referer|message|body|request|response|claims|properties|authori[sz]|token|secret|password|agent|description|detail|header|session|context|data$|text$|argument|parameter|location|latitude|longitude/i;

const asked = Object.entries(logTables).flatMap(([table, columns]) => Object.keys(columns).map((column) => [table, column] as const));

describe('what is ever asked for', () => {
  test('names no person, mail address, client, statement, address of a request or body', () => {
    expect(asked.filter(([, column]) => refusedWords.test(column) || refusedColumns.includes(column))).toEqual([]);
  });

  test.each(refusedColumns)('the words refuse %s, or its name does', (column) => {
    expect(refusedWords.test(column) || refusedColumns.includes(column)).toBe(true);
    expect(Object.keys(logTables).filter((table) => Object.hasOwn(columnsOf(table) ?? {}, column))).toEqual([]);
  });

  test('is of every table when it happened', () => {
    for (const table of Object.keys(logTables)) expect(columnsOf(table), table).toMatchObject({ TimeGenerated: 'datetime' });
    expect(columnsOf('Anything_CL')).toEqual({ TimeGenerated: 'datetime' });
    expect(columnsOf('Anything')).toBeNull();
  });
});

test('the right to read a table has its name, or that of all tables that owners made', () => {
  expect(readActionOf('SigninLogs')).toBe('Microsoft.OperationalInsights/workspaces/query/SigninLogs/read');
  expect(readActionOf('DeployLog_CL')).toBe('Microsoft.OperationalInsights/workspaces/query/Tables.Custom/read');
});

const published = new URL('../../../shared/azure/log-tables.json', import.meta.url);
describe.skipIf(!existsSync(published))(`the columns${existsSync(published) ? '' : ' (skipped: ../shared is not there)'}`, () => {
  const schemas = existsSync(published)
    ? z.record(z.string(), z.record(z.string(), z.string())).parse(JSON.parse(readFileSync(published, 'utf8')))
    : {};

  test.each(Object.entries(logTables))('of %s are published so, with their types', (table, columns) => {
    expect(schemas[table]).toMatchObject(columns);
  });
});
