import { createECDH } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { FaultError } from '../../../src/domain/fault.ts';
import { agreeableGroups, makeKeyShare } from '../../../src/sources/tls/modern-groups.ts';
import { type HandshakeStep, ModernHandshake } from '../../../src/sources/tls/modern-handshake.ts';
import type { ModernHello } from '../../../src/sources/tls/modern-hello.ts';
import { verifiableSchemes } from '../../../src/sources/tls/modern-signature.ts';
import { type FlightPart, type PretendOptions, pretendServer } from '../../support/pretend-modern-server.ts';
import { alertRecord, handshakeMessage, record } from '../../support/tls-bytes.ts';

const asked: ModernHello = {
  serverName: 'localhost',
  signatureSchemes: verifiableSchemes,
  namesCertificateSchemes: true,
  alpn: ['h2', 'http/1.1'],
};

let issued: IssuedCertificate;
let other: IssuedCertificate;
beforeAll(async () => {
  const authority = await makeAuthority();
  issued = await authority.issue({ hosts: ['localhost'], intermediate: true });
  other = await authority.issue({ hosts: ['localhost'] });
});

/** What a client makes of the answer of such a server, whole or in pieces. */
function shake(options: Partial<PretendOptions> = {}, pieceBytes = Number.POSITIVE_INFINITY): HandshakeStep | null {
  const client = new ModernHandshake(asked);
  return receiveAll(client, pretendServer({ issued, ...options }).answer(client.firstBytes), pieceBytes);
}

function receiveAll(client: ModernHandshake, bytes: Buffer, pieceBytes: number): HandshakeStep | null {
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const step = client.receive(bytes.subarray(offset, offset + pieceBytes));
    if (step !== null) return step;
  }
  return null;
}

/** The code of the fault that this ends in, with its message. */
function faultOf(act: () => unknown): string {
  try {
    return `no fault: ${JSON.stringify(act())}`;
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return `${error.fault.code}: ${error.fault.message}`;
  }
}

/** Turns one bit of this part, counted from its end. */
function flip(part: FlightPart, fromEnd: number): Pick<PretendOptions, 'change'> {
  return {
    change: (name, message) => {
      if (name !== part) return [message];
      const changed = Buffer.from(message);
      const at = changed.length - 1 - fromEnd;
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return [changed];
    },
  };
}

function replace(part: FlightPart, messages: (message: Buffer) => readonly Buffer[]): Pick<PretendOptions, 'change'> {
  return { change: (name, message) => (name === part ? messages(message) : [message]) };
}

