import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { policyName } from '../../src/commands/policy-name.ts';

it('the policy that stands in this repository names its company', () => {
  const text = readFileSync(new URL('../../config/policy/published-policies.txt', import.meta.url), 'utf8');
  expect(policyName(text)).toBe('Security Policy of Shopstoresync');
});

it.each([
  ['Security Policy\r\nThis Security Policy applies only to your data on Some Shop.\r\nMore.', 'Security Policy of Some Shop'],
  ['This Security Policy applies only to your data on .', 'Security Policy'],
  ['We say: This Security Policy applies only to your data on Shop.', 'Security Policy'],
  ['', 'Security Policy'],
])('%j is called %s', (text, name) => {
  expect(policyName(text)).toBe(name);
});
