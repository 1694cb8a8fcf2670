import type { JsonObject } from '../../src/domain/json.ts';
import { subscriptionOf, typeOfPath } from './arm-path.ts';
import type { PretendEstate } from './estate-port.ts';
import type { AzureFault } from './faults.ts';
import { changeRow, type FiledResource, makeGraphIndex, rowOf } from './graph-index.ts';
import { type GraphQuery, parseGraphQuery } from './graph-query.ts';
import { encodePosition, type GraphRequest } from './graph-request.ts';
import { tableOf } from './graph-tables.ts';
import { type Reply, replies, replyError } from './reply.ts';
import type { Rights } from './rights.ts';

export interface ResourceGraph {
  /** `fault`: one of those that only spoil the content. */
  answer(request: GraphRequest, rights: Rights, fault: AzureFault | null): Reply;
}

/** What a query gives before it is cut into pages. */
interface Found {
  readonly total: number;
  /** Without the id there is no way to the next page. */
  readonly canPage: boolean;
  rows(from: number, to: number): readonly JsonObject[];
}

export function makeResourceGraph(estate: PretendEstate, tenantId: string): ResourceGraph {
  const index = makeGraphIndex(estate);
  const known = new Map<string, Found>();
  let version: number | undefined;

  function find(query: GraphQuery, visible: Visible, key: string): Found {
    if (version !== estate.version) known.clear();
    version = estate.version;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = findRows(query, index(), estate, visible, tenantId);
    known.set(key, found);
    return found;
  }

  return {
    answer(request, rights, fault) {
      const query = parseGraphQuery(request.query);
      if (query === null) return replyInvalidQuery(request.query);
      const missing = fault?.name === 'missing-subscription' ? (fault.subscription ?? estate.subscriptions[0]?.id) : undefined;
      const readable = estate.subscriptions.filter(({ id }) => rights.canSee(id)).map(({ id }) => id.toLowerCase());
      const subscriptions = readable.filter((id) => request.subscriptions?.includes(id) !== false && id !== missing?.toLowerCase());
      const wanted = request.subscriptions?.[0] ?? 'all';
      if (subscriptions.length === 0 && missing === undefined) {
        return replies.forbidden(rights.client, 'Microsoft.Resources/subscriptions/read', `/subscriptions/${wanted}`);
      }
      const key = JSON.stringify([request.query, subscriptions, rights.version]);
      return replyPage(find(query, { subscriptions: new Set(subscriptions), rights }, key), request, fault);
    },
  };
}

interface Visible {
  readonly subscriptions: ReadonlySet<string>;
  readonly rights: Rights;
}

function findRows(query: GraphQuery, filed: readonly FiledResource[], estate: PretendEstate, visible: Visible, tenantId: string): Found {
  const shown = filed.filter(({ subscription, type }) => visible.subscriptions.has(subscription) && visible.rights.permits(`${type}/read`));
  if (query.kind === 'counts') return foundRows(countByType(shown), false);
  if (query.kind === 'changes') return foundRows(findChanges(query.afterMs, estate, visible), true);
  const types = new Set(query.types);
  const matching = shown.filter(({ table, type }) => table === query.table && types.has(type));
  return {
    total: matching.length,
    canPage: true,
    rows: (from, to) => matching.slice(from, to).map((entry) => rowOf(entry, query.columns, tenantId)),
  };
}

function foundRows(rows: readonly JsonObject[], canPage: boolean): Found {
  return { total: rows.length, canPage, rows: (from, to) => rows.slice(from, to) };
}

function countByType(shown: readonly FiledResource[]): readonly JsonObject[] {
  const groups = Map.groupBy(
    shown.filter(({ table }) => table === 'resources'),
    ({ subscription, type }) => `${subscription} ${type}`,
  );
  return [...groups.values()]
    .map((group) => ({ subscriptionId: group[0]?.subscription ?? '', type: group[0]?.type ?? '', resources: group.length }))
    .sort((left, right) => compare(left.subscriptionId, right.subscriptionId) || compare(left.type, right.type));
}

const changesAction = 'Microsoft.ResourceGraph/resourceChanges/read';

function findChanges(afterMs: number, estate: PretendEstate, { subscriptions, rights }: Visible): readonly JsonObject[] {
  if (!rights.permits(changesAction)) return [];
  return (
    estate
      .changes()
      .filter(({ at }) => Date.parse(at) > afterMs)
      .filter(({ target }) => subscriptions.has(subscriptionOf(target).toLowerCase()) && rights.permits(`${typeOfPath(target)}/read`))
      // Of what stands in no table it tells nothing.
      .filter(({ target }) => tableOf(typeOfPath(target).toLowerCase()) !== null)
      .toSorted((left, right) => compare(left.id.toLowerCase(), right.id.toLowerCase()))
      .map(changeRow)
  );
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function replyPage(found: Found, request: GraphRequest, fault: AzureFault | null): Reply {
  const spoilt = fault?.name;
  const all = found.rows(request.from, request.from + request.top);
  const end = request.from + all.length;
  const isLast = end >= found.total;
  if (spoilt === 'truncated') return replyRows(all.slice(0, Math.floor(all.length / 2)), found.total, true);
  if (spoilt === 'short') return replyRows(all.slice(0, -1), found.total, false);
  const total = spoilt === 'wrong-total' ? found.total + 1 : found.total;
  const next = found.canPage && !isLast ? encodePosition(request.query, end) : undefined;
  return replyRows(all, total, !found.canPage && !isLast, next);
}

function replyRows(data: readonly JsonObject[], totalRecords: number, isTruncated: boolean, skipToken?: string): Reply {
  const page = { totalRecords, count: data.length, data, facets: [], resultTruncated: isTruncated ? 'true' : 'false' };
  return { status: 200, body: skipToken === undefined ? page : { ...page, $skipToken: skipToken } };
}

function replyInvalidQuery(query: string): Reply {
  const message =
    'Please provide below info when asking for support: timestamp = 2026-01-01T00:00:00.0000000Z, correlationId = 00000000-0000-0000-0000-000000000000.';
  const details = [
    {
      code: 'InvalidQuery',
      message:
        'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
    },
    { code: 'ParserFailure', message: `The pretend Resource Graph knows no such query: ${query}` },
  ];
  const refused = replyError(400, 'BadRequest', message);
  return { ...refused, body: { error: { code: 'BadRequest', message, details } } };
}
