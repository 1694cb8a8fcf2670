import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/audit-consoles.ts';
import type { LogTablesFact, Silence, TableFact } from '../../src/logs/log-facts.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('Microsoft.OperationalInsights/workspaces', 'shop');
const asOf = '2026-11-24T12:00:00.000Z';
const quiet: Silence = { from: null, to: null };
const table = (silences: readonly Silence[] = [], isThere = true): { readonly is: TableFact } => ({
  is: { isThere, retentionDays: 90, totalRetentionDays: 365, silences, slowestIngestionMinutes: 5 },
});
const denied = { fault: { code: 'denied', message: 'we may not read it' } } as const;
const portalApp = 'c44b4083-3bb0-49c1-b47d-974e53cbdf3c';
const otherApp = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const management = 'Windows Azure Service Management API';
const signIn = (id: string, resource = management, name = 'Azure Portal') => ({ id, name, resource });
const consoleTables = ['AKSAuditAdmin', 'AppServiceAuditLogs', 'MicrosoftAzureBastionAuditLogs', 'SQLSecurityAuditEvents'];
const unused = Object.fromEntries(consoleTables.map((name) => [name, table([], false)]));
const goodTables = { ...unused, AzureActivity: table(), SigninLogs: table() };
const fact = (change: Partial<LogTablesFact> = {}, tables: LogTablesFact['tables'] = {}): LogTablesFact => ({
  workspaces: ['shop'],
  hours: 24,
  resolutionMinutes: 30,
  applications: { is: [signIn(portalApp)] },
  locks: { is: [] },
  exports: { is: [] },
  ...change,
  tables: { ...(change.tables ?? goodTables), ...tables },
});
const portal = { name: 'portal', owner: 'Jane Doe', table: 'AzureActivity', applications: [portalApp], quietMinutes: 60 };
const entra = { name: 'Entra', owner: 'Jane Doe', table: 'SigninLogs', quietMinutes: 60 };
const consoles = [portal, entra];
const judge = (interpretation: 'literal' | 'intent', seen: LogTablesFact, parameters: object = { consoles }) =>
  judgeOne(check, interpretation, { resource: { id: subject.id }, 'log-tables': seen }, { subject, parameters, asOf });

const ended = { from: '2026-11-24T08:00:00.000Z', to: '2026-11-24T09:00:00.001Z' };
const goingOn = { from: '2026-11-24T10:59:59.999Z', to: null };
const several = { workspaces: ['other', 'shop'] };
const unlisted = { moreFault: { code: 'partial', message: 'not all workspaces were listed' } } as const;
const here = (one: object) => ({ ...one, workspace: 'Shop' });
const there = (one: object) => ({ ...one, workspace: 'other' });

