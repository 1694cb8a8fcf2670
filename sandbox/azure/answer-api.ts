import type { IncomingHttpHeaders } from 'node:http';
import type { ResourceManager } from './arm-answer.ts';
import { parseArmPath, pathOf, subscriptionOf, typeOfPath } from './arm-path.ts';
import { type AuthorityOptions, answerAuthority, isAuthorityPath } from './authority.ts';
import { replaceReply } from './deliver.ts';
import type { AzureApi, AzureFault, Faults } from './faults.ts';
import type { ResourceGraph } from './graph-answer.ts';
import { parseGraphQuery } from './graph-query.ts';
import { type GraphRequest, readGraphRequest } from './graph-request.ts';
import type { Limits, Verdict } from './limits.ts';
import { type ActivityOptions, activityPathOf, answerActivity } from './logs/answer-activity.ts';
import { answerLogs, type LogsOptions } from './logs/answer-logs.ts';
import { answerManagedIdentity, type ManagedIdentityOptions } from './managed-identity.ts';
import { type Reply, replies } from './reply.ts';
import type { ChangeableRights, Rights } from './rights.ts';
import type { Tokens } from './tokens.ts';

/** A request with its body read. */
export interface Call {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly api: AzureApi;
  readonly reply: Reply;
  /** What still has to be spoilt on the wire. */
  readonly fault: AzureFault | null;
  /** The query to Resource Graph or Log Analytics. */
  readonly query?: string;
  /** To be called when the answer has gone out. */
  readonly done?: () => void;
}

export interface AzureParts {
  readonly activity: ActivityOptions;
  readonly faults: Faults;
  readonly graph: ResourceGraph;
  readonly identity: AuthorityOptions & ManagedIdentityOptions;
  readonly limits: Limits;
  readonly logs: LogsOptions & { readonly origin: () => string };
  readonly manager: ResourceManager;
  readonly rights: ChangeableRights;
  /** A second identity, with rights of its own. */
  readonly second: { readonly clientId: string; readonly rights: ChangeableRights };
  readonly tokens: Tokens;
}

/** What the instance metadata service and App Service answer a host. */
export function answerIdentity(call: Call, parts: AzureParts): Answer {
  return answerToken(call, parts, () => answerManagedIdentity(call.url, call.headers, parts.identity));
}

/** What Microsoft Entra ID, Azure Resource Manager and Resource Graph answer. */
export function answerSecure(call: Call, parts: AzureParts): Answer {
  const { pathname, origin, searchParams } = call.url;
  if (isAuthorityPath(pathname)) {
    return answerToken(call, parts, () => answerAuthority(origin, pathname, call.body, parts.identity));
  }
  const isGraph = call.method === 'POST' && pathname.toLowerCase() === '/providers/microsoft.resourcegraph/resources';
  const subscription = activityPathOf(pathname);
  const api = isGraph ? 'graph' : subscription === null ? 'arm' : 'activity';
  const refusal = parts.tokens.refuse(call.headers.authorization, { audience: parts.activity.origin(), invalid: 401 });
  if (refusal !== null) return { api, reply: refusal, fault: null };
  if (!searchParams.has('api-version')) return { api, reply: replies.missingApiVersion, fault: null };
  if (subscription !== null && call.method === 'GET') return answerEvents(subscription, call, parts);
  return isGraph ? answerGraph(call, parts) : answerManager(call, parts);
}

/** What Log Analytics answers. */
export function answerWorkspaces(call: Call, parts: AzureParts): Answer {
  const refusal = parts.tokens.refuse(call.headers.authorization, { audience: parts.logs.origin(), invalid: 403 });
  if (refusal !== null) return { api: 'logs', reply: refusal, fault: null };
  const body = parseJson(call.body);
  const fault = parts.faults.take({ api: 'logs', path: call.url.pathname, types: [] });
  const verdict = parts.limits.takeLogs();
  const answer = () => answerLogs({ ...call, body }, rightsOf(call, parts), fault, parts.logs);
  const reply = spoiltReply(parts, fault) ?? withinLimit(verdict, answer);
  // By the clock that its rows go by, which a test may let run apart from the one of whoever asks.
  const headers = { ...reply.headers, date: new Date(parts.logs.now()).toUTCString() };
  return { api: 'logs', reply: { ...reply, headers }, fault, query: queryIn(body), done: parts.limits.leaveLogs };
}

function queryIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string' ? body.query : '';
}

function answerEvents(subscription: string, call: Call, parts: AzureParts): Answer {
  const fault = parts.faults.take({ api: 'activity', path: pathOf(call.url), types: [] });
  const answer = () => answerActivity(subscription, call.url, rightsOf(call, parts), parts.activity);
  const limited = () => withinLimit(parts.limits.takeActivity(), answer);
  const reply = spoiltReply(parts, fault) ?? withinLimit(parts.limits.takeArm(subscription, null), limited);
  return { api: 'activity', reply, fault };
}

function answerToken(call: Call, parts: AzureParts, answer: () => Reply): Answer {
  const scope = new URLSearchParams(call.body).get('scope') ?? '';
  const fault = parts.faults.take({ api: 'token', path: call.url.pathname, types: scope.toLowerCase().split(' ') });
  return { api: 'token', reply: replaceReply(fault) ?? answer(), fault };
}

function answerGraph(call: Call, parts: AzureParts): Answer {
  const request = readGraphRequest(parseJson(call.body));
  if ('status' in request) return { api: 'graph', reply: request, fault: null };
  const fault = parts.faults.take({ api: 'graph', path: call.url.pathname, types: typesOf(request) });
  const answer = () => parts.graph.answer(request, rightsOf(call, parts), fault);
  const reply = spoiltReply(parts, fault) ?? withinLimit(parts.limits.takeGraph(), answer);
  return { api: 'graph', reply, fault, query: request.query };
}

function typesOf({ query }: GraphRequest): readonly string[] {
  const parsed = parseGraphQuery(query);
  return parsed?.kind === 'rows' ? parsed.types : [];
}

function answerManager(call: Call, parts: AzureParts): Answer {
  const path = pathOf(call.url);
  const type = typeOfPath(path);
  const fault = parts.faults.take({ api: 'arm', path, types: [type] });
  const listed = parseArmPath(path)?.kind === 'list' ? type : null;
  const answer = () => parts.manager.answer(call, rightsOf(call, parts), fault);
  const reply = spoiltReply(parts, fault) ?? withinLimit(parts.limits.takeArm(subscriptionOf(path), listed), answer);
  return { api: 'arm', reply, fault };
}

function rightsOf(call: Call, { tokens, rights, second }: AzureParts): Rights {
  const isSecond = tokens.clientOf(call.headers.authorization) === second.clientId;
  return (isSecond ? second.rights : rights).current();
}

function spoiltReply(parts: AzureParts, fault: AzureFault | null): Reply | null {
  return parts.tokens.spoil(fault) ?? replaceReply(fault);
}

function withinLimit(verdict: Verdict, answer: () => Reply): Reply {
  const reply = verdict.refusal ?? answer();
  return { ...reply, headers: { ...verdict.headers, ...reply.headers } };
}

/** Undefined where the text is no JSON. */
function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
