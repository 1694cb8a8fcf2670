import type { EstateResource, PretendEstate } from '../estate-port.ts';
import { type ActivityEvent, makeActivityEvents } from './activity-events.ts';
import { editedRows, slowestMs } from './edited-rows.ts';
import { hourMs, type LogRow, type TimeWindow, textOf } from './log-row.ts';
import { makeLogWorlds } from './log-world.ts';
import { tableRows } from './table-rows.ts';

export interface LogsAsk {
  /** As Azure Resource Manager names it, in any casing. */
  readonly workspace: string;
  readonly table: string;
  /** When it happened. */
  readonly generated: TimeWindow;
  /** Since when it can be asked for. */
  readonly ingested: TimeWindow;
  /** The id of a resource whose rows are enough, in any casing; null: all. */
  readonly resource: string | null;
  /** The same with a subscription. */
  readonly subscription: string | null;
}

/** All logs of an estate: what they hold follows from the estate, the time and what was done to the logs. Nothing of it is kept. */
export interface PretendLogs {
  /** By its customer id. */
  workspace(customerId: string): EstateResource | null;
  /** Tables that its owner made there. */
  customTables(workspace: EstateResource): readonly string[];
  rows(ask: LogsAsk): Iterable<LogRow>;
  /** What the activity log of a subscription lists, newest first; `toMs` is still in it. `nowMs`: what is submitted later is not listed yet. */
  listed(subscription: string, window: TimeWindow, nowMs: number): Iterable<ActivityEvent>;
}

export interface PretendLogsOptions {
  /** In each subscription, at the least; null: a handful an hour. */
  readonly eventsPerDay: number | null;
}

/** What is asked for without a beginning begins here. */
const longestMs = 90 * 24 * hourMs;

export function makePretendLogs(estate: PretendEstate, options: PretendLogsOptions): PretendLogs {
  const worlds = makeLogWorlds(estate);
  const events = makeActivityEvents(estate, options);
  // About so many events are gone through at once.
  const spanMs = options.eventsPerDay === null ? 24 * hourMs : Math.ceil((24 * hourMs * 250) / options.eventsPerDay);
  return {
    workspace(customerId) {
      const wanted = customerId.toLowerCase();
      const { workspaces } = worlds().places;
      return workspaces.find(({ properties }) => textOf(properties['customerId']).toLowerCase() === wanted) ?? null;
    },
    customTables({ id }) {
      const prefix = `${id}/tables/`.toLowerCase();
      return [...estate.all()].filter((each) => each.id.toLowerCase().startsWith(prefix)).map(({ name }) => name);
    },
    *rows({ generated, ingested, ...asked }) {
      const edits = estate.logEdits?.() ?? [];
      const fromMs = Math.max(generated.fromMs, ingested.fromMs - slowestMs(edits), ingested.toMs - longestMs);
      const window = { fromMs, toMs: Math.min(generated.toMs, ingested.toMs) };
      const { table } = asked;
      const [resource, subscription] = [asked.resource?.toLowerCase() ?? null, asked.subscription?.toLowerCase() ?? null];
      const ask = { table, workspace: asked.workspace.toLowerCase(), resource, subscription, window };
      const world = worlds();
      const rows = tableRows(ask, world, events);
      const told = edits.length === 0 ? rows : editedRows(rows, edits, { ask, events, central: world.places.central });
      for (const row of told) if (row.ingestedMs >= ingested.fromMs && row.ingestedMs < ingested.toMs) yield row;
    },
    *listed(subscription, { fromMs, toMs }, nowMs) {
      for (let end = toMs + 1; end > fromMs; end -= spanMs) {
        const span = [...events.in(subscription, { fromMs: Math.max(fromMs, end - spanMs), toMs: end })];
        const known = span.filter(({ submittedMs }) => submittedMs <= nowMs);
        yield* known.toSorted((one, other) => other.atMs - one.atMs || (one.id < other.id ? -1 : 1));
      }
    },
  };
}
