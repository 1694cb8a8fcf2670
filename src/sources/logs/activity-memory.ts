import { type CoveredTime, createCoveredTime } from '../../logs/covered-time.ts';
import type { ListedEvent } from '../../logs/log-facts.ts';
import { type ArrivedEvent, createReconciliation } from '../../logs/reconcile.ts';
import type { ReconciledEvents, SettledQuestion } from '../../logs/reconciled-events.ts';
import type { LogRow } from './logs-client.ts';

/** What the looks of a process have read of activity logs and workspaces, so that the next one goes on from there. */
export interface ActivityMemory {
  /** Of which time an activity log was read. */
  listedOf(subscription: string): CoveredTime;
  /** Of which time it was read when that had settled. */
  settledOf(subscription: string): CoveredTime;
  /** Of which time of arrival a workspace was read. `workspace`: its id and customer id. */
  arrivedIn(workspace: string): CoveredTime;
  addListed(subscription: string, events: readonly ListedEvent[]): void;
  addRows(rows: readonly LogRow[]): void;
  stateOf(subscription: string, question: SettledQuestion): ReconciledEvents;
  /** Rows since this time came without an id, so that events may be there and not be found. */
  hasNamelessSince(ms: number): boolean;
  forgetBefore(ms: number): void;
  /**
   * Begins a look. Where little is known, or the last time is long ago, the workspaces are read anew from the beginning: what arrived may have been taken
   * away since. `workspaces`: those that there are, where all are known; one that is gone holds nothing any more.
   */
  beginLook(nowMs: number, workspaces: ReadonlySet<string> | null): void;
  /** All workspaces were read to the end. */
  endReading(): void;
  /** They were before, and held little. */
  isSmall(): boolean;
}

/** The columns that are asked for; no others of the table are of interest here. */
export const activityColumns = { EventDataId: 'text', SubscriptionId: 'text' } as const;

/** So few events are read again at each look; more of them as seldom as this. */
const fewEvents = 20_000;
const longestUnreadMs = 6 * 3_600_000;

export function createActivityMemory(): ActivityMemory {
  const reconciliation = createReconciliation();
  const listed = new Map<string, CoveredTime>();
  const settled = new Map<string, CoveredTime>();
  const arrived = new Map<string, CoveredTime>();
  let latestNamelessMs = Number.NEGATIVE_INFINITY;
  /** When the round began that goes on, and the one that ended last. */
  let round: number | null = null;
  let lastRoundMs = Number.NEGATIVE_INFINITY;
  let lastLookMs = Number.NEGATIVE_INFINITY;
  const noteNameless = (ms: number): void => {
    latestNamelessMs = Math.max(latestNamelessMs, ms);
  };

  const hasFew = (): boolean => reconciliation.size() <= fewEvents;

  function beginRound(nowMs: number): void {
    reconciliation.beginRound();
    arrived.clear();
    latestNamelessMs = Number.NEGATIVE_INFINITY;
    round = nowMs;
  }

  return {
    listedOf: (subscription) => remembered(listed, subscription),
    settledOf: (subscription) => remembered(settled, subscription),
    arrivedIn: (workspace) => remembered(arrived, workspace),
    addListed: (subscription, events) => reconciliation.addListed(subscription, events),
    addRows: (rows) => reconciliation.addArrived(namedOf(rows, noteNameless)),
    stateOf: (subscription, question) => reconciliation.stateOf(subscription, question),
    hasNamelessSince: (ms) => latestNamelessMs >= ms,
    forgetBefore(ms) {
      reconciliation.forgetBefore(ms);
      for (const covered of [...listed.values(), ...settled.values(), ...arrived.values()]) covered.forgetBefore(ms);
    },
    beginLook(nowMs, workspaces) {
      // By a clock that was ahead it was read what had not happened yet.
      const wasAhead = nowMs < lastLookMs;
      lastLookMs = nowMs;
      if (wasAhead) for (const times of [listed, settled]) times.clear();
      const isGone = workspaces !== null && [...arrived.keys()].some((workspace) => !workspaces.has(workspace));
      const isDue = hasFew() || nowMs - lastRoundMs >= longestUnreadMs;
      if (wasAhead || isGone || (round === null && isDue)) beginRound(nowMs);
    },
    endReading() {
      if (round === null) return;
      reconciliation.endRound();
      lastRoundMs = round;
      round = null;
    },
    isSmall: () => Number.isFinite(lastRoundMs) && hasFew(),
  };
}

/** One by one: there may be as many as an answer can hold. */
function* namedOf(rows: readonly LogRow[], noteNameless: (ms: number) => void): Generator<ArrivedEvent> {
  for (const row of rows) {
    const event = readRow(row);
    if (event.id === '') noteNameless(event.generatedMs);
    else yield event;
  }
}

function readRow({ generatedAt, ingestedAt, columns }: LogRow): ArrivedEvent {
  return {
    id: (columns['EventDataId'] ?? '').trim(),
    subscription: (columns['SubscriptionId'] ?? '').trim(),
    generatedMs: Date.parse(generatedAt),
    ingestedMs: Date.parse(ingestedAt),
  };
}

function remembered(times: Map<string, CoveredTime>, name: string): CoveredTime {
  const known = times.get(name) ?? createCoveredTime();
  times.set(name, known);
  return known;
}
