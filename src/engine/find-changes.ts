import type { Alert } from '../domain/alert.ts';
import { type Change, disguise, latestByTarget, personsIn } from '../domain/change.ts';
import { interpretations } from '../domain/claim.ts';
import type { ChangeLog, Clock, Log, Pseudonyms } from '../domain/ports.ts';
import type { RunDigestForAlerts } from '../domain/run.ts';
import { epochMs, type Timestamp } from '../domain/time.ts';

export interface FindChangesNeeds {
  readonly changeLog: ChangeLog;
  readonly pseudonyms: Pseudonyms;
  readonly clock: Pick<Clock, 'sleep'>;
  readonly log: Pick<Log, 'warn'>;
}

/** What an alert may wait for a name that is only told beside it. */
const deadlineMs = 5_000;

const nobody = (): null => null;

/** Subjects that fail now and did not under the alerts that are open: whom to ask about. */
export function newlyFailing(open: readonly Alert[], run: RunDigestForAlerts): readonly string[] {
  const begun = interpretations.flatMap((interpretation) => {
    const alert = open.find(
      (one) => one.kind === 'fail' && one.closedAt === null && one.check === run.check && one.interpretation === interpretation,
    );
    const known = new Set(alert?.kind === 'fail' ? alert.failing.map(({ subject }) => subject) : []);
    return (run.interpretations[interpretation]?.failing ?? []).map(({ subject }) => subject).filter((subject) => !known.has(subject));
  });
  return [...new Set(begun)];
}

const indexLagMs = 30 * 60_000;

/**
 * Whether a change of one of the many rows behind a verdict can have turned it: it is not older than the run before, less the time between both, for
 * which a failure may be held back until it is confirmed, and less what the index lags. Who changed another row long before is not to blame.
 */
export function canHaveTurned(change: Pick<Change, 'at'>, dataAsOf: Timestamp, previousAsOf: Timestamp | null): boolean {
  if (previousAsOf === null) return true;
  const betweenMs = Math.max(0, epochMs(dataAsOf) - epochMs(previousAsOf));
  return epochMs(change.at) >= epochMs(previousAsOf) - betweenMs - indexLagMs;
}

/**
 * Asks who changed these subjects last, with every person under their pseudonym; what it gives may be stored and told. Never throws and never waits
 * longer than five seconds, even for an origin that does not heed the signal: without an answer nothing is known of anybody.
 */
export async function findChanges(
  needs: FindChangesNeeds,
  subjects: readonly string[],
  signal: AbortSignal,
): Promise<(subject: string) => Change | null> {
  if (subjects.length === 0) return nobody;
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const late = needs.clock.sleep(deadlineMs, either).then(() => Promise.reject(new Error(`no answer within ${deadlineMs / 1000} seconds`)));
  try {
    const latest = await Promise.race([ask(needs, subjects, either), late]);
    return (subject) => latest.get(subject) ?? null;
  } catch (error) {
    needs.log.warn({ subjects: subjects.length, error: describeError(error) }, 'who changed a failing resource could not be asked');
    return nobody;
  } finally {
    ending.abort();
  }
}

async function ask(
  { changeLog, pseudonyms }: FindChangesNeeds,
  subjects: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Change>> {
  const found = [...latestByTarget(await changeLog.recentChanges(subjects, signal)).values()];
  const persons = personsIn(found);
  const known = persons.length === 0 ? new Map() : await pseudonyms.pseudonymOf(persons);
  return new Map(found.map((change) => [change.target, disguise(change, known)]));
}

/** The name of the error and its message hold nothing of what was answered. */
function describeError(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
