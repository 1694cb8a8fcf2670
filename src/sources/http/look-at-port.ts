import type { Fault } from '../../domain/fault.ts';
import type { Endpoint } from '../../domain/subject.ts';
import type { ResolvedAddress } from '../dns/resolve-addresses.ts';
import { startStopwatch } from '../stopwatch.ts';
import { askPath, type PathAnswer, type PathFault } from './ask-path.ts';
import { askEach, type OpenConnection } from './ask-paths.ts';
import { answersTcp, type Connection, connectTcp } from './connect-tcp.ts';
import type { AskNeeds } from './exchange.ts';

/**
 * What one address shows on the plain HTTP port. `silent`: nothing came back to the connection attempt; a connection that was accepted and then brings
 * nothing is a `fault`, since something listens there and we do not know what it would say.
 */
export type PortFact = {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
  readonly outcome: 'answered' | 'refused' | 'silent' | 'fault';
  readonly fault?: Pick<Fault, 'code' | 'message'>;
  /** Whether the endpoint's own port accepts a connection at this address now; null where the plain port answered, or is that port. */
  readonly otherPortAnswers: boolean | null;
  readonly paths: readonly PathAnswer[];
};

export interface PortLook {
  readonly fact: PortFact;
  readonly connectSeconds: number;
  /** Null where no answer was read. */
  readonly responseSeconds: number | null;
}

/** One connection attempt decides whether the paths are asked at all; then they are asked at the same time, each on a connection of its own. */
export async function lookAtPort(endpoint: Endpoint, { address, family }: ResolvedAddress, needs: AskNeeds): Promise<PortLook> {
  const port = endpoint.httpPort;
  const connectStartedMs = performance.now();
  const stopwatch = startStopwatch();
  try {
    const connection = await connectTcp({ address, port }, needs);
    const askStartedMs = performance.now();
    const paths = connection.kind === 'connected' ? await askPaths(endpoint, address, { ...connection, stopwatch }, needs) : [];
    const endedMs = performance.now();

    const outcome = outcomeOf(connection, paths);
    const needsOtherPort = outcome.outcome !== 'answered' && endpoint.port !== port;
    const otherPortAnswers = needsOtherPort ? await answersTcp({ address, port: endpoint.port }, needs) : null;
    return {
      fact: { address, family, port, ...outcome, otherPortAnswers, paths },
      connectSeconds: (askStartedMs - connectStartedMs) / 1_000,
      responseSeconds: outcome.outcome === 'answered' ? (endedMs - askStartedMs) / 1_000 : null,
    };
  } finally {
    stopwatch.stop();
  }
}

async function askPaths(endpoint: Endpoint, address: string, first: OpenConnection, needs: AskNeeds): Promise<readonly PathAnswer[]> {
  const [firstPath = '/', ...others] = endpoint.httpPaths;
  const answers = await askEach(
    [{ path: firstPath }, ...others.map((path) => ({ path }))],
    first,
    { address, port: endpoint.httpPort },
    needs,
    ({ path }, { socket, stopwatch }) => askPath(endpoint, path, socket, stopwatch, needs),
  );
  return answers.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** One answer is an answer: whatever the other paths lack stands in their own entries. */
export function outcomeOf(connection: Connection, paths: readonly (object | PathFault)[]): Pick<PortFact, 'outcome' | 'fault'> {
  if (connection.kind === 'fault') return { outcome: 'fault', fault: connection.fault };
  if (connection.kind !== 'connected') return { outcome: connection.kind };
  const faults = paths.flatMap((answer) => ('fault' in answer ? [answer.fault] : []));
  const [firstFault] = faults;
  if (firstFault === undefined || faults.length < paths.length) return { outcome: 'answered' };
  return { outcome: 'fault', fault: firstFault };
}
