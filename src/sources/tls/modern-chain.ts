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
 * is told. Never throws for what the peer does.
 */
export function readModernChain(peer: Peer, hello: ModernHello, limits: ProbeLimits): Promise<ModernAnswer> {
  return new Promise((resolve) => {
    const handshake = new ModernHandshake(hello);
    const socket = connect({ host: peer.address, port: peer.port });
    let isConnected = false;
    /** Whether something came since our last hello. */
    let isAnswered = false;
    const finish = (answer: ModernAnswer): void => {
      stopTimer();
      abandon(socket);
      resolve(answer);
    };
    const stopTimer = startProbeTimer(limits, () => finish({ kind: 'fault', fault: noAnswerInTime }));
    socket.once('connect', () => {
      isConnected = true;
      socket.write(handshake.firstBytes);
    });
    socket.on('data', (chunk) => {
      isAnswered = true;
      const step = receiveOrFault(handshake, chunk);
      if (step === null) return;
      if (step.kind !== 'send') return finish(step);
      isAnswered = false;
      socket.write(step.bytes);
    });
    socket.once('end', () => finish(isAnswered ? cutOff : { kind: 'close' }));
    socket.once('error', (error) => finish(isAnswered ? cutOff : afterError(error, isConnected)));
  });
}

const cutOff: ModernAnswer = {
  kind: 'fault',
  fault: { code: 'malformed', message: 'the connection ended in the middle of the handshake' },
};

/** What is no Fault is our own, and its message may hold what nobody should read. */
function receiveOrFault(handshake: ModernHandshake, chunk: Buffer): HandshakeStep | Extract<ModernAnswer, { kind: 'fault' }> | null {
  try {
    return handshake.receive(chunk);
  } catch (error) {
    if (error instanceof FaultError) return { kind: 'fault', fault: error.fault };
    const name = error instanceof Error ? error.name : 'no error';
    return { kind: 'fault', fault: { code: 'defect', message: `a handshake could not be read (${name})` } };
  }
}

function afterError(error: Error, isConnected: boolean): ModernAnswer {
  return readSocketError(error, isConnected) ?? { kind: 'fault', fault: { code: 'defect', message: `a socket failed (${error.name})` } };
}
