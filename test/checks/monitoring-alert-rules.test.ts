import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/monitoring-alert-rules.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { receiverKinds } from '../../src/logs/action-group.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const subject = subscriptionResource('00000000-0000-0000-0000-00000000000A');
const scope = '/subscriptions/00000000-0000-0000-0000-00000000000A';
const other = '/subscriptions/00000000-0000-0000-0000-00000000000B';
const insights = 'resourceGroups/Monitor/providers/Microsoft.Insights';
const groupId = (name: string, subscription = scope) => `${subscription}/${insights}/actionGroups/${name}`;
const write = 'Microsoft.Network/networkSecurityGroups/write';

const is = (field: unknown, equals: unknown) => ({ field, equals });
const category = is('category', 'Administrative');
const operation = is('operationName', write);
const named = (...ids: unknown[]) => ({ actionGroups: ids.map((actionGroupId) => ({ actionGroupId })) });
const good = {
  enabled: true,
  scopes: [scope],
  condition: { allOf: [category, operation] },
  actions: named(groupId('OnCall')),
};
const rule = (more: object = {}) => ({ id: `${scope}/${insights}/activityLogAlerts/nsg`, name: 'nsg', properties: { ...good, ...more } });
const when = (...allOf: object[]) => rule({ condition: { allOf } });
const group = (properties: object = { enabled: true, emailReceivers: [{ status: 'Enabled' }] }, name = 'oncall') => ({
  id: groupId(name),
  properties,
});
const mails = (...statuses: unknown[]) => group({ enabled: true, emailReceivers: statuses.map((status) => ({ status })) });

const judge = (rules: readonly object[], groups: readonly object[] = [group()], parameters: object = { expected: [write] }) =>
  judgeOne(check, 'intent', { resource: { id: subject.id } }, { subject, related: { rules, groups }, parameters });

