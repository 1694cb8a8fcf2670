import { connect as openTcp, type Socket } from 'node:net';
import { type ConnectionOptions, type SecureContext, connect as startTls, type TLSSocket } from 'node:tls';
import type { Fault } from '../../domain/fault.ts';
import { readShownFacts, type ShownFacts } from './handshake-facts.ts';
import { abandon, type Peer, type ProbeLimits, startProbeTimer } from './probe-limits.ts';
import { mostHandshakeBytes } from './server-flight.ts';
import { noAnswerInTime, readSocketError } from './socket-faults.ts';
import type { SecureVersion, TrustStore } from './trust-store.ts';

export interface HandshakeFacts extends ShownFacts {
  readonly trust: {
    readonly trusted: boolean;
    /** OpenSSL's (`CERT_HAS_EXPIRED`), `NO_CERTIFICATE` where none was shown; null where trusted. The host's name plays no part in it. */
    readonly code: string | null;
    readonly store: { readonly name: string; readonly sha256: string };
  };
}

export type PhaseSeconds = { readonly [phase in 'connect' | 'handshake']: number };

/** What came of one handshake in one version. */
export type HandshakeOutcome =
  | { readonly kind: 'completed'; readonly facts: HandshakeFacts; readonly phaseSeconds: PhaseSeconds }
  | { readonly kind: 'alert'; readonly alert: number }
  /** The peer hung up, or our OpenSSL did not like what came: which of them, a hello of our own tells better. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'fault'; readonly fault: Fault };

/**
 * One handshake in one version, never on a resumed session: a resumed one shows no certificate and calls the wrong host trusted.
 * Weak keys, signatures and suites are let through, so that they can be seen. Never throws for what the peer does.
 */
export function probeHandshake(peer: Peer, version: SecureVersion, store: TrustStore, limits: ProbeLimits): Promise<HandshakeOutcome> {
  return new Promise((resolve) => {
    const secureContext = store.contextOf(version);
    const startedMs = performance.now();
    let connectedMs: number | null = null;
    let shown: ShownBeforeTheEnd | null = null;
    const tcp = openTcp({ host: peer.address, port: peer.port });
    const socket = startTls({ socket: tcp, ...tlsOptions(peer, secureContext) });
    const finish = (outcome: HandshakeOutcome): void => {
      stopTimers();
      resolve(outcome);
    };
    const phases = (): PhaseSeconds => readPhases(startedMs, connectedMs ?? startedMs);
    const complete = (facts: ShownFacts, code: string | null): void =>
      finish({ kind: 'completed', facts: withTrust(facts, code, store), phaseSeconds: phases() });
    const finishEarly = ({ facts, trustCode }: ShownBeforeTheEnd): void => {
      if (trustCode === undefined) finish({ kind: 'fault', fault: untoldTrust });
      else complete(facts, trustCode);
    };
    const giveUp = (fault: Fault): void => {
      finish({ kind: 'fault', fault });
      abandon(socket);
      abandon(tcp);
    };
    const stopTimers = startTimers(tcp, limits, giveUp);

    tcp.once('connect', () => {
      connectedMs = performance.now();
    });
    // Up to TLS 1.2 a peer that wants a client certificate ends the handshake before it is complete, but after it has shown all that we look for.
    // This event stands between the two; its line holds secrets, and only its label is looked at (RSA key exchange has another line before).
    socket.on('keylog', (line) => {
      if (line.subarray(0, masterSecretLabel.length).equals(masterSecretLabel)) shown = readBeforeTheEnd(socket, version, store);
    });
    socket.once('secureConnect', () => {
      if (socket.isSessionReused()) giveUp({ code: 'defect', message: 'a session was resumed' });
      else complete(shown?.facts ?? readShownFacts(socket, version, store), readTrustCode(socket));
      socket.destroySoon();
    });
    socket.on('error', (error: Error) => {
      const alert = readAlert(error);
      if (alert !== null && shown !== null && mayWantCertificate(shown)) finishEarly(shown);
      else finish(afterError(error, alert, connectedMs !== null));
    });
    socket.once('close', () => finish({ kind: 'failed', reason: 'closed' }));
  });
}

