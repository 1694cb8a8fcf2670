import {
  constants,
  createCipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  sign,
} from 'node:crypto';
import type { IssuedCertificate } from '../../sandbox/certificates.ts';
import { deriveHandshakeSecrets, deriveTrafficKeys, deriveVerifyData, hashOf } from '../../src/sources/tls/modern-key-schedule.ts';
import { retryRandom } from '../../src/sources/tls/modern-messages.ts';
import { nonceOf } from '../../src/sources/tls/modern-records.ts';
import { type ModernSuite, modernSuiteOf } from '../../src/sources/tls/modern-suites.ts';
import { handshakeMessage, record } from './tls-bytes.ts';

/** What a server says under its keys, in order; any of them may be changed on the way. */
export type FlightPart = 'extensions' | 'request' | 'certificate' | 'verify' | 'finished';

export interface PretendServer {
  /** Its whole first flight, for one record with a ClientHello that has a share of x25519. */
  answer(hello: Buffer): Buffer;
  /** A HelloRetryRequest. */
  retry(hello: Buffer, wants: { readonly group?: number; readonly cookie?: Buffer }): Buffer;
}

export interface PretendOptions {
  readonly issued: IssuedCertificate;
  /** Default: TLS_AES_128_GCM_SHA256. */
  readonly suite?: number;
  /** Of the hello; default: it is right. */
  readonly changeHello?: (body: Buffer) => Buffer;
  /** Whole messages with their header, before they are encrypted: what comes after is true to what was sent. */
  readonly change?: (part: FlightPart, message: Buffer) => readonly Buffer[];
  readonly asksForCertificate?: boolean;
  readonly staple?: Buffer;
  /** Zeros after the content of each record (RFC 8446 5.4). */
  readonly paddingBytes?: number;
  /** Where the flight is cut into records; default: one for each message. */
  readonly recordBytes?: number;
}

/** A server of TLS 1.3 with a P-256 key that keeps to the rules, but for what the options say. Its key schedule is the one under test. */
export function pretendServer(options: PretendOptions): PretendServer {
  const suite = modernSuiteOf(options.suite ?? 0x1301);
  if (suite === undefined) throw new Error('expected a suite of TLS 1.3');
  let before: readonly Buffer[] = [];
  const retry: PretendServer['retry'] = (hello, { group, cookie }) => {
    const wanted = [
      ...(group === undefined ? [] : [extension(51, uint16(group))]),
      ...(cookie === undefined ? [] : [extension(44, opaque16(cookie))]),
    ];
    const message = handshakeMessage(2, serverHello(suite.code, retryRandom, sessionIdOf(hello), wanted));
    before = [handshakeMessage(254, createHash(suite.hash).update(hello.subarray(5)).digest()), message];
    return record(22, message);
  };
  const answer: PretendServer['answer'] = (hello) => {
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    const share = Buffer.concat([uint16(0x1d), opaque16(publicKey.export({ format: 'der', type: 'spki' }).subarray(-32))]);
    const body = serverHello(suite.code, randomBytes(32), sessionIdOf(hello), [extension(51, share)]);
    const message = handshakeMessage(2, options.changeHello?.(body) ?? body);
    const transcript = [...before, hello.subarray(5), message];
    const agreed = diffieHellman({ privateKey, publicKey: shareOf(hello) });
    const { server } = deriveHandshakeSecrets(suite, agreed, hashOf(suite, transcript));
    const flight = makeFlight(suite, server, transcript, options);
    return Buffer.concat([record(22, message), record(20, Buffer.from([1])), seal(suite, server, flight, options.paddingBytes ?? 0)]);
  };
  return { answer, retry };
}