describe('ModernHandshake', () => {
  it('gives the chain as it stood on the wire', () => {
    const chainDer = [...issued.chainDer.slice(0, 1), ...other.chainDer, ...issued.chainDer.slice(1)];
    const staple = Buffer.from('0a response');
    const step = shake({ issued: { ...issued, chainDer }, staple });
    expect(step).toEqual({
      kind: 'chain',
      chain: {
        certificates: chainDer,
        staple,
        timestamps: null,
        alpn: 'h2',
        wantsClientCertificate: false,
        signatureScheme: 0x0403,
        suite: 0x1301,
        group: 0x001d,
        isVerified: true,
      },
    });
  });

  it.each([
    ['SHA-384', { suite: 0x1302 }, { suite: 0x1302 }],
    ['ChaCha20', { suite: 0x1303 }, { suite: 0x1303 }],
    ['a request for a client certificate', { asksForCertificate: true }, { wantsClientCertificate: true }],
    ['padding', { paddingBytes: 200 }, { suite: 0x1301 }],
    ['one record for all', { recordBytes: 16_384 }, { suite: 0x1301 }],
    ['records of 7 bytes', { recordBytes: 7 }, { suite: 0x1301 }],
  ] as const)('bears %s', (_title, options, chain) => {
    expect(shake(options)).toMatchObject({ kind: 'chain', chain });
  });

  it.each([1, 3, 5, 64, 1_000])('gives the same in pieces of %d bytes', (pieceBytes) => {
    expect(shake({}, pieceBytes)).toMatchObject({ kind: 'chain', chain: { certificates: issued.chainDer } });
  });

  it('tells nothing before the end', () => {
    const client = new ModernHandshake(asked);
    const bytes = pretendServer({ issued }).answer(client.firstBytes);
    expect(receiveAll(client, bytes.subarray(0, -1), 64)).toBeNull();
    expect(client.receive(bytes.subarray(-1))).toMatchObject({ kind: 'chain' });
  });

  const notSigned = 'malformed: the signature of the handshake is not that of the certificate';
  const notTrue = 'malformed: the end of the handshake is not true to it';
  it.each([
    ['a bit of the signature', flip('verify', 0), notSigned],
    ['a bit in the middle of the signature', flip('verify', 30), notSigned],
    ['a bit of the Finished', flip('finished', 0), notTrue],
    ['the first bit of the Finished', flip('finished', 31), notTrue],
    ['a Finished that is cut off', replace('finished', () => [handshakeMessage(20, Buffer.alloc(31))]), notTrue],
    ['an empty signature', replace('verify', () => [handshakeMessage(15, Buffer.from([4, 3, 0, 0]))]), notSigned],
    [
      'a scheme of another kind of key',
      replace('verify', () => [handshakeMessage(15, Buffer.from([8, 4, 0, 1, 0]))]),
      'malformed: the peer signed in a way that its key is not for',
    ],
    [
      'a scheme of another curve',
      replace('verify', () => [handshakeMessage(15, Buffer.from([5, 3, 0, 1, 0]))]),
      'malformed: the peer signed in a way that its key is not for',
    ],
    [
      'a scheme that was not offered',
      replace('verify', () => [handshakeMessage(15, Buffer.from([4, 1, 0, 1, 0]))]),
      'malformed: the peer signed with a scheme that was not offered',
    ],
    ['no signature', replace('verify', () => []), 'malformed: a message of the handshake came out of order'],
    ['no extensions', replace('extensions', () => []), 'malformed: a message of the handshake came out of order'],
    ['no certificate message', replace('certificate', () => []), 'malformed: a message of the handshake came out of order'],
    ['two certificate messages', replace('certificate', (one) => [one, one]), 'malformed: a message of the handshake came out of order'],
    [
      'an empty list of certificates',
      replace('certificate', () => [handshakeMessage(11, Buffer.alloc(4))]),
      'malformed: the peer shows no certificate',
    ],
    [
      'a certificate that is none',
      replace('certificate', () => [handshakeMessage(11, Buffer.from([0, 0, 0, 6, 0, 0, 1, 0x30, 0, 0]))]),
      'unsupported: the certificate or its key cannot be decoded here',
    ],
    [
      'certificates that answer a request',
      replace('certificate', (one) => [handshakeMessage(11, Buffer.concat([Buffer.from([1, 7]), one.subarray(5)]))]),
      'malformed: the certificates answer a request that nobody made',
    ],
    [
      'an extension twice',
      replace('extensions', () => [handshakeMessage(8, Buffer.from([0, 8, 0, 99, 0, 0, 0, 99, 0, 0]))]),
      'malformed: an extension stands twice',
    ],
    [
      'a message that is too long',
      replace('extensions', () => [handshakeMessage(8, Buffer.from([0, 0, 0]))]),
      'malformed: a message is longer than what it says',
    ],
    [
      'a message that is too short',
      replace('extensions', () => [handshakeMessage(8, Buffer.from([0, 1]))]),
      'malformed: a message is shorter than what it says',
    ],
    [
      'a protocol that was not offered',
      replace('extensions', () => [handshakeMessage(8, Buffer.from([0, 9, 0, 16, 0, 5, 0, 3, 2, 104, 51]))]),
      'malformed: the peer chose a protocol that was not offered',
    ],
  ] as const)('takes nothing from who sends %s', (_title, options, fault) => {
    expect(faultOf(() => shake(options))).toBe(fault);
  });

  it('takes no certificate of somebody else', () => {
    const stolen = { ...issued, chainDer: other.chainDer };
    expect(faultOf(() => shake({ issued: stolen }))).toBe(notSigned);
  });

  it.each([
    [
      'another session',
      (body: Buffer) => replaceByte(body, 40, (byte) => byte ^ 1),
      'malformed: the peer chose a session that is not ours',
    ],
    [
      'a suite that is none',
      (body: Buffer) => replaceByte(body, 68, () => 0x99),
      'malformed: the peer chose a suite or compression that was not offered',
    ],
    [
      'compression',
      (body: Buffer) => replaceByte(body, 69, () => 1),
      'malformed: the peer chose a suite or compression that was not offered',
    ],
    ['TLS 1.2', (body: Buffer) => replaceByte(body, 77, () => 3), 'malformed: the peer chose a version that was not offered'],
    [
      'a group without a key',
      (body: Buffer) => replaceByte(body, 83, () => 0x1e),
      'malformed: the peer chose a group that no key was offered for',
    ],
    [
      'a key of another group',
      (body: Buffer) => replaceByte(body, 83, () => 0x17),
      'malformed: the key share of the peer is no key of its group',
    ],
    [
      'a key of zeros',
      (body: Buffer) => Buffer.concat([body.subarray(0, -32), Buffer.alloc(32)]),
      'malformed: the key share of the peer is no key of its group',
    ],
    [
      'another key than it has',
      (body: Buffer) => replaceByte(body, body.length - 1, (byte) => byte ^ 1),
      'malformed: a record was not encrypted with the keys that were agreed',
    ],
  ])('takes no hello with %s', (_title, changeHello, fault) => {
    expect(faultOf(() => shake({ changeHello }))).toBe(fault);
  });
});

