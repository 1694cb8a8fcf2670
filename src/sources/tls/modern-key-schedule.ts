import { createHash, createHmac } from 'node:crypto';
import type { ModernSuite } from './modern-suites.ts';

/** What protects the records of one direction from one change of keys to the next. Secret. */
export interface TrafficKeys {
  readonly key: Buffer;
  readonly iv: Buffer;
}

/** Secrets of the handshake, of which the client of RFC 8446 7.1 needs the first and a server both. */
export interface HandshakeSecrets {
  readonly server: Buffer;
  readonly client: Buffer;
}

type Hashing = Pick<ModernSuite, 'hash' | 'hashBytes'>;

/** `agreed`: the secret of the key exchange. `transcript`: hash of all messages up to ServerHello. There is no pre-shared key. */
export function deriveHandshakeSecrets(hashing: Hashing, agreed: Buffer, transcript: Buffer): HandshakeSecrets {
  const zeros = Buffer.alloc(hashing.hashBytes);
  const early = hkdfExtract(hashing, zeros, zeros);
  const salt = expandLabel(hashing, early, 'derived', hashOf(hashing, []), hashing.hashBytes);
  const handshake = hkdfExtract(hashing, salt, agreed);
  const derive = (label: string): Buffer => expandLabel(hashing, handshake, label, transcript, hashing.hashBytes);
  return { server: derive('s hs traffic'), client: derive('c hs traffic') };
}

const ivBytes = 12;

/** RFC 8446 7.3. */
export function deriveTrafficKeys(suite: ModernSuite, secret: Buffer): TrafficKeys {
  const nothing = Buffer.alloc(0);
  return {
    key: expandLabel(suite, secret, 'key', nothing, suite.keyBytes),
    iv: expandLabel(suite, secret, 'iv', nothing, ivBytes),
  };
}

/** What a Finished of the side with this secret says (RFC 8446 4.4.4). */
export function deriveVerifyData(hashing: Hashing, secret: Buffer, transcript: Buffer): Buffer {
  const key = expandLabel(hashing, secret, 'finished', Buffer.alloc(0), hashing.hashBytes);
  return createHmac(hashing.hash, key).update(transcript).digest();
}

export function hashOf({ hash }: Pick<Hashing, 'hash'>, messages: readonly Buffer[]): Buffer {
  const hasher = createHash(hash);
  for (const message of messages) hasher.update(message);
  return hasher.digest();
}

function hkdfExtract({ hash }: Hashing, salt: Buffer, secret: Buffer): Buffer {
  return createHmac(hash, salt).update(secret).digest();
}

/** HKDF-Expand-Label. No length here is beyond one block of the hash, so that there is one round (RFC 5869 2.3). */
function expandLabel({ hash }: Hashing, secret: Buffer, label: string, context: Buffer, length: number): Buffer {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([Buffer.from([0, length, name.length]), name, Buffer.from([context.length]), context, Buffer.from([1])]);
  return createHmac(hash, secret).update(info).digest().subarray(0, length);
}
