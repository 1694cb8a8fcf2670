import type { Socket } from 'node:net';
import { Client, type Dispatcher, errors } from 'undici';
import type { Fault } from '../../domain/fault.ts';
import type { Stopwatch } from '../stopwatch.ts';
import { untilAborted } from '../until-aborted.ts';
import { endedFault } from './connect-tcp.ts';
import { faultOfTlsError } from './tls-fault.ts';

export interface AskNeeds {
  /** Total time for the whole answer as far as it is read, in milliseconds: what restarts at every byte ends nothing. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface Question {
  /** `https://shop.example.com`; from here comes the Host header. */
  readonly origin: string;
  readonly path: string;
  /** Whether an answer of this status is read beyond its header; then at most `mostPageBytes` of it. */
  readonly wantsPage: (status: number) => boolean;
}

/** Every header in the order in which it came; names in lower case, values one character a byte. */
export type Headers = readonly (readonly [name: string, value: string])[];

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** What follows the header; null where it was not wanted. */
  readonly page: Page | null;
}

/** `fault`: why `text` is not all of it. */
export interface Page {
  readonly text: string;
  readonly fault?: Fault;
}

/** `seconds`: what the stopwatch showed when the header was there. */
export type Exchanged = { readonly answer: Answer; readonly seconds: number } | { readonly fault: Fault };

/** As Node's own limit for a header. */
const mostHeaderBytes = 16_384;
/** Error pages of shops are some 100 KiB long, and frameworks tell their version at the very end. */
const mostPageBytes = 256 * 1_024;

/**
 * Asks one question on a connection that is used for nothing else, and ends it once enough of the answer is read. No redirect is followed.
 * @throws FaultError where the signal ended the wait.
 */
export async function exchange(socket: Socket, question: Question, stopwatch: Stopwatch, needs: AskNeeds): Promise<Exchanged> {
  const client = new Client(question.origin, {
    // Called back later, as a real connector does: undici sends nothing on a socket that it is given at once.
    connect: (_options, callback) => queueMicrotask(() => (socket.destroyed ? callback(lossOf(socket), null) : callback(null, socket))),
    maxHeaderSize: mostHeaderBytes,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxCachedSessions: 0,
  });
  const reading = startReading(socket, question, stopwatch);
  const timer = setTimeout(() => reading.end(timeoutFault(socket)), needs.timeoutMs);
  client.dispatch(
    { method: 'GET', path: question.path, headers: { 'user-agent': 'claimwatch', accept: '*/*' }, reset: true },
    {
      onRequestStart: () => {},
      onResponseStart: (controller, status) => reading.begin(status, readHeaders(controller.rawHeaders)),
      onResponseData: (_controller, chunk) => reading.add(chunk),
      onResponseEnd: () => reading.complete(),
      onResponseError: (_controller, error) => {
        const fault = faultOfError(error, socket);
        if (fault === null) reading.fail(error);
        else reading.end(fault);
      },
    },
  );
  try {
    return await untilAborted(reading.exchanged, needs.signal);
  } finally {
    clearTimeout(timer);
    socket.destroy();
    await client.destroy();
  }
}

interface Reading {
  readonly exchanged: Promise<Exchanged>;
  begin(status: number, headers: Headers): void;
  add(chunk: Uint8Array): void;
  complete(): void;
  /** What came before stands: an answer whose page broke off is an answer. */
  end(fault: Fault): void;
  fail(error: Error): void;
}

function startReading(socket: Socket, question: Question, stopwatch: Stopwatch): Reading {
  const { promise: exchanged, resolve, reject } = Promise.withResolvers<Exchanged>();
  const chunks: Uint8Array[] = [];
  let begun: (Omit<Answer, 'page'> & { readonly seconds: number }) | null = null;
  let pageBytes = 0;
  const settle = (page: Answer['page']): void => {
    if (begun !== null) resolve({ answer: { status: begun.status, headers: begun.headers, page }, seconds: begun.seconds });
  };
  const complete = (): void => {
    const text = Buffer.concat(chunks).subarray(0, mostPageBytes).toString('latin1');
    settle(pageBytes > mostPageBytes ? { text, fault: overlongPage } : { text });
  };
  return {
    exchanged,
    begin: (status, headers) => {
      if (status >= 200) {
        begun = { status, headers, seconds: stopwatch.seconds() };
        if (!question.wantsPage(status)) settle(null);
      }
      // Interim answers (RFC 9110, 15.2) may come without end.
      else if (socket.bytesRead > mostHeaderBytes) resolve({ fault: overlong });
    },
    add: (chunk) => {
      chunks.push(chunk);
      pageBytes += chunk.length;
      if (pageBytes > mostPageBytes) complete();
    },
    complete,
    end: (fault) => (begun === null ? resolve({ fault }) : settle({ text: '', fault: brokenPage })),
    fail: reject,
  };
}

/** Told alike whether it stopped, was reset or did not end in time: which of them is seen depends on timing. */
const brokenPage: Fault = { code: 'partial', message: 'the page did not come whole' };

const overlongPage: Fault = { code: 'partial', message: `only the first ${mostPageBytes / 1_024} KiB of the page were read` };

/** As undici got them: names and values by turns. */
function readHeaders(raw: Dispatcher.DispatchController['rawHeaders']): Headers {
  if (!Array.isArray(raw)) throw new TypeError('expected the raw headers of an answer');
  const texts = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  return texts.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), texts[index + 1] ?? ''] as const] : []));
}

function lossOf(socket: Socket): Error {
  return socket.errored ?? new errors.SocketError('closed');
}

function timeoutFault(socket: Socket): Fault {
  const message =
    socket.bytesRead === 0 ? 'the connection was accepted and nothing was answered' : 'the answer began and its header did not end';
  return { code: 'timeout', message };
}

const overlong: Fault = { code: 'malformed', message: `the header is longer than ${mostHeaderBytes} bytes` };

/** Null where the failure is our own. A peer's end and its reset are told alike: which of them is seen depends on timing. */
function faultOfError(error: Error, socket: Socket): Fault | null {
  if (error instanceof errors.HTTPParserError) return { code: 'malformed', message: 'the answer is not HTTP' };
  if (error instanceof errors.HeadersOverflowError) return overlong;
  const code = 'code' in error ? error.code : null;
  if (code === 'ETIMEDOUT') return timeoutFault(socket);
  if (code !== 'ECONNRESET' && code !== 'EPIPE' && !(error instanceof errors.SocketError)) return faultOfTlsError(error);
  if (socket.bytesRead === 0) return endedFault;
  return { code: 'malformed', message: 'the connection was ended before the header' };
}
