import type { ChangedBy, MessageSubject, Notification, NotificationMessage } from '../domain/alert.ts';
import type { Delivery } from '../domain/ports.ts';
import { shorten } from './shorten.ts';

/** Standard Webhooks advises less than 20 kB. */
const mostBytes = 20_000;

interface Sizes {
  readonly subjects: number;
  readonly claims: number;
  /** Notifications that the message is made of; the first and the last ones stay. */
  readonly notifications: number;
  /** Code points of any one text. */
  readonly text: number;
}

/** Tried in order: subjects go first, then texts; the last one fits whatever the message holds. */
const sizes: readonly Sizes[] = [
  { subjects: 20, claims: 20, notifications: 50, text: 1000 },
  { subjects: 10, claims: 20, notifications: 50, text: 1000 },
  { subjects: 5, claims: 20, notifications: 20, text: 1000 },
  { subjects: 1, claims: 10, notifications: 10, text: 1000 },
  { subjects: 0, claims: 10, notifications: 10, text: 500 },
  { subjects: 0, claims: 4, notifications: 4, text: 100 },
];

/** JSON text below 20 kB; `subjectCount` stays the truth whatever is left out. */
export function webhookBody(delivery: Delivery): string {
  let body = '';
  for (const size of sizes) {
    body = JSON.stringify(toBody(delivery, size));
    if (Buffer.byteLength(body) < mostBytes) return body;
  }
  return body;
}

function toBody(delivery: Delivery, size: Sizes) {
  const first = delivery.notifications[0];
  const last = delivery.notifications.at(-1);
  if (first === undefined || last === undefined) throw new Error('a delivery without notifications');
  return {
    type: typeOf(delivery.notifications),
    timestamp: first.at,
    data: {
      ...messageData(last.message, size),
      response: last.response,
      decidedAt: first.at,
      sentAt: delivery.sentAt,
      delayed: delivery.delayed,
      notificationCount: delivery.notifications.length,
      notifications: middleLeftOut(delivery.notifications, size.notifications).map((notification) => ({
        id: notification.id,
        kind: notification.kind,
        at: notification.at,
        reason: shorten(notification.message.reason, size.text),
      })),
    },
  };
}

/** The last state; an alert whose firing is told only now is a firing, whatever updates follow. */
function typeOf(notifications: readonly Notification[]): string {
  const kinds = notifications.map((notification) => notification.kind);
  if (kinds.includes('notice')) return 'claimwatch.notice';
  if (kinds.at(-1) === 'resolved') return 'claimwatch.alert.resolved';
  return kinds.includes('firing') ? 'claimwatch.alert.firing' : 'claimwatch.alert.update';
}

function messageData(message: NotificationMessage, size: Sizes) {
  return {
    alertId: message.alertId,
    alertKey: shortenOrNull(message.alertKey, size.text),
    title: shorten(message.title, size.text),
    reason: shorten(message.reason, size.text),
    vantage: shortenOrNull(message.vantage ?? null, size.text),
    check: shortenOrNull(message.check, size.text),
    interpretation: message.interpretation,
    claims: message.claims.slice(0, size.claims).map(({ id, quote }) => ({ id: shorten(id, size.text), quote: shorten(quote, size.text) })),
    openedAt: message.openedAt,
    closedAt: message.closedAt,
    subjectCount: message.subjectCount,
    subjects: message.subjects.slice(0, size.subjects).map((subject) => subjectData(subject, size.text)),
    mend: shortenOrNull(message.mend, size.text),
  };
}

function subjectData(subject: MessageSubject, most: number) {
  return {
    subject: shorten(subject.subject, most),
    expected: shorten(subject.expected, most),
    observed: shorten(subject.observed, most),
    rule: shorten(subject.rule, most),
    lastSeen: subject.lastSeen,
    isNew: subject.isNew,
    repeat: shortenOrNull(subject.repeat, most),
    changedBy: changeData(subject.changedBy ?? null, most),
  };
}

function changeData(change: ChangedBy | null, most: number) {
  if (change === null) return null;
  return {
    by: shorten(change.by, most),
    at: change.at,
    operation: shortenOrNull(change.operation, most),
    target: shortenOrNull(change.target ?? null, most),
  };
}

function middleLeftOut(notifications: readonly Notification[], most: number): readonly Notification[] {
  if (notifications.length <= most) return notifications;
  return [...notifications.slice(0, most / 2), ...notifications.slice(-most / 2)];
}

function shortenOrNull(text: string | null, most: number): string | null {
  return text === null ? null : shorten(text, most);
}
