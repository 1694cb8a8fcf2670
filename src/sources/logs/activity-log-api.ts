import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import { timestamp } from '../../domain/time.ts';
import type { Span } from '../../logs/covered-time.ts';
import type { ListedEvent } from '../../logs/log-facts.ts';
import type { ArmClient, CallOptions } from '../azure/arm-client.ts';
import type { QueryParameters } from '../azure/request-url.ts';

/** What reading it takes. Source: Microsoft, "Azure permissions for Monitor". */
export const activityLogAction = 'Microsoft.Insights/eventtypes/values/read';
/** What people and services did and what Security and Policy said of it; the others tell of the health of Azure, and of rules of our own. */
export const reconciledCategories = ['Administrative', 'Security', 'Policy'] as const;

const apiVersion = '2015-04-01';
/** Nobody who did something, and nothing of what was sent: `caller`, `claims` and `httpRequest` are never asked for. */
const selected = ['eventDataId', 'eventTimestamp', 'category', 'operationName', 'resourceId'];

const said = z.object({ value: z.string() });
const categorySchema = z.object({ category: said });
const eventSchema = z.object({
  eventDataId: z.string().trim().min(1),
  eventTimestamp: z.iso.datetime({ offset: true }),
  category: said,
  operationName: said.nullish(),
  resourceId: z.string().nullish(),
});

export interface EventPage {
  /** Of the categories that are reconciled. */
  readonly events: readonly ListedEvent[];
  /** What the span is covered by with this page and those before it; null: that is not known yet. */
  readonly covered: Span | null;
}

/**
 * What the activity log of a subscription lists in a span of time, page by page, newest first: what was read stands, even where the next page cannot be had.
 * @throws FaultError
 */
export async function* listActivity(
  client: Pick<ArmClient, 'list'>,
  subscription: string,
  span: Span,
  options: CallOptions,
): AsyncGenerator<EventPage> {
  const path = `/subscriptions/${subscription}/providers/Microsoft.Insights/eventtypes/management/values`;
  // Both ends are included; a finer time than a millisecond is read again with the overlap.
  let lastMs = Number.POSITIVE_INFINITY;
  let isOrdered = true;
  for await (const page of client.list(path, apiVersion, { ...options, parameters: activityParameters(span) })) {
    const events = page.flatMap(readEvent);
    for (const { at } of events) {
      isOrdered &&= Date.parse(at) <= lastMs;
      lastMs = Date.parse(at);
    }
    // Others of the same millisecond may stand on the next page.
    const isNew = isOrdered && Number.isFinite(lastMs);
    yield { events, covered: isNew ? { fromMs: Math.max(span.fromMs, lastMs + 1), toMs: span.toMs } : null };
  }
  yield { events: [], covered: span };
}

function activityParameters({ fromMs, toMs }: Span): QueryParameters {
  return {
    $filter: `eventTimestamp ge '${timestamp(fromMs)}' and eventTimestamp le '${timestamp(toMs)}'`,
    $select: selected.join(','),
  };
}

/** None where its category is not reconciled. @throws FaultError `malformed`: an event without its id would be missed, or counted twice. */
function readEvent(item: JsonObject): readonly ListedEvent[] {
  const named = categorySchema.safeParse(item);
  if (!named.success) throw new FaultError('malformed', 'the activity log lists an event without its category');
  const category = reconciledCategories.find((one) => one.toLowerCase() === named.data.category.value.trim().toLowerCase());
  if (category === undefined) return [];
  const parsed = eventSchema.safeParse(item);
  if (!parsed.success) throw new FaultError('malformed', 'the activity log lists an event without its id (eventDataId) or its time');
  const { eventDataId, eventTimestamp, operationName, resourceId } = parsed.data;
  return [
    {
      id: eventDataId.toLowerCase(),
      at: timestamp(Date.parse(eventTimestamp)),
      category,
      operation: operationName?.value.trim() ?? '',
      resource: (resourceId ?? '').toLowerCase(),
    },
  ];
}
