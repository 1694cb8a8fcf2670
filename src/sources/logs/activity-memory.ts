import { type CoveredTime, createCoveredTime } from '../../logs/covered-time.ts';
import type { ListedEvent } from '../../logs/log-facts.ts';
import { type ArrivedEvent, createReconciliation, type ReconciledEvents, type SettledQuestion } from '../../logs/reconcile.ts';
import type { LogRow } from './logs-client.ts';

/** What the looks of a process have read of activity logs and workspaces, so that the next one goes on from there. */
export interface ActivityMemory {
  /** Of which time an activity log was read. */
  listedOf(subscription: string): CoveredTime;
  /** Of which time of arrival a workspace was read. `workspace`: its id and customer id. */
  arrivedIn(workspace: string): CoveredTime;
  addListed(subscription: string, events: readonly ListedEvent[]): void;
  addRows(rows: readonly LogRow[]): void;
  stateOf(subscription: string, question: SettledQuestion): ReconciledEvents;
  /** Rows since this time came without an id, so that events may be there and not be found. */
  hasNamelessSince(ms: number): boolean;
  forgetBefore(ms: number): void;
  /** Which workspaces there are. Where one of those that were read is gone, what it held is not in a workspace any more: all of them are read anew. */
  keepWorkspaces(workspaces: ReadonlySet<string>): void;
}

/** The columns that are asked for; no others of the table are of interest here. */
export const activityColumns = { EventDataId: 'text', SubscriptionId: 'text' } as const;

export function createActivityMemory(): ActivityMemory {
  let reconciliation = createReconciliation();
  const listed = new Map<string, CoveredTime>();
  const arrived = new Map<string, CoveredTime>();
  let latestNamelessMs = Number.NEGATIVE_INFINITY;
  const noteNameless = (ms: number): void => {
    latestNamelessMs = Math.max(latestNamelessMs, ms);
  };
  return {
    listedOf: (subscription) => remembered(listed, subscription),
    arrivedIn: (workspace) => remembered(arrived, workspace),
    addListed: (subscription, events) => reconciliation.addListed(subscription, events),
    addRows(rows) {
      reconciliation.addArrived(namedOf(rows, noteNameless));
    },
    stateOf: (subscription, question) => reconciliation.stateOf(subscription, question),
    hasNamelessSince: (ms) => latestNamelessMs >= ms,
    forgetBefore(ms) {
      reconciliation.forgetBefore(ms);
      for (const covered of [...listed.values(), ...arrived.values()]) covered.forgetBefore(ms);
    },
    keepWorkspaces(workspaces) {
      if ([...arrived.keys()].every((workspace) => workspaces.has(workspace))) return;
      reconciliation = createReconciliation();
      listed.clear();
      arrived.clear();
      latestNamelessMs = Number.NEGATIVE_INFINITY;
    },
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
