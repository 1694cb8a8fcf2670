import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/hosting-inventory.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const subject = subscriptionResource('00000000-0000-0000-0000-00000000000A');
const sorted = { holds: ['data'], judgedFor: [], exempt: {} };
const resourceTypes = { 'microsoft.sql/servers/databases': sorted, 'microsoft.web/sites': sorted };
const vault = '/subscriptions/00000000-0000-0000-0000-00000000000A/resourceGroups/b/providers/Microsoft.Sql/servers/c/databases/d';
const judge = (interpretation: 'literal' | 'intent', types: readonly string[], change: { state?: unknown; parameters?: object } = {}) =>
  judgeOne(
    check,
    interpretation,
    {
      resource: { properties: { state: 'Enabled', ...('state' in change ? { state: change.state } : {}) } },
      census: { types: types.map((type) => ({ type, resources: 1 })) },
    },
    { subject, parameters: { resourceTypes, ...change.parameters } },
  );
const sql = ['Microsoft.Sql/servers/databases'];

describe('the state of a subscription', () => {
  test.each([
    ['Enabled', 'pass'],
    ['ENABLED', 'pass'],
    ['Warned', 'fail ticket'],
    ['PastDue', 'fail ticket'],
    ['Disabled', 'fail'],
    ['deleted', 'fail'],
    ['Resting', 'unknown malformed'],
    ['', 'unknown malformed'],
    [null, 'unknown malformed'],
    [undefined, 'unknown malformed'],
  ])('%s', (state, verdict) => {
    expect(verdictOf(judge('literal', sql, { state }))).toBe(verdict);
    expect(verdictOf(judge('intent', sql, { state }))).toBe('pass');
  });
});

describe('what a subscription holds', () => {
  test.each([
    ['sorted types', sql, {}, 'pass', 'pass'],
    ['an unsorted type', [...sql, 'Microsoft.New/things'], {}, 'unknown unsupported', 'unknown unsupported'],
    ['nothing', [], {}, 'unknown none-seen', 'unknown none-seen'],
    ['sorted types, and no sorting', sql, { resourceTypes: {} }, 'unknown unsupported', 'unknown unsupported'],
    ['a declared type', sql, { expected: ['microsoft.SQL/servers/databases'] }, 'pass', 'pass'],
    ['no declared type', sql, { expected: ['Microsoft.Web/sites'] }, 'fail ticket', 'pass'],
    ['the type of a declared id', sql, { expected: [vault] }, 'unknown unsupported', 'pass'],
    ['nothing of the type of a declared id', ['microsoft.web/sites'], { expected: [vault.toUpperCase()] }, 'fail ticket', 'pass'],
    ['nothing of an id of another subscription', ['microsoft.web/sites'], { expected: [vault.replace('A/', 'B/')] }, 'pass', 'pass'],
    ['what is no id', sql, { expected: ['/shop'] }, 'unknown malformed', 'pass'],
    ['nothing, where something is declared', [], { expected: ['Microsoft.Web/sites'] }, 'fail ticket', 'unknown none-seen'],
  ] satisfies [string, string[], object, string, string][])('%s', (_what, types, parameters, literal, intent) => {
    expect(verdictOf(judge('literal', types, { parameters }))).toBe(literal);
    expect(verdictOf(judge('intent', types, { parameters }))).toBe(intent);
  });

  test('a declared type of which none is left is missing', () => {
    const facts = {
      resource: { properties: { state: 'Enabled' } },
      census: {
        types: [
          { type: 'microsoft.web/sites', resources: 1 },
          { type: 'microsoft.sql/servers/databases', resources: 0 },
        ],
      },
    };
    const parameters = { resourceTypes, expected: sql };
    expect(judgeOne(check, 'literal', facts, { subject, parameters })).toMatchObject({
      status: 'fail',
      observed: 'Microsoft.Sql/servers/databases is not there: no resource is of its type',
    });
  });

  test('names the type that nobody sorted', () => {
    expect(judge('intent', [...sql, 'Microsoft.New/things']).observed).toBe('nobody has sorted microsoft.new/things');
  });
});
