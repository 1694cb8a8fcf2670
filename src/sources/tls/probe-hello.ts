import { connect } from 'node:net';
import type { Fault } from '../../domain/fault.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import { buildClientHello } from './client-hello.ts';
import { abandon, type Peer, type ProbeLimits, startProbeTimer } from './probe-limits.ts';
import { mostAnswerBytes, readServerAnswer } from './server-answer.ts';
import { noAnswerInTime, readSocketError } from './socket-faults.ts';

/** What a peer did about one ClientHello. */
export type HelloOutcome =
  | { readonly kind: 'hello'; readonly wireVersion: number; readonly suite: number }
  | { readonly kind: 'alert'; readonly alert: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'reset' }
  /** It does not speak TLS; `firstLine` is null where what it said is no text. */
  | { readonly kind: 'foreign'; readonly firstLine: string | null }
  | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * Sends one ClientHello of one version, with these suites or (null) with every one that we know, and reads until it is our turn to speak.
 * Never throws for what the peer does.
 */
export function probeHello(
  peer: Peer,
  version: ProtocolVersion,
  limits: ProbeLimits,
  suites: readonly number[] | null = null,
): Promise<HelloOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host: peer.address, port: peer.port });
    const chunks: Buffer[] = [];
    let isConnected = false;
    let receivedBytes = 0;
    const finish = (outcome: HelloOutcome): void => {
      stopTimer();
      abandon(socket);
      resolve(outcome);
    };
    const stopTimer = startProbeTimer(limits, () => finish(atEnd(chunks) ?? { kind: 'fault', fault: noAnswerInTime }));
    socket.once('connect', () => {
      isConnected = true;
      socket.write(buildClientHello({ version, serverName: peer.serverName, suites }));
    });
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      receivedBytes += chunk.length;
      const outcome = receivedBytes > mostAnswerBytes ? endless : onData(chunks);
      if (outcome !== null) finish(outcome);
    });
    socket.once('end', () => finish(atEnd(chunks) ?? (receivedBytes === 0 ? { kind: 'close' } : cutOff)));
    socket.once('error', (error) => finish(atEnd(chunks) ?? (receivedBytes === 0 ? afterError(error, isConnected) : cutOff)));
  });
}

const endless: HelloOutcome = {
  kind: 'fault',
  fault: { code: 'malformed', message: `more than ${mostAnswerBytes / 1_024} KiB came where a handshake should have gone on` },
};
const malformed: HelloOutcome = { kind: 'fault', fault: { code: 'malformed', message: 'the answer is against the protocol' } };
const cutOff: HelloOutcome = { kind: 'fault', fault: { code: 'malformed', message: 'the connection ended in the middle of an answer' } };

/** Null: wait for more. */
function onData(chunks: readonly Buffer[]): HelloOutcome | null {
  const bytes = Buffer.concat(chunks);
  const answer = readServerAnswer(bytes);
  switch (answer.kind) {
    case 'incomplete':
      return null;
    case 'malformed':
      return malformed;
    case 'foreign':
      return bytes.includes('\n') || bytes.length > mostLineBytes ? { kind: 'foreign', firstLine: readFirstLine(bytes) } : null;
    case 'hello':
      return answer.flightEnded ? asHello(answer) : null;
    case 'alert':
      return answer;
  }
}

/** What stands when no more comes. Null: nothing that could be read. */
function atEnd(chunks: readonly Buffer[]): HelloOutcome | null {
  const bytes = Buffer.concat(chunks);
  const answer = readServerAnswer(bytes);
  if (answer.kind === 'hello') return asHello(answer);
  if (answer.kind === 'foreign') return { kind: 'foreign', firstLine: readFirstLine(bytes) };
  return null;
}

function asHello({ wireVersion, suite }: { readonly wireVersion: number; readonly suite: number }): HelloOutcome {
  return { kind: 'hello', wireVersion, suite };
}

function afterError(error: Error, isConnected: boolean): HelloOutcome {
  return readSocketError(error, isConnected) ?? { kind: 'fault', fault: { code: 'defect', message: `a socket failed (${error.name})` } };
}

const mostLineBytes = 80;

/**
 * The status line of HTTP, or only the first word of anything else, which may go on with a date. Null where it is no text.
 */
export function readFirstLine(bytes: Buffer): string | null {
  const [line = ''] = bytes.toString('latin1').split(/\r?\n/, 1);
  if (!/^[\x20-\x7e]{3,}/.test(line)) return null;
  const text = line.slice(0, mostLineBytes).replace(/[^\x20-\x7e]/g, '?');
  return /^HTTP\/\d/.test(text) ? text.trimEnd() : (text.split(' ').find((word) => word !== '') ?? null);
}
