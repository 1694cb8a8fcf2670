import type { Fault } from '../../domain/fault.ts';
import { timestamp } from '../../domain/time.ts';
import { type CoveredTime, type Span, spansToRead } from '../../logs/covered-time.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import { attempt } from '../azure/attempt.ts';
import type { Clock } from '../azure/clock.ts';
import { listActivity } from './activity-log-api.ts';
import { type ActivityMemory, activityColumns } from './activity-memory.ts';
import { type AskedWorkspace, refuseUnreadable } from './asked-workspace.ts';
import type { LogsClient } from './logs-client.ts';

export interface ReadActivityNeeds {
  readonly arm: Pick<ArmClient, 'list'>;
  readonly logs: LogsClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly memory: ActivityMemory;
  /** What has to be known by the end. */
  readonly span: Span;
}

/** When reading has to end, of the clock. */
export interface ReadUntil {
  readonly signal: AbortSignal;
  readonly untilMs: number;
}

export const activityTable = 'AzureActivity';
/** Longer spans are read in parts, so that what was read stands where the rest cannot be had in time. */
const longestPartMs = 4 * 3_600_000;

/** Null: all that the activity log lists of the span is known. */
export async function readListed(subscription: string, needs: ReadActivityNeeds, until: ReadUntil): Promise<Fault | null> {
  const covered = needs.memory.listedOf(subscription);
  return await readOn(`the activity log of subscription ${subscription}`, covered, needs.span, async () => {
    for (const part of spansToRead(covered, needs.span))
      for await (const page of listActivity(needs.arm, subscription, part, optionsOf(needs, until))) {
        needs.memory.addListed(subscription, page.events);
        if (page.covered !== null) covered.cover(page.covered);
      }
  });
}

/** Null: all that arrived in the workspace since the span began is known. */
export async function readArrived(workspace: AskedWorkspace, needs: ReadActivityNeeds, until: ReadUntil): Promise<Fault | null> {
  const covered = needs.memory.arrivedIn(keyOf(workspace));
  return await readOn(`the workspace ${workspace.resource.name}`, covered, needs.span, async () => {
    await refuseUnreadable(needs.arm, workspace, [activityTable], optionsOf(needs, until));
    for (const part of spansToRead(covered, needs.span).flatMap(partsOf)) {
      const window = { from: timestamp(part.fromMs), to: timestamp(part.toMs), by: 'ingested' } as const;
      const query = { table: activityTable, columns: activityColumns, window };
      needs.memory.addRows(await needs.logs.rows(workspace.customerId, query, optionsOf(needs, until)));
      covered.cover(part);
    }
  });
}

/** One that was made anew under the same name is another one. */
export function keyOf({ resource, customerId }: AskedWorkspace): string {
  return `${resource.id} ${customerId}`;
}

/** Newest first. */
function partsOf({ fromMs, toMs }: Span): readonly Span[] {
  const count = Math.ceil((toMs - fromMs) / longestPartMs);
  return Array.from({ length: count }, (_, index) => ({
    fromMs: Math.max(fromMs, toMs - (index + 1) * longestPartMs),
    toMs: toMs - index * longestPartMs,
  }));
}

function optionsOf({ clock }: ReadActivityNeeds, { signal, untilMs }: ReadUntil): CallOptions {
  return { signal, deadlineMs: Math.max(1, untilMs - clock.now()) };
}

/** A reading that came further than before, and not to the end for want of time, is no fault of Azure. */
async function readOn(what: string, covered: CoveredTime, span: Span, read: () => Promise<void>): Promise<Fault | null> {
  const openMs = (): number => covered.gaps(span).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const openBeforeMs = openMs();
  const outcome = await attempt(read);
  if ('value' in outcome) return null;
  const { fault } = outcome;
  const isLate = fault.code === 'timeout' || fault.code === 'throttled';
  if (!isLate || openMs() >= openBeforeMs) return fault;
  return { code: 'partial', message: `${what} is not read to the end yet; the next looks go on from where this one ended` };
}
