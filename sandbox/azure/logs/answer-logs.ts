import { subscriptionOf } from '../arm-path.ts';
import type { EstateResource } from '../estate-port.ts';
import type { AzureFault } from '../faults.ts';
import type { Reply } from '../reply.ts';
import type { Rights } from '../rights.ts';
import { type KustoQuery, parseKusto } from './kusto-query.ts';
import { schemaOf, type TableSchema } from './kusto-schema.ts';
import { logReplies, replyTable } from './log-replies.ts';
import type { TimeWindow } from './log-row.ts';
import type { PretendLogs } from './pretend-logs.ts';
import { runKusto, unresolvedColumn, windowOf } from './run-kusto.ts';
import { readTimespan } from './timespan.ts';

export interface LogsRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface LogsOptions {
  readonly logs: PretendLogs;
  readonly now: () => number;
  /** How many rows an answer holds. */
  readonly maxRows: number;
}

/** `POST /v1/workspaces/{customer id}/query`. `fault`: one of those that only spoil the content. */
export function answerLogs(request: LogsRequest, rights: Rights, fault: AzureFault | null, options: LogsOptions): Reply {
  const workspace = findWorkspace(request, options.logs);
  if ('status' in workspace) return workspace;
  const action = 'Microsoft.OperationalInsights/workspaces/query/read';
  if (!rights.canSee(subscriptionOf(workspace.id)) || !rights.permits(action)) return logReplies.insufficientAccess;
  const body = readBody(request.body);
  if (body === null) return logReplies.invalidBody;
  const query = parseKusto(body.query);
  if (query === null) return logReplies.syntax;
  const schema = schemaOf(query.table, query.table.endsWith('_CL') ? options.logs.customTables(workspace) : []);
  if (schema === null) return logReplies.unresolved(query.table);
  const unknown = unresolvedColumn(query, schema);
  if (unknown !== null) return logReplies.unresolved(unknown);
  return replyRows({ query, schema, workspace, timespan: body.timespan }, rights, fault, options);
}

interface ResolvedQuery {
  readonly query: KustoQuery;
  readonly schema: TableSchema;
  readonly workspace: EstateResource;
  readonly timespan: string | null;
}

function replyRows(
  { query, schema, workspace, timespan }: ResolvedQuery,
  rights: Rights,
  fault: AzureFault | null,
  options: LogsOptions,
): Reply {
  const now = options.now();
  const whole = timespan === null ? { fromMs: 0, toMs: Number.POSITIVE_INFINITY } : readTimespan(timespan, now);
  if (whole === null) return logReplies.syntax;
  const rows = rights.permits(readTable(query.table)) ? rowsOf(query, workspace, whole, options) : [];
  const answer = runKusto(query, schema, rows, options.maxRows);
  if (fault?.name !== 'partial-answer') return replyTable(answer);
  return replyTable({ ...answer, rows: answer.rows.slice(0, Math.floor(answer.rows.length / 2)), isCut: true });
}

function rowsOf(query: KustoQuery, workspace: EstateResource, whole: TimeWindow, { logs, now }: LogsOptions) {
  return logs.rows({
    workspace: workspace.id,
    table: query.table,
    generated: windowOf(query.conditions, 'generated', whole),
    ingested: windowOf(query.conditions, 'ingested', { fromMs: 0, toMs: now() + 1 }),
    resource: wantedText(query, '_ResourceId'),
    subscription: wantedText(query, 'SubscriptionId'),
  });
}

function wantedText({ conditions }: KustoQuery, column: string): string | null {
  const wanted = conditions.find((condition) => 'column' in condition && condition.column === column);
  return wanted !== undefined && 'text' in wanted ? wanted.text : null;
}

/** Whoever may query but not read the table gets no rows and is told nothing. */
function readTable(table: string): string {
  return `Microsoft.OperationalInsights/workspaces/query/${table.endsWith('_CL') ? 'Tables.Custom' : table}/read`;
}

function findWorkspace({ method, url }: LogsRequest, logs: PretendLogs): EstateResource | Reply {
  const customerId = /^\/v1\/workspaces\/([^/]+)\/query$/.exec(url.pathname)?.[1];
  if (method !== 'POST' || customerId === undefined || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(customerId)) {
    return logReplies.pathNotFound;
  }
  return logs.workspace(customerId) ?? logReplies.workspaceNotFound;
}

function readBody(body: unknown): { readonly query: string; readonly timespan: string | null } | null {
  if (typeof body !== 'object' || body === null || !('query' in body) || typeof body.query !== 'string') return null;
  if ('workspaces' in body && Array.isArray(body.workspaces) && body.workspaces.length > 0) return null;
  const timespan = 'timespan' in body && typeof body.timespan === 'string' ? body.timespan : null;
  return { query: body.query, timespan };
}
