import { timestamp } from '../domain/time.ts';
import type { Span } from './covered-time.ts';
import type { ActivityLogFact, ListedEvent } from './log-facts.ts';

/** Matches what an activity log lists with what arrived in workspaces. */
export interface Reconciliation {
  /** In any order, each any number of times. `subscription`: its id, lower case. */
  addListed(subscription: string, events: Iterable<ListedEvent>): void;
  /** In any order, each any number of times, of any subscriptions and workspaces. */
  addArrived(events: Iterable<ArrivedEvent>): void;
  /** From now on the workspaces are read anew; what arrived before stands until that has come to its end. */
  beginRound(): void;
  /** The workspaces were read anew: what did not come again is not there any more. */
  endRound(): void;
  /** How it stands at `nowMs`, from all that was added and not forgotten. */
  stateOf(subscription: string, question: SettledQuestion): ReconciledEvents;
  /** Forgets what happened before and will not be asked about again. */
  forgetBefore(ms: number): void;
  /** How many events are known. */
  size(): number;
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
  /** When it happened, as listed, and what it was; null: it is not listed. */
  listedMs: number | null;
  category: string;
  operation: string;
  resource: string;
  generatedMs: number | null;
  /** In the workspace where it arrived first; null: it did not. */
  ingestedMs: number | null;
  /** When it was last seen to have arrived. */
  round: number;
}

/** One for all subscriptions: an id is found wherever it arrived. Ids are compared without case. */
export function createReconciliation(): Reconciliation {
  const entries = new Map<string, Entry>();
  const texts = createTexts();
  let forgottenBeforeMs = Number.NEGATIVE_INFINITY;
  let round = 0;

  function entryOf(id: string, subscription: string): Entry {
    const key = id.toLowerCase();
    const known = entries.get(key);
    if (known !== undefined) return known;
    const blank = { category: '', operation: '', resource: '', generatedMs: null, ingestedMs: null };
    const entry: Entry = { subscription: texts.one(subscription), listedMs: null, ...blank, round };
    entries.set(key, entry);
    return entry;
  }

  function addOneListed(subscription: string, { id, at, category, operation, resource }: ListedEvent): void {
    const entry = entryOf(id, subscription);
    const atMs = Date.parse(at);
    entry.subscription = subscription;
    if (entry.listedMs !== null && entry.listedMs <= atMs) return;
    entry.listedMs = atMs;
    entry.category = texts.one(category);
    entry.operation = texts.one(operation);
    entry.resource = texts.one(resource);
  }

  function addOneArrived({ id, subscription, generatedMs, ingestedMs }: ArrivedEvent): void {
    const entry = entryOf(id, subscription.toLowerCase());
    const isKnown = entry.round === round;
    entry.generatedMs = Math.min(generatedMs, (isKnown ? entry.generatedMs : null) ?? generatedMs);
    entry.ingestedMs = Math.min(ingestedMs, (isKnown ? entry.ingestedMs : null) ?? ingestedMs);
    entry.round = round;
  }

  return {
    addListed(subscription, events) {
      for (const event of events) addOneListed(subscription, event);
    },
    addArrived(events) {
      for (const event of events) addOneArrived(event);
    },
    beginRound() {
      round += 1;
    },
    endRound() {
      for (const [key, entry] of entries) {
        if (entry.round === round) continue;
        entry.generatedMs = null;
        entry.ingestedMs = null;
        if (entry.listedMs === null) entries.delete(key);
      }
    },
    stateOf: (subscription, question) => summarize(entries, subscription, question),
    forgetBefore(ms) {
      // Asked at every look, and moves once an hour.
      if (ms === forgottenBeforeMs) return;
      forgottenBeforeMs = ms;
      texts.forget();
      for (const [key, { listedMs, generatedMs }] of entries)
        if ((listedMs ?? Number.NEGATIVE_INFINITY) < ms && (generatedMs ?? Number.NEGATIVE_INFINITY) < ms - clocksDifferMs)
          entries.delete(key);
    },
    size: () => entries.size,
  };
}

/** Many events name the same few things: each text is held once. */
function createTexts(): { one(text: string): string; forget(): void } {
  const known = new Map<string, string>();
  return {
    one(text) {
      const held = known.get(text);
      if (held !== undefined) return held;
      known.set(text, text);
      return text;
    },
    forget: () => known.clear(),
  };
}

/** An event that is in no workspace. */
interface Unseen {
  readonly id: string;
  readonly atMs: number;
  readonly entry: Entry;
}

function summarize(entries: Iterable<[string, Entry]>, subscription: string, question: SettledQuestion): ReconciledEvents {
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
    const { listedMs: atMs, generatedMs, ingestedMs } = entry;
    if (generatedMs !== null && ingestedMs !== null && generatedMs >= fromMs) slowestMs = Math.max(slowestMs, ingestedMs - generatedMs);
    if (atMs === null || atMs < fromMs) continue;
    const isSettled = atMs < toMs;
    if (isSettled) listed += 1;
    else recent += 1;
    if (ingestedMs === null && (isSettled || atMs < overdueBeforeMs)) (isSettled ? missing : overdue).push({ id, atMs, entry });
    if (ingestedMs !== null && atMs < overdueBeforeMs) newestFoundMs = Math.max(newestFoundMs, atMs);
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

function eventOf({ id, atMs, entry: { category, operation, resource } }: Unseen): ListedEvent {
  return { id, at: timestamp(atMs), category, operation, resource };
}

function compare(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** Rounded up, so that small differences between looks do not change it. */
function fiveMinutes(ms: number): number {
  return Math.ceil(Math.max(0, ms) / 300_000) * 5;
}
