import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/network-servers.ts';
import { interpretationsOf } from '../../src/domain/check.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subnet = '/subscriptions/1/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/s';
const ours = { id: subnet, isOurs: true };
const others = { id: `${subnet}2`, isOurs: false };
const lost = { id: `${subnet}3`, isOurs: null };
const subject = resourceOf('Microsoft.Network/networkInterfaces');
const judge = (subnets: readonly object[]) => judgeOne(check, 'literal', { exposure: { subnets } }, { subject });

describe('network-servers', () => {
  test.each([
    ['ours', [ours], 'pass'],
    ['two of ours', [ours, ours], 'pass'],
    ['none', [], 'unknown unsupported'],
    ["somebody else's", [others], 'fail'],
    ["one of ours, one of somebody else's", [ours, others], 'fail'],
    ['one that was not found while a list is missing', [lost], 'unknown partial'],
    ['ours, and one that was not found', [ours, lost], 'unknown partial'],
    ["one that was not found, and somebody else's", [lost, others], 'fail'],
  ])('%s', (_what, subnets, verdict) => {
    expect(verdictOf(judge(subnets))).toBe(verdict);
  });

  test.each([
    [[ours], 'unknown malformed'],
    [[ours, others], 'fail'],
    [[], 'unknown unsupported'],
  ])('what its row does not say may be a subnet of somebody else', (subnets, verdict) => {
    const exposure = { subnets, unplaced: ['the IP configuration second names no subnet'] };
    expect(verdictOf(judgeOne(check, 'literal', { exposure }, { subject }))).toBe(verdict);
  });

  test('is literal only, and no findings is unknown', () => {
    expect(interpretationsOf(check)).toEqual(['literal']);
    expect(check.whenNone).toBe('unknown');
  });

  test.each([{}, { subnets: null }, { subnets: [{ id: subnet }] }, { subnets: [{ id: null, isOurs: true }] }])(
    'what has another shape is refused: %j',
    (exposure) => {
      expect(check.needs['exposure']?.safeParse(exposure).success).toBe(false);
    },
  );

  test('names the subnets that decided, and how to see them again', () => {
    expect(judge([ours, others]).observed).toBe(`in ${subnet}2, whose network is in none of the subscriptions that are watched`);
    expect(judge([ours]).observed).toBe(`in ${subnet}`);
    expect(check.repeat(subject)).toBe(
      `az resource show --ids '${subject.id}' --query "properties.ipConfigurations[].properties.subnet.id"`,
    );
    expect(check.repeat(resourceOf('Microsoft.Compute/virtualMachineScaleSets'))).toContain(
      'networkInterfaceConfigurations[].properties.ipConfigurations[].properties.subnet.id',
    );
  });
});
