import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/domain/json.ts';
import { admin, group, judge, open, rule } from './packets.ts';

describe('subnet and interface', () => {
  const shut = group();
  const half = group(rule('open', 100, { sourceAddressPrefix: '203.0.113.0/29' }));
  test.each([
    { says: 'no group at all', subnet: null, networkInterface: null, fate: 'allowed', by: [[], []] },
    { says: 'both allow', subnet: group(open), networkInterface: half, fate: 'allowed', by: [['open'], ['open']] },
    { says: 'the subnet alone allows', subnet: group(open), networkInterface: shut, fate: 'denied', by: [['open'], ['DenyAllInBound']] },
    { says: 'the interface alone allows', subnet: shut, networkInterface: group(open), fate: 'denied', by: [['DenyAllInBound'], ['open']] },
    { says: 'a group at the subnet only', subnet: group(open), networkInterface: null, fate: 'allowed', by: [['open'], []] },
    { says: 'a group at the interface only', subnet: null, networkInterface: shut, fate: 'denied', by: [[], ['DenyAllInBound']] },
    {
      says: 'one denies, the other cannot be read',
      subnet: shut,
      networkInterface: {},
      fate: 'denied',
      by: [['DenyAllInBound'], ['unreadable']],
    },
    {
      says: 'one allows, the other cannot be read',
      subnet: group(open),
      networkInterface: {},
      fate: 'unknown',
      by: [['open'], ['unreadable']],
    },
  ])('$says: $fate', ({ subnet, networkInterface, fate, by }) => {
    const verdict = judge({ subnet, networkInterface });
    expect(verdict).toEqual({ fate, decided: { admin: [], subnet: by[0], networkInterface: by[1] } });
  });
});

describe('rules of the network manager', () => {
  const [openGroup, shutGroup] = [group(open), group()];
  test.each([
    { says: 'Deny before an open group', adminRules: [admin('a', 1, 'Deny')], subnet: openGroup, fate: 'denied', by: [['a'], []] },
    {
      says: 'AlwaysAllow before a shut group',
      adminRules: [admin('a', 1, 'AlwaysAllow')],
      subnet: shutGroup,
      fate: 'allowed',
      by: [['a'], []],
    },
    {
      says: 'Allow before a shut group',
      adminRules: [admin('a', 1, 'Allow')],
      subnet: shutGroup,
      fate: 'denied',
      by: [['a'], ['DenyAllInBound']],
    },
    { says: 'Allow before an open group', adminRules: [admin('a', 1, 'Allow')], subnet: openGroup, fate: 'allowed', by: [['a'], ['open']] },
    {
      says: 'Allow before Deny',
      adminRules: [admin('b', 2, 'Deny'), admin('a', 1, 'Allow')],
      subnet: openGroup,
      fate: 'allowed',
      by: [['a'], ['open']],
    },
    {
      says: 'Deny before AlwaysAllow',
      adminRules: [admin('b', 2, 'AlwaysAllow'), admin('a', 1, 'Deny')],
      subnet: openGroup,
      fate: 'denied',
      by: [['a'], []],
    },
    { says: 'Deny and no group', adminRules: [admin('a', 1, 'Deny')], subnet: null, fate: 'denied', by: [['a'], []] },
    {
      says: 'none that meets it',
      adminRules: [admin('a', 1, 'Deny', { destinationPortRanges: ['23'] })],
      subnet: openGroup,
      fate: 'allowed',
      by: [[], ['open']],
    },
    {
      says: 'a rule for what goes out',
      adminRules: [admin('a', 1, 'Deny', { direction: 'Outbound' })],
      subnet: openGroup,
      fate: 'allowed',
      by: [[], ['open']],
    },
    { says: 'any protocol', adminRules: [admin('a', 1, 'Deny', { protocol: 'Any' })], subnet: openGroup, fate: 'denied', by: [['a'], []] },
    {
      says: 'a default rule of the manager',
      adminRules: [{ ...(admin('a', 1, 'Deny') as JsonObject), kind: 'Default' }],
      subnet: openGroup,
      fate: 'denied',
      by: [['a'], []],
    },
    {
      says: 'a tag',
      adminRules: [admin('a', 1, 'Deny', { sources: [{ addressPrefix: 'Internet', addressPrefixType: 'ServiceTag' }] })],
      subnet: openGroup,
      fate: 'denied',
      by: [['a'], []],
    },
    {
      says: 'Allow and Deny of one priority',
      adminRules: [admin('a', 1, 'Allow'), admin('b', 1, 'Deny')],
      subnet: openGroup,
      fate: 'unknown',
      by: [['a', 'b'], ['open']],
    },
    {
      says: 'Allow and Deny of one priority before a shut group',
      adminRules: [admin('a', 1, 'Allow'), admin('b', 1, 'Deny')],
      subnet: shutGroup,
      fate: 'denied',
      by: [['a', 'b'], ['DenyAllInBound']],
    },
    {
      says: 'Deny of nothing that can be read',
      adminRules: [admin('a', 1, 'Deny', { sources: [] })],
      subnet: openGroup,
      fate: 'unknown',
      by: [['a'], ['open']],
    },
  ])('$says: $fate', ({ adminRules, subnet, fate, by }) => {
    const verdict = judge({ adminRules, subnet });
    expect(verdict).toEqual({ fate, decided: { admin: by[0], subnet: by[1], networkInterface: [] } });
  });
});
