import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { decideWithdrawn } from '../../src/alerts/decide-withdrawn.ts';
import { receiver as logReceiver } from '../../src/alerts/receivers/log.ts';
import { damageTrouble, decideStateNotice } from '../../src/alerts/state-notice.ts';
import { decideWaiverNotices } from '../../src/alerts/waiver-notices.ts';
import { webhookBody } from '../../src/alerts/webhook-body.ts';
import type { Decision } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { apply, blind, fails, makeContext, message, minuteMs, notification, run, startMs } from './fixtures.ts';

const late = makeContext({ nowMs: startMs + 31 * minuteMs });
const failing = apply([], decideRun([], run({ failing: [fails('a:443')] }), makeContext()));
const blinded = apply([], decideRun([], run({ unknown: [blind(['a:443'])] }), makeContext()));
const waiver = {
  id: 'W-1',
  check: 'tls-versions',
  subject: 'old.example.com:443',
  interpretations: ['intent'],
  reason: 'being retired',
  requestedBy: 'Jane Doe',
  approvedBy: 'John Roe',
  from: timestamp(startMs),
  until: timestamp(startMs + minuteMs),
} as const;

describe('from where was looked', () => {
  it.each<[string, Decision]>([
    ['a firing', decideRun([], run({ failing: [fails('a:443')] }), makeContext())],
    ['an update', decideRun(failing, run({ failing: [fails('a:443'), fails('b:443')] }), makeContext())],
    ['a resolve', decideRun(failing, run({}), makeContext())],
    ['a withdrawal', decideWithdrawn(failing, [], makeContext())],
    ['a blindness', decideRun(blinded, run({ unknown: [blind(['a:443'])] }, { dataAsOf: timestamp(late.nowMs) }), late)],
    ['a notice of a waiver', decideWaiverNotices([waiver], makeContext())],
    ['a notice of the state', decideStateNotice(damageTrouble('state.sqlite', ['page 3']), makeContext())],
  ])('is said by %s', (_, decision) => {
    expect(decision.notifications.length).toBeGreaterThan(1);
    for (const one of decision.notifications) expect(one.message.vantage).toBe('office');
  });

  it('is said in the body of a webhook, and as null where a stored message does not say it', () => {
    const bodyOf = (told: ReturnType<typeof message>) => {
      const delivery = {
        id: 'n-1',
        notifications: [notification({ message: told })],
        attempt: 1,
        sentAt: timestamp(startMs),
        delayed: false,
      };
      return JSON.parse(webhookBody(delivery));
    };
    expect(bodyOf(message({ vantage: 'office' })).data.vantage).toBe('office');
    expect(bodyOf(message()).data.vantage).toBeNull();
  });

  it('is said in the line of the log', async () => {
    const log = makeRecordingLog();
    const told = notification({ message: message({ vantage: 'office' }) });
    const delivery = { id: 'n-1', notifications: [told], attempt: 1, sentAt: timestamp(startMs), delayed: false };
    await logReceiver.create('log', {}, { log }).send(delivery, new AbortController().signal);
    expect(log.lines).toMatchObject([{ fields: { vantage: 'office' } }]);
  });
});
