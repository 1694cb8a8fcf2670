import type { HttpClient, HttpHeaders, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import { FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import { faultOfAbort, untilAborted } from '../until-aborted.ts';
import { isAllowedRequest } from './allowed-requests.ts';
import { type AskNeeds, ask, type Deadline } from './ask.ts';
import { readListPage, readRunning } from './read-answer.ts';
import { readRetryAfter } from './retry-after.ts';
import { type Answer, decodePath, type OutgoingRequest } from './send-once.ts';

/** Waits between two questions whether the answer is there, where Azure does not say how long. */
const usualPollMs = 2_000;
const shortestPollMs = 250;

/**
 * What Azure itself says of the rules in effect at a network interface: the elements of `value` as they came. Azure answers only for the interface of a
 * running machine, and not at once; Microsoft's own client follows the operation. Every request of it goes through ours: it holds no token, reaches
 * no other origin, and what it makes of the answer (it renames and drops members) is not used.
 * @throws FaultError `unsupported` where Azure refuses, as of a machine that does not run
 */
export async function askEffectiveRules(
  needs: AskNeeds,
  networkInterface: string,
  origin: string,
  deadline: Deadline,
): Promise<readonly JsonObject[]> {
  const [, subscription = '', group = '', name = ''] = interfacePattern.exec(networkInterface) ?? [];
  if (name === '') throw new Error(`${networkInterface} is no network interface`);
  const [{ NetworkManagementClient }, packages] = await Promise.all([import('@azure/arm-network'), import('@azure/core-rest-pipeline')]);
  const transport = createTransport(needs, origin, deadline, packages.createHttpHeaders);
  const credential = { getToken: () => Promise.reject(new Error('the client of the package has no token and needs none')) };
  const pipeline = packages.createEmptyPipeline();
  const client = new NetworkManagementClient(credential, subscription, { endpoint: origin, pipeline, httpClient: transport.client });
  const options = { abortSignal: deadline.signal, updateIntervalInMs: 0 };
  const following = client.networkInterfaces.listEffectiveNetworkSecurityGroups(group, name, options);
  const thrown = await untilAborted(Promise.resolve(following), deadline.signal).then(
    () => null,
    (error: unknown) => ({ error }),
  );
  return readLast(transport, thrown, new URL(origin).host, deadline);
}

const interfacePattern = /^\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)\/providers\/microsoft\.network\/networkinterfaces\/([^/]+)$/i;

/** The raw answer is the fact, also where the package stumbled over it. */
function readLast(transport: Transport, thrown: Thrown | null, host: string, deadline: Deadline): readonly JsonObject[] {
  const fault = transport.fault();
  if (fault !== null) throw fault.error;
  if (deadline.signal.aborted) throw faultOfAbort(deadline.signal);
  const last = transport.last();
  // Without any answer it is a defect of ours: nothing that a peer does.
  if (last === null && thrown !== null) throw thrown.error;
  if (last?.status !== 200) throw new FaultError('malformed', `${host} ended without the rules in effect`);
  const page = readListPage(last, host);
  if (page.nextLink !== null) throw new FaultError('partial', `${host} gave a part of the rules in effect`);
  return page.items;
}

interface Thrown {
  readonly error: unknown;
}

interface Transport {
  readonly client: HttpClient;
  /** The latest answer. */
  last(): Answer | null;
  /** The first fault of a request. */
  fault(): Thrown | null;
}

function createTransport(needs: AskNeeds, origin: string, deadline: Deadline, makeHeaders: () => HttpHeaders): Transport {
  let last: Answer | null = null;
  let fault: Thrown | null = null;
  let waitMs: number | null = null;

  async function send(request: PipelineRequest): Promise<PipelineResponse> {
    const outgoing = outgoingOf(request, origin);
    if (waitMs !== null) await waitForTurn(needs, waitMs, deadline);
    const answer = await ask(needs, outgoing, deadline, (one) => readRunning(one, outgoing.url.host));
    last = answer;
    waitMs = Math.max(shortestPollMs, readRetryAfter(answer.headers, needs.clock.wallNow()) ?? usualPollMs);
    return { request, status: answer.status, headers: placesOf(answer, makeHeaders()), bodyAsText: answer.body };
  }

  return {
    client: {
      sendRequest: async (request) => {
        try {
          return await send(request);
        } catch (error) {
          fault ??= { error };
          throw error;
        }
      },
    },
    last: () => last,
    fault: () => fault,
  };
}

/** @throws FaultError where Azure leads to something that we do not ask. */
function outgoingOf({ method, url: text }: PipelineRequest, origin: string): OutgoingRequest {
  const url = URL.parse(text);
  if (url === null || url.origin !== origin || url.username !== '' || url.password !== '')
    throw new FaultError('malformed', 'the link to the rules in effect leads to another origin, and was not followed');
  // In Microsoft's own example the place of the answer begins with two slashes.
  url.pathname = url.pathname.replace(/^\/{2,}/, '/');
  if ((method !== 'GET' && method !== 'POST') || !isAllowedRequest(method, decodePath(url.pathname)))
    throw new FaultError('malformed', 'the link to the rules in effect leads to something else, and was not followed');
  return { method, url };
}

async function waitForTurn({ clock }: AskNeeds, waitMs: number, deadline: Deadline): Promise<void> {
  if (clock.now() + waitMs > deadline.untilMs)
    throw new FaultError('timeout', 'Azure says that the rules in effect take longer than there is time for');
  try {
    await clock.sleep(waitMs, deadline.signal);
  } catch {
    // The wait rejects only where the signal aborted.
  }
  if (deadline.signal.aborted) throw faultOfAbort(deadline.signal);
}

/** Where the operation goes on. How long to wait is ours: the package would wait however long it is told. */
function placesOf({ headers }: Answer, places: HttpHeaders): HttpHeaders {
  for (const name of ['content-type', 'location', 'azure-asyncoperation', 'operation-location']) {
    const value = headers.get(name);
    if (value !== undefined && value !== null) places.set(name, value);
  }
  return places;
}
