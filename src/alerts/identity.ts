import { createHash } from 'node:crypto';
import type { FollowedFact } from '../domain/fact-follower.ts';
import type { Look } from '../domain/look.ts';
import type { Timestamp } from '../domain/time.ts';

/** The same in every notification of the alert; an alert that opens again later has another id. */
export function alertId(key: string, openedAt: Timestamp): string {
  return digest([key, openedAt]);
}

/** Receivers drop duplicates by it, so it must be the same however often the same thing is decided. */
export function notificationId(lane: string, sequence: number, receiver: string): string {
  return digest([lane, String(sequence), receiver]);
}

/** One notice per subject matter, moment and stage: a prolonged waiver (another moment) is told again. */
export function noticeLane(about: string, at: Timestamp, stage: string): string {
  return digest(['notice', about, at, stage]);
}

function digest(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** One notice per subject and look: what comes, goes and comes again is told each time. The time tells looks of a state file that was begun anew apart. */
export function driftLane(
  { kind, subject, digest: fact }: Pick<FollowedFact, 'kind' | 'subject' | 'digest'>,
  look: Pick<Look, 'id' | 'startedAt'>,
): string {
  return digest(['drift', kind, subject, fact, String(look.id), look.startedAt]);
}

/** One notice per trouble with the state file. */
export function stateLane(reason: string): string {
  return digest(['state', reason]);
}
