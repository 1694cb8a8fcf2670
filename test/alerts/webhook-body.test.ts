import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { webhookBody } from '../../src/alerts/webhook-body.ts';
import type { MessageSubject, Notification, NotificationKind } from '../../src/domain/alert.ts';
import { timestamp } from '../../src/domain/time.ts';
import { message, notification, startMs } from './fixtures.ts';

function bodyOf(...notifications: readonly Notification[]) {
  const delivery = { id: 'n-1', notifications, attempt: 1, sentAt: timestamp(startMs + 5000), delayed: false };
  const text = webhookBody(delivery);
  return { text, body: JSON.parse(text) };
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('\u0000'.repeat(9000), '🔥'.repeat(5000), '"\\'.repeat(6000), 'a'.repeat(30_000), '\ud800'.repeat(4000)),
);
const subject: fc.Arbitrary<MessageSubject> = fc.record({
  subject: hostile,
  expected: hostile,
  observed: hostile,
  rule: hostile,
  lastSeen: fc.constantFrom(null, timestamp(startMs)),
  isNew: fc.boolean(),
  repeat: fc.option(hostile),
});

describe('the body of a webhook', () => {
  it('says what, why, when decided and when sent', () => {
    const { body } = bodyOf(notification());
    expect(body).toMatchObject({
      type: 'claimwatch.alert.firing',
      timestamp: timestamp(startMs),
      data: {
        alertId: 'alert-1',
        title: 'tls-versions (intent) fails on shop.example.com:443',
        reason: '1 subject fails',
        response: 'page',
        decidedAt: timestamp(startMs),
        sentAt: timestamp(startMs + 5000),
        delayed: false,
        subjectCount: 1,
        subjects: [{ subject: 'shop.example.com:443', observed: 'TLS 1.0 offered' }],
        notifications: [{ id: 'ops-alert-1-0', kind: 'firing' }],
      },
    });
  });

  it.each<[readonly NotificationKind[], string]>([
    [['firing'], 'claimwatch.alert.firing'],
    [['update'], 'claimwatch.alert.update'],
    [['resolved'], 'claimwatch.alert.resolved'],
    [['firing', 'update'], 'claimwatch.alert.firing'],
    [['update', 'update'], 'claimwatch.alert.update'],
    [['firing', 'update', 'resolved'], 'claimwatch.alert.resolved'],
    [['notice'], 'claimwatch.notice'],
  ])('of %j is %s', (kinds, type) => {
    const { body } = bodyOf(...kinds.map((kind, sequence) => notification({ kind, sequence, message: message({ title: kind }) })));
    expect(body.type).toBe(type);
    expect(body.data.title).toBe(kinds.at(-1));
    expect(body.data.notifications.map((one: { kind: string }) => one.kind)).toEqual(kinds);
  });

  it('is below 20 kB whatever the message holds, and keeps the true count', () => {
    const texts = fc.record({ title: hostile, reason: hostile, mend: fc.option(hostile), alertKey: hostile, check: hostile });
    const claims = fc.array(fc.record({ id: hostile, quote: hostile }), { maxLength: 25 });
    fc.assert(
      fc.property(
        texts,
        claims,
        fc.array(subject, { maxLength: 20 }),
        fc.integer({ min: 1, max: 400 }),
        (text, quoted, subjects, count) => {
          const told = message({ ...text, claims: quoted, subjects, subjectCount: 123_456 });
          const all = Array.from({ length: count }, (_, sequence) => notification({ sequence, kind: 'update', message: told }));
          const { text: sent, body } = bodyOf(...all);
          expect(Buffer.byteLength(sent)).toBeLessThan(20_000);
          expect(body.data.subjectCount).toBe(123_456);
          expect(body.data.notificationCount).toBe(count);
          expect(body.data.notifications.at(-1).id).toBe(all.at(-1)?.id);
        },
      ),
    );
  });

  it('leaves subjects out before it shortens texts, and cuts no character in two', () => {
    const long = '🔥'.repeat(400);
    const subjects = Array.from({ length: 20 }, () => ({
      subject: long,
      expected: long,
      observed: long,
      rule: '',
      lastSeen: null,
      isNew: true,
      repeat: null,
    }));
    const { body } = bodyOf(notification({ message: message({ subjects, subjectCount: 20, reason: 'é'.repeat(999) }) }));
    expect(body.data.subjects.length).toBeGreaterThan(0);
    expect(body.data.subjects.length).toBeLessThan(20);
    expect(body.data.reason).toBe('é'.repeat(999));
    const { body: cut } = bodyOf(notification({ message: message({ reason: '🔥'.repeat(1001) }) }));
    expect(cut.data.reason).toBe(`${'🔥'.repeat(999)}…`);
  });
});