/** Of the one line that TLS 1.2 and older log when all is agreed; TLS 1.3 has no such label. */
const masterSecretLabel = Buffer.from('CLIENT_RANDOM ');

interface ShownBeforeTheEnd {
  readonly facts: ShownFacts;
  /** Undefined where Node does not tell. */
  readonly trustCode: string | null | undefined;
}

/** Before TLS 1.2 there is no sign of the wish; an alert this late has no other usual cause. */
function mayWantCertificate(shown: ShownBeforeTheEnd): boolean {
  return shown.facts.clientCertificateRequested !== false;
}

const untoldTrust: Fault = { code: 'unsupported', message: 'the peer wants a client certificate before its own can be judged' };
const endlessHandshake: Fault = { code: 'malformed', message: `the handshake did not end within ${mostHandshakeBytes / 1_024} KiB` };

function readBeforeTheEnd(socket: TLSSocket, version: SecureVersion, store: TrustStore): ShownBeforeTheEnd {
  return { facts: readShownFacts(socket, version, store), trustCode: readEarlyTrustCode(socket) };
}

/** Node keeps OpenSSL's verdict to itself until the handshake is complete, so it is asked for where Node asks; another Node may have moved it. */
function readEarlyTrustCode(socket: TLSSocket): string | null | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null || !('verifyError' in handle) || typeof handle.verifyError !== 'function')
    return undefined;
  const error: unknown = Reflect.apply(handle.verifyError, handle, []);
  if (error === null || error === undefined) return null;
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/** A bare code, whatever the type says. */
function readTrustCode(socket: TLSSocket): string | null {
  return socket.authorized ? null : String(socket.authorizationError);
}

/** OpenSSL finds nothing wrong with a peer that shows no certificate. */
function withTrust(facts: ShownFacts, code: string | null, store: TrustStore): HandshakeFacts {
  const known = facts.chain.length === 0 ? 'NO_CERTIFICATE' : code;
  return { ...facts, trust: { trusted: known === null, code: known, store: { name: store.name, sha256: store.sha256 } } };
}

function tlsOptions(peer: Peer, secureContext: SecureContext): ConnectionOptions {
  return {
    servername: peer.serverName ?? '',
    secureContext,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ALPNProtocols: ['h2', 'http/1.1'],
  };
}

/** How often the bytes that came are counted, in milliseconds. Only the TCP socket counts those that OpenSSL has swallowed. */
const countEveryMs = 100;

function startTimers(tcp: Socket, limits: ProbeLimits, giveUp: (fault: Fault) => void): () => void {
  const stopTimer = startProbeTimer(limits, () => giveUp(noAnswerInTime));
  const counter = setInterval(() => {
    if (tcp.bytesRead > mostHandshakeBytes) giveUp(endlessHandshake);
  }, countEveryMs);
  return () => {
    stopTimer();
    clearInterval(counter);
  };
}

function readPhases(startedMs: number, connectedMs: number): PhaseSeconds {
  return { connect: (connectedMs - startedMs) / 1_000, handshake: (performance.now() - connectedMs) / 1_000 };
}

/** The number stands nowhere but in OpenSSL's message. */
function readAlert(error: Error): number | null {
  const [, number] = /SSL alert number (\d+)/.exec(error.message) ?? [];
  return number === undefined ? null : Number(number);
}

function afterError(error: Error, alert: number | null, isConnected: boolean): HandshakeOutcome {
  if (alert !== null) return { kind: 'alert', alert };
  const end = readSocketError(error, isConnected);
  if (end?.kind === 'fault') return end;
  return { kind: 'failed', reason: end?.kind ?? ('code' in error ? String(error.code) : error.name) };
}
