import { wireVersionOf } from '../../transport/protocol-versions.ts';

/** What the bytes that came back to a ClientHello are, so far. Warning alerts are skipped (some servers send one before their ServerHello). */
export type ServerAnswer =
  | { readonly kind: 'incomplete' }
  /** `flightEnded`: nothing more comes until we answer. */
  | {
      readonly kind: 'hello';
      readonly wireVersion: number /** Code of the suite that was selected. */;
      readonly suite: number;
      readonly flightEnded: boolean;
    }
  | { readonly kind: 'alert'; readonly alert: number }
  /** The first bytes are no TLS record. */
  | { readonly kind: 'foreign' }
  /** TLS records, but what they hold is against the protocol. */
  | { readonly kind: 'malformed' };

/** A peer that sends more than this before it is our turn never meant to end. */
export const mostAnswerBytes = 256 * 1_024;

const recordTypes = { changeCipherSpec: 20, alert: 21, handshake: 22, applicationData: 23 } as const;
/** RFC 5246 section 6.2.3: 2^14 plus 2,048. */
const mostRecordBytes = 18_432;
const headerBytes = 5;

/** Reads from the first byte each time: an answer comes in few pieces. */
export function readServerAnswer(bytes: Buffer): ServerAnswer {
  if (bytes.length > 0 && !startsRecord(bytes)) return { kind: 'foreign' };
  const handshakes: Buffer[] = [];
  for (let offset = 0; bytes.length >= offset + headerBytes; ) {
    const type = bytes.readUInt8(offset);
    const length = bytes.readUInt16BE(offset + 3);
    if (!startsRecord(bytes.subarray(offset)) || length > mostRecordBytes) return { kind: 'malformed' };
    const content = bytes.subarray(offset + headerBytes, offset + headerBytes + length);
    if (content.length < length) break;
    offset += headerBytes + length;
    if (type === recordTypes.handshake) handshakes.push(content);
    const alert = type === recordTypes.alert && readFirstHello(handshakes).kind === 'incomplete' ? readFatalAlert(content) : null;
    if (alert !== null) return alert;
  }
  return readFirstHello(handshakes);
}

function startsRecord(bytes: Buffer): boolean {
  const type = bytes[0] ?? 0;
  const majorVersion = bytes[1] ?? 3;
  return type >= recordTypes.changeCipherSpec && type <= recordTypes.applicationData && majorVersion === 3;
}

function readFatalAlert(content: Buffer): ServerAnswer | null {
  const [level, alert] = content;
  if (content.length !== 2 || level === undefined || alert === undefined) return { kind: 'malformed' };
  const fatal = 2;
  return level === fatal ? { kind: 'alert', alert } : null;
}

/** Of a ServerHello: version and random come before. */
const sessionIdOffset = 34;
const messageTypes = { helloRequest: 0, serverHello: 2, serverHelloDone: 14 } as const;

function readFirstHello(handshakes: readonly Buffer[]): ServerAnswer {
  const messages = splitMessages(Buffer.concat(handshakes));
  const [first, ...rest] = messages.filter((message) => message.type !== messageTypes.helloRequest);
  if (first === undefined) return { kind: 'incomplete' };
  if (first.type !== messageTypes.serverHello || first.declaredBytes > mostAnswerBytes) return { kind: 'malformed' };
  if (first.body.length < first.declaredBytes) return { kind: 'incomplete' };
  if (rest.some((message) => message.declaredBytes > mostAnswerBytes)) return { kind: 'malformed' };
  const wireVersion = readSelectedVersion(first.body);
  if (wireVersion === null) return { kind: 'malformed' };
  const suite = first.body.readUInt16BE(sessionIdOffset + 1 + first.body.readUInt8(sessionIdOffset));
  // The rest of a TLS 1.3 flight is encrypted.
  const flightEnded = wireVersion === wireVersionOf('TLSv1.3') || rest.some((message) => message.type === messageTypes.serverHelloDone);
  return { kind: 'hello', wireVersion, suite, flightEnded };
}

interface HandshakeMessage {
  readonly type: number;
  readonly declaredBytes: number;
  /** Shorter than declared while the message has not come whole. */
  readonly body: Buffer;
}

function splitMessages(bytes: Buffer): readonly HandshakeMessage[] {
  const messages: HandshakeMessage[] = [];
  for (let offset = 0; bytes.length >= offset + 4; ) {
    const declaredBytes = bytes.readUIntBE(offset + 1, 3);
    const body = bytes.subarray(offset + 4, offset + 4 + declaredBytes);
    messages.push({ type: bytes.readUInt8(offset), declaredBytes, body });
    offset += 4 + declaredBytes;
  }
  return messages;
}

/** The version of a ServerHello: that of `supported_versions` where it stands, else the field. Null where the message is none. */
function readSelectedVersion(body: Buffer): number | null {
  const sessionIdBytes = body[sessionIdOffset];
  if (sessionIdBytes === undefined || sessionIdBytes > 32) return null;
  const extensionsOffset = sessionIdOffset + 1 + sessionIdBytes + 3;
  if (body.length < extensionsOffset) return null;
  const shown = body.readUInt16BE(0);
  if (body.length < extensionsOffset + 2) return asVersion(shown);
  return asVersion(findSupportedVersion(body.subarray(extensionsOffset + 2)) ?? shown);
}

function asVersion(wireVersion: number): number | null {
  return wireVersion >= wireVersionOf('SSLv3') && wireVersion <= wireVersionOf('TLSv1.3') ? wireVersion : null;
}

function findSupportedVersion(extensions: Buffer): number | null {
  const supportedVersions = 43;
  for (let offset = 0; extensions.length >= offset + 4; ) {
    const length = extensions.readUInt16BE(offset + 2);
    if (extensions.readUInt16BE(offset) === supportedVersions && length === 2 && extensions.length >= offset + 6) {
      return extensions.readUInt16BE(offset + 4);
    }
    offset += 4 + length;
  }
  return null;
}
