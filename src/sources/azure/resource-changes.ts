import { z } from 'zod';
import type { RawChange } from '../../domain/change.ts';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { ChangeLog } from '../../domain/ports.ts';
import { actorFrom } from '../../domain/pseudonym.ts';
import { type Timestamp, timestamp } from '../../domain/time.ts';
import type { ArmClient } from './arm-client.ts';

/** What the table of changes takes. Source: Microsoft, "Azure permissions for Management and governance". */
export const changesAction = 'Microsoft.ResourceGraph/resourceChanges/read';

/**
 * What Resource Graph recorded of changes (learn.microsoft.com, "Get resource changes"): within five minutes as a rule, for 14 days, some details
 * later than others. Of `changes` only the names of the paths: the values never pass.
 */
const attributesSchema = z.object({
  timestamp: z.iso.datetime({ offset: true }),
  changedBy: z.string().nullish(),
  changedByType: z.string().nullish(),
  clientType: z.string().nullish(),
  operation: z.string().nullish(),
});
const targetSchema = z.object({ properties: z.object({ targetResourceId: z.string().startsWith('/') }) });
const changeSchema = z.object({
  properties: z.object({ changeAttributes: attributesSchema, changes: z.record(z.string(), z.unknown()).nullish() }),
});

export interface ReadChanges {
  readonly changes: readonly RawChange[];
  /** Targets of rows that were not of the documented shape. */
  readonly unread: readonly string[];
  /** Rows that did not even say what they are about. */
  readonly unreadable: number;
}

export interface ResourceChangesNeeds {
  readonly client: Pick<ArmClient, 'query'>;
  readonly subscriptions: readonly string[];
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** How far back is asked, in milliseconds. */
  readonly windowMs?: number;
  readonly deadlineMs?: number;
  /** For logs and metrics: rows that could not be read, at each question that had some. */
  readonly onUnread?: (rows: number) => void;
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

/**
 * Asks for all changes of the time and keeps those of the subjects: one question, whatever their number. Names nobody on a guess: of a subject with a
 * change that cannot be read there is none at all, since that may have been the last one.
 */
export function createResourceChanges(needs: ResourceChangesNeeds): ChangeLog {
  const { client, subscriptions, now, windowMs = defaultWindowMs, deadlineMs = defaultDeadlineMs, onUnread } = needs;
  return {
    recentChanges: async (subjects, signal) => {
      const wanted = new Set(subjects);
      const query = resourceChangesQuery(timestamp(now() - windowMs));
      const changes: RawChange[] = [];
      let unreadRows = 0;
      for await (const page of client.query({ subscriptions, query }, { signal, deadlineMs })) {
        if (page.truncated)
          throw new FaultError('partial', 'Resource Graph left changes out: the last one of a resource may be among them');
        const { changes: found, unread, unreadable } = readChanges(page.rows);
        changes.push(...found.filter(({ target }) => wanted.has(target)));
        for (const target of unread) wanted.delete(target);
        unreadRows += unread.length + unreadable;
      }
      if (unreadRows > 0) onUnread?.(unreadRows);
      return changes.filter(({ target }) => wanted.has(target));
    },
  };
}

export function readChanges(rows: readonly JsonObject[]): ReadChanges {
  const changes: RawChange[] = [];
  const unread: string[] = [];
  let unreadable = 0;
  for (const row of rows) {
    const about = targetSchema.safeParse(row);
    const parsed = changeSchema.safeParse(row);
    if (!about.success) unreadable += 1;
    else {
      const target = about.data.properties.targetResourceId.toLowerCase();
      if (parsed.success) changes.push(toChange(target, parsed.data.properties));
      else unread.push(target);
    }
  }
  return { changes, unread, unreadable };
}

function toChange(target: string, { changeAttributes, changes }: z.infer<typeof changeSchema>['properties']): RawChange {
  const { timestamp: at, changedBy, changedByType, clientType, operation } = changeAttributes;
  return {
    target,
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
