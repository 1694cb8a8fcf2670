import type { ListedEvent } from './log-facts.ts';
import { type EventEntry, type ReconciledEvents, type SettledQuestion, summarize, type What } from './reconciled-events.ts';

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

/** The row of an event may say another time than the list, by what the clocks differ. */
const clocksDifferMs = 3_600_000;

/** One for all subscriptions: an id is found wherever it arrived. Ids are compared without case. */
export function createReconciliation(): Reconciliation {
  const entries = new Map<string, EventEntry>();
  const subscriptions = createKinds((subscription: string) => subscription);
  const whats = createKinds(({ category, operation, resource }: ListedEvent): What => ({ category, operation, resource }));
  let forgottenBeforeMs = Number.NEGATIVE_INFINITY;
  let firstMs: number | null = null;
  let round = 0;

  function since(ms: number): number {
    firstMs ??= ms;
    return ms - firstMs;
  }

  function entryOf(id: string, subscription: string): EventEntry {
    const key = id.toLowerCase();
    const known = entries.get(key);
    if (known !== undefined) return known;
    const own = subscriptions.one(subscription, subscription);
    const entry: EventEntry = { subscription: own, listed: null, what: null, generated: null, ingested: null, round };
    entries.set(key, entry);
    return entry;
  }

  function addOneListed(subscription: string, event: ListedEvent): void {
    const entry = entryOf(event.id, subscription);
    const at = since(Date.parse(event.at));
    entry.subscription = subscriptions.one(subscription, subscription);
    if (entry.listed !== null && entry.listed <= at) return;
    entry.listed = at;
    entry.what = whats.one(`${event.category} ${event.operation} ${event.resource}`, event);
  }

  function addOneArrived({ id, subscription, generatedMs, ingestedMs }: ArrivedEvent): void {
    const entry = entryOf(id, subscription.toLowerCase());
    const [generated, ingested] = [since(generatedMs), since(ingestedMs)];
    const isKnown = entry.round === round;
    entry.generated = Math.min(generated, (isKnown ? entry.generated : null) ?? generated);
    entry.ingested = Math.min(ingested, (isKnown ? entry.ingested : null) ?? ingested);
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
        entry.generated = null;
        entry.ingested = null;
        if (entry.listed === null) entries.delete(key);
      }
    },
    stateOf: (subscription, question) => summarize(entries, firstMs ?? 0, subscription, question),
    forgetBefore(ms) {
      // Asked at every look, and moves once an hour.
      if (ms === forgottenBeforeMs) return;
      forgottenBeforeMs = ms;
      const before = ms - (firstMs ?? 0);
      for (const [key, { listed, generated }] of entries)
        if ((listed ?? Number.NEGATIVE_INFINITY) < before && (generated ?? Number.NEGATIVE_INFINITY) < before - clocksDifferMs)
          entries.delete(key);
    },
    size: () => entries.size,
  };
}

const mostKinds = 50_000;

/** Many events are about the same few things: each is held once. */
function createKinds<From, Kind>(make: (from: From) => Kind): { one(key: string, from: From): Kind } {
  const known = new Map<string, Kind>();
  return {
    one(key, from) {
      const held = known.get(key);
      if (held !== undefined) return held;
      // Things come and go: what is held here is not in use for ever.
      if (known.size >= mostKinds) known.clear();
      const kind = make(from);
      known.set(key, kind);
      return kind;
    },
  };
}
