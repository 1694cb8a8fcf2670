import type { NotificationMessage } from '../domain/alert.ts';
import type { Decision } from '../domain/ports.ts';
import type { DecideContext } from './decide-context.ts';
import { stateLane } from './identity.ts';
import { noticesTo } from './notices.ts';

/** What happened to the state file, for people. */
export interface StateTrouble {
  readonly title: string;
  readonly reason: string;
  readonly mend: string;
}

export function quarantineTrouble(quarantinedPath: string): StateTrouble {
  return {
    title: 'the state file was damaged; claimwatch began a fresh one',
    reason: `the damaged file was kept as ${quarantinedPath}; alerts that it held are raised anew if their causes still stand, and are never resolved otherwise`,
    mend: 'Keep the damaged file for the auditor, look for its cause (disk, copy of a running database), restore a backup if the history is needed.',
  };
}

export function damageTrouble(path: string, problems: readonly string[]): StateTrouble {
  return {
    title: 'the state file is damaged; claimwatch goes on with it',
    reason: `the full check of ${path} found: ${problems.slice(0, 3).join('; ')}`,
    mend: 'Stop claimwatch, keep the file for the auditor, restore a backup or start anew, and look for the cause (disk, copy of a running database).',
  };
}

/** One notice to whoever takes tickets; the same trouble is told once. */
export function decideStateNotice(trouble: StateTrouble, context: DecideContext): Decision {
  const message: NotificationMessage = {
    ...trouble,
    vantage: context.vantage,
    alertId: null,
    alertKey: null,
    check: null,
    interpretation: null,
    claims: [],
    openedAt: null,
    closedAt: null,
    subjectCount: 0,
    subjects: [],
  };
  return { alerts: [], notifications: noticesTo({ lane: stateLane(trouble.reason), response: 'ticket' }, message, context) };
}
