import type { DecideContext } from '../../src/alerts/decide-context.ts';
import type { Alert, FailAlert, Notification, NotificationMessage, UnknownAlert } from '../../src/domain/alert.ts';
import type { Decision } from '../../src/domain/ports.ts';
import type { FailingSubject, InterpretationResult, RunDigestForAlerts, UnknownGroup } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';

export const startMs = Date.UTC(2026, 10, 24, 8, 0, 0);
export const minuteMs = 60_000;

export const receivers: DecideContext['receivers'] = [
  { name: 'log', kind: 'log', responses: [] },
  { name: 'pager', kind: 'webhook', responses: ['page'] },
  { name: 'tickets', kind: 'webhook', responses: ['ticket'] },
  { name: 'all', kind: 'webhook', responses: ['page', 'ticket', 'report'] },
];

export function makeContext(changes: Partial<DecideContext> = {}): DecideContext {
  return {
    nowMs: startMs,
    mode: { kind: 'active', signed: { by: 'Jane Doe', on: '2026-11-24' } },
    vantage: 'office',
    receivers,
    alerting: { unknownAfterRuns: 2, unknownAfterMs: 30 * minuteMs, waiverNoticeMs: 14 * 24 * 60 * minuteMs },
    describe: (check) => ({
      title: `about ${check}`,
      claims: [{ id: 'CLM-1', quote: 'All connections are encrypted.' }],
      claimsUnder: () => [{ id: 'CLM-1', quote: 'All connections are encrypted.' }],
      response: 'ticket',
      mend: 'Mend it.',
      standing: (interpretation) => (interpretation === 'literal' ? 'text-defect' : 'binding'),
      repeat: (subject) => `openssl s_client -connect ${subject}`,
    }),
    changeOf: () => null,
    ...changes,
  };
}

/** Both interpretations bind. */
export function bothBind(changes: Partial<DecideContext> = {}): DecideContext {
  const context = makeContext(changes);
  return { ...context, describe: (check) => ({ ...context.describe(check), standing: () => 'binding' }) };
}

export function fails(subject: string, changes: Partial<FailingSubject> = {}): FailingSubject {
  return {
    subject,
    response: 'ticket',
    expected: 'TLS 1.2 or later',
    observed: 'TLS 1.0 offered',
    rule: 'RFC 8996',
    lastSeen: null,
    ...changes,
  };
}

export function result(changes: Partial<InterpretationResult> = {}): InterpretationResult {
  return { failing: [], unknown: [], waived: [], gone: [], ...changes };
}

export function blind(subjects: readonly string[], changes: Partial<UnknownGroup> = {}): UnknownGroup {
  return { cause: 'tls: timeout', reason: 'timeout', subjects, message: 'no answer in time', ...changes };
}

/** The intent of `tls-versions` unless said otherwise. */
export function run(intent: Partial<InterpretationResult>, changes: Partial<RunDigestForAlerts> = {}): RunDigestForAlerts {
  return {
    check: 'tls-versions',
    dataAsOf: timestamp(startMs),
    trigger: 'looked',
    interpretations: { intent: result(intent) },
    ...changes,
  };
}

/** What the store would hold open after a decision. */
export function apply(open: readonly Alert[], decision: Decision): readonly Alert[] {
  const alerts = new Map([...open, ...decision.alerts].map((alert) => [alert.id, alert]));
  return [...alerts.values()].filter((alert) => alert.closedAt === null);
}

/** `receiver kind`, sorted: who is told what. */
export function told(decision: Decision): readonly string[] {
  return decision.notifications.map((notification) => `${notification.receiver} ${notification.kind}`).sort();
}

export function onlyFail(alerts: readonly Alert[]): FailAlert {
  const [alert, ...others] = alerts.filter((candidate) => candidate.kind === 'fail');
  if (alert === undefined || others.length > 0) throw new Error(`not one fail alert but ${alerts.length}`);
  return alert;
}

export function onlyUnknown(alerts: readonly Alert[]): UnknownAlert {
  const [alert, ...others] = alerts.filter((candidate) => candidate.kind === 'unknown');
  if (alert === undefined || others.length > 0) throw new Error(`not one unknown alert but ${alerts.length}`);
  return alert;
}

export function first<Item>(items: readonly Item[]): Item {
  const [item] = items;
  if (item === undefined) throw new Error('nothing there');
  return item;
}

export function message(changes: Partial<NotificationMessage> = {}): NotificationMessage {
  return {
    title: 'tls-versions (intent) fails on shop.example.com:443',
    alertId: 'alert-1',
    alertKey: 'fail:tls-versions:intent',
    check: 'tls-versions',
    interpretation: 'intent',
    claims: [{ id: 'CLM-1', quote: 'All connections are encrypted.' }],
    reason: '1 subject fails',
    openedAt: timestamp(startMs),
    closedAt: null,
    subjectCount: 1,
    subjects: [
      {
        subject: 'shop.example.com:443',
        expected: 'TLS 1.2 or later',
        observed: 'TLS 1.0 offered',
        rule: 'RFC 8996',
        lastSeen: null,
        isNew: true,
        repeat: null,
      },
    ],
    mend: 'Mend it.',
    ...changes,
  };
}

export function notification(changes: Partial<Notification> = {}): Notification {
  const { lane = 'alert-1', sequence = 0, receiver = 'ops' } = changes;
  return {
    id: `${receiver}-${lane}-${sequence}`,
    receiver,
    lane,
    sequence,
    kind: 'firing',
    response: 'page',
    at: timestamp(startMs),
    message: message(),
    ...changes,
  };
}
