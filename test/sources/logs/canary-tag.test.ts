import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AzureIdentity } from '../../../src/sources/azure/azure-settings.ts';
import { canaryOptionsSchema, isSameIdentity } from '../../../src/sources/logs/canary-options.ts';
import { canarySource } from '../../../src/sources/logs/canary-source.ts';
import {
  type Canary,
  canaryAt,
  canaryText,
  mergeCanaries,
  readCanaries,
  standingOf,
  worthKeeping,
} from '../../../src/sources/logs/canary-tag.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const id = (digit: number) => `0000000${digit}-0000-4000-8000-00000000000${digit}`;
const at = (minutesAgo: number, digit: number): Canary => canaryAt(nowMs - minutesAgo * 60_000, id(digit));
const [oldest, older, old, newest] = [at(180, 1), at(120, 2), at(60, 3), at(0, 4)];

describe('the tag', () => {
  test('tells of three, in 256 characters, and is read as it was written', () => {
    const text = canaryText([oldest, older, newest]);
    expect(text.length).toBeLessThanOrEqual(256);
    expect(readCanaries(text, nowMs)).toEqual([oldest, older, newest]);
  });

  test.each([
    ['nothing', ''],
    ['what somebody wrote', 'do not touch'],
    ['a time alone', newest.writtenAt],
    ['an id that is none', `${newest.writtenAt} 0000`],
    ['a day that is none', `2026-13-45T00:00:00.000Z ${id(1)}`],
    ['what lies far ahead', canaryText([at(-6, 1)])],
    ['what is too old', canaryText([at(91 * 1_440, 1)])],
  ])('with %s in it tells nothing', (_what, text) => {
    expect(readCanaries(text, nowMs)).toEqual([]);
  });

  test('with anything in it is read', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        expect(readCanaries(`${before}, ${canaryText([newest])},${after}`, nowMs)).toContainEqual(newest);
      }),
    );
  });

  test('and what is remembered come together, each once, oldest first', () => {
    expect(mergeCanaries([newest, oldest], [older, newest])).toEqual([oldest, older, newest]);
  });
});

test.each([
  ['none was written', [], [], [null, null, null]],
  ['one is on its way', [old], [], [null, old, old]],
  ['one has arrived', [old], [old], [old, null, old]],
  ['the oldest of two that are on their way', [older, old], [], [null, older, old]],
  ['one after the last that arrived', [oldest, older, old], [oldest], [oldest, older, old]],
  ['one that is lost, and a later one has arrived', [oldest, older, old], [old], [old, null, old]],
  ['one that is lost, one that has arrived, and one on its way', [oldest, older, old], [older], [older, old, old]],
] as const)('%s', (_what, canaries, arrivals, [arrived, waiting, last]) => {
  const standing = standingOf(canaries, (canary) => (arrivals as readonly Canary[]).includes(canary));
  expect(standing).toEqual({ arrived, waiting, newest: last });
  const kept = readCanaries(canaryText(worthKeeping(standing, newest)), nowMs);
  const restarted = standingOf(kept, (canary) => (arrivals as readonly Canary[]).some((one) => one.id === canary.id));
  expect(restarted, 'a restart, once the next is written').toEqual({ arrived, waiting: waiting ?? newest, newest });
});

const workspace =
  '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/logs/providers/Microsoft.OperationalInsights/workspaces/Central';
const secret = { kind: 'client-secret', tenantId: 'example.com', clientId: id(1), secretFile: '/run/secrets/canary' };

describe('the options', () => {
  test('choose nothing, and take no right, unless a workspace and an identity are named', () => {
    expect(canaryOptionsSchema.parse({})).toEqual({ every: '1h', usual: '30m' });
    expect(canarySource.actions?.({ every: '1h', usual: '30m' })).toEqual([]);
    const options = canaryOptionsSchema.parse({ resource: `${workspace}/`, identity: secret });
    expect(options.resource).toBe(workspace.toLowerCase());
    expect(canaryOptionsSchema.parse(options), 'what was validated is validated again where it is used').toEqual(options);
    const { resources } = canarySource.create();
    const chosen = (row: object, more: object) => resources?.chosen({ ...row }, { every: '1h', usual: '30m', ...more });
    expect(chosen({ id: workspace }, {})).toBe(false);
    expect(chosen({ id: workspace }, { resource: workspace, identity: secret })).toBe(true);
    expect(chosen({ id: `${workspace}2` }, { resource: workspace, identity: secret })).toBe(false);
    expect(chosen({}, { resource: workspace, identity: secret })).toBeNull();
  });

  test.each([
    ['a resource without an identity', { resource: workspace }],
    ['an identity without a resource', { identity: secret }],
    ['another resource', { resource: workspace.replace('workspaces', 'clusters'), identity: secret }],
    ['a file that is relative to nothing', { resource: workspace, identity: { ...secret, secretFile: 'canary' } }],
    ['a secret in place of its file', { resource: workspace, identity: { ...secret, secret: 'x' } }],
    ['too often', { resource: workspace, identity: secret, every: '9m' }],
    ['what we do not know', { resource: workspace, identity: secret, tag: 'other' }],
  ])('refuse %s', (_what, options) => {
    expect(canaryOptionsSchema.safeParse(options).success).toBe(false);
  });
});

const managed = (clientId?: string): AzureIdentity => ({ kind: 'managed-identity', ...(clientId === undefined ? {} : { clientId }) });
const federated = (clientId?: string): AzureIdentity => ({ kind: 'workload-identity', ...(clientId === undefined ? {} : { clientId }) });
const withSecret = (clientId: string): AzureIdentity => ({
  kind: 'client-secret',
  tenantId: 'example.com',
  clientId,
  secretFile: '/secret',
});

test.each([
  [withSecret(id(1)), withSecret(id(1)), true],
  [withSecret(id(1)), withSecret(id(2)), false],
  [withSecret(id(1)), managed(id(1)), true],
  [managed(), managed(), true],
  [managed(), managed(id(1)), false],
  [managed(), federated(), false],
  [federated(), federated(id(3)), true],
  [federated(), federated(id(2)), false],
  [federated(), withSecret(id(3)), true],
  [{ kind: 'azure-cli' }, { kind: 'azure-cli' }, true],
] as const)('two identities: %o, %o', (one, other, isSame) => {
  const environment = { AZURE_CLIENT_ID: id(3).toUpperCase() };
  expect(isSameIdentity(one, other, environment)).toBe(isSame);
  expect(isSameIdentity(other, one, environment)).toBe(isSame);
});
