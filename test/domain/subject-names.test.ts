import { expect, test } from 'vitest';
import { shortNameOf, subjectFromId, subscriptionResource } from '../../src/domain/resource-id.ts';

const subscription = '11111111-1111-4111-8111-111111111111';
const group = `/subscriptions/${subscription}/resourceGroups/Shop`;

test.each([
  [`${group}/providers/microsoft.storage/storageaccounts/media`, 'storageaccounts/media'],
  [`/subscriptions/${subscription}`, `subscription ${subscription}`],
  ['shop.example.com:443', 'shop.example.com:443'],
  ['*', '*'],
  ['/basket', '/basket'],
])('%s is called %s', (id, name) => {
  expect(shortNameOf(id)).toBe(name);
});

test.each([
  ['shop.example.com:8443', { host: 'shop.example.com', port: 8443 }],
  ['[2001:db8::1]:443', { host: '2001:db8::1', port: 443 }],
  [`/subscriptions/${subscription}`, subscriptionResource(subscription)],
  ['shop.example.com', null],
  ['*', null],
])('%s as a subject', (id, expected) => {
  const subject = subjectFromId(id, { httpPort: 8080 });
  if (expected === null) expect(subject).toBeNull();
  else expect(subject).toMatchObject(expected);
});
