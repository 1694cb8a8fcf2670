import { z } from 'zod';
import type { RawChange } from '../../domain/change.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ChangeLog } from '../../domain/ports.ts';
import { actorFrom } from '../../domain/pseudonym.ts';
import { type Timestamp, timestamp } from '../../domain/time.ts';
import type { ArmClient } from './arm-client.ts';

/**
 * What Resource Graph recorded of changes (learn.microsoft.com, "Get resource changes"): within five minutes as a rule, for 14 days, some details
 * later than others. Of `changes` only the names of the paths: the values never pass.
 */
const rowSchema = z.object({
  properties: z.object({
    targetResourceId: z.string().startsWith('/'),
    changeAttributes: z.object({
      timestamp: z.iso.datetime({ offset: true }),
      changedBy: z.string().nullish(),
      changedByType: z.string().nullish(),
      clientType: z.string().nullish(),
      operation: z.string().nullish(),
    }),
    changes: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export interface FoundChanges {
  readonly changes: readonly RawChange[];
  /** Not all changes came: one that is missing may have been left out. */
  readonly truncated: boolean;
  /** Rows that were not of the documented shape, left out. */
  readonly unread: number;
}

export interface ResourceChangesNeeds {
  readonly client: Pick<ArmClient, 'query'>;
  readonly subscriptions: readonly string[];
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** How far back is asked, in milliseconds. */
  readonly windowMs?: number;
  readonly deadlineMs?: number;
  /** For logs and metrics: what may be missing. */
  readonly onIncomplete?: (found: Pick<FoundChanges, 'truncated' | 'unread'>) => void;
}

/** The cadence of looks and the delay of Resource Graph, with room for a look that came late. */
const defaultWindowMs = 2 * 3_600_000;
const defaultDeadlineMs = 4_000;
const mostProperties = 50;
const longestText = 200;
const nothingSaid = 'unspecified';

/** Changes after this time; ordered, or Azure gives no further pages. */
export function resourceChangesQuery(after: Timestamp): string {
  return `resourcechanges | extend changedAt=todatetime(properties.changeAttributes.timestamp) | where changedAt > datetime(${after}) | project id, properties | order by id asc`;
}

/** Asks for all changes of the time and keeps those of the subjects: one question, whatever their number. */
export function createResourceChanges(needs: ResourceChangesNeeds): ChangeLog {
  const { client, subscriptions, now, windowMs = defaultWindowMs, deadlineMs = defaultDeadlineMs, onIncomplete } = needs;
  return {
    recentChanges: async (subjects, signal) => {
      const wanted = new Set(subjects);
      const query = resourceChangesQuery(timestamp(now() - windowMs));
      let [truncated, unread] = [false, 0];
      const changes: RawChange[] = [];
      for await (const page of client.query({ subscriptions, query }, { signal, deadlineMs })) {
        const found = readChanges(page.rows);
        changes.push(...found.changes.filter(({ target }) => wanted.has(target)));
        truncated ||= page.truncated;
        unread += found.unread;
      }
      if (truncated || unread > 0) onIncomplete?.({ truncated, unread });
      return changes;
    },
  };
}

/** Rows that are not of the documented shape are counted and left out: nobody is named on a guess. */
export function readChanges(rows: readonly JsonObject[]): Omit<FoundChanges, 'truncated'> {
  const changes = rows.map(readChange).filter((change) => change !== null);
  return { changes, unread: rows.length - changes.length };
}

function readChange(row: JsonObject): RawChange | null {
  const parsed = rowSchema.safeParse(row);
  if (!parsed.success) return null;
  const { targetResourceId, changeAttributes, changes } = parsed.data.properties;
  const { timestamp: at, changedBy, changedByType, clientType, operation } = changeAttributes;
  return {
    target: targetResourceId.toLowerCase(),
    at: timestamp(Date.parse(at)),
    by: actorFrom(changedBy ?? '', changedByType ?? null),
    operation: readText(operation),
    clientType: readText(clientType),
    properties: Object.keys(changes ?? {})
      .toSorted()
      .slice(0, mostProperties)
      .map((path) => path.slice(0, longestText)),
  };
}

/** Null where the origin says nothing, or says that it does not know. */
function readText(text: string | null | undefined): string | null {
  const trimmed = (text ?? '').trim();
  return trimmed === '' || trimmed.toLowerCase() === nothingSaid ? null : trimmed.slice(0, longestText);
}
