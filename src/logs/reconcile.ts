import { timestamp } from '../domain/time.ts';
import type { Span } from './covered-time.ts';
import type { ActivityLogFact, ListedEvent } from './log-facts.ts';

/** Matches what an activity log lists with what arrived in workspaces. */
export interface Reconciliation {
  /** In any order, each any number of times. `subscription`: its id, lower case. */
  addListed(subscription: string, events: Iterable<ListedEvent>): void;
  /** In any order, each any number of times, of any subscriptions and workspaces. */
  addArrived(events: Iterable<ArrivedEvent>): void;
  /** How it stands at `nowMs`, from all that was added and not forgotten. */
  stateOf(subscription: string, question: SettledQuestion): ReconciledEvents;
  /** Forgets what happened before and will not be asked about again. */
  forgetBefore(ms: number): void;
}

/** A row of a workspace. */
export interface ArrivedEvent {
  /** EventDataId, in any casing. */
  readonly id: string;
  /** Its id, in any casing; empty where the row names none. */
  readonly subscription: string;
  readonly generatedMs: number;
  readonly ingestedMs: number;
}

export interface SettledQuestion {
  readonly nowMs: number;
  /** How long the settled time is, and how long before now it ends; whole hours. */
  readonly hours: number;
  readonly settleHours: number;
  readonly usualMinutes: number;
}

export type ReconciledEvents = Omit<ActivityLogFact, 'workspaces' | 'categories'>;

export const mostMissingNamed = 100;
export const mostOverdueNamed = 20;
const hourMs = 3_600_000;
/** The row of an event may say another time than the list, by what the clocks differ. */
const clocksDifferMs = hourMs;

/** Of the time before `nowMs` the whole hours whose events had their time to arrive. */
export function settledSpan({ nowMs, hours, settleHours }: Omit<SettledQuestion, 'usualMinutes'>): Span {
  const toMs = Math.floor(nowMs / hourMs - settleHours) * hourMs;
  return { fromMs: toMs - hours * hourMs, toMs };
}

interface Entry {
  subscription: string;
  /** When it happened, as listed; null: it is not. */
  listedMs: number | null;
  /** Null as soon as it arrived: nobody asks what it was any more. */
  event: ListedEvent | null;
  generatedMs: number | null;
  /** In the workspace where it arrived first. */
  ingestedMs: number | null;
}

/** One for all subscriptions: an id is found wherever it arrived. Ids are compared without case. */
export function createReconciliation(): Reconciliation {
  const entries = new Map<string, Entry>();
  let forgottenBeforeMs = Number.NEGATIVE_INFINITY;

  function entryOf(id: string, subscription: string): Entry {
    const key = id.toLowerCase();
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry: Entry = { subscription, listedMs: null, event: null, generatedMs: null, ingestedMs: null };
    entries.set(key, entry);
    return entry;
  }

  return {
    addListed(subscription, events) {
      for (const event of events) {
        const entry = entryOf(event.id, subscription);
        const atMs = Date.parse(event.at);
        entry.subscription = subscription;
        if (entry.listedMs === null || atMs < entry.listedMs) {
          entry.listedMs = atMs;
          entry.event = entry.ingestedMs === null ? event : null;
        }
      }
    },
    addArrived(events) {
      for (const { id, subscription, generatedMs, ingestedMs } of events) {
        const entry = entryOf(id, subscription.toLowerCase());
        entry.generatedMs = Math.min(generatedMs, entry.generatedMs ?? generatedMs);
        entry.ingestedMs = Math.min(ingestedMs, entry.ingestedMs ?? ingestedMs);
        entry.event = null;
      }
    },
    stateOf: (subscription, question) => summarize(entries.values(), subscription, question),
    forgetBefore(ms) {
      // Asked at every look, and moves once an hour.
      if (ms === forgottenBeforeMs) return;
      forgottenBeforeMs = ms;
      for (const [key, { listedMs, generatedMs }] of entries)
        if ((listedMs ?? Number.NEGATIVE_INFINITY) < ms && (generatedMs ?? Number.NEGATIVE_INFINITY) < ms - clocksDifferMs)
          entries.delete(key);
    },
  };
}

function summarize(entries: Iterable<Entry>, subscription: string, question: SettledQuestion): ReconciledEvents {
  const { fromMs, toMs } = settledSpan(question);
  const { nowMs, usualMinutes } = question;
  const overdueBeforeMs = nowMs - usualMinutes * 60_000;
  const missing: ListedEvent[] = [];
  const overdue: ListedEvent[] = [];
  let [listed, found, recent] = [0, 0, 0];
  let slowestMs = Number.NEGATIVE_INFINITY;
  let newest: Newest = { atMs: Number.NEGATIVE_INFINITY, event: null };
  for (const entry of entries) {
    if (entry.subscription !== subscription) continue;
    const { listedMs, event, generatedMs, ingestedMs } = entry;
    if (generatedMs !== null && ingestedMs !== null && generatedMs >= fromMs) slowestMs = Math.max(slowestMs, ingestedMs - generatedMs);
    if (listedMs === null || listedMs < fromMs) continue;
    if (listedMs < overdueBeforeMs) newest = newerOf(newest, { atMs: listedMs, event });
    if (listedMs >= toMs) {
      recent += 1;
      if (event !== null && listedMs < overdueBeforeMs) overdue.push(event);
      continue;
    }
    listed += 1;
    if (event === null) found += 1;
    else missing.push(event);
  }
  return {
    settled: { from: timestamp(fromMs), to: timestamp(toMs) },
    listed,
    found,
    missing: oldest(missing, mostMissingNamed),
    missingCount: missing.length,
    overdue: oldest(overdue, mostOverdueNamed),
    overdueCount: overdue.length,
    lastUnseen: newest.event,
    usualMinutes,
    isQuiet: listed + recent === 0,
    slowestIngestionMinutes: slowestMs === Number.NEGATIVE_INFINITY ? null : fiveMinutes(slowestMs),
  };
}

/** Of the events that had their time to arrive; `event` is null where it did. */
interface Newest {
  readonly atMs: number;
  readonly event: ListedEvent | null;
}

/** Of two of the same moment the one that arrived. */
function newerOf(left: Newest, right: Newest): Newest {
  if (left.atMs !== right.atMs) return left.atMs > right.atMs ? left : right;
  if (left.event === null || right.event === null) return { ...left, event: null };
  return left.event.id < right.event.id ? left : right;
}

function oldest(events: readonly ListedEvent[], most: number): readonly ListedEvent[] {
  return events.toSorted((left, right) => compare(left.at, right.at) || compare(left.id, right.id)).slice(0, most);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Rounded up, so that small differences between looks do not change it. */
function fiveMinutes(ms: number): number {
  return Math.ceil(Math.max(0, ms) / 300_000) * 5;
}
