import { describe, expect, it } from 'vitest';
import { decideWaiverNotices } from '../../src/alerts/waiver-notices.ts';
import { timestamp } from '../../src/domain/time.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import { first, makeContext, startMs, told } from './fixtures.ts';

const dayMs = 86_400_000;
const waiver: Waiver = {
  id: 'W-1',
  check: 'tls-versions',
  subject: 'old.example.com:443',
  interpretations: ['intent'],
  reason: 'being retired',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Roe',
  from: timestamp(startMs),
  until: timestamp(startMs + 100 * dayMs),
};

function noticesAt(ms: number, changes: Partial<Waiver> = {}) {
  return decideWaiverNotices([{ ...waiver, ...changes }], makeContext({ nowMs: startMs + ms }));
}

describe('waiver notices', () => {
  it.each([
    [86 * dayMs - 1, 0],
    [86 * dayMs, 2],
    [100 * dayMs - 1, 2],
    [100 * dayMs, 2],
  ])('after %i ms there are %i', (ms, expected) => {
    expect(noticesAt(ms).notifications).toHaveLength(expected);
  });

  it('go to who takes reports, and to the log', () => {
    expect(told(noticesAt(90 * dayMs))).toEqual(['all notice', 'log notice']);
    expect(first(noticesAt(90 * dayMs).notifications)).toMatchObject({
      response: 'report',
      message: { alertId: null, check: 'tls-versions', interpretation: 'intent' },
    });
  });

  it('have the same id at every call, another once lapsed or prolonged', () => {
    const id = first(noticesAt(90 * dayMs).notifications).id;
    expect(first(noticesAt(91 * dayMs).notifications).id).toBe(id);
    expect(first(noticesAt(101 * dayMs).notifications).id).not.toBe(id);
    expect(first(noticesAt(91 * dayMs, { until: timestamp(startMs + 101 * dayMs) }).notifications).id).not.toBe(id);
  });

  it('say what ended', () => {
    expect(first(noticesAt(100 * dayMs).notifications).message).toMatchObject({
      title: 'waiver W-1 ended on 2027-03-04: tls-versions (intent)',
      subjects: [{ subject: 'old.example.com:443', observed: 'no longer waived: a failure is told' }],
    });
  });
});
