import type { Endpoint } from '../../domain/subject.ts';
import { type AnswerTime, answerTimeOf } from '../../transport/answer-times.ts';
import { literalOf } from '../dns/resolve-addresses.ts';
import { authorityOf, type PathFault, readTarget } from '../http/ask-path.ts';
import type { OpenConnection } from '../http/ask-paths.ts';
import { type Answer, type AskNeeds, exchange } from '../http/exchange.ts';
import { type AnswerTraces, readTraces } from './read-traces.ts';
import { secureConnection } from './secure-connection.ts';

/** `error-page`: a path that surely does not exist, asked for its error page. */
export type PathKind = 'configured' | 'error-page';

export type PathQuestion = {
  readonly path: string;
  readonly kind: PathKind;
};

/** What one path answered over HTTPS. */
export type SecurePathAnswer = PathQuestion &
  (
    | ({
        readonly status: number;
        readonly location: string | null;
        /** Every occurrence of the header, in order, as it came. */
        readonly strictTransportSecurity: readonly string[];
        /** The lowest of fixed limits, in seconds, from the connection attempt to the end of the header. */
        readonly answeredWithin: AnswerTime;
      } & AnswerTraces)
    | Pick<PathFault, 'fault'>
  );

export interface SecurePathLook {
  readonly answer: SecurePathAnswer;
  /** Null where there was none. */
  readonly handshakeSeconds: number | null;
  readonly responseSeconds: number | null;
}

/**
 * Asks for one path over TLS, on a connection that is used for nothing else. The body of a configured path that is there is never read.
 * @throws FaultError where the signal ended the wait.
 */
export async function askSecurePath(
  endpoint: Endpoint,
  question: PathQuestion,
  { socket, stopwatch }: OpenConnection,
  needs: AskNeeds,
): Promise<SecurePathLook> {
  const startedMs = performance.now();
  const connection = await secureConnection(socket, serverNameOf(endpoint.host), needs);
  if (connection.kind === 'fault')
    return { answer: { ...question, fault: connection.fault }, handshakeSeconds: null, responseSeconds: null };
  const securedMs = performance.now();
  const handshakeSeconds = (securedMs - startedMs) / 1_000;
  const exchanged = await exchange(
    connection.socket,
    {
      origin: `https://${authorityOf(endpoint.host)}:${endpoint.port}`,
      path: question.path,
      wantsPage: (status) => question.kind === 'error-page' || status < 200 || status > 299,
    },
    stopwatch,
    { ...needs, timeoutMs: Math.max(1, needs.timeoutMs - (securedMs - startedMs)) },
  );
  if ('fault' in exchanged) return { answer: { ...question, fault: exchanged.fault }, handshakeSeconds, responseSeconds: null };
  return {
    answer: { ...question, ...readAnswer(exchanged.answer, exchanged.seconds) },
    handshakeSeconds,
    responseSeconds: (performance.now() - securedMs) / 1_000,
  };
}

function readAnswer(answer: Answer, seconds: number) {
  const target = readTarget(answer.headers);
  if ('fault' in target) return target;
  return {
    status: answer.status,
    ...target,
    strictTransportSecurity: answer.headers.flatMap(([name, value]) => (name === 'strict-transport-security' ? [value] : [])),
    answeredWithin: answerTimeOf(seconds),
    ...readTraces(answer),
  };
}

/** The name without its last dot; none for an address (RFC 6066 section 3). */
function serverNameOf(host: string): string | null {
  return literalOf(host) === null ? host.replace(/\.$/, '') : null;
}
