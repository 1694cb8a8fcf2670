import { timestamp } from '../domain/time.ts';
import type { Span } from './covered-time.ts';
import type { ActivityLogFact, ListedEvent } from './log-facts.ts';
import { fiveMinutes } from './silences.ts';

export interface SettledQuestion {
  readonly nowMs: number;
  /** How long the settled time is, and how long before now it ends; whole hours. */
  readonly hours: number;
  readonly settleHours: number;
  readonly usualMinutes: number;
}

export type ReconciledEvents = Omit<ActivityLogFact, 'workspaces' | 'categories'>;

const mostMissingNamed = 100;
const mostOverdueNamed = 20;
const hourMs = 3_600_000;
/** Of the time before `nowMs` the whole hours whose events had their time to arrive. */
export function settledSpan({ nowMs, hours, settleHours }: Omit<SettledQuestion, 'usualMinutes'>): Span {
  const toMs = Math.floor(nowMs / hourMs - settleHours) * hourMs;
  return { fromMs: toMs - hours * hourMs, toMs };
}

/** There are hundreds of thousands: times are small whole numbers, which take no memory of their own, and what happened is held once for all of its kind. */
export interface EventEntry {
  subscription: string;
  /** When it happened, as listed; null: it is not listed. Times are milliseconds since the first one that is known. */
  listed: number | null;
  what: What | null;
  generated: number | null;
  /** In the workspace where it arrived first; null: it did not. */
  ingested: number | null;
  /** When it was last seen to have arrived. */
  round: number;
}

export type What = Pick<ListedEvent, 'category' | 'operation' | 'resource'>;

/** An event that is in no workspace. */
interface Unseen {
  readonly id: string;
  readonly atMs: number;
  readonly what: What | null;
}

export function summarize(
  entries: Iterable<[string, EventEntry]>,
  firstMs: number,
  subscription: string,
  question: SettledQuestion,
): ReconciledEvents {
  const { fromMs, toMs } = settledSpan(question);
  const { nowMs, usualMinutes } = question;
  const overdueBeforeMs = nowMs - usualMinutes * 60_000;
  const missing: Unseen[] = [];
  const overdue: Unseen[] = [];
  let [listed, recent] = [0, 0];
  let slowestMs = Number.NEGATIVE_INFINITY;
  let newestFoundMs = Number.NEGATIVE_INFINITY;
  for (const [id, entry] of entries) {
    if (entry.subscription !== subscription) continue;
    const { listed: listedAt, generated, ingested } = entry;
    if (generated !== null && ingested !== null && generated + firstMs >= fromMs) slowestMs = Math.max(slowestMs, ingested - generated);
    const atMs = (listedAt ?? Number.NEGATIVE_INFINITY) + firstMs;
    if (atMs < fromMs) continue;
    const isSettled = atMs < toMs;
    if (isSettled) listed += 1;
    else recent += 1;
    if (ingested === null && (isSettled || atMs < overdueBeforeMs)) (isSettled ? missing : overdue).push({ id, atMs, what: entry.what });
    if (ingested !== null && atMs < overdueBeforeMs) newestFoundMs = Math.max(newestFoundMs, atMs);
  }
  return {
    settled: { from: timestamp(fromMs), to: timestamp(toMs) },
    listed,
    found: listed - missing.length,
    missing: oldest(missing, mostMissingNamed),
    missingCount: missing.length,
    overdue: oldest(overdue, mostOverdueNamed),
    overdueCount: overdue.length,
    lastUnseen: newest(
      [...missing, ...overdue].filter(({ atMs }) => atMs < overdueBeforeMs),
      newestFoundMs,
    ),
    usualMinutes,
    isQuiet: listed + recent === 0,
    slowestIngestionMinutes: slowestMs === Number.NEGATIVE_INFINITY ? null : fiveMinutes(slowestMs),
  };
}

function oldest(unseen: readonly Unseen[], most: number): readonly ListedEvent[] {
  return unseen
    .toSorted((left, right) => left.atMs - right.atMs || compare(left.id, right.id))
    .slice(0, most)
    .map(eventOf);
}

/** Null where something that happened then or later was found. */
function newest(unseen: readonly Unseen[], foundMs: number): ListedEvent | null {
  const last = unseen.toSorted((left, right) => right.atMs - left.atMs || compare(left.id, right.id))[0];
  return last === undefined || last.atMs <= foundMs ? null : eventOf(last);
}

function eventOf({ id, atMs, what }: Unseen): ListedEvent {
  return { id, at: timestamp(atMs), ...(what ?? { category: '', operation: '', resource: '' }) };
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
