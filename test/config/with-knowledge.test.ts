import { expect, test } from 'vitest';
import { check as peerings } from '../../src/checks/network-peerings.ts';
import { check as redundancy } from '../../src/checks/vpn-redundancy.ts';
import { withKnowledge } from '../../src/config/with-knowledge.ts';
import type { CheckPlan } from '../../src/domain/plan.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';

test('a check is told which subscriptions are watched, and others are not', () => {
  const planOf = (id: string): CheckPlan => ({
    id,
    maxAgeMs: 1,
    judgementDeadlineMs: 1,
    parameters: { defaults: { known: [] }, overrides: { '/subscriptions/1': { known: [] } } },
  });
  const scopes = ['BBBBBBBB-2222-4222-8222-222222222222', 'aaaaaaaa-1111-4111-8111-111111111111'].map(subscriptionResource);
  const checks = new Map([
    ['network-peerings', peerings],
    ['vpn-redundancy', redundancy],
  ]);
  const plans = [...checks.keys()].map(planOf);
  const { checks: known } = withKnowledge(plans, {}, { checks, estateDerivations: [], serviceTags: {}, scopes });
  const ownSubscriptions = ['aaaaaaaa-1111-4111-8111-111111111111', 'bbbbbbbb-2222-4222-8222-222222222222'];
  const given = { known: [], ownSubscriptions };
  expect(known.map(({ parameters }) => parameters)).toEqual([
    { defaults: given, overrides: { '/subscriptions/1': given } },
    planOf('vpn-redundancy').parameters,
  ]);
});