function makeFlight(suite: ModernSuite, secret: Buffer, transcript: Buffer[], options: PretendOptions): readonly Buffer[] {
  const sent: Buffer[] = [];
  const say = (part: FlightPart, type: number, body: Buffer): void => {
    const whole = handshakeMessage(type, body);
    const messages = options.change?.(part, whole) ?? [whole];
    sent.push(...messages);
    transcript.push(...messages);
  };
  say('extensions', 8, opaque16(extension(16, opaque16(Buffer.from('\x02h2')))));
  if (options.asksForCertificate === true)
    say('request', 13, Buffer.concat([Buffer.from([0]), opaque16(extension(13, opaque16(uint16(0x0403))))]));
  say('certificate', 11, certificateBody(options));
  const prefix = Buffer.from(`${' '.repeat(64)}TLS 1.3, server CertificateVerify\0`);
  const key = createPrivateKey(options.issued.keyPem);
  const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
  const isRsa = key.asymmetricKeyType === 'rsa';
  const signature = sign('sha256', Buffer.concat([prefix, hashOf(suite, transcript)]), { key, ...(isRsa ? padding : {}) });
  say('verify', 15, Buffer.concat([uint16(isRsa ? 0x0804 : 0x0403), opaque16(signature)]));
  say('finished', 20, deriveVerifyData(suite, secret, hashOf(suite, transcript)));
  return options.recordBytes === undefined ? sent : cut(Buffer.concat(sent), options.recordBytes);
}

function certificateBody({ issued, staple }: PretendOptions): Buffer {
  const entries = issued.chainDer.map((der, index) => {
    const extensions =
      index === 0 && staple !== undefined ? extension(5, Buffer.concat([Buffer.from([1]), opaque24(staple)])) : Buffer.alloc(0);
    return Buffer.concat([opaque24(der), opaque16(extensions)]);
  });
  return Buffer.concat([Buffer.from([0]), opaque24(Buffer.concat(entries))]);
}

function seal(suite: ModernSuite, secret: Buffer, contents: readonly Buffer[], paddingBytes: number): Buffer {
  const keys = deriveTrafficKeys(suite, secret);
  const records = contents.map((content, sequence) => {
    const inner = Buffer.concat([content, Buffer.from([22]), Buffer.alloc(paddingBytes)]);
    const header = Buffer.concat([Buffer.from([23, 3, 3]), uint16(inner.length + 16)]);
    const cipher = createCipher(suite, keys.key, nonceOf(keys, sequence));
    cipher.setAAD(header, { plaintextLength: inner.length });
    return Buffer.concat([header, cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat(records);
}

function createCipher({ cipher }: ModernSuite, key: Buffer, nonce: Buffer) {
  if (cipher === 'aes-128-ccm') throw new Error('expected a suite other than CCM');
  // The overloads of node:crypto are one for each mode.
  return cipher === 'chacha20-poly1305'
    ? createCipheriv(cipher, key, nonce, { authTagLength: 16 })
    : createCipheriv(cipher, key, nonce, { authTagLength: 16 });
}

function serverHello(suite: number, random: Buffer, sessionId: Buffer, extensions: readonly Buffer[]): Buffer {
  const all = Buffer.concat([extension(43, uint16(0x0304)), ...extensions]);
  return Buffer.concat([uint16(0x0303), random, opaque8(sessionId), uint16(suite), Buffer.from([0]), opaque16(all)]);
}

const sessionIdOffset = 43;

function sessionIdOf(hello: Buffer): Buffer {
  return hello.subarray(sessionIdOffset + 1, sessionIdOffset + 1 + hello.readUInt8(sessionIdOffset));
}

/** Its share of x25519, of 32 bytes. */
function shareOf(hello: Buffer) {
  const start = hello.indexOf(Buffer.from([0, 0x1d, 0, 32]));
  if (start === -1) throw new Error('expected a share of x25519');
  const x = hello.subarray(start + 4, start + 36).toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' });
}

function cut(bytes: Buffer, pieceBytes: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) =>
    bytes.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  );
}

function extension(number: number, content: Buffer): Buffer {
  return Buffer.concat([uint16(number), opaque16(content)]);
}

function opaque8(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length]), content]);
}

function opaque16(content: Buffer): Buffer {
  return Buffer.concat([uint16(content.length), content]);
}

function opaque24(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length >> 16]), opaque16(content).subarray(0, 2), content]);
}

function uint16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 0xff, value & 0xff]);
}
