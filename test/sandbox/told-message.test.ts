import { describe, expect, it } from 'vitest';
import { details, headline, readTold, type Told } from '../../sandbox/told-message.ts';

const id = '/subscriptions/1/resourcegroups/rg/providers/microsoft.storage/storageaccounts/media';
const subject = {
  subject: id,
  expected: 'closed to everybody',
  observed: 'open',
  rule: 'properties.allowBlobPublicAccess',
  isNew: true,
  repeat: `az resource show --ids '${id}' --query "properties.allowBlobPublicAccess"`,
  changedBy: { by: 'person-0123456789abcdef', at: '2026-11-24T16:00:00.000Z', operation: 'Microsoft.Storage/storageAccounts/write' },
};
const data = {
  alertId: 'a',
  title: `disclosure-anonymous-storage (intent) fails on ${id}`,
  reason: '1 subject fails',
  response: 'page',
  check: 'disclosure-anonymous-storage',
  claims: [{ id: 'not-publicized', quote: 'We do not publicize it.' }],
  subjects: [subject],
  mend: 'close it, and put what must be public behind something else',
};
const paint = (_style: string, text: string) => text;

function told(type: string): Told {
  const read = readTold({ type: `claimwatch.alert.${type}`, data });
  if (read === null) throw new Error('expected a message');
  return read;
}

it('names a resource by type and name in one line', () => {
  expect(headline(told('firing'), paint)).toBe('firing (page)  disclosure-anonymous-storage (intent) fails on storageaccounts/media');
});

it('is nobody else’s message', () => {
  expect(readTold({ type: 'other', data })).toBeNull();
  expect(readTold({ type: 'claimwatch.alert.firing', data: { ...data, subjects: [{ subject: id }] } })).toBeNull();
});

describe('the details', () => {
  it('say everything, in lines of the width, and leave whole what is to be copied', () => {
    expect(details(told('firing'), id, { paint, width: 60 })).toEqual([
      `subject   ${id}`,
      'expected  closed to everybody',
      'observed  open',
      'rule      properties.allowBlobPublicAccess',
      'changed   by person-0123456789abcdef at',
      '          2026-11-24T16:00:00.000Z with',
      '          Microsoft.Storage/storageAccounts/write',
      `see it    ${subject.repeat}`,
      'mend      close it, and put what must be public behind',
      '          something else',
      'promised  "We do not publicize it."',
    ]);
  });

  it('of an end are only why', () => {
    expect(details(told('resolved'), id, { paint, width: 60 })).toEqual(['why       1 subject fails']);
  });
});