function replaceByte(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt8(change(changed.readUInt8(at)), at);
  return changed;
}

describe('the first hello', () => {
  it.each([true, false])('fits its own lengths (certificate schemes: %s)', (namesCertificateSchemes) => {
    const { firstBytes: hello } = new ModernHandshake({ ...asked, namesCertificateSchemes });
    expect(hello.readUInt16BE(3)).toBe(hello.length - 5);
    expect(hello.readUIntBE(6, 3)).toBe(hello.length - 9);
    const suitesOffset = 44 + hello.readUInt8(43);
    const extensionsOffset = suitesOffset + 2 + hello.readUInt16BE(suitesOffset) + 2;
    expect(hello.readUInt16BE(extensionsOffset)).toBe(hello.length - extensionsOffset - 2);
    const numbers: number[] = [];
    for (let offset = extensionsOffset + 2; offset < hello.length; offset += 4 + hello.readUInt16BE(offset + 2)) {
      numbers.push(hello.readUInt16BE(offset));
    }
    expect(new Set(numbers).size).toBe(numbers.length);
    expect([numbers.includes(18), numbers.includes(50)]).toEqual([true, namesCertificateSchemes]);
  });
});

describe('makeKeyShare', () => {
  it('takes no compressed point, and no key that is one byte short', () => {
    const [ours, theirs] = [makeKeyShare(0x17), createECDH('prime256v1')];
    theirs.generateKeys();
    const point = theirs.getPublicKey();
    expect(ours.agree(point)).toEqual(theirs.computeSecret(ours.key));
    for (const bad of [theirs.getPublicKey(null, 'compressed'), point.subarray(0, -1), Buffer.alloc(0)]) {
      expect(faultOf(() => ours.agree(bad))).toBe('malformed: the key share of the peer is no key of its group');
    }
  });

  it.each(agreeableGroups)('takes nothing that is too short (%d)', (group) => {
    expect(faultOf(() => makeKeyShare(group).agree(Buffer.alloc(31)))).toBe('malformed: the key share of the peer is no key of its group');
  });

  it('knows no other groups', () => {
    expect(faultOf(() => makeKeyShare(0x0100))).toMatch(/^unsupported: /);
  });
});

describe('HelloRetryRequest', () => {
  function begin(wants: { readonly group?: number; readonly cookie?: Buffer }) {
    const client = new ModernHandshake(asked);
    const server = pretendServer({ issued });
    const step = client.receive(server.retry(client.firstBytes, wants));
    if (step?.kind !== 'send') throw new Error(`expected a second hello, got ${JSON.stringify(step)}`);
    // A ChangeCipherSpec goes before it.
    return { client, server, second: step.bytes.subarray(6) };
  }

  it('is answered with its cookie, and the handshake comes to its end', () => {
    const { client, server, second } = begin({ cookie: Buffer.from('a cookie') });
    expect(second.includes(Buffer.from('\0\x08a cookie'))).toBe(true);
    expect(second.subarray(0, 3)).toEqual(Buffer.from([22, 3, 3]));
    expect(second.subarray(11, 76)).toEqual(client.firstBytes.subarray(11, 76));
    expect(client.receive(server.answer(second))).toMatchObject({ kind: 'chain', chain: { certificates: issued.chainDer } });
  });

  it.each([
    ['P-384', 0x0018, 97],
    ['P-521', 0x0019, 133],
    ['X448', 0x001e, 56],
    ['X25519MLKEM768', 0x11ec, 1_216],
    ['SecP256r1MLKEM768', 0x11eb, 1_249],
    ['SecP384r1MLKEM1024', 0x11ed, 1_665],
    ['MLKEM512', 0x0200, 800],
    ['MLKEM768', 0x0201, 1_184],
    ['MLKEM1024', 0x0202, 1_568],
  ])('is answered with a key of %s alone', (_name, group, keyBytes) => {
    const { second } = begin({ group });
    const share = Buffer.from([
      0,
      51,
      (keyBytes + 6) >> 8,
      (keyBytes + 6) & 0xff,
      (keyBytes + 4) >> 8,
      (keyBytes + 4) & 0xff,
      group >> 8,
      group & 0xff,
    ]);
    expect(second.includes(Buffer.concat([share, Buffer.from([keyBytes >> 8, keyBytes & 0xff])]))).toBe(true);
  });

  it.each([
    ['a group that was tried', { group: 0x001d }, /^malformed: .*was not offered, or was tried$/],
    ['a group that was not offered', { group: 0x0100 }, /^malformed: .*was not offered, or was tried$/],
    ['nothing new', {}, /^malformed: .*with the same$/],
    ['a cookie of 8 KiB', { cookie: Buffer.alloc(8_193) }, /^unsupported: .*cookie/],
  ])('that wants %s is not answered', (_title, wants, fault) => {
    expect(faultOf(() => begin(wants))).toMatch(fault);
  });

  it('is answered with a cookie of just under 8 KiB', () => {
    expect(begin({ cookie: Buffer.alloc(8_192) }).second.length).toBeGreaterThan(8_192);
  });

  it('is answered once', () => {
    const { client, server, second } = begin({ cookie: Buffer.from('a') });
    expect(faultOf(() => client.receive(server.retry(second, { cookie: Buffer.from('b') })))).toMatch(/^malformed: .*a second time/);
  });

  it('binds the suite', () => {
    const { client, second } = begin({ cookie: Buffer.from('a') });
    const another = pretendServer({ issued, suite: 0x1302 });
    expect(faultOf(() => client.receive(another.answer(second)))).toBe('malformed: the peer chose another suite than before');
  });
});