describe('monitoring-alert-rules', () => {
  const conditions: readonly [what: string, conditions: readonly object[], verdict: string][] = [
    ['the operation', [category, operation], 'pass'],
    ['in other letters', [is('CATEGORY', 'administrative'), is('operationname', write.toUpperCase())], 'pass'],
    ['the operation alone', [operation], 'pass'],
    ['the whole category', [category], 'pass'],
    ['the type', [category, is('resourceType', 'microsoft.network/networksecuritygroups')], 'pass'],
    ['the provider', [is('resourceProvider', 'Microsoft.Network')], 'pass'],
    ['another operation', [category, is('operationName', 'Microsoft.Network/networkSecurityGroups/delete')], 'fail'],
    ['an operation that begins so', [is('operationName', 'Microsoft.Network/networkSecurityGroups/writes')], 'fail'],
    ['another category', [is('category', 'Security'), operation], 'fail'],
    ['another type', [is('resourceType', 'Microsoft.Network/networkSecurityGroups/securityRules')], 'fail'],
    ['any of several operations', [category, { anyOf: [is('operationName', 'x/y'), operation] }], 'pass'],
    ['any of several others', [category, { anyOf: [is('operationName', 'x/y')] }], 'fail'],
    ['an operation in a list', [{ field: 'operationName', containsAny: ['x/y', write.toLowerCase()] }], 'pass'],
    ['a list without it', [{ field: 'operationName', containsAny: ['x/y'] }], 'fail'],
    ['changes that took effect', [operation, is('status', 'Succeeded')], 'pass'],
    ['changes that failed', [operation, is('status', 'Failed')], 'fail'],
    ['changes that began', [operation, is('status', 'Started')], 'fail'],
    ['a level', [operation, is('level', 'Informational')], 'fail'],
    ['all levels', [operation, { field: 'level', containsAny: ['Critical', 'Error', 'Warning', 'Informational', 'Verbose'] }], 'pass'],
    ['all levels but one', [operation, { field: 'level', containsAny: ['Critical', 'Error', 'Warning', 'Verbose'] }], 'fail'],
    ['one person', [operation, is('caller', 'somebody')], 'fail'],
    ['one person, whose name is not kept', [operation, { field: 'caller' }], 'fail'],
    ['one resource group', [operation, is('resourceGroup', 'shop')], 'fail'],
    ['a field of tomorrow', [operation, is('weather', 'rain')], 'fail'],
    ['no field', [operation, is(undefined, 'Administrative')], 'unknown unsupported'],
    ['a field of null', [operation, is(null, 'Administrative')], 'unknown unsupported'],
    ['no value', [operation, { field: 'category' }], 'unknown unsupported'],
    ['a value of null', [operation, { field: 'category', equals: null, containsAny: [] }], 'unknown unsupported'],
    ['one of nothing', [operation, { anyOf: [] }], 'unknown unsupported'],
    ['one that does not say, or it', [{ anyOf: [{ field: 'category' }, operation] }], 'pass'],
    ['one that does not say, or another', [{ anyOf: [{ field: 'category' }, is('operationName', 'x/y')] }], 'unknown unsupported'],
    ['one of several, and a further one', [{ anyOf: [operation], ...is('level', 'Error') }], 'fail'],
    ['no condition', [], 'unknown unsupported'],
  ];
  test.each(conditions)('met by %s', (_what, own, verdict) => {
    expect(verdictOf(judge([when(...own)]))).toBe(verdict);
    expect(verdictOf(judge([when(...own.toReversed())]))).toBe(verdict);
  });

  const rules: readonly [what: string, rules: readonly object[], verdict: string][] = [
    ['no alert', [], 'fail'],
    ['disabled', [rule({ enabled: false })], 'fail'],
    ['not said whether enabled', [rule({ enabled: undefined })], 'unknown unsupported'],
    ['null whether enabled', [rule({ enabled: null })], 'unknown unsupported'],
    ['of the subscription in other letters', [rule({ scopes: [scope.toUpperCase()] })], 'pass'],
    ['of the subscription without the first slash', [rule({ scopes: [`${scope.slice(1)}/`] })], 'pass'],
    ['of a resource group', [rule({ scopes: [`${scope}/resourceGroups/shop`] })], 'fail'],
    ['of a resource group and the subscription', [rule({ scopes: [`${scope}/resourceGroups/shop`, scope] })], 'pass'],
    ['of another subscription', [rule({ scopes: [other] })], 'fail'],
    ['of nothing', [rule({ scopes: [] })], 'fail'],
    ['not said of what', [rule({ scopes: null })], 'unknown unsupported'],
    ['no conditions', [rule({ condition: null })], 'unknown unsupported'],
    ['no action group', [rule({ actions: named() })], 'fail'],
    ['no actions', [rule({ actions: null })], 'fail'],
    ['an action group that is not there', [rule({ actions: named(groupId('gone')) })], 'fail'],
    ['an action group of another subscription', [rule({ actions: named(groupId('oncall', other)) })], 'unknown unsupported'],
    ['an action group without an id', [rule({ actions: named(null) })], 'unknown unsupported'],
    ['an action group that is none', [rule({ actions: named('oncall') })], 'unknown unsupported'],
    ['one that is not there, one that is', [rule({ actions: named(groupId('gone'), groupId('oncall')) })], 'pass'],
    ['one elsewhere, one that is not there', [rule({ actions: named(groupId('x', other), groupId('gone')) })], 'unknown unsupported'],
    ['disabled, with an action group elsewhere', [rule({ enabled: false, actions: named(groupId('x', other)) })], 'fail'],
    ['one disabled, one good', [rule({ enabled: false }), rule()], 'pass'],
    ['one that does not say, one good', [rule({ enabled: null }), rule()], 'pass'],
    ['one disabled, one that does not say', [rule({ enabled: false }), rule({ enabled: null })], 'unknown unsupported'],
  ];
  test.each(rules)('%s', (_what, own, verdict) => {
    expect(verdictOf(judge(own))).toBe(verdict);
    expect(verdictOf(judge(own.toReversed()))).toBe(verdict);
  });

  const groups: readonly [what: string, group: object, verdict: string][] = [
    ['a mail', mails('Enabled'), 'pass'],
    ['a mail, in other letters', mails('ENABLED'), 'pass'],
    ['a mail that was refused', mails('Disabled'), 'fail'],
    ['one refused, one not', mails('Disabled', 'Enabled'), 'pass'],
    ['a mail of which nothing is said', mails('NotSpecified'), 'unknown unsupported'],
    ['a mail without a status', mails(undefined), 'unknown unsupported'],
    ['one refused, one without a status', mails('Disabled', null), 'unknown unsupported'],
    ['no receiver', group({ enabled: true }), 'fail'],
    ['empty and null lists', group({ enabled: true, emailReceivers: [], smsReceivers: null }), 'fail'],
    ['a short message', group({ enabled: true, smsReceivers: [{ status: 'Enabled' }] }), 'pass'],
    ['a short message without a status', group({ enabled: true, smsReceivers: [{}] }), 'unknown unsupported'],
    ['a web hook', group({ enabled: true, webhookReceivers: [{}] }), 'pass'],
    ['a web hook that is off', group({ enabled: true, webhookReceivers: [{ enabled: false }] }), 'fail'],
    ['a web hook with a status of tomorrow', group({ enabled: true, webhookReceivers: [{ status: 'Tired' }] }), 'unknown unsupported'],
    ['a disabled group', group({ enabled: false, webhookReceivers: [{}] }), 'fail'],
    ['a group that does not say', group({ webhookReceivers: [{}] }), 'unknown unsupported'],
    ['a group of null', group({ enabled: null, webhookReceivers: [{}] }), 'unknown unsupported'],
  ];
  test.each(groups)('an action group with %s', (_what, own, verdict) => {
    expect(verdictOf(judge([rule()], [own]))).toBe(verdict);
  });

  test.each(receiverKinds)('%s reach somebody', (kind) => {
    expect(verdictOf(judge([rule()], [group({ enabled: true, [kind]: [{ status: 'Enabled' }] })]))).toBe('pass');
  });

  const health: readonly [what: string, conditions: readonly object[], verdict: string][] = [
    ['all of it', [], 'pass'],
    ['incidents', [is('properties.incidentType', 'Incident')], 'pass'],
    ['incidents and others', [{ anyOf: [is('properties.incidentType', 'Security'), is('properties.incidentType', 'incident')] }], 'pass'],
    ['maintenance only', [is('properties.incidentType', 'Maintenance')], 'fail'],
    ['some services', [{ field: 'properties.impactedServices[*].ServiceName', containsAny: ['SQL Database'] }], 'unknown unsupported'],
    ['a status', [is('status', 'Active')], 'fail'],
    ['an operation', [is('operationName', 'x/y')], 'fail'],
  ];
  test.each(health)('the health of services: %s', (_what, more, verdict) => {
    const own = when(is('category', 'ServiceHealth'), ...more);
    expect(verdictOf(judge([own], [group()], { expected: ['servicehealth'] }))).toBe(verdict);
  });

  test('changes of security solutions are Administrative by one document, Security by another', () => {
    const expected = ['Microsoft.Security/securitySolutions/write'];
    const solution = is('operationName', 'Microsoft.Security/securitySolutions/write');
    for (const [name, verdict] of [
      ['Administrative', 'pass'],
      ['Security', 'pass'],
      ['Policy', 'fail'],
    ] as const)
      expect(verdictOf(judge([when(is('category', name), solution)], [group()], { expected }))).toBe(verdict);
  });

  test('each gap is named', () => {
    const expected = [write, 'Microsoft.Network/networkSecurityGroups/delete', 'ServiceHealth'];
    expect(judge([rule({ actions: named() })], [group()], { expected })).toMatchObject({
      status: 'fail',
      observed: `${write}: alert nsg names no action group; Microsoft.Network/networkSecurityGroups/delete: no alert; ServiceHealth: no alert`,
    });
    expect(judge([when(operation, is('level', 'Error'))]).observed).toBe(
      `${write}: alert nsg has conditions that not all such events meet`,
    );
    expect(judge([rule({ enabled: false, scopes: [] })]).observed).toContain('is disabled and is not for the whole subscription');
    expect(judge([rule({ actions: named(groupId('oncall', other)) })]).observed).toContain('stands in another subscription');
    expect(judge([rule()], [mails('Disabled')]).observed).toContain('oncall, which has only receivers that are disabled');
  });

  test('what CIS asks for is expected where nothing is configured', () => {
    const observed = judge([rule()], [group()], {});
    expect(observed.status).toBe('fail');
    expect(observed.observed.split('; ')).toHaveLength(10);
  });

  test('nothing expected is unknown', () => {
    expect(verdictOf(judge([rule()], [group()], { expected: [] }))).toBe('unknown unsupported');
  });
});
