import { connect } from 'node:net';
import { buildHello } from './client-hello.ts';
import type { Hello, HelloAnswer, ReadUntil } from './hello.ts';
import { abandon, type Peer, type ProbeLimits, startProbeTimer } from './probe-limits.ts';
import { createFlightReader } from './server-flight.ts';
import { noAnswerInTime, noEndInTime, readSocketError } from './socket-faults.ts';

/**
 * Sends one hello over a connection of its own and reads what comes back. Never throws for what the peer does; RangeError for a hello that fits into none.
 * The connection is closed when the answer is there.
 */
export async function askHello(peer: Peer, hello: Hello, until: ReadUntil, limits: ProbeLimits): Promise<HelloAnswer> {
  const record = buildHello(hello);
  return limits.signal.aborted ? tooLate : exchange(peer, record, until, limits);
}

const tooLate: HelloAnswer = { kind: 'fault', fault: noAnswerInTime };

function exchange(peer: Peer, record: Buffer, until: ReadUntil, limits: ProbeLimits): Promise<HelloAnswer> {
  return new Promise((resolve) => {
    const reader = createFlightReader(until);
    const socket = connect({ host: peer.address, port: peer.port, noDelay: true });
    let isConnected = false;
    const finish = (answer: HelloAnswer): void => {
      stopTimer();
      abandon(socket);
      resolve(answer);
    };
    const stopTimer = startProbeTimer(limits, () => finish(inTime(reader.end())));
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.on('data', (chunk: Buffer) => {
      const answer = reader.push(chunk);
      if (answer !== null) finish(answer);
    });
    socket.once('end', () => finish(reader.end() ?? { kind: 'close' }));
    socket.once('error', (error) => finish(reader.end() ?? afterError(error, isConnected)));
    socket.write(record);
  });
}

/** What a peer said that speaks no TLS stands; half an answer is none, but more than silence. */
function inTime(answer: HelloAnswer | null): HelloAnswer {
  if (answer === null) return tooLate;
  return answer.kind === 'foreign' ? answer : { kind: 'fault', fault: noEndInTime };
}

function afterError(error: Error, isConnected: boolean): HelloAnswer {
  return readSocketError(error, isConnected) ?? { kind: 'fault', fault: { code: 'defect', message: `a socket failed (${error.name})` } };
}
