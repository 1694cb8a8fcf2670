import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { Meter } from '../../domain/look.ts';
import { isTooLarge } from './answer-fault.ts';
import { type AskNeeds, ask, type Deadline, startDeadline } from './ask.ts';
import type { AzureSettings } from './azure-settings.ts';
import { type Clock, realClock } from './clock.ts';
import { askEffectiveRules } from './effective-rules.ts';
import { createGate } from './gate.ts';
import { createIdentity } from './identity.ts';
import { once } from './once.ts';
import {
  type ComputedPage,
  type GraphAnswer,
  type ListPage,
  readComputedPage,
  readGraphPage,
  readListPage,
  readObject,
} from './read-answer.ts';
import { placeOf } from './request-area.ts';
import { followLink, makeUrl, type QueryParameters } from './request-url.ts';
import { type Answer, createSendOnce, decodePath, type OutgoingRequest } from './send-once.ts';
import { createTokenKeeper } from './token-keeper.ts';
import { readTrustedAuthorities } from './trusted-authorities.ts';

export interface CallOptions {
  readonly signal: AbortSignal;
  /** Total for this call with its retries and pages, in milliseconds. */
  readonly deadlineMs: number;
}

export interface ReadOptions extends CallOptions {
  readonly parameters?: QueryParameters;
}

export interface GraphPage {
  readonly rows: readonly JsonObject[];
  /** Of the whole answer, not of this page. */
  readonly totalRecords: number;
  /** `resultTruncated`, or an answer that names itself partial. */
  readonly truncated: boolean;
}

export interface GraphRequest {
  readonly subscriptions: readonly string[];
  readonly query: string;
}

export interface ArmClient {
  /**
   * One GET. Null: the origin says that there is no such thing (404 with an ARM error; a 404 with another body is `malformed`).
   * Throws FaultError, and a plain Error for a path that is not allowed.
   */
  get(path: string, apiVersion: string, options: ReadOptions): Promise<JsonObject | null>;
  /** The pages of `value`, following `nextLink` on the same origin only. Throws FaultError. */
  list(path: string, apiVersion: string, options: ReadOptions): AsyncIterable<readonly JsonObject[]>;
  /**
   * What Azure computes when it is asked by a POST that changes nothing: `value` of all its pages. Null: the origin says that there is nothing to
   * compute it from. Throws FaultError.
   */
  compute(path: string, apiVersion: string, options: CallOptions): Promise<readonly JsonObject[] | null>;
  /**
   * What Azure says of the rules in effect at a network interface, by its id: see `askEffectiveRules`. Loads a package the first time.
   * Throws FaultError.
   */
  effectiveRules(networkInterface: string, options: CallOptions): Promise<readonly JsonObject[]>;
  /** Resource Graph, rows as objects, up to 1,000 a page. The query must order by id, or Azure gives no further pages. Throws FaultError. */
  query(request: GraphRequest, options: CallOptions): AsyncIterable<GraphPage>;
}

export interface ArmClientNeeds {
  readonly settings: AzureSettings;
  readonly meter: Meter;
  /** Default: the real one. */
  readonly clock?: Clock;
}

