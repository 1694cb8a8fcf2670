import type { Alert, Notification } from '../../src/domain/alert.ts';
import { minute } from './example-run.ts';

/** An open alert of one failing check. */
export function exampleAlert(changes: Partial<Extract<Alert, { kind: 'fail' }>> = {}): Alert {
  return {
    kind: 'fail',
    id: 'alert-1',
    key: 'fail:tls-versions:intent',
    response: 'page',
    openedAt: minute(0),
    closedAt: null,
    closedBecause: null,
    toldAt: minute(0),
    sequence: 1,
    check: 'tls-versions',
    interpretation: 'intent',
    failing: [],
    ...changes,
  };
}

/** The first message of an alert. */
export function exampleNotification(changes: Partial<Notification> = {}): Notification {
  return {
    id: 'notification-1',
    receiver: 'ops',
    lane: 'alert-1',
    sequence: 0,
    kind: 'firing',
    response: 'page',
    at: minute(0),
    message: {
      title: 'TLS 1.0 is accepted',
      alertId: 'alert-1',
      alertKey: 'fail:tls-versions:intent',
      check: 'tls-versions',
      interpretation: 'intent',
      claims: [],
      reason: '1 subject began to fail',
      openedAt: minute(0),
      closedAt: null,
      subjectCount: 1,
      subjects: [],
      mend: null,
    },
    ...changes,
  };
}
