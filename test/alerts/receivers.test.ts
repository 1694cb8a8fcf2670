import { describe, expect, it } from 'vitest';
import { receiver as logReceiver } from '../../src/alerts/receivers/log.ts';
import { receiver as webhookReceiver } from '../../src/alerts/receivers/webhook.ts';
import type { Notification } from '../../src/domain/alert.ts';
import { timestamp } from '../../src/domain/time.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { message, notification, startMs } from './fixtures.ts';

function secretOf(bytes: number): string {
  return `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
}

const secret = secretOf(24);

describe('options of a webhook', () => {
  it.each([
    ['https://ops.example.com/hook?key=1', true],
    ['http://127.0.0.1:8080/hook', true],
    ['http://127.1.2.3/hook', true],
    ['http://localhost:8080/', true],
    ['http://[::1]:8080/', true],
    ['http://ops.example.com/hook', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://10.0.0.1/', false],
    ['https://user:word@ops.example.com/', false],
    ['ftp://ops.example.com/', false],
    ['file:///etc/passwd', false],
    ['not a url', false],
  ])('url %s is allowed: %s', (url, allowed) => {
    const parsed = webhookReceiver.options.safeParse({ url, secret });
    expect(parsed.success).toBe(allowed);
    if (!allowed) expect(parsed.error?.message).not.toContain('example.com');
  });

  it.each([
    [secretOf(23), false],
    [secretOf(24), true],
    [secretOf(64), true],
    [secretOf(65), false],
    [secret.slice('whsec_'.length), false],
    ['whsec_!!!', false],
    [[], false],
    [[secretOf(24), secretOf(32)], true],
    [[secretOf(24), 'whsec_short'], false],
  ])('secret %# is allowed: %s', (given, allowed) => {
    const parsed = webhookReceiver.options.safeParse({ url: 'https://ops.example.com/', secret: given });
    expect(parsed.success).toBe(allowed);
    expect(parsed.error?.message ?? '').not.toContain('BwcH');
  });

  it.each([
    [{ timeout: '10s' }, true],
    [{ timeout: '16s' }, false],
    [{ timeout: '0s' }, false],
    [{ retries: 3 }, false],
  ])('%j is allowed: %s', (more, allowed) => {
    expect(webhookReceiver.options.safeParse({ url: 'https://ops.example.com/', secret, ...more }).success).toBe(allowed);
  });
});

describe('the log receiver', () => {
  it.each<[Partial<Notification>, string]>([
    [{ kind: 'firing', response: 'page' }, 'error'],
    [{ kind: 'update', response: 'ticket' }, 'warn'],
    [{ kind: 'firing', response: 'report' }, 'info'],
    [{ kind: 'notice', response: 'report' }, 'info'],
    [{ kind: 'resolved', response: 'page' }, 'info'],
  ])('writes %j as %s', async (changes, level) => {
    const log = makeRecordingLog();
    const receiver = logReceiver.create('log', {}, { log });
    const delivery = { id: 'n-1', notifications: [notification(changes)], attempt: 1, sentAt: timestamp(startMs), delayed: false };
    expect(await receiver.send(delivery, new AbortController().signal)).toEqual({ kind: 'accepted', receipt: 'written' });
    expect(log.lines).toEqual([
      { level, message: message().title, fields: expect.objectContaining({ receiver: 'log', subjectCount: 1, ...changes }) },
    ]);
  });

  it('takes no options', () => {
    expect(logReceiver.options.safeParse({ level: 'info' }).success).toBe(false);
  });
});