/** A thin client of Azure Resource Manager and Resource Graph. Makes no connection and loads no package before the first call. */
export function createArmClient(needs: ArmClientNeeds): ArmClient {
  const { settings, meter, clock = realClock } = needs;
  const origin = settings.cloud.resourceManager;
  const host = new URL(origin).host;
  const gate = createGate(settings.limits, meter, clock);
  const tokens = createTokenKeeper(createIdentity(settings), clock);
  const opened = once(async (): Promise<AskNeeds> => {
    const send = await createSendOnce(origin, await readTrustedAuthorities(settings.certificateAuthority));
    return { send, tokens, gate, placeOf: ({ url, method }) => placeOf(decodePath(url.pathname), method), meter, clock };
  });

  async function askFor<T>(request: OutgoingRequest, deadline: Deadline, read: (answer: Answer, host: string) => T): Promise<T> {
    return await ask(await opened(), request, deadline, (answer) => read(answer, host));
  }

  async function* list(path: string, apiVersion: string, options: ReadOptions): AsyncGenerator<readonly JsonObject[]> {
    const deadline = startDeadline(options, longestAttemptMs, clock);
    const seen = new Set<string>();
    let url: URL | null = makeUrl(origin, 'GET', path, apiVersion, options.parameters);
    while (url !== null) {
      seen.add(url.href);
      const page: ListPage = await askFor({ method: 'GET', url }, deadline, readListPage);
      url = page.nextLink === null ? null : followLink(page.nextLink, origin, apiVersion, seen);
      yield page.items;
    }
  }

  async function* query(request: GraphRequest, options: CallOptions): AsyncGenerator<GraphPage> {
    const deadline = startDeadline(options, longestAttemptMs, clock);
    const seen = new Set<string>();
    let at: GraphPlace = { skipToken: null, most: 1_000 };
    do {
      const { page, most } = await askForPage(request, at, deadline);
      const { rows, totalRecords, truncated, skipToken } = page;
      if (skipToken !== null && seen.has(skipToken)) throw new FaultError('malformed', 'Resource Graph gave the same page twice');
      if (skipToken !== null) seen.add(skipToken);
      at = { skipToken, most };
      yield { rows, totalRecords, truncated };
    } while (at.skipToken !== null);
  }

  /** Fewer rows where so many do not fit into one answer. */
  async function askForPage(request: GraphRequest, at: GraphPlace, deadline: Deadline): Promise<{ page: GraphAnswer; most: number }> {
    const url = makeUrl(origin, 'POST', '/providers/Microsoft.ResourceGraph/resources', graphApiVersion);
    const page = await askFor({ method: 'POST', url, body: graphBody(request, at) }, deadline, (answer, name) =>
      at.most > 1 && isTooLarge(answer) ? null : readGraphPage(answer, name),
    );
    if (page !== null) return { page, most: at.most };
    return await askForPage(request, { ...at, most: Math.max(1, Math.floor(at.most / 4)) }, deadline);
  }

  return {
    async get(path, apiVersion, options) {
      const url = makeUrl(origin, 'GET', path, apiVersion, options.parameters);
      return await askFor({ method: 'GET', url }, startDeadline(options, longestAttemptMs, clock), readObject);
    },
    list,
    async compute(path, apiVersion, options) {
      const deadline = startDeadline(options, longestAttemptMs, clock);
      const url = makeUrl(origin, 'POST', path, apiVersion);
      return await collectPages((body) => askFor({ method: 'POST', url, body }, deadline, readComputedPage));
    },
    async effectiveRules(networkInterface, options) {
      return await askEffectiveRules(await opened(), networkInterface, origin, startDeadline(options, longestAttemptMs, clock));
    },
    query,
  };
}

const graphApiVersion = '2024-04-01';
const longestAttemptMs = 30_000;

/** Where a list goes on, and how many rows are asked for at once. */
interface GraphPlace {
  readonly skipToken: string | null;
  readonly most: number;
}

function graphBody({ subscriptions, query }: GraphRequest, { skipToken, most }: GraphPlace): string {
  const options = { $top: most, resultFormat: 'objectArray', ...(skipToken === null ? {} : { $skipToken: skipToken }) };
  return JSON.stringify({ subscriptions, query, options });
}

/** Null where the first of them says that there is nothing. */
async function collectPages(askPage: (body: string) => Promise<ComputedPage | null>): Promise<readonly JsonObject[] | null> {
  const items: JsonObject[] = [];
  const seen = new Set<string>();
  let skipToken: string | null = null;
  do {
    const page: ComputedPage | null = await askPage(JSON.stringify(skipToken === null ? {} : { skipToken }));
    if (page === null) return null;
    items.push(...page.items);
    ({ skipToken } = page);
    if (skipToken !== null && seen.has(skipToken)) throw new FaultError('malformed', 'Azure gave the same page twice');
    if (skipToken !== null) seen.add(skipToken);
  } while (skipToken !== null);
  return items;
}
