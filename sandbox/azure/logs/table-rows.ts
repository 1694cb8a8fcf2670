import { typeOfPath } from '../arm-path.ts';
import type { EstateResource } from '../estate-port.ts';
import type { ActivityEvents } from './activity-events.ts';
import { activityRow } from './activity-rows.ts';
import { directoryAudits, signIns } from './directory-rows.ts';
import { hourMs, type LogRow, minuteMs, type TimeWindow } from './log-row.ts';
import type { LogWorld } from './log-world.ts';
import { heartbeatsOf } from './machine-rows.ts';
import { occurrencesIn } from './recurring.ts';
import { type LogWriter, logWriters, rowsWritten } from './resource-rows.ts';

/** What of a table is wanted. Ids are lower case. */
export interface TableAsk {
  readonly workspace: string;
  readonly table: string;
  /** When it happened. */
  readonly window: TimeWindow;
  /** Only rows of this resource are needed; others may come as well. Null: all. */
  readonly resource: string | null;
  /** The same with a subscription. */
  readonly subscription: string | null;
}

/** All rows that ever get into a table, in no order, as if nobody had done anything to the logs. */
export function* tableRows(ask: TableAsk, world: LogWorld, events: ActivityEvents): Generator<LogRow> {
  const { table, window, workspace } = ask;
  if (table === 'AzureActivity') return yield* activityRows(ask, world, events);
  if (table === 'Heartbeat') return yield* machineRows(ask, world);
  if (table === 'Usage') return yield* bareRows(table, hourMs, window);
  yield* writtenRows(ask, world);
  if (workspace !== world.places.central) return;
  if (table === 'SigninLogs') yield* signIns(window);
  if (table === 'AuditLogs') yield* directoryAudits(window);
  if (table === 'SecurityAlert') yield* alerts(window);
  const everyMs = directoryTables[table];
  if (everyMs !== undefined) yield* bareRows(table, everyMs, window);
}

/** Further tables of the directory, of which nobody needs more than that rows arrive. */
const directoryTables: { readonly [table: string]: number } = {
  AADNonInteractiveUserSignInLogs: 2 * minuteMs,
  AADServicePrincipalSignInLogs: 3 * minuteMs,
  AADManagedIdentitySignInLogs: 2 * minuteMs,
};

function* activityRows(
  { workspace, window, subscription: wanted }: TableAsk,
  { places, subscriptions }: LogWorld,
  events: ActivityEvents,
): Generator<LogRow> {
  for (const subscription of subscriptions) {
    const scope = `/subscriptions/${subscription}`;
    if (!places.scopes.includes(scope) || (wanted !== null && wanted !== subscription)) continue;
    const isExported = places.exporter(scope, workspace);
    for (const event of events.in(subscription, window)) {
      if (isExported(event.category, event.atMs)) yield activityRow(event, subscription);
    }
  }
}

function* machineRows({ workspace, window, resource }: TableAsk, { machines }: LogWorld): Generator<LogRow> {
  const known = machines.get(workspace) ?? new Map<string, EstateResource>();
  const wanted = resource === null ? [...known.values()] : [known.get(resource) ?? []].flat();
  for (const machine of wanted) yield* heartbeatsOf(machine, window);
}

function* writtenRows(ask: TableAsk, world: LogWorld): Generator<LogRow> {
  const { table, window, resource } = ask;
  const writer = logWriters[table];
  if (writer === undefined) return;
  for (const id of writersOf(ask, world, writer.by)) {
    if (resource === null || id === resource) yield* rowsWritten(table, writer, id, window);
  }
}

/** Metrics are taken of a few only, which is enough to see that they come. */
const watchedServers = 3;

function writersOf({ table, window, workspace }: TableAsk, world: LogWorld, by: LogWriter['by']): readonly string[] {
  const { places, machines, components, auditedServers } = world;
  const isCentral = workspace === places.central;
  if (by !== null) {
    const isExported = (scope: string) => places.exports(scope, by.category, window.toMs).includes(workspace);
    return places.scopes.filter((scope) => typeOfPath(scope) === by.type && isExported(scope));
  }
  if (table === 'AzureMetrics') return isCentral ? auditedServers.slice(0, watchedServers) : [];
  if (table === 'SQLSecurityAuditEvents') return isCentral ? auditedServers : [];
  if (table === 'InsightsMetrics') return [...(machines.get(workspace)?.keys() ?? [])].slice(0, watchedServers);
  return components.get(workspace) ?? [];
}

function* bareRows(table: string, everyMs: number, window: TimeWindow): Generator<LogRow> {
  for (const { number, atMs, chance } of occurrencesIn({ name: table, everyMs, spreadMs: minuteMs }, window)) {
    yield { atMs, ingestedMs: atMs + minuteMs + chance.whole(number, 1, 2 * minuteMs), cells: { Type: table } };
  }
}

/** Once in five days. */
function* alerts(window: TimeWindow): Generator<LogRow> {
  const everyMs = 120 * hourMs;
  for (const { number, atMs, chance } of occurrencesIn({ name: 'alerts', everyMs, spreadMs: everyMs / 2 }, window)) {
    yield {
      atMs,
      ingestedMs: atMs + minuteMs,
      cells: {
        Type: 'SecurityAlert',
        AlertName: 'Access from an unusual location',
        AlertSeverity: 'Low',
        SystemAlertId: chance.guid(number, 1),
        ProductName: 'Microsoft Defender for Cloud',
        Status: 'Resolved',
      },
    };
  }
}
