import { connect } from 'node:net';
import { type Fault, FaultError } from '../../domain/fault.ts';
import { type HandshakeStep, type ModernChain, ModernHandshake } from './modern-handshake.ts';
import type { ModernHello } from './modern-hello.ts';
import { abandon, type Peer, type ProbeLimits, startProbeTimer } from './probe-limits.ts';
import { noAnswerInTime, readSocketError } from './socket-faults.ts';

/** What came of one handshake of TLS 1.3. */
export type ModernAnswer =
  | { readonly kind: 'chain'; readonly chain: ModernChain }
  | { readonly kind: 'alert'; readonly alert: number }
  /** Nothing came to our last hello but the end. */
  | { readonly kind: 'close' }
  | { readonly kind: 'reset' }
  /** `malformed` where the peer broke the protocol, above all where it could not prove to hold the key of its certificate. */
  | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * One handshake of TLS 1.3 up to the server's Finished, over a connection of its own, for the chain as it stands on the wire. Nothing that is not verified
 * is told. Never throws for what the peer does; RangeError for a name that fits into no hello.
 */
export async function readModernChain(peer: Peer, hello: ModernHello, limits: ProbeLimits): Promise<ModernAnswer> {
  if (limits.signal.aborted) return tooLate;
  return await shakeHands(peer, new ModernHandshake(hello), limits);
}

const tooLate: ModernAnswer = { kind: 'fault', fault: noAnswerInTime };

function shakeHands(peer: Peer, handshake: ModernHandshake, limits: ProbeLimits): Promise<ModernAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: peer.address, port: peer.port, noDelay: true });
    let isConnected = false;
    /** Whether something came since our last hello. */
    let isAnswered = false;
    const stop = (): void => {
      stopTimer();
      abandon(socket);
    };
    const finish = (answer: ModernAnswer): void => {
      stop();
      resolve(answer);
    };
    const stopTimer = startProbeTimer(limits, () => finish(tooLate));
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.on('data', (chunk) => {
      isAnswered = true;
      const step = receiveOrFault(handshake, chunk, (error) => {
        stop();
        reject(error);
      });
      if (step === null) return;
      if (step.kind !== 'send') return finish(step);
      isAnswered = false;
      socket.write(step.bytes);
    });
    socket.once('end', () => finish(isAnswered ? cutOff : { kind: 'close' }));
    socket.once('error', (error) => finish(isAnswered ? cutOff : afterError(error, isConnected)));
    socket.write(handshake.firstBytes);
  });
}

const cutOff: ModernAnswer = {
  kind: 'fault',
  fault: { code: 'malformed', message: 'the connection ended in the middle of the handshake' },
};

/** `fail` gets what is our own fault: thrown inside a listener it would end the process. */
function receiveOrFault(
  handshake: ModernHandshake,
  chunk: Buffer,
  fail: (error: Error) => void,
): HandshakeStep | Extract<ModernAnswer, { kind: 'fault' }> | null {
  try {
    return handshake.receive(chunk);
  } catch (error) {
    if (error instanceof FaultError) return { kind: 'fault', fault: error.fault };
    fail(new Error('a handshake could not be read', { cause: error }));
    return null;
  }
}

function afterError(error: Error, isConnected: boolean): ModernAnswer {
  return readSocketError(error, isConnected) ?? { kind: 'fault', fault: { code: 'defect', message: `a socket failed (${error.name})` } };
}
