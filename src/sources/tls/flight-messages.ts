import { FaultError } from '../../domain/fault.ts';
import { wireVersionOf } from '../../transport/protocol-versions.ts';
import { createByteReader } from './byte-reader.ts';
import type { ReadUntil, ServerFlight } from './hello.ts';
import { readServerHello, type ServerHello } from './server-hello.ts';
import { exchangeRulesOf, type KeyExchange, readKeyExchange } from './server-key-exchange.ts';

/** Takes the messages of one flight, one after another. */
export interface FlightMessages {
  /** The flight once it is whole. @throws FaultError `malformed` */
  read(type: number, body: Buffer): Omit<ServerFlight, 'hadWarning'> | null;
  /** False until a ServerHello came. */
  hasBegun(): boolean;
}

/** RFC 5246 7.4 and RFC 6066 8, in the order in which they may come, each once. */
const messageNames: ReadonlyMap<number, string> = new Map([
  [2, 'ServerHello'],
  [11, 'Certificate'],
  [22, 'CertificateStatus'],
  [12, 'ServerKeyExchange'],
  [13, 'CertificateRequest'],
  [14, 'ServerHelloDone'],
]);
const order: readonly number[] = [...messageNames.keys()];
const helloRequest = 0;

export function createFlightMessages(until: ReadUntil): FlightMessages {
  let hello: ServerHello | null = null;
  let last = -1;
  const parts: FlightParts = { certificates: null, staple: null, keyExchange: null, wantsClientCertificate: false };
  const read: FlightMessages['read'] = (type, body) => {
    // A server may say at any time that it wants to begin; a client that has begun takes no notice (RFC 5246 7.4.1.1).
    if (type === helloRequest && body.length === 0) return null;
    const rank = order.indexOf(type);
    if (rank === -1 || rank <= last || (hello === null && rank > 0)) throw new FaultError('malformed', unexpected(type, order[last]));
    last = rank;
    return naming(type, () => {
      if (hello === null) {
        hello = readServerHello(body);
        const isModern = hello.wireVersion === wireVersionOf('TLSv1.3');
        return isModern || until === 'hello' ? { ...helloAlone, ...hello } : null;
      }
      readPart(parts, type, body, hello);
      return type === 14 ? wholeFlight(hello, parts) : null;
    });
  };
  return { read, hasBegun: () => hello !== null };
}

interface FlightParts {
  certificates: readonly Buffer[] | null;
  staple: Buffer | null;
  keyExchange: KeyExchange | null;
  wantsClientCertificate: boolean;
}

const nothingExchanged: KeyExchange = { group: null, dhBits: null, signatureScheme: null };
const helloAlone = {
  kind: 'hello',
  dhBits: null,
  signatureScheme: null,
  certificates: [],
  staple: null,
  wantsClientCertificate: null,
} as const;

function unexpected(type: number, last: number | undefined): string {
  const name = messageNames.get(type) ?? `a message of type ${type}`;
  return last === undefined ? `${name} came instead of a ServerHello` : `${name} came after ${messageNames.get(last)}`;
}

function naming<Value>(type: number, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new FaultError(error.fault.code, `${messageNames.get(type)}: ${error.fault.message}`);
  }
}

function readPart(parts: FlightParts, type: number, body: Buffer, hello: ServerHello): void {
  switch (type) {
    case 11:
      parts.certificates = readCertificates(body);
      return;
    case 22:
      parts.staple = readStaple(body);
      return;
    case 12:
      parts.keyExchange = readKeyExchange(body, hello);
      return;
    case 13:
      checkCertificateRequest(body, hello.wireVersion);
      parts.wantsClientCertificate = true;
      return;
    default:
      if (body.length > 0) throw new FaultError('malformed', 'it is not empty');
  }
}

/** What the suite needs must have come: an absent certificate would else read as one that nobody has. */
function wholeFlight(hello: ServerHello, parts: FlightParts): Omit<ServerFlight, 'hadWarning'> {
  const rules = exchangeRulesOf(hello.suite);
  if (rules?.hasCertificate === true && parts.certificates === null) throw new FaultError('malformed', 'no Certificate came before it');
  if (rules?.keyExchange === 'must' && parts.keyExchange === null) throw new FaultError('malformed', 'no ServerKeyExchange came before it');
  return {
    ...helloAlone,
    ...hello,
    ...(parts.keyExchange ?? nothingExchanged),
    certificates: parts.certificates ?? [],
    staple: parts.staple,
    wantsClientCertificate: parts.wantsClientCertificate,
  };
}

function readCertificates(body: Buffer): readonly Buffer[] {
  const message = createByteReader(body);
  const list = createByteReader(message.opaque24());
  message.end();
  const certificates: Buffer[] = [];
  while (!list.isAtEnd()) {
    const certificate = list.opaque24();
    if (certificate.length === 0) throw new FaultError('malformed', 'a certificate is empty');
    certificates.push(certificate);
  }
  return certificates;
}

function readStaple(body: Buffer): Buffer {
  const ocsp = 1;
  const reader = createByteReader(body);
  if (reader.uint8() !== ocsp) throw new FaultError('malformed', 'its type was not asked for');
  const response = reader.opaque24();
  reader.end();
  if (response.length === 0) throw new FaultError('malformed', 'its response is empty');
  return response;
}

/** Kinds of certificate, in TLS 1.2 kinds of signature, names of authorities. */
function checkCertificateRequest(body: Buffer, wireVersion: number): void {
  const reader = createByteReader(body);
  reader.opaque8();
  if (wireVersion === wireVersionOf('TLSv1.2')) reader.opaque16();
  reader.opaque16();
  reader.end();
}
