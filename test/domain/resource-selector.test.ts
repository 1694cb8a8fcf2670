import { describe, expect, test } from 'vitest';
import { isSelected } from '../../src/domain/resource-selector.ts';
import { resourceOf } from '../support/judge.ts';

const resource = resourceOf('Microsoft.Storage/storageAccounts', 'shop.data');
const subscription = '/subscriptions/00000000-0000-0000-0000-000000000001';

describe('isSelected', () => {
  test.each([
    ['its name', ['shop.data'], true],
    ['its name in another casing', ['SHOP.Data'], true],
    ['any name', ['*'], true],
    ['the beginning of its name', ['shop*'], true],
    ['the end of its name', ['*data'], true],
    ['a part of its name without a star', ['shop'], false],
    ['a dot is a dot', ['shopxdata'], false],
    ['its id', [resource.id], true],
    ['its id in another casing', [resource.id.toUpperCase()], true],
    ['its subscription', [subscription], true],
    ['its subscription with a slash', [`${subscription}/`], true],
    ['its resource group', [`${subscription}/resourceGroups/shop`], true],
    ['another resource group that begins the same', [`${subscription}/resourceGroups/sho`], false],
    ['any resource group', ['/subscriptions/*/resourceGroups/shop'], true],
    ['another subscription', ['/subscriptions/00000000-0000-0000-0000-000000000002'], false],
    ['an empty text', [''], false],
    ['a slash alone', ['/'], false],
    ['none', [], false],
    ['one of several', ['lab', 'shop.*'], true],
  ] as const)('%s', (_what, selectors, selected) => {
    expect(isSelected(selectors, resource)).toBe(selected);
  });
});
