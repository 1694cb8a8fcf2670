import { describe, expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import { allowedBy, readRights } from '../../../src/sources/azure/read-rights.ts';

const read = 'Microsoft.Storage/storageAccounts/read';
const [one, two, three] = ['1', '2', '3'].map(subscriptionResource) as [
  ReturnType<typeof subscriptionResource>,
  ReturnType<typeof subscriptionResource>,
  ReturnType<typeof subscriptionResource>,
];

test.each<[string, readonly { readonly actions?: readonly string[] | null; readonly notActions?: readonly string[] }[], boolean]>([
  ['the action itself', [{ actions: [read] }], true],
  ['in other letters', [{ actions: [read.toUpperCase()] }], true],
  ['all reads', [{ actions: ['*/read'] }], true],
  ['a wildcard within', [{ actions: ['Microsoft.Storage/*/read'] }], true],
  ['everything', [{ actions: ['*'] }], true],
  ['a point is no wildcard', [{ actions: ['MicrosoftxStorage/storageAccounts/read'] }], false],
  ['a longer action', [{ actions: [`${read}/more`] }], false],
  ['a shorter action', [{ actions: ['Microsoft.Storage/storageAccounts'] }], false],
  ['another action', [{ actions: ['Microsoft.Storage/storageAccounts/write'] }], false],
  ['taken away again', [{ actions: ['*'], notActions: [read] }], false],
  ['taken away by a wildcard', [{ actions: [read], notActions: ['*/READ'] }], false],
  ['taken away by another role only', [{ actions: [read] }, { actions: [], notActions: [read] }], true],
  ['null', [{ actions: null }], false],
  ['absent', [{}], false],
  ['no role', [], false],
])('a role with %s', (_what, roles, isAllowed) => {
  const permissions = roles.map(({ actions, notActions }) => ({
    ...(actions === undefined ? {} : { actions: actions === null ? null : [...actions] }),
    ...(notActions === undefined ? {} : { notActions: [...notActions] }),
  }));
  expect(allowedBy(permissions)(read)).toBe(isAllowed);
});

describe('the rights in several subscriptions', () => {
  const options = { signal: new AbortController().signal, deadlineMs: 1_000 };
  const client = {
    async *list(path: string) {
      if (path.startsWith(one.id)) yield [{ actions: [read] }];
      else if (path.startsWith(two.id)) throw new FaultError('throttled', 'too many');
      else yield [{ actions: 'all' }];
    },
  };

  test('are told apart: allowed, denied by name, and not known', async () => {
    const rights = await readRights(client, [one, two, three], options);
    const write = 'Microsoft.Storage/storageAccounts/write';
    expect([rights.faultOf(one, { action: read }), rights.deniedIn(one, read)]).toEqual([null, null]);
    const denied = { code: 'denied', message: `the identity may not ${write} in subscription 1`, about: write };
    expect([rights.faultOf(one, { action: write }), rights.deniedIn(one, write)]).toEqual([denied, denied]);
    expect([rights.faultOf(two, { action: read }), rights.deniedIn(two, read)]).toEqual([{ code: 'throttled', message: 'too many' }, null]);
    expect(rights.faultOf(subscriptionResource('4'), { action: read })?.code).toBe('partial');
    expect([rights.faultOf(three, { action: read })?.code, rights.deniedIn(three, read)]).toEqual(['malformed', null]);
  });
});
