import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { PretendEstate } from '../estate-port.ts';
import { type Reply, replies } from '../reply.ts';
import type { Rights } from '../rights.ts';
import { type ActivityEvent, groupOfEvent } from './activity-events.ts';
import { readActivityFilter } from './activity-filter.ts';
import { azureTime } from './log-row.ts';
import type { PretendLogs } from './pretend-logs.ts';

export interface ActivityOptions {
  readonly estate: PretendEstate;
  readonly logs: PretendLogs;
  readonly origin: () => string;
  readonly pageSize: number;
  readonly now: () => number;
}

/** The subscription whose activity log a path asks for, as it is written there; null: it asks for something else. */
export function activityPathOf(path: string): string | null {
  return /^\/subscriptions\/([^/]+)\/providers\/microsoft\.insights\/eventtypes\/management\/values$/i.exec(path)?.[1] ?? null;
}

/** A page of what happened in a subscription, newest first. */
export function answerActivity(subscription: string, url: URL, rights: Rights, options: ActivityOptions): Reply {
  const { estate, logs, pageSize, now } = options;
  const scope = `/subscriptions/${subscription}`;
  const known = estate.subscriptions.some(({ id }) => id.toLowerCase() === subscription.toLowerCase());
  if (!known) return replies.subscriptionNotFound(subscription);
  const action = 'Microsoft.Insights/eventtypes/values/read';
  if (!rights.canSee(subscription) || !rights.permits(action)) return replies.forbidden(rights.client, action, scope);
  const filter = readActivityFilter(url.searchParams.get('$filter') ?? '', now());
  if (typeof filter === 'string') return { status: 400, body: { code: 'BadRequest', message: filter } };
  const after = readSkipToken(url.searchParams.get('$skipToken'));
  const window = { fromMs: filter.fromMs, toMs: Math.min(filter.toMs, after?.atMs ?? filter.toMs) };
  const page: ActivityEvent[] = [];
  for (const event of logs.listed(subscription, window, now())) {
    if (!filter.matches(event) || (after !== null && isBefore(event, after))) continue;
    if (page.length === pageSize) return replyPage(page, url, options.origin(), true);
    page.push(event);
  }
  return replyPage(page, url, options.origin(), false);
}

interface Place {
  readonly atMs: number;
  readonly id: string;
}

/** Whether it stands on a page before, or ends one. */
function isBefore(event: ActivityEvent, last: Place): boolean {
  return event.atMs > last.atMs || (event.atMs === last.atMs && event.id <= last.id);
}

function readSkipToken(token: string | null): Place | null {
  if (token === null) return null;
  const [atMs = '', id = ''] = Buffer.from(token, 'base64url').toString().split(' ');
  return { atMs: Number(atMs), id };
}

function replyPage(page: readonly ActivityEvent[], url: URL, origin: string, isMore: boolean): Reply {
  const fields = (url.searchParams.get('$select') ?? '').split(',').map((field) => field.trim().toLowerCase());
  const value = page.map((event) => shownOf(event, fields));
  const last = page.at(-1);
  if (!isMore || last === undefined) return { status: 200, body: { value } };
  const query = new URLSearchParams(url.searchParams);
  query.set('$skipToken', Buffer.from(`${last.atMs} ${last.id}`).toString('base64url'));
  return { status: 200, body: { value, nextLink: `${origin}${url.pathname}?${query.toString()}` } };
}

/** The id comes along whatever was selected. */
function shownOf(event: ActivityEvent, fields: readonly string[]): Json {
  const shown: JsonObject = bodyOf(event);
  if (fields.every((field) => field === '')) return shown;
  return Object.fromEntries(Object.entries(shown).filter(([name]) => name === 'id' || fields.includes(name.toLowerCase())));
}

function bodyOf(event: ActivityEvent): JsonObject {
  const { id, resource, operation, correlationId, caller, callerAddress, category, status, atMs, submittedMs } = event;
  const ticks = `${BigInt(atMs) * 10_000n + 621_355_968_000_000_000n}`;
  return {
    id: `${resource}/events/${id}/ticks/${ticks}`,
    eventDataId: id,
    eventTimestamp: azureTime(atMs),
    submissionTimestamp: azureTime(submittedMs),
    category: localized(category),
    eventName: localized(status === 'Started' ? 'BeginRequest' : 'EndRequest'),
    operationName: localized(operation),
    operationId: correlationId,
    correlationId,
    resourceId: resource,
    resourceGroupName: groupOfEvent(event),
    resourceProviderName: localized(operation.split('/')[0] ?? ''),
    resourceType: localized(operation.split('/').slice(0, 2).join('/')),
    status: localized(status),
    subStatus: localized(''),
    level: 'Informational',
    caller,
    claims: caller.includes('@') ? { name: caller, ipaddr: callerAddress } : {},
    ...(callerAddress === '' ? {} : { httpRequest: { clientIpAddress: callerAddress, method: 'PUT' } }),
    channels: 'Operation',
    description: '',
  };
}

function localized(value: string): JsonObject {
  return { value, localizedValue: value };
}
