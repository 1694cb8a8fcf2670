import { describe, expect, test } from 'vitest';
import { type Estate, openEstate } from '../../sandbox/azure/estate.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { resolveTimes } from '../../sandbox/azure/read-estate.ts';
import type { Json } from '../../src/domain/json.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const open = (resources = 0, seed = 1): Promise<Estate> => openEstate({ resources, seed, nowMs });
const inOrder = (estate: Estate) => [...estate.all()];

/** Each text of a resource, with the name of the member that holds it. */
function textsOf(value: Json | object, name = ''): readonly (readonly [name: string, text: string])[] {
  if (typeof value === 'string') return [[name, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([member, child]) => textsOf(child, Array.isArray(value) ? name : member));
}

/** A subnet, a listener or a rule stands in the resource that it is a part of: what the estate has no type for. */
function resourceOf(id: string, types: ReadonlySet<string>): string {
  const { type } = resourceFromId(id) ?? { type: '' };
  const isPart = type.split('/').length > 2 && !types.has(type);
  return isPart ? resourceOf(id.split('/').slice(0, -2).join('/'), types) : id;
}

describe.each([
  ['the written estate', 0],
  ['a generated estate', 5_000],
])('%s', (_what, resources) => {
  test('every id is well formed, unique and of the type that the resource says', async () => {
    const all = inOrder(await open(resources));
    expect(all.length).toBeGreaterThanOrEqual(Math.max(300, resources));
    expect(new Set(all.map(({ id }) => id.toLowerCase())).size).toBe(all.length);
    for (const { id, type, name } of all) {
      expect(resourceFromId(id)).toMatchObject({ type: type.toLowerCase(), name: name.toLowerCase() });
    }
  });

  test('every reference leads to a resource, or to a part of one', async () => {
    const estate = await open(resources);
    const dangling: string[] = [];
    const types = new Set(inOrder(estate).map(({ type }) => type.toLowerCase()));
    for (const resource of estate.all()) {
      const { id: _own, ...rest } = resource;
      for (const [member, text] of textsOf(rest)) {
        if (!/^\/subscriptions\/[^/]+\/resourcegroups\//i.test(text)) continue;
        if (estate.get(resourceOf(text, types)) === undefined) dangling.push(`${resource.id} ${member} ${text}`);
      }
    }
    expect(dangling).toEqual([]);
  });

  test('every resource lies in a subscription and a resource group of the estate', async () => {
    const estate = await open(resources);
    const subscriptions = new Set(estate.subscriptions.map(({ id }) => id));
    for (const { id } of estate.all()) {
      const [, , subscription = '', , group] = id.split('/');
      expect(subscriptions).toContain(subscription);
      if (group !== undefined && /\/resourcegroups\//i.test(id))
        expect(estate.get(`/subscriptions/${subscription}/resourceGroups/${group}`)).toBeDefined();
    }
  });

  test('every subnet that a resource names is there', async () => {
    const all = inOrder(await open(resources));
    const subnets = new Set(
      all.flatMap((each) => (each.type.endsWith('/virtualNetworks') ? textsOf(each.properties).map(([, text]) => text) : [])),
    );
    const named = all.flatMap((each) => textsOf(each.properties).flatMap(([, text]) => (text.includes('/subnets/') ? [text] : [])));
    expect(named.filter((text) => !subnets.has(text))).toEqual([]);
    expect(named.length).toBeGreaterThan(20);
  });

  test('every machine has a backup no older than a day', async () => {
    const all = inOrder(await open(resources));
    const backups = new Map(
      all.map(({ properties }) => [JSON.stringify(properties['sourceResourceId'] ?? null).toLowerCase(), properties['lastRecoveryPoint']]),
    );
    for (const machine of all.filter(({ type }) => type === 'Microsoft.Compute/virtualMachines')) {
      const ageMs = nowMs - Date.parse(String(JSON.parse(JSON.stringify(backups.get(JSON.stringify(machine.id).toLowerCase()) ?? null))));
      expect(ageMs).toBeGreaterThan(0);
      expect(ageMs).toBeLessThan(24 * 3_600_000);
    }
  });

  test('no time is left unresolved', async () => {
    expect(JSON.stringify(inOrder(await open(resources)))).not.toContain('{{');
  });
});

test('times are counted from the given moment', () => {
  const times = { at: '{{now}}', nested: [{ ago: '{{now-6h}}', ahead: '{{now+2d}}' }], other: 'now-6h' };
  expect(resolveTimes(times, nowMs)).toEqual({
    at: '2026-11-24T12:00:00.000Z',
    nested: [{ ago: '2026-11-24T06:00:00.000Z', ahead: '2026-11-26T12:00:00.000Z' }],
    other: 'now-6h',
  });
});

describe('the generator', () => {
  test('gives exactly as many as asked for, the same for the same seed, others for another', async () => {
    const [first, second, other] = await Promise.all([open(2_000), open(2_000), open(2_000, 2)]);
    expect(inOrder(first)).toHaveLength(2_000);
    expect(inOrder(second)).toEqual(inOrder(first));
    expect(inOrder(other)).not.toEqual(inOrder(first));
  });
});

describe('mutations', () => {
  /** What is done to the logs alone is told nowhere. */
  const told = Object.keys(mutations).filter((name) => mutations[name]?.edits.length !== 0);

  test.each(told)('%s is told, cannot be done twice, and undone leaves no trace', async (name) => {
    const estate = await open();
    const before = structuredClone({ all: inOrder(estate), subscriptions: estate.subscriptions });
    const { version } = estate;
    const { by, operation, edits } = estate.mutate(name);
    expect({ all: inOrder(estate), subscriptions: estate.subscriptions }).not.toEqual(before);
    expect(estate.version).toBeGreaterThan(version);
    expect(estate.changes()).toHaveLength(edits.length);
    const [change] = estate.changes();
    expect(change).toMatchObject({ by, operation });
    if (change?.type === 'Update') expect(Object.keys(change.changes).length).toBeGreaterThan(0);
    expect(() => estate.mutate(name)).toThrow('already done');
    estate.undo(name);
    expect({ all: inOrder(estate), subscriptions: estate.subscriptions }).toEqual(before);
    expect(() => estate.undo(name)).toThrow('not done');
  });

  test('no two touch the same resource', () => {
    const touched = Object.values(mutations).flatMap(({ edits }) =>
      edits.map((edit) => ('put' in edit ? edit.put.id : 'remove' in edit ? edit.remove : edit.id).toLowerCase()),
    );
    expect(new Set(touched).size).toBe(touched.length);
  });

  test('what was changed since is not overwritten', async () => {
    const estate = await open();
    estate.mutate('public-blob');
    const target = estate.changes().at(-1)?.target ?? '';
    const resource = estate.get(target);
    if (resource !== undefined) estate.put({ ...resource, tags: { reviewed: 'yes' } });
    expect(() => estate.undo('public-blob')).toThrow('has been changed since');
  });

  test('an unknown name says which there are', async () => {
    const estate = await open();
    expect(() => estate.mutate('no-such')).toThrow('public-blob');
  });
});

describe('Resource Graph lagging', () => {
  const shownOf = (estate: Estate, id: string) => [...estate.indexed()].find((each) => each.id.toLowerCase() === id.toLowerCase());
  const id = (estate: Estate) => estate.changes().at(-1)?.target ?? '';

  test('shows the rows as they were, until it no longer lags', async () => {
    const estate = await open();
    estate.lag(true);
    estate.mutate('public-blob');
    expect(estate.get(id(estate))?.properties['allowBlobPublicAccess']).toBe(true);
    expect(shownOf(estate, id(estate))?.properties['allowBlobPublicAccess']).toBe(false);
    const { version } = estate;
    estate.lag(false);
    expect(estate.version).toBeGreaterThan(version);
    expect(shownOf(estate, id(estate))?.properties['allowBlobPublicAccess']).toBe(true);
  });

  test('keeps showing a subscription as it was', async () => {
    const estate = await open();
    estate.lag(true);
    estate.mutate('disabled-subscription');
    expect(shownOf(estate, id(estate))?.properties['state']).toBe('Enabled');
    expect(estate.subscriptions.map(({ state }) => state)).toContain('Disabled');
  });

  test('misses one row, and only in the index', async () => {
    const estate = await open();
    const [first] = estate.all();
    estate.lag({ hide: first?.id.toUpperCase() ?? '' });
    expect(shownOf(estate, first?.id ?? '')).toBeUndefined();
    expect([...estate.indexed()]).toHaveLength(inOrder(estate).length - 1);
    expect(estate.get(first?.id ?? '')).toBe(first);
  });
});
