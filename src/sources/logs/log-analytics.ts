import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { QueryTimeInterval } from '@azure/monitor-query';
import { FaultError } from '../../domain/fault.ts';
import type { Meter } from '../../domain/look.ts';
import { epochMs, timestamp } from '../../domain/time.ts';
import { kqlOf } from '../../logs/kql.ts';
import type { LogQuery, LogWindow } from '../../logs/log-query.ts';
import { type AskNeeds, ask, type Deadline, startDeadline } from '../azure/ask.ts';
import { type AzureSettings, logAnalyticsScope } from '../azure/azure-settings.ts';
import type { Clock } from '../azure/clock.ts';
import { createIdentity } from '../azure/identity.ts';
import { once } from '../azure/once.ts';
import { createSendOnce, type OutgoingRequest, type SendRules } from '../azure/send-once.ts';
import { createTokenKeeper } from '../azure/token-keeper.ts';
import { readTrustedAuthorities } from '../azure/trusted-authorities.ts';
import { faultOfAbort } from '../until-aborted.ts';
import { createLogGate, logPlace } from './log-gate.ts';
import type { LogRow, LogsClient } from './logs-client.ts';
import { readLogAnswer } from './read-log-answer.ts';
import { refuseWrongClock } from './refuse-wrong-clock.ts';

/** The most that one answer holds. Source: Microsoft, "Service limits for Azure Monitor: log queries and language". */
export interface AnswerLimits {
  readonly rows: number;
  readonly bytes: number;
}

export interface LogAnalyticsNeeds {
  readonly settings: AzureSettings;
  readonly meter: Meter;
  readonly clock: Clock;
  /** Default: those of Log Analytics. */
  readonly limits?: AnswerLimits;
}

const usualLimits: AnswerLimits = { rows: 500_000, bytes: 100_000_000 };
const longestAttemptMs = 60_000;
const shortestWindowMs = 60_000;
const workspacePattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const queryPath = /^\/v1\/workspaces\/[0-9a-f-]{36}\/query$/i;

/** More than an answer may have: its window is asked for in parts. */
class AnswerTooLarge extends FaultError {}

/**
 * Log Analytics by Microsoft's package. What the package is for is how a question goes onto the wire; every request goes through ours, so that it holds no
 * token, reaches no other origin and repeats nothing by itself, and the answer is read here once: the package would read it twice more.
 */
export function createLogAnalytics({ settings, meter, clock, limits = usualLimits }: LogAnalyticsNeeds): LogsClient {
  const { logAnalytics: origin } = settings.cloud;
  const scope = logAnalyticsScope(settings.cloud);
  if (origin === undefined || scope === null) return { rows: async () => await Promise.reject(noAddress()) };
  const gate = createLogGate(clock);
  const tokens = createTokenKeeper(createIdentity(settings, scope), clock);
  const opened = once(async (): Promise<AskNeeds> => {
    const send = await createSendOnce(origin, await readTrustedAuthorities(settings.certificateAuthority), sendRules(limits));
    return { send, tokens, gate, placeOf: () => logPlace, meter, clock };
  });

  async function rowsOf(workspace: string, query: LogQuery, deadline: Deadline): Promise<readonly LogRow[]> {
    const rows = await askInOne({ needs: await opened(), origin: origin ?? '', workspace, mostRows: limits.rows }, query, deadline);
    if (rows !== null) return rows;
    const [earlier, later] = halvesOf(query);
    return [...(await rowsOf(workspace, earlier, deadline)), ...(await rowsOf(workspace, later, deadline))];
  }

  return {
    async rows(workspace, query, options) {
      if (!workspacePattern.test(workspace)) throw new FaultError('malformed', 'a workspace has no customer id by which it could be asked');
      return await rowsOf(workspace, query, startDeadline(options, longestAttemptMs, clock));
    },
  };
}

