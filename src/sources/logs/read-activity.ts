import type { Fault } from '../../domain/fault.ts';
import { timestamp } from '../../domain/time.ts';
import { type Span, spansToRead } from '../../logs/covered-time.ts';
import type { ArmClient } from '../azure/arm-client.ts';
import type { Clock } from '../azure/clock.ts';
import { listActivity } from './activity-log-api.ts';
import { type ActivityMemory, activityColumns } from './activity-memory.ts';
import { type AskedWorkspace, refuseUnreadable } from './asked-workspace.ts';
import type { LogsClient } from './logs-client.ts';
import { callOptionsOf, type ReadUntil, readOn, readParts } from './read-in-parts.ts';

export interface ReadActivityNeeds {
  readonly arm: Pick<ArmClient, 'list'>;
  readonly logs: LogsClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly memory: ActivityMemory;
  /** What has to be known by the end. */
  readonly span: Span;
  /** Up to when events had their time to be listed and to arrive. */
  readonly settledToMs: number;
}

export const activityTable = 'AzureActivity';

/**
 * Null: all that the activity log lists of the span is known. What it shows hours late would never be missed, so each hour is listed once more when it has
 * settled.
 */
export async function readListed(subscription: string, needs: ReadActivityNeeds, until: ReadUntil): Promise<Fault | null> {
  const { memory, span, settledToMs } = needs;
  const [covered, settled] = [memory.listedOf(subscription), memory.settledOf(subscription)];
  const list = async (part: Span): Promise<void> => {
    for await (const page of listActivity(needs.arm, subscription, part, callOptionsOf(needs.clock, until))) {
      memory.addListed(subscription, page.events);
      if (page.covered === null) continue;
      covered.cover(page.covered);
      settled.cover({ fromMs: page.covered.fromMs, toMs: Math.min(page.covered.toMs, settledToMs) });
    }
  };
  return await readOn(`the activity log of subscription ${subscription}`, covered, span, async () => {
    for (const part of spansToRead(covered, span)) await list(part);
    for (const part of settled.gaps({ fromMs: span.fromMs, toMs: settledToMs })) await list(part);
  });
}

/** Null: all that arrived in the workspace since the span began is known. */
export async function readArrived(workspace: AskedWorkspace, needs: ReadActivityNeeds, until: ReadUntil): Promise<Fault | null> {
  const covered = needs.memory.arrivedIn(keyOf(workspace));
  return await readOn(`the workspace ${workspace.resource.name}`, covered, needs.span, async () => {
    await refuseUnreadable(needs.arm, workspace, [activityTable], callOptionsOf(needs.clock, until));
    for (const open of spansToRead(covered, needs.span))
      await readParts(open, needs.memory.isSmall(), async (part) => {
        const window = { from: timestamp(part.fromMs), to: timestamp(part.toMs), by: 'ingested' } as const;
        const query = { table: activityTable, columns: activityColumns, window };
        const rows = await needs.logs.rows(workspace.customerId, query, callOptionsOf(needs.clock, until));
        needs.memory.addRows(rows);
        covered.cover(part);
        return rows.length;
      });
  });
}

/** One that was made anew under the same name is another one. */
export function keyOf({ resource, customerId }: AskedWorkspace): string {
  return `${resource.id} ${customerId}`;
}
