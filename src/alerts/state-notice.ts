import type { Decision } from '../domain/ports.ts';
import { timestamp } from '../domain/time.ts';
import type { DecideContext } from './decide-context.ts';
import { notificationId, stateLane } from './identity.ts';
import { isRouted } from './routing.ts';

/** Tells that the state file was damaged and that a fresh one was begun: what was open before is not known any more. */
export function decideQuarantineNotice(quarantinedPath: string, context: DecideContext): Decision {
  const at = timestamp(context.nowMs);
  const lane = stateLane(quarantinedPath);
  const notifications = context.receivers
    .filter((receiver) => isRouted(receiver, 'ticket', context.mode))
    .map((receiver) => ({
      id: notificationId(lane, 0, receiver.name),
      receiver: receiver.name,
      lane,
      sequence: 0,
      kind: 'notice' as const,
      response: 'ticket' as const,
      at,
      message: {
        title: 'the state file was damaged; claimwatch began a fresh one',
        alertId: null,
        alertKey: null,
        check: null,
        interpretation: null,
        claims: [],
        reason: `the damaged file was kept as ${quarantinedPath}; alerts that it held are raised anew if their causes still stand, and are never resolved otherwise`,
        openedAt: null,
        closedAt: null,
        subjectCount: 0,
        subjects: [],
        mend: 'Keep the damaged file for the auditor, look for its cause (disk, copy of a running database), restore a backup if the history is needed.',
      },
    }));
  return { alerts: [], notifications };
}
