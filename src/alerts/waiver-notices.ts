import type { Notification, NotificationMessage } from '../domain/alert.ts';
import type { Decision } from '../domain/ports.ts';
import { epochMs } from '../domain/time.ts';
import type { Waiver } from '../domain/waiver.ts';
import type { DecideContext } from './decide-context.ts';
import { noticeLane } from './identity.ts';
import { noticesTo } from './notices.ts';

/**
 * One notice ahead of each waiver's end and one when it has ended, always `report`.
 * Decided anew at every call with the same ids: the outbox leaves alone what it knows.
 */
export function decideWaiverNotices(waivers: readonly Waiver[], context: DecideContext): Decision {
  return { alerts: [], notifications: waivers.flatMap((waiver) => noticesOf(waiver, context)) };
}

function noticesOf(waiver: Waiver, context: DecideContext): readonly Notification[] {
  const untilMs = epochMs(waiver.until);
  if (context.nowMs < untilMs - context.alerting.waiverNoticeMs) return [];
  const stage = context.nowMs < untilMs ? 'ending' : 'lapsed';
  const lane = noticeLane(`waiver ${waiver.id}`, waiver.until, stage);
  return noticesTo({ lane, response: 'report' }, noticeMessage(waiver, stage, context), context);
}

function noticeMessage(waiver: Waiver, stage: 'ending' | 'lapsed', context: DecideContext): NotificationMessage {
  const check = context.describe(waiver.check);
  const [only, ...others] = waiver.interpretations;
  const end = stage === 'ending' ? 'ends' : 'ended';
  return {
    title: `waiver ${waiver.id} ${end} on ${waiver.until.slice(0, 10)}: ${waiver.check} (${waiver.interpretations.join(', ')})`,
    vantage: context.vantage,
    alertId: null,
    alertKey: null,
    check: waiver.check,
    interpretation: others.length === 0 ? (only ?? null) : null,
    claims: check.claims,
    reason: `the risk that ${waiver.approvedBy} accepted for ${waiver.requestedBy} ${end} at ${waiver.until} (${waiver.reason})`,
    openedAt: null,
    closedAt: null,
    subjectCount: 1,
    subjects: [
      {
        subject: waiver.subject,
        expected: stage === 'ending' ? `mended or approved anew before ${waiver.until}` : 'mended; the waiver taken out of the file',
        observed: stage === 'ending' ? 'waived' : 'no longer waived: a failure is told',
        rule: `waiver ${waiver.id}`,
        lastSeen: null,
        isNew: true,
        repeat: check.repeat(waiver.subject),
      },
    ],
    mend: check.mend,
  };
}
