import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/security-defender-plans.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const subject = subscriptionResource('00000000-0000-0000-0000-00000000000A');
const scope = '/subscriptions/00000000-0000-0000-0000-00000000000A';
const plan = (name: string, pricingTier: unknown, more: object = {}) => ({
  id: `${scope}/providers/Microsoft.Security/pricings/${name}`,
  name,
  properties: { pricingTier, ...more },
});
const machine = `${scope}/resourceGroups/shop/providers/Microsoft.Compute/virtualMachines/one`;
const excepted = (tier: string) => ({
  id: `${machine}/providers/Microsoft.Security/pricings/VirtualMachines`,
  name: 'VirtualMachines',
  properties: { pricingTier: tier },
});
const plans = ['VirtualMachines', 'Arm'];
const arm = plan('Arm', 'Standard');
const judge = (pricings: readonly object[], parameters: object = { plans }) =>
  judgeOne(check, 'intent', { resource: { id: subject.id } }, { subject, related: { pricings }, parameters });

describe('security-defender-plans', () => {
  const rows: readonly [what: string, pricings: readonly object[], verdict: string][] = [
    ['both on', [plan('VirtualMachines', 'Standard'), arm], 'pass'],
    ['in other letters', [plan('virtualmachines', 'STANDARD'), plan('ARM', 'standard')], 'pass'],
    ['one more that is off', [plan('VirtualMachines', 'Standard'), arm, plan('Dns', 'Free')], 'pass'],
    ['one off', [plan('VirtualMachines', 'Free'), arm], 'fail'],
    ['one off, in other letters', [plan('VirtualMachines', 'FREE'), arm], 'fail'],
    ['one not listed', [arm], 'unknown none-seen'],
    ['none listed', [], 'unknown none-seen'],
    ['one off, one not listed', [plan('Arm', 'Free')], 'fail'],
    ['a tier of tomorrow', [plan('VirtualMachines', 'Premium'), arm], 'unknown malformed'],
    ['a tier of null', [plan('VirtualMachines', null), arm], 'unknown malformed'],
    ['no tier', [plan('VirtualMachines', undefined), arm], 'unknown malformed'],
    ['on for one machine only', [excepted('Standard'), arm], 'unknown none-seen'],
    ['off for one machine', [plan('VirtualMachines', 'Standard'), excepted('Free'), arm], 'fail'],
    ['fully covered', [plan('VirtualMachines', 'Standard', { resourcesCoverageStatus: 'FullyCovered' }), arm], 'pass'],
    ['covered in part', [plan('VirtualMachines', 'Standard', { resourcesCoverageStatus: 'PartiallyCovered' }), arm], 'fail'],
    ['not covered', [plan('VirtualMachines', 'Standard', { resourcesCoverageStatus: 'notCovered' }), arm], 'fail'],
    ['covered as of tomorrow', [plan('VirtualMachines', 'Standard', { resourcesCoverageStatus: 'Loosely' }), arm], 'unknown malformed'],
    ['coverage null', [plan('VirtualMachines', 'Standard', { resourcesCoverageStatus: null }), arm], 'pass'],
  ];
  test.each(rows)('%s', (_what, pricings, verdict) => {
    expect(verdictOf(judge(pricings))).toBe(verdict);
    expect(verdictOf(judge(pricings.toReversed()))).toBe(verdict);
  });

  test('no plan configured is unknown', () => {
    expect(verdictOf(judge([arm], { plans: [] }))).toBe('unknown unsupported');
  });

  test('the usual plans are needed where none are configured', () => {
    expect(judge([plan('Arm', 'Standard'), plan('KeyVaults', 'Free')], {})).toMatchObject({
      status: 'fail',
      observed: 'plan KeyVaults: tier Free',
    });
  });

  test('names the resource for which a plan is off', () => {
    expect(judge([plan('VirtualMachines', 'Standard'), excepted('Free'), arm]).observed).toContain(machine.toLowerCase());
  });
});
