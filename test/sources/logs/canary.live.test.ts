import { expect, test } from 'vitest';
import { shared } from '../../../sandbox/azure/mutation.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { Seen } from '../../../src/domain/look.ts';
import type { Source } from '../../../src/domain/ports.ts';
import { canarySource, createCanarySource } from '../../../src/sources/logs/canary-source.ts';
import { canaryTag } from '../../../src/sources/logs/canary-tag.ts';
import { holdsNoSecret, type LookWorld, minuteMs, startLookWorld } from './look-at-azure.ts';

const workspace = `${shared}/resourcegroups/rg-monitor-shared/providers/microsoft.operationalinsights/workspaces/log-shopstoresync-shared`;

async function lookAt(world: LookWorld, source: Source, changes: object = {}): Promise<Seen> {
  const options = { resource: workspace.toUpperCase(), identity: world.second, ...changes };
  const looked = await world.look(source, canarySource, [workspace], options);
  const seen = looked.get(workspace);
  if (seen === undefined) throw new Error('the workspace was not answered for');
  return seen;
}

function tagOf(world: LookWorld): string | null {
  const value = world.estate.get(workspace)?.tags?.[canaryTag];
  return typeof value === 'string' ? value : null;
}

function writes(world: LookWorld): readonly string[] {
  const others = world.azure.requests.recent().filter(({ method, api }) => api === 'arm' && method !== 'GET');
  return others.map(({ method, path, status }) => `${method} ${path.toLowerCase()} ${status}`);
}

test('one tag is written an hour, on one path, and its event is waited for; a restart loses nothing', async () => {
  const world = await startLookWorld();
  const source = createCanarySource(world.access);
  const patch = `PATCH ${workspace}/providers/microsoft.resources/tags/default 200`;
  expect(await lookAt(world, source)).toEqual({ fact: { arrived: null, waiting: null, usualMinutes: 30 } });
  const first = tagOf(world) ?? '';
  expect(first).toMatch(/^\S+Z [0-9a-f-]{36}$/);
  expect(world.estate.changes().at(-1)).toMatchObject({ operation: 'Microsoft.Resources/tags/write', by: world.azure.second.clientId });
  expect(first).toContain(world.estate.changes().at(-1)?.correlationId);
  expect(world.estate.get(workspace)?.tags).toMatchObject({ owner: 'operations' });

  world.pass(15 * minuteMs);
  const arrived = await lookAt(world, source);
  expect(arrived).toMatchObject({ fact: { arrived: { writtenAt: first.split(' ')[0], tookMinutes: 5 }, waiting: null } });
  world.pass(5 * minuteMs);
  expect(await lookAt(world, source), 'no fact changes while nothing happens').toEqual(arrived);
  expect(await lookAt(world, createCanarySource(world.access)), 'known by the tag alone').toEqual(arrived);
  expect(writes(world)).toEqual([patch]);

  world.pass(40 * minuteMs);
  expect(await lookAt(world, source)).toEqual(arrived);
  expect(writes(world)).toEqual([patch, patch]);
  expect(tagOf(world), 'the tag tells of the one that arrived, too').toContain(first);
  expect(tagOf(world)?.length).toBeLessThanOrEqual(256);
});

test('by a clock that was set back a tag is written, too', async () => {
  const world = await startLookWorld();
  const source = createCanarySource(world.access);
  world.pass(5 * 60 * minuteMs);
  await lookAt(world, source);
  world.pass(-5 * 60 * minuteMs);
  expect(await lookAt(world, source)).toHaveProperty('fact');
  expect(writes(world)).toHaveLength(2);
  expect(await lookAt(world, source)).toHaveProperty('fact');
  expect(writes(world)).toHaveLength(2);
});