describe('what else a peer may send', () => {
  const hear = (bytes: Buffer): HandshakeStep | null => new ModernHandshake(asked).receive(bytes);

  it.each([
    ['a fatal alert', alertRecord(2, 40), { kind: 'alert', alert: 40 }],
    ['a warning', alertRecord(1, 112), null],
    ['goodbye', alertRecord(1, 0), { kind: 'close' }],
    ['a ChangeCipherSpec', record(20, Buffer.from([1])), null],
    ['nothing', Buffer.alloc(0), null],
  ])('%s', (_title, bytes, step) => {
    expect(hear(bytes)).toEqual(step);
  });

  it('an alert in the clear after its hello', () => {
    const client = new ModernHandshake(asked);
    const bytes = pretendServer({ issued }).answer(client.firstBytes);
    const helloBytes = 5 + bytes.readUInt16BE(3);
    expect(client.receive(bytes.subarray(0, helloBytes))).toBeNull();
    expect(client.receive(alertRecord(2, 80))).toEqual({ kind: 'alert', alert: 80 });
  });

  it('a handshake in the clear after its hello, or behind it in the same record, is against the protocol', () => {
    const client = new ModernHandshake(asked);
    const bytes = pretendServer({ issued }).answer(client.firstBytes);
    const hello = bytes.subarray(0, 5 + bytes.readUInt16BE(3));
    const extensions = handshakeMessage(8, Buffer.alloc(2));
    client.receive(hello);
    expect(faultOf(() => client.receive(record(22, extensions)))).toBe('malformed: what should be encrypted came in the clear');
    for (const more of [extensions, extensions.subarray(0, 1)]) {
      expect(faultOf(() => hear(record(22, Buffer.concat([hello.subarray(5), more]))))).toBe(
        'malformed: something follows a hello before it is its turn',
      );
    }
  });

  const empty = record(22, Buffer.alloc(0));
  it.each([
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), 'malformed: what came is no TLS'],
    ['SSL 2', Buffer.from([0x80]), 'malformed: what came is no TLS'],
    ['a record of 18,433 bytes', Buffer.from([22, 3, 3, 0x48, 0x01]), 'malformed: a record is longer than any may be'],
    ['a message of 16 MB', record(22, Buffer.from([2, 255, 255, 255])), 'malformed: a message is longer than any may be'],
    [
      '1,025 empty records',
      Buffer.concat(Array.from({ length: 1_025 }, () => empty)),
      'malformed: the handshake is cut into too many records',
    ],
    ['another message', record(22, handshakeMessage(11, Buffer.alloc(4))), 'malformed: the peer did not begin with its hello'],
    ['data before keys', record(23, Buffer.alloc(40)), 'malformed: something else came in the middle of the handshake'],
    ['a ChangeCipherSpec of two bytes', record(20, Buffer.from([1, 1])), 'malformed: a change of keys is not put as it has to be'],
    ['a ChangeCipherSpec of 0', record(20, Buffer.from([0])), 'malformed: a change of keys is not put as it has to be'],
    ['half an alert', record(21, Buffer.from([2])), 'malformed: an alert is not two bytes long'],
    ['more than 256 KiB', Buffer.alloc(256 * 1_024 + 1, 22), 'malformed: more than 256 KiB came where a handshake should have ended'],
  ])('%s is against the protocol', (_title, bytes, fault) => {
    expect(faultOf(() => hear(bytes))).toBe(fault);
  });

  it('takes a record of 18,432 bytes, and 1,024 records', () => {
    expect(hear(Buffer.from([22, 3, 3, 0x48, 0x00]))).toBeNull();
    expect(hear(Buffer.concat(Array.from({ length: 1_024 }, () => empty)))).toBeNull();
  });
});
