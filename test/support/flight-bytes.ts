import { handshakeMessage, record } from './tls-bytes.ts';

/** Messages of a server's flight before TLS 1.3, and hellos of all versions; what is left out is as an ordinary server has it. */

export interface HelloParts {
  readonly version?: number;
  readonly random?: Buffer;
  readonly sessionId?: Buffer;
  readonly suite?: number;
  readonly compression?: number;
  /** Null: no list. */
  readonly extensions?: readonly (readonly [number: number, content: string])[] | null;
}

/** TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in TLS 1.2. */
export function helloMessage(parts: HelloParts = {}): Buffer {
  const { version = 0x0303, random = Buffer.alloc(32, 7), sessionId = Buffer.alloc(0), suite = 0xc02f, compression = 0 } = parts;
  const list = (parts.extensions ?? []).map(([number, content]) => Buffer.concat([uint16(number), opaque16(Buffer.from(content, 'hex'))]));
  const extensions = parts.extensions === null || parts.extensions === undefined ? Buffer.alloc(0) : opaque16(...list);
  return handshakeMessage(
    2,
    Buffer.concat([uint16(version), random, opaque8(sessionId), uint16(suite), Buffer.from([compression]), extensions]),
  );
}

/** A ServerHello of TLS 1.3, or with `retryRandom` a HelloRetryRequest. */
export function modernHelloMessage(share: string | null, parts: HelloParts = {}): Buffer {
  return helloMessage({
    suite: 0x1301,
    extensions: [[43, '0304'], ...(share === null ? [] : [[51, share] as const])],
    ...parts,
  });
}

export function certificateMessage(...certificates: readonly Buffer[]): Buffer {
  return handshakeMessage(11, opaque24(...certificates.map((certificate) => opaque24(certificate))));
}

export function stapleMessage(response: Buffer, type = 1): Buffer {
  return handshakeMessage(22, Buffer.concat([Buffer.from([type]), opaque24(response)]));
}

/** `params`: in hexadecimal; `scheme`: null where a signature has none; `signature`: null where there is none. */
export function keyExchangeMessage(params: string, scheme: number | null = 0x0804, signature: Buffer | null = Buffer.alloc(8)): Buffer {
  const signed = signature === null ? [] : [...(scheme === null ? [] : [uint16(scheme)]), opaque16(signature)];
  return handshakeMessage(12, Buffer.concat([Buffer.from(params, 'hex'), ...signed]));
}

/** x25519, with a key of 2 bytes. */
export const curveParams = '03001d020405';

export function requestMessage(body = '0101000204010000'): Buffer {
  return handshakeMessage(13, Buffer.from(body, 'hex'));
}

export function doneMessage(): Buffer {
  return handshakeMessage(14, Buffer.alloc(0));
}

/** In one record. */
export function flight(...messages: readonly Buffer[]): Buffer {
  return record(22, Buffer.concat(messages));
}

function opaque8(content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([content.length]), content]);
}

function opaque16(...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([uint16(content.length), content]);
}

export function opaque24(...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([content.length >> 16]), uint16(content.length & 0xffff), content]);
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff]);
}