test('an event that does not arrive is told of after the usual time, the oldest of them first, until a later one arrives', async () => {
  const world = await startLookWorld();
  const source = createCanarySource(world.access);
  await lookAt(world, source);
  world.pass(15 * minuteMs);
  await lookAt(world, source);
  const exported = `${shared}/providers/Microsoft.Insights/diagnosticSettings/activity-to-central`;
  const setting = world.estate.get(exported);
  if (setting === undefined) throw new Error('the estate exports nothing');
  world.estate.put({ ...setting, properties: { ...setting.properties, workspaceId: null } });
  world.pass(46 * minuteMs);
  await lookAt(world, source);
  const lostAt = tagOf(world)?.split(', ').at(-1)?.split(' ')[0] ?? '';
  world.pass(29 * minuteMs);
  expect(await lookAt(world, source)).toMatchObject({ fact: { waiting: null } });
  world.pass(2 * minuteMs);
  expect(await lookAt(world, source)).toMatchObject({ fact: { arrived: { tookMinutes: 5 }, waiting: { writtenAt: lostAt } } });
  world.pass(4 * 60 * minuteMs);
  await lookAt(world, source);
  expect(await lookAt(world, createCanarySource(world.access)), 'others were written since').toMatchObject({
    fact: { arrived: { tookMinutes: 5 }, waiting: { writtenAt: lostAt } },
  });
  world.estate.put(setting);
  world.pass(61 * minuteMs);
  await lookAt(world, source);
  world.pass(15 * minuteMs);
  const { fact } = (await lookAt(world, source)) as {
    readonly fact: { readonly waiting: Json; readonly arrived: { readonly writtenAt: string } };
  };
  expect(fact.waiting).toBeNull();
  expect(fact.arrived.writtenAt > lostAt).toBe(true);
});

test('whoever may not write, may not read, or could do both, is told so', async () => {
  const world = await startLookWorld();
  const source = createCanarySource(world.access);
  const seen: Seen[] = [];
  const told = async (changes: object = {}): Promise<Seen> => {
    const one = await lookAt(world, source, changes);
    seen.push(one);
    return one;
  };
  expect(await told({ identity: world.settings['identity'] })).toMatchObject({ fault: { code: 'unsupported' } });
  expect(
    world.azure.requests.recent().filter(({ api }) => api !== 'token'),
    'nothing is asked then',
  ).toEqual([]);

  world.azure.second.setRole({ Actions: ['*/read'] });
  expect(await told()).toMatchObject({ fault: { code: 'denied', about: 'Microsoft.Resources/tags/write' } });
  world.azure.second.setRole({ Actions: ['Microsoft.Resources/tags/write'] });
  expect(await told({ identity: { ...world.second, clientId: world.azure.tenantId } })).toMatchObject({ fault: { code: 'denied' } });
  for (const [name, code] of [
    ['throttled', 'throttled'],
    ['unavailable', 'unreachable'],
  ] as const) {
    world.azure.faults.set({ name, path: /tags\/default$/i });
    expect(await told(), name).toMatchObject({ fault: { code } });
  }
  world.azure.faults.set(null);
  expect(tagOf(world)).toBeNull();

  world.azure.faults.set({ name: 'connection-reset', path: /tags\/default$/i });
  expect(await told()).toMatchObject({ fault: { code: 'unreachable' } });
  world.azure.faults.set(null);
  const written = tagOf(world);
  expect(await told(), 'its answer was lost, and not the write').toHaveProperty('fact');
  expect(tagOf(world)).toBe(written);

  world.azure.setRole({ Actions: ['*/read'], NotActions: ['Microsoft.OperationalInsights/workspaces/query/AzureActivity/read'] });
  expect(await told(), 'an empty answer proves nothing').toMatchObject({ fault: { code: 'denied' } });
  world.azure.setRole(null);
  world.azure.faults.set({ name: 'unavailable', api: 'logs' });
  expect(await told()).toMatchObject({ fault: { code: 'unreachable' } });
  expect(holdsNoSecret(world, seen)).toBe(true);
});