function noAddress(): FaultError {
  return new FaultError('unsupported', 'azure.cloud names no address of Log Analytics; write logAnalytics beside its other addresses');
}

function sendRules({ bytes }: AnswerLimits): SendRules {
  return {
    isAllowed: (method, path) => method === 'POST' && queryPath.test(path),
    largestBytes: bytes,
    tooLarge: () => new AnswerTooLarge('partial', 'Log Analytics gave more than an answer may have'),
  };
}

interface Asked {
  readonly needs: AskNeeds;
  readonly origin: string;
  readonly workspace: string;
  readonly mostRows: number;
}

/** Null: the answer was cut off. */
async function askInOne(asked: Asked, query: LogQuery, deadline: Deadline): Promise<readonly LogRow[] | null> {
  const [{ LogsQueryClient }, { createHttpHeaders }] = await Promise.all([
    import('@azure/monitor-query'),
    import('@azure/core-rest-pipeline'),
  ]);
  const host = new URL(asked.origin).host;
  let rows: readonly LogRow[] | null = null;
  const httpClient: HttpClient = {
    async sendRequest(request): Promise<PipelineResponse> {
      rows = await ask(asked.needs, outgoingOf(request), deadline, (answer) => {
        refuseWrongClock(answer.headers, host, asked.needs.clock.wallNow());
        return readLogAnswer(answer, host, query, asked.mostRows);
      });
      return { request, status: 200, headers: createHttpHeaders({ 'content-type': 'application/json' }), bodyAsText: '{"tables":[]}' };
    },
  };
  const credential = {
    getToken: async () => await Promise.resolve({ token: 'is-held-elsewhere', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
  };
  const client = new LogsQueryClient(credential, { endpoint: asked.origin, httpClient, retryOptions: { maxRetries: 0 } });
  const options = { abortSignal: deadline.signal, serverTimeoutInSeconds: Math.ceil(deadline.attemptMs / 1_000) };
  try {
    await client.queryWorkspace(asked.workspace, kqlOf(query), spanOf(query.window), options);
    return rows;
  } catch (error) {
    if (error instanceof AnswerTooLarge) return null;
    if (deadline.signal.aborted && !(error instanceof FaultError)) throw faultOfAbort(deadline.signal);
    throw error;
  }
}

function outgoingOf({ method, url, body, headers }: PipelineRequest): OutgoingRequest {
  if (method !== 'POST' || typeof body !== 'string') throw new Error('the package asks Log Analytics otherwise than by a POST with a text');
  const prefer = headers.get('prefer');
  return { method, url: new URL(url), body, ...(prefer === undefined ? {} : { prefer }) };
}

const dayMs = 86_400_000;
/** Of a row that is older, or that far from the future, Azure writes the time of its arrival instead: what was ingested then happened within. */
const oldestRowMs = 7 * dayMs;
const youngestRowMs = dayMs;

/** Besides the filter of the query, when a row may have happened: without it all that is kept would be searched. */
function spanOf({ from, to, by }: LogWindow): QueryTimeInterval {
  const isGenerated = by === 'generated';
  const startMs = epochMs(from) - (isGenerated ? 0 : oldestRowMs);
  return { startTime: new Date(startMs), endTime: new Date(epochMs(to) + (isGenerated ? 0 : youngestRowMs)) };
}

/** @throws FaultError `partial` where the window is too short to be halved */
function halvesOf(query: LogQuery): readonly [earlier: LogQuery, later: LogQuery] {
  const { from, to } = query.window;
  const lengthMs = epochMs(to) - epochMs(from);
  if (lengthMs <= shortestWindowMs)
    throw new FaultError('partial', `${query.table} has more rows in a minute than Log Analytics answers with at once`);
  const middle = timestamp(epochMs(from) + Math.floor(lengthMs / 2));
  return [
    { ...query, window: { ...query.window, to: middle } },
    { ...query, window: { ...query.window, from: middle } },
  ];
}