const rows: readonly [what: string, seen: LogTablesFact, parameters: object, literal: string, intent: string][] = [
  ['both logs arrive', fact(), { consoles }, 'pass', 'pass'],
  ['a gap that has ended', fact({}, { SigninLogs: table([ended]) }), { consoles }, 'pass', 'fail'],
  ['a gap that goes on', fact({}, { SigninLogs: table([goingOn]) }), { consoles }, 'fail', 'fail'],
  ['nothing at all', fact({}, { AzureActivity: table([quiet]) }), { consoles }, 'fail', 'fail'],
  ['no such table', fact({}, { AzureActivity: table([], false) }), { consoles }, 'fail', 'fail'],
  ['a table that cannot be read', fact({}, { AzureActivity: denied }), { consoles }, 'unknown denied', 'unknown denied'],
  [
    'one cannot be read, the other is silent',
    fact({}, { AzureActivity: denied, SigninLogs: table([goingOn]) }),
    { consoles },
    'fail',
    'fail',
  ],
  [
    'a table that nobody looks at',
    fact(),
    { consoles: [...consoles, { ...portal, table: 'Mine_CL' }] },
    'unknown unsupported',
    'unknown unsupported',
  ],
  ['nothing is declared', fact(), {}, 'unknown unsupported', 'unknown unsupported'],
  [
    'nothing is declared, and consoles are seen',
    fact({}, { AKSAuditAdmin: table() }),
    { consoles: [] },
    'unknown unsupported',
    'unknown unsupported',
  ],
  [
    'quiet for less than is seen',
    fact(),
    { consoles: [{ ...portal, quietMinutes: 29 }, entra] },
    'unknown unsupported',
    'unknown unsupported',
  ],
  [
    'quiet for more than is looked at',
    fact(),
    { consoles: [{ ...portal, quietMinutes: 1_441 }, entra] },
    'unknown unsupported',
    'unknown unsupported',
  ],
  [
    'a day by default',
    fact({}, { AzureActivity: table([goingOn]) }),
    { consoles: [{ ...portal, quietMinutes: undefined }, entra] },
    'pass',
    'pass',
  ],
  ['an application that nobody declared', fact({ applications: { is: [signIn(otherApp)] } }), { consoles }, 'fail ticket', 'fail ticket'],
  [
    'it beside a silent log',
    fact({ applications: { is: [signIn(otherApp)] } }, { AzureActivity: table([goingOn]) }),
    { consoles },
    'fail',
    'fail',
  ],
  [
    'to the id of Resource Manager',
    fact({ applications: { is: [signIn(otherApp, '797F4846-BA00-4FD7-BA43-DAC1F8F63013')] } }),
    { consoles },
    'fail ticket',
    'fail ticket',
  ],
  [
    'to its name in lower case',
    fact({ applications: { is: [signIn(otherApp, management.toLowerCase())] } }),
    { consoles },
    'fail ticket',
    'fail ticket',
  ],
  ['to something else', fact({ applications: { is: [signIn(otherApp, 'Office 365')] } }), { consoles }, 'pass', 'pass'],
  [
    'to something else that is a console',
    fact({ applications: { is: [signIn(otherApp, 'Shop Admin')] } }),
    { consoles, signInResources: ['shop admin'] },
    'fail ticket',
    'fail ticket',
  ],
  ['by an id in another casing', fact({ applications: { is: [signIn(portalApp.toUpperCase())] } }), { consoles }, 'pass', 'pass'],
  ['nobody signed in', fact({ applications: { is: [] } }), { consoles }, 'pass', 'pass'],
  ['who signed in cannot be read', fact({ applications: denied }), { consoles }, 'unknown denied', 'unknown denied'],
  ['nobody declared the log of the sign-ins', fact(), { consoles: [portal] }, 'unknown unsupported', 'unknown unsupported'],
  [
    'nobody declared it, and a stranger is in it',
    fact({ applications: { is: [signIn(otherApp)] } }),
    { consoles: [portal] },
    'fail ticket',
    'fail ticket',
  ],
  ['a table of consoles with rows', fact({}, { AKSAuditAdmin: table() }), { consoles }, 'fail ticket', 'fail ticket'],
  ['with rows once', fact({}, { AKSAuditAdmin: table([goingOn]) }), { consoles }, 'fail ticket', 'fail ticket'],
  ['with none', fact({}, { AKSAuditAdmin: table([quiet]) }), { consoles }, 'pass', 'pass'],
  [
    'with rows, declared',
    fact({}, { AKSAuditAdmin: table() }),
    { consoles: [...consoles, { ...portal, table: 'aksauditadmin' }] },
    'pass',
    'pass',
  ],
  ['that cannot be read', fact({}, { AKSAuditAdmin: denied }), { consoles }, 'unknown denied', 'unknown denied'],
  [
    'that nobody looks at',
    fact({ tables: { AzureActivity: table(), SigninLogs: table() } }),
    { consoles },
    'unknown unsupported',
    'unknown unsupported',
  ],
  [
    'that nobody wants to know of',
    fact({ tables: { AzureActivity: table(), SigninLogs: table() } }),
    { consoles, consoleTables: [] },
    'pass',
    'pass',
  ],
  ['of several workspaces none is named', fact(several), { consoles }, 'unknown unsupported', 'unknown unsupported'],
  ['of several this one', fact(several), { consoles: consoles.map(here) }, 'pass', 'pass'],
  [
    'of several the other one',
    fact({ ...several, applications: denied, tables: { ...unused, SigninLogs: table([], false) } }),
    { consoles: consoles.map(there) },
    'pass',
    'pass',
  ],
  [
    'of several the other one, and a stranger here',
    fact({ ...several, applications: { is: [signIn(otherApp)] } }),
    { consoles: consoles.map(there) },
    'fail ticket',
    'fail ticket',
  ],
  [
    'of several the other one, and rows here',
    fact(several, { AKSAuditAdmin: table() }),
    { consoles: [...consoles, portal, { ...portal, table: 'AKSAuditAdmin' }].map(there) },
    'fail ticket',
    'fail ticket',
  ],
  [
    'no sign-ins here, and nobody declared them',
    fact({ applications: { is: [] } }, { SigninLogs: table([], false) }),
    { consoles: [portal] },
    'unknown unsupported',
    'unknown unsupported',
  ],
  [
    'of several the other one, and sign-ins here that cannot be read',
    fact({ ...several, applications: denied }),
    { consoles: consoles.map(there) },
    'unknown denied',
    'unknown denied',
  ],
  [
    'a workspace that may be among those that were not listed',
    fact({ ...unlisted, ...several }),
    { consoles: [...consoles.map(here), { ...portal, workspace: 'gone' }] },
    'unknown partial',
    'unknown partial',
  ],
  ['none named, and more may be there', fact(unlisted), { consoles }, 'unknown partial', 'unknown partial'],
  ['a workspace that is gone', fact(), { consoles: [...consoles, { ...portal, workspace: 'gone' }] }, 'fail', 'fail'],
];

