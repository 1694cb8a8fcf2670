import type { Endpoint } from '../../domain/subject.ts';
import type { AddressClass } from '../dns/address-class.ts';
import type { ResolvedAddress } from '../dns/resolve-addresses.ts';
import { askEach, type OpenConnection } from '../http/ask-paths.ts';
import { answersTcp, connectTcp } from '../http/connect-tcp.ts';
import type { AskNeeds } from '../http/exchange.ts';
import { outcomeOf, type PortFact } from '../http/look-at-port.ts';
import { startStopwatch } from '../stopwatch.ts';
import { askSecurePath, type PathQuestion, type SecurePathAnswer, type SecurePathLook } from './ask-secure-path.ts';

/** What one address shows over HTTPS. `silent`: nothing came back to the connection attempt; all that came later and was no answer is a `fault`. */
export type SecurePortFact = Pick<PortFact, 'address' | 'family' | 'outcome' | 'fault'> & {
  readonly addressClass: AddressClass;
  /** Whether the plain HTTP port accepts a connection at this address now: that our own path works. Null where it was not asked. */
  readonly otherPortAnswers: boolean | null;
  readonly paths: readonly SecurePathAnswer[];
};

export interface SecurePortLook {
  readonly fact: SecurePortFact;
  readonly connectSeconds: number;
  /** Of the slowest path; null where none came so far. */
  readonly handshakeSeconds: number | null;
  readonly responseSeconds: number | null;
}

export interface SecurePortNeeds {
  readonly connectTimeoutMs: number;
  /** For handshake and answer together. */
  readonly answerTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** No server has it, and it says in a log who asked. */
const errorPage: PathQuestion = { path: '/.claimwatch/no-such-page', kind: 'error-page' };

/** One connection attempt decides whether the paths are asked at all; then they are asked at the same time, each on a connection of its own. */
export async function lookAtSecurePort(endpoint: Endpoint, at: ResolvedAddress, needs: SecurePortNeeds): Promise<SecurePortLook> {
  const { address, family, addressClass } = at;
  const connectNeeds = { timeoutMs: needs.connectTimeoutMs, signal: needs.signal };
  const stopwatch = startStopwatch();
  try {
    const startedMs = performance.now();
    const connection = await connectTcp({ address, port: endpoint.port }, connectNeeds);
    const connectSeconds = (performance.now() - startedMs) / 1_000;
    const looks = connection.kind === 'connected' ? await askPaths(endpoint, address, { ...connection, stopwatch }, needs) : [];
    const paths = looks.map(({ answer }) => answer);
    const outcome = outcomeOf(connection, paths);
    const needsOtherPort = outcome.outcome === 'silent' && endpoint.httpPort !== endpoint.port;
    const otherPortAnswers = needsOtherPort ? await answersTcp({ address, port: endpoint.httpPort }, connectNeeds) : null;
    return {
      fact: { address, family, addressClass, ...outcome, otherPortAnswers, paths },
      connectSeconds,
      handshakeSeconds: slowest(looks.map((look) => look.handshakeSeconds)),
      responseSeconds: slowest(looks.map((look) => look.responseSeconds)),
    };
  } finally {
    stopwatch.stop();
  }
}

async function askPaths(
  endpoint: Endpoint,
  address: string,
  first: OpenConnection,
  needs: SecurePortNeeds,
): Promise<readonly SecurePathLook[]> {
  const configured = endpoint.httpPaths.map((path): PathQuestion => ({ path, kind: 'configured' }));
  const askNeeds: AskNeeds = { timeoutMs: needs.answerTimeoutMs, signal: needs.signal };
  const answers = await askEach(
    [errorPage, ...configured],
    first,
    { address, port: endpoint.port },
    { timeoutMs: needs.connectTimeoutMs, signal: needs.signal },
    (question, connection) => askSecurePath(endpoint, question, connection, askNeeds),
  );
  return answers
    .map((look) => ('answer' in look ? look : { answer: look, handshakeSeconds: null, responseSeconds: null }))
    .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

function orderOf({ answer }: SecurePathLook): string {
  return `${answer.kind} ${answer.path}`;
}

function slowest(seconds: readonly (number | null)[]): number | null {
  const known = seconds.filter((each) => each !== null);
  return known.length === 0 ? null : Math.max(...known);
}
