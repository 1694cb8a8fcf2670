import type { MessageSubject, Notification, NotificationMessage } from '../domain/alert.ts';
import type { FactChange, FollowedFact } from '../domain/fact-follower.ts';
import type { Look } from '../domain/look.ts';
import type { Decision } from '../domain/ports.ts';
import { shortNameOf } from '../domain/resource-id.ts';
import type { DecideContext } from './decide-context.ts';
import { driftLane } from './identity.ts';
import { noticesTo } from './notices.ts';
import { shorten } from './shorten.ts';
import { count, shownSubjects } from './wording.ts';

/** A title is one line on a phone; the whole change stands below it. */
const longestTitle = 200;

/** One notice for each subject in which something changed since the looks before, always `report`: whether it may be so is for the checks to say. */
export function decideDriftNotices(look: Look, changed: readonly FollowedFact[], context: DecideContext): Decision {
  return { alerts: [], notifications: changed.flatMap((fact) => noticesOf(look, fact, context)) };
}

function noticesOf(look: Look, fact: FollowedFact, context: DecideContext): readonly Notification[] {
  const [first, ...others] = fact.changes;
  if (first === undefined) return [];
  return noticesTo({ lane: driftLane(fact, look), response: 'report' }, noticeMessage(look, fact, [first, ...others], context), context);
}

function noticeMessage(
  look: Look,
  { label, subject, changes }: FollowedFact,
  [first, ...others]: readonly [FactChange, ...FactChange[]],
  context: DecideContext,
): NotificationMessage {
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  return {
    title: `${shorten(`${shortNameOf(subject)}: ${label} changed: ${first.text}`, longestTitle)}${more}`,
    vantage: context.vantage,
    alertId: null,
    alertKey: null,
    check: null,
    interpretation: null,
    claims: [],
    reason: `look ${look.id} (${look.name}, begun at ${look.startedAt}) saw ${count(changes.length, 'change')}: ${nameChanges(changes)}`,
    openedAt: null,
    closedAt: null,
    subjectCount: 1,
    subjects: changes.slice(0, shownSubjects).map((change) => describe(subject, label, change)),
    mend: 'Nothing is judged by this: what a change makes fail is told by its check. If nobody planned it, find out who made it.',
  };
}

/** Some receivers show no subjects. */
function nameChanges(changes: readonly FactChange[]): string {
  const texts = changes.slice(0, shownSubjects).map(({ text }) => text);
  return [...texts, ...(changes.length > texts.length ? [`and ${changes.length - texts.length} more`] : [])].join('; ');
}

function describe(subject: string, label: string, { text, places }: FactChange): MessageSubject {
  return {
    subject,
    expected: 'as it was seen before, or a change that somebody planned',
    observed: places.length === 0 ? text : `${text} (${places.join(', ')})`,
    rule: `${label} changed`,
    lastSeen: null,
    isNew: true,
    repeat: null,
  };
}
