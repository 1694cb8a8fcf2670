import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { FactMap } from '../../src/domain/look.ts';
import { indexMap, ownerOf, resourcesOf } from '../../src/engine/resource-index.ts';
import { part, partType, resourceOf, scopeA, scopeB, thing, thingType } from '../support/fake-estate.ts';

const machine = '/subscriptions/A/resourceGroups/Group/providers/Microsoft.Compute/virtualMachines/One';
const item = resourceOf('/subscriptions/a/resourceGroups/vaults/providers/microsoft.recoveryservices/vaults/v/items/i');
const row = {
  properties: { sourceResourceId: machine, nested: { ID: `${machine}/` }, list: [machine], count: 1, empty: '', nothing: null },
};

describe('the subject that a row belongs to', () => {
  test.each<[string, string | null]>([
    ['properties.sourceResourceId', machine.toLowerCase()],
    ['properties.nested.ID', machine.toLowerCase()],
    ['properties.SourceResourceId', null],
    ['properties.list', null],
    ['properties.count', null],
    ['properties.empty', null],
    ['properties.nothing', null],
    ['properties.nothing.more', null],
    ['absent.more', null],
    ['subscriptionId', '/subscriptions/a'],
    ['parentId', '/subscriptions/a/resourcegroups/vaults/providers/microsoft.recoveryservices/vaults/v'],
  ])('by %s', (by, owner) => {
    expect(ownerOf(row, item, by)).toBe(owner);
  });

  test.each<[string, string]>([
    [`${machine}/extensions/x`, machine.toLowerCase()],
    [`${machine}/providers/Microsoft.Insights/settings/x`, machine.toLowerCase()],
    ['/subscriptions/a/providers/Microsoft.Security/pricings/Storage', '/subscriptions/a'],
    [machine, '/subscriptions/a/resourcegroups/group'],
    ['/subscriptions/a/resourceGroups/g', '/subscriptions/a'],
  ])('%s is a child of %s', (id, parent) => {
    expect(ownerOf({}, resourceOf(id), 'parentId')).toBe(parent);
  });
});

describe('what a look found', () => {
  const ids = [scopeA, scopeB, thing('one'), thing('two'), thing('one', scopeB), part('p')].map(({ id }) => id);
  const all = [...ids, 'a.example.com:443', 'b.example.com:443'];
  const mapOf = (keys: readonly string[]): FactMap => Object.fromEntries(keys.map((id) => [id, {}]));

  it('is ordered by id within each type, in whatever order it came', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all), fc.shuffledSubarray(all), (keys, earlier) => {
        const index = indexMap(mapOf(keys));
        expect([...index.byType.values()].flat().map(({ id }) => id)).toHaveLength(keys.filter((id) => id.startsWith('/')).length);
        for (const [type, resources] of index.byType) {
          const own = resources.map(({ id }) => id);
          expect(own).toEqual(keys.filter((id) => id.startsWith('/') && resourceOf(id).type === type).sort());
        }
        expect(index.endpoints).toEqual(keys.filter((id) => !id.startsWith('/')).sort());
        // What was known before makes no difference.
        const again = indexMap(mapOf(keys), indexMap(mapOf(earlier)));
        expect(new Map(again.byType)).toEqual(new Map(index.byType));
        expect({ scopes: again.scopes, endpoints: again.endpoints }).toEqual({ scopes: index.scopes, endpoints: index.endpoints });
      }),
    );
  });

  it('is the very same list where nothing came or went, so that what is made of it is remembered', () => {
    const before = indexMap(mapOf(all));
    expect(indexMap(mapOf(all.toReversed()), before)).toBe(before);
    const more = indexMap(mapOf([...all, part('q').id]), before);
    expect(more.byType.get(thingType)).toBe(before.byType.get(thingType));
    expect(more.byType.get(partType)).toHaveLength(2);
    expect(indexMap(mapOf([...ids, 'a.example.com:443', 'c.example.com:443']), before).endpoints).toContain('c.example.com:443');
  });

  it('of several types is one list, ordered by id, made once', () => {
    const index = indexMap(mapOf(all));
    const both = resourcesOf(index, [thingType, partType]);
    expect(both.map(({ id }) => id)).toEqual(ids.slice(2).sort());
    expect(resourcesOf(index, [thingType, partType])).toBe(both);
    expect(resourcesOf(index, ['test.estate/nothing'])).toEqual([]);
  });
});
