import { describe, expect, test } from 'vitest';
import { resourceFromId } from '../../src/domain/resource-id.ts';

const subscription = '/subscriptions/11111111-0000-4000-8000-000000000001';
const typeOf = (id: string): string | null => resourceFromId(id)?.type ?? null;

describe('the type of a resource follows from its id', () => {
  test.each([
    ['the subscription', subscription, 'microsoft.resources/subscriptions'],
    ['a group', `${subscription}/resourceGroups/shop`, 'microsoft.resources/subscriptions/resourcegroups'],
    ['a resource', `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers/a`, 'microsoft.sql/servers'],
    ['in no group', `${subscription}/providers/Microsoft.Security/pricings/Arm`, 'microsoft.security/pricings'],
    [
      'within another',
      `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers/a/databases/b`,
      'microsoft.sql/servers/databases',
    ],
    [
      'an extension',
      `${subscription}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/a/providers/Microsoft.Security/pricings/VirtualMachines`,
      'microsoft.security/pricings',
    ],
    ['an extension of an extension', `${subscription}/providers/A.B/c/d/providers/E.F/g/h/providers/I.J/k/l`, 'i.j/k'],
    [
      'an extension of a group',
      `${subscription}/resourceGroups/shop/providers/Microsoft.Authorization/locks/a`,
      'microsoft.authorization/locks',
    ],
    // People name databases for what is in them.
    [
      'named providers',
      `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers/a/databases/providers`,
      'microsoft.sql/servers/databases',
    ],
    [
      'within one named providers',
      `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers/providers/databases/b`,
      'microsoft.sql/servers/databases',
    ],
    ['in a group named providers', `${subscription}/resourceGroups/providers/providers/Microsoft.Sql/servers/a`, 'microsoft.sql/servers'],
    ['a group named providers', `${subscription}/resourceGroups/providers`, 'microsoft.resources/subscriptions/resourcegroups'],
    [
      'with dots and spaces',
      `${subscription}/resourceGroups/a.b (c)/providers/Microsoft.Insights/components/d e.f`,
      'microsoft.insights/components',
    ],
  ])('%s', (_what, id, type) => {
    expect(typeOf(id)).toBe(type);
    expect(typeOf(`${id}/`)).toBe(type);
    expect(typeOf(id.toUpperCase())).toBe(type);
    expect(resourceFromId(id)?.name).toBe(id.toLowerCase().split('/').at(-1));
  });

  test.each([
    ['nothing', ''],
    ['no subscription', '/subscriptions'],
    ['of a tenant', '/providers/Microsoft.Management/managementGroups/a'],
    ['a type without a name', `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers`],
    ['a child without a name', `${subscription}/resourceGroups/shop/providers/Microsoft.Sql/servers/a/databases`],
    ['a namespace alone', `${subscription}/providers/Microsoft.Sql`],
    ['an extension without a name', `${subscription}/providers/A.B/c/d/providers/E.F/g`],
    ['an extension without a type', `${subscription}/providers/A.B/c/d/providers/E.F`],
    ['an extension of a type', `${subscription}/providers/A.B/c/providers/E.F/g/h`],
    ['no word that Azure knows', `${subscription}/folders/shop`],
    ['an empty name', `${subscription}/resourceGroups//providers/Microsoft.Sql/servers/a`],
  ])('%s is none', (_what, id) => {
    expect(resourceFromId(id)).toBeNull();
  });
});
