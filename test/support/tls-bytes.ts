import { randomBytes } from 'node:crypto';

/** Pieces of the TLS record and handshake protocols, for peers that say what no real server would. */
export function record(type: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, 3, 0, content.length >> 8, content.length & 0xff]), content]);
}

export function handshakeMessage(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([type, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff]), body]);
}

/** `selected`: the version of the supported_versions extension. The suite is TLS_RSA_WITH_RC4_128_SHA. */
export function serverHello(version: number, selected?: number): Buffer {
  const extensions = selected === undefined ? Buffer.alloc(0) : Buffer.from([0, 6, 0, 43, 0, 2, selected >> 8, selected & 0xff]);
  return handshakeMessage(
    2,
    Buffer.concat([Buffer.from([version >> 8, version & 0xff]), randomBytes(32), Buffer.from([0, 0, 5, 0]), extensions]),
  );
}

export function serverHelloDone(): Buffer {
  return handshakeMessage(14, Buffer.alloc(0));
}

export function alertRecord(level: number, description: number): Buffer {
  return record(21, Buffer.from([level, description]));
}
