import PQueue from 'p-queue';
import { type Fault, FaultError } from '../../domain/fault.ts';
import { connectTcp, endedFault } from '../http/connect-tcp.ts';
import type { StartRate } from './start-rate.ts';

export interface ConnectPortsNeeds {
  /** How long an answer is waited for at each port, in milliseconds. */
  readonly timeoutMs: number;
  readonly rate: StartRate;
  /** The total deadline. */
  readonly signal: AbortSignal;
}

/** All in order. A port that stands in none of the lists could not be asked; one that was asked and stands only in `probed` stayed silent. */
export interface ConnectedPorts {
  readonly probed: readonly number[];
  readonly accepted: readonly number[];
  /** A reset came back: from the host, or from whatever stands between. */
  readonly refused: readonly number[];
}

/** Attempts that wait for an answer at the same time. */
const mostAtOnce = 64;

type Answer = 'accepted' | 'refused' | 'silent' | Fault;

/**
 * Attempts one TCP connection to each port and sends nothing on it.
 * @throws FaultError `timeout` where the signal ended it; `unreachable` where nothing accepted and some ports could not be asked from here.
 */
export async function connectPorts(address: string, ports: readonly number[], needs: ConnectPortsNeeds): Promise<ConnectedPorts> {
  const abort = new AbortController();
  const signal = AbortSignal.any([needs.signal, abort.signal]);
  const queue = new PQueue({ concurrency: mostAtOnce });
  const ask = async (port: number): Promise<readonly [number, Answer]> => {
    await needs.rate.nextStart(signal);
    return [port, await knock(address, port, needs.timeoutMs, signal)];
  };
  try {
    const answers = await Promise.all(ports.map((port) => queue.add(() => ask(port))));
    return sortAnswers(
      address,
      answers.toSorted(([a], [b]) => a - b),
    );
  } finally {
    // One failed: the others are told to stop.
    abort.abort(new FaultError('timeout', `the probe of ${address} has ended`));
  }
}

/** Milliseconds that `connectPorts` takes at the most, where `sharers` addresses are probed at this rate at the same time. */
export function longestProbeMs(ports: number, perSecond: number, timeoutMs: number, sharers: number): number {
  return Math.ceil((ports * sharers * 1_000) / perSecond) + Math.ceil(ports / mostAtOnce) * timeoutMs;
}

async function knock(address: string, port: number, timeoutMs: number, signal: AbortSignal): Promise<Answer> {
  const connection = await connectTcp({ address, port }, { timeoutMs, signal });
  if (connection.kind === 'connected') {
    connection.socket.destroy();
    return 'accepted';
  }
  if (connection.kind !== 'fault') return connection.kind;
  // A reset during the handshake is a refusal; after it the port had accepted.
  return connection.fault === endedFault ? 'accepted' : connection.fault;
}

function sortAnswers(address: string, answers: readonly (readonly [number, Answer])[]): ConnectedPorts {
  const portsWith = (wanted: Answer): readonly number[] => answers.filter(([, answer]) => answer === wanted).map(([port]) => port);
  const accepted = portsWith('accepted');
  const unasked = answers.flatMap(([, answer]) => (typeof answer === 'string' ? [] : [answer]));
  const [first] = unasked;
  // What answered is told all the same; without it, silence would be claimed of ports that nothing was sent to.
  if (first !== undefined && accepted.length === 0) throw new FaultError(first.code, `${address}: ${first.message}`);
  const probed = answers.filter(([, answer]) => typeof answer === 'string').map(([port]) => port);
  return { probed, accepted, refused: portsWith('refused') };
}
