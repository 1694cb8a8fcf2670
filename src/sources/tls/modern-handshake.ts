import { FaultError } from '../../domain/fault.ts';
import { freshConstants, type HelloConstants } from './client-hello.ts';
import { createMessageReader, type HandshakeMessage } from './handshake-messages.ts';
import { readFlight, type VerifiedFlight } from './modern-flight.ts';
import { type KeyShare, makeKeyShare } from './modern-groups.ts';
import { buildModernHello, type ModernHello } from './modern-hello.ts';
import { deriveHandshakeSecrets, deriveTrafficKeys, hashOf, type TrafficKeys } from './modern-key-schedule.ts';
import { type ModernServerHello, messageTypes, readServerHello } from './modern-messages.ts';
import { agree, checkServerHello, readRetry, type SaidHello } from './modern-negotiation.ts';
import { createRecordReader, openRecord, recordTypes, type TlsRecord, type WireRecord } from './modern-records.ts';
import type { ModernSuite } from './modern-suites.ts';
import { mostHandshakeBytes } from './server-flight.ts';

/** What a server proved to hold the key of, in messages that nobody between could have changed. */
export interface ModernChain extends VerifiedFlight {
  /** Codes. */
  readonly suite: number;
  readonly group: number;
  readonly isVerified: true;
}

/** What the bytes of the peer lead to. */
export type HandshakeStep =
  | { readonly kind: 'chain'; readonly chain: ModernChain }
  | { readonly kind: 'alert'; readonly alert: number }
  /** It said goodbye. */
  | { readonly kind: 'close' }
  /** To be sent before more can come. */
  | { readonly kind: 'send'; readonly bytes: Buffer };

interface Opening {
  readonly suite: ModernSuite;
  readonly group: number;
  /** Secret. */
  readonly keys: TrafficKeys;
  readonly flight: Generator<undefined, VerifiedFlight, HandshakeMessage>;
}

/** Shares that nearly every server takes, and that cost less than 0.1 ms together; any other is made when it is asked for. */
const firstGroups: readonly number[] = [0x001d, 0x0017];
const recordHeaderBytes = 5;
/** RFC 8446 D.4: said before a second hello, for boxes on the way that know only TLS 1.2. */
const changeCipherSpec = Buffer.from([recordTypes.changeCipherSpec, 3, 3, 0, 1, 1]);

/**
 * The client's side of one handshake of TLS 1.3, without a socket, up to the server's Finished. Nothing is sent after that: our own Finished would only
 * begin a session.
 */
export class ModernHandshake {
  readonly firstBytes: Buffer;
  readonly #asked: ModernHello;
  readonly #constants: HelloConstants = freshConstants('TLSv1.3');
  readonly #records = createRecordReader();
  readonly #messages = createMessageReader(mostHandshakeBytes);
  #receivedBytes = 0;
  #shares: readonly KeyShare[] = firstGroups.map(makeKeyShare);
  #retrySuite: number | null = null;
  #transcript: readonly Buffer[];
  #opening: Opening | null = null;
  #openedRecords = 0;

  /** @throws RangeError where the name is too long for any hello */
  constructor(asked: ModernHello) {
    this.#asked = asked;
    this.firstBytes = buildModernHello(asked, this.#shares, this.#constants);
    this.#transcript = [this.firstBytes.subarray(recordHeaderBytes)];
  }

  /** Takes what came. Null: more has to come. @throws FaultError `malformed` for what is against the protocol, `unsupported` for what we cannot do */
  receive(chunk: Buffer): HandshakeStep | null {
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > mostHandshakeBytes) {
      throw new FaultError('malformed', `more than ${mostHandshakeBytes / 1_024} KiB came where a handshake should have ended`);
    }
    for (const record of this.#records.read(chunk)) {
      const step = this.#onRecord(record);
      // Behind a HelloRetryRequest only a ChangeCipherSpec may still be waiting, which means nothing.
      if (step !== null) return step;
    }
    return null;
  }

  #onRecord(wire: WireRecord): HandshakeStep | null {
    if (wire.type === recordTypes.changeCipherSpec) return checkChangeCipherSpec(wire);
    const record = this.#openIfSealed(wire);
    if (record.type === recordTypes.alert) return readAlert(record.content, this.#opening !== null);
    if (record.type !== recordTypes.handshake) throw new FaultError('malformed', 'something else came in the middle of the handshake');
    const messages = this.#messages.read(record.content);
    return this.#opening === null ? this.#onServerHellos(messages) : this.#onFlight(this.#opening, messages);
  }