describe('audit-consoles', () => {
  test.each(rows)('%s', (_what, seen, parameters, literal, intent) => {
    expect(verdictOf(judge('literal', seen, parameters))).toBe(literal);
    expect(verdictOf(judge('intent', seen, parameters))).toBe(intent);
  });

  test('names the console, its log and the times', () => {
    expect(judge('intent', fact({}, { SigninLogs: table([ended]) }))).toMatchObject({
      expected: 'each console is declared, and its log had no silent gap in the last 24 hours',
      observed: 'console Entra: SigninLogs is silent from 2026-11-24T08:00:00.000Z to 2026-11-24T09:00:00.001Z',
      rule: 'TimeGenerated',
    });
  });

  test('names the application, and what it reached', () => {
    expect(judge('literal', fact({ applications: { is: [signIn(otherApp, management, '')] } }))).toMatchObject({
      observed: `people signed in by what no console declares: an application without a name (${otherApp}) to ${management}`,
      rule: 'SigninLogs.AppId',
    });
  });

  test('can be repeated', () => {
    expect(check.repeat(subject)).toContain(
      `workspace show --ids '${subject.id}' --query customerId --output tsv)" --analytics-query "SigninLogs | where`,
    );
  });

  test.each([
    { consoles: [{ ...portal, applications: ['portal'] }] },
    { consoles: [{ ...portal, quietMinutes: 0 }] },
    { consoles: [{ ...portal, owner: ' ' }] },
    { consoles: [{ ...portal, other: 1 }] },
  ])('a list that says something else is refused: %j', (parameters) => {
    expect(check.parameters.safeParse(parameters).success).toBe(false);
  });

  test.each([
    { ...fact(), tables: null },
    { ...fact(), applications: { is: [{ id: null, name: 'x', resource: 'y' }] } },
    { ...fact(), tables: { AzureActivity: { is: { ...table().is, silences: [{ from: 'yesterday', to: null }] } } } },
    { ...fact(), tables: { AzureActivity: {} } },
  ])('what has another shape is refused', (seen) => {
    expect(check.needs['log-tables']?.safeParse(seen).success).toBe(false);
  });
});