  /** An alert may come in the clear at any time: the peer may have failed before it had keys. */
  #openIfSealed(wire: WireRecord): TlsRecord {
    const isSealed = wire.type === recordTypes.applicationData;
    if (this.#opening === null || wire.type === recordTypes.alert) return wire;
    if (!isSealed) throw new FaultError('malformed', 'what should be encrypted came in the clear');
    const record = openRecord(this.#opening.suite, this.#opening.keys, this.#openedRecords, wire);
    this.#openedRecords += 1;
    return record;
  }

  /** What came with a hello in one record was not encrypted with the keys that the hello agrees on (RFC 8446 5.1). */
  #onServerHellos([message, ...more]: readonly HandshakeMessage[]): HandshakeStep | null {
    if (message === undefined) return null;
    if (message.type !== messageTypes.serverHello) throw new FaultError('malformed', 'the peer did not begin with its hello');
    const isAlone = more.length === 0 && this.#messages.isBetweenMessages();
    if (!isAlone) throw new FaultError('malformed', 'something follows a hello before it is its turn');
    return this.#onServerHello(message);
  }

  #onServerHello({ body, whole }: HandshakeMessage): HandshakeStep | null {
    const hello = readServerHello(body);
    const said = { sessionId: this.#constants.sessionId, shares: this.#shares, retrySuite: this.#retrySuite };
    const suite = checkServerHello(hello, said);
    if (hello.isRetry) return this.#beginAgain(hello, said, suite, whole);
    const { group, secret } = agree(hello, said);
    this.#transcript = [...this.#transcript, whole];
    this.#opening = startOpening(suite, group, secret, this.#transcript, this.#asked);
    return null;
  }

  #beginAgain(hello: ModernServerHello, said: SaidHello, suite: ModernSuite, whole: Buffer): HandshakeStep {
    const { group, cookie } = readRetry(hello, said);
    if (group !== null) this.#shares = [makeKeyShare(group)];
    this.#retrySuite = suite.code;
    const bytes = buildModernHello(this.#asked, this.#shares, { ...this.#constants, cookie });
    // Only the first hello may say 1.0 on its record (RFC 8446 5.1).
    bytes.writeUInt8(3, 2);
    this.#transcript = [hashAsMessage(suite, this.#transcript), whole, bytes.subarray(recordHeaderBytes)];
    return { kind: 'send', bytes: Buffer.concat([changeCipherSpec, bytes]) };
  }

  #onFlight(opening: Opening, messages: readonly HandshakeMessage[]): HandshakeStep | null {
    for (const message of messages) {
      const { done, value } = opening.flight.next(message);
      if (done === true) return { kind: 'chain', chain: { ...value, suite: opening.suite.code, group: opening.group, isVerified: true } };
    }
    return null;
  }
}

function startOpening(suite: ModernSuite, group: number, secret: Buffer, transcript: readonly Buffer[], offered: ModernHello): Opening {
  const { server } = deriveHandshakeSecrets(suite, secret, hashOf(suite, transcript));
  const flight = readFlight({ suite, serverSecret: server, transcript, offered });
  // Up to where it wants its first message.
  flight.next();
  return { suite, group, keys: deriveTrafficKeys(suite, server), flight };
}

/** What stands for the first hello once a server began again (RFC 8446 4.4.1). */
function hashAsMessage(suite: ModernSuite, transcript: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from([messageTypes.messageHash, 0, 0, suite.hashBytes]), hashOf(suite, transcript)]);
}

/** RFC 8446 5: it means nothing, and has to be one byte of 1. */
function checkChangeCipherSpec({ content }: WireRecord): null {
  if (content.length !== 1 || content[0] !== 1) throw new FaultError('malformed', 'a change of keys is not put as it has to be');
  return null;
}

const alerts = { closeNotify: 0, userCanceled: 90 } as const;
const warningLevel = 1;

/** Null: it is not the end. A warning is one only in the clear: TLS 1.3 says nothing by the level (RFC 8446 6). */
function readAlert(content: Buffer, isEncrypted: boolean): HandshakeStep | null {
  const [level, alert] = content;
  if (level === undefined || alert === undefined || content.length !== 2)
    throw new FaultError('malformed', 'an alert is not two bytes long');
  if (alert === alerts.closeNotify) return { kind: 'close' };
  const isEnd = alert !== alerts.userCanceled && (isEncrypted || level !== warningLevel);
  return isEnd ? { kind: 'alert', alert } : null;
}
