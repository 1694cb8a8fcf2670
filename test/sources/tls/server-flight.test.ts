import { describe, expect, it } from 'vitest';
import { createFlightReader } from '../../../src/sources/tls/server-flight.ts';
import { answerTo, expectMalformed } from '../../support/flight-answer.ts';
import {
  certificateMessage,
  curveParams,
  doneMessage,
  flight,
  type HelloParts,
  helloMessage,
  keyExchangeMessage,
  modernHelloMessage,
  opaque24,
  requestMessage,
  stapleMessage,
} from '../../support/flight-bytes.ts';
import { alertRecord, handshakeMessage, record } from '../../support/tls-bytes.ts';

const leaf = Buffer.from('leaf');
const root = Buffer.from('root');
const usual = [helloMessage(), certificateMessage(leaf), keyExchangeMessage(curveParams), doneMessage()] as const;
const usualBytes = flight(...usual);

describe('a whole flight', () => {
  it('is read with everything in it', () => {
    const bytes = flight(
      helloMessage({
        sessionId: Buffer.alloc(32),
        extensions: [
          [0xff01, '00'],
          [23, ''],
          [5, ''],
          [16, '0003026832'],
        ],
      }),
      certificateMessage(leaf, root, leaf),
      stapleMessage(Buffer.from('staple')),
      keyExchangeMessage(curveParams),
      requestMessage(),
      doneMessage(),
    );
    expect(answerTo(bytes)).toEqual({
      kind: 'hello',
      wireVersion: 0x0303,
      suite: 0xc02f,
      isRetry: false,
      compression: 0,
      group: 0x001d,
      dhBits: null,
      signatureScheme: 0x0804,
      secureRenegotiation: true,
      extendedMasterSecret: true,
      hasDowngradeSentinel: false,
      alpn: 'h2',
      certificates: [leaf, root, leaf],
      staple: Buffer.from('staple'),
      wantsClientCertificate: true,
      hadWarning: false,
    });
  });

  it('is read with nothing in it that may be absent', () => {
    const bytes = flight(helloMessage({ suite: 0x002f, version: 0x0300 }), certificateMessage(leaf), doneMessage());
    expect(answerTo(bytes)).toEqual({
      kind: 'hello',
      wireVersion: 0x0300,
      suite: 0x002f,
      isRetry: false,
      compression: 0,
      group: null,
      dhBits: null,
      signatureScheme: null,
      secureRenegotiation: false,
      extendedMasterSecret: false,
      hasDowngradeSentinel: false,
      alpn: null,
      certificates: [leaf],
      staple: null,
      wantsClientCertificate: false,
      hadWarning: false,
    });
  });

  it('ends with the hello where no more is asked for, whatever follows', () => {
    const expected = { kind: 'hello', suite: 0xc02f, certificates: [], wantsClientCertificate: null, group: null, signatureScheme: null };
    expect(answerTo(flight(helloMessage()), 'hello')).toMatchObject(expected);
    expect(answerTo(Buffer.concat([usualBytes, Buffer.from('nonsense')]), 'hello')).toMatchObject(expected);
  });

  it('says the same however it is cut, over chunks and over records', () => {
    const whole = Buffer.concat([
      alertRecord(1, 112),
      flight(...usual.slice(0, 2)),
      record(22, Buffer.alloc(0)),
      flight(...usual.slice(2)),
    ]);
    const expected = answerTo(whole);
    expect(expected).toMatchObject({ kind: 'hello', hadWarning: true, certificates: [leaf] });
    for (let length = 0; length <= whole.length; length += 1) {
      const reader = createFlightReader('flight');
      const first = reader.push(whole.subarray(0, length));
      expect(first).toEqual(length === whole.length ? expected : null);
      expect(reader.push(whole.subarray(length))).toEqual(expected);
    }
    const messages = Buffer.concat(usual);
    for (let length = 0; length <= messages.length; length += 1) {
      const records = Buffer.concat([record(22, messages.subarray(0, length)), record(22, messages.subarray(length))]);
      expect(answerTo(records)).toEqual({ ...expected, hadWarning: false });
    }
  });

  it('comes in single bytes, each in a record of its own', () => {
    const records = [...Buffer.concat(usual)].map((byte) => record(22, Buffer.from([byte])));
    expect(answerTo(Buffer.concat(records))).toEqual(answerTo(usualBytes));
  });

  it('may hold wishes to begin anew, of which nobody takes notice', () => {
    expect(answerTo(flight(handshakeMessage(0, Buffer.alloc(0)), ...usual))).toEqual(answerTo(usualBytes));
  });
});

describe('a hello of TLS 1.3', () => {
  const retryRandom = Buffer.from('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c', 'hex');

  it.each<readonly [title: string, message: Buffer, expected: object]>([
    ['with its share', modernHelloMessage('001d00020102'), { isRetry: false, group: 0x001d }],
    ['that asks for another group', modernHelloMessage('11ec', { random: retryRandom }), { isRetry: true, group: 0x11ec }],
    [
      'that gives a cookie alone',
      modernHelloMessage(null, {
        random: retryRandom,
        extensions: [
          [43, '0304'],
          [44, '000101'],
        ],
      }),
      { isRetry: true, group: null },
    ],
    [
      'with a random that would be a sentinel before it',
      modernHelloMessage('001d00020102', { random: Buffer.from(`${'00'.repeat(24)}444f574e47524401`, 'hex') }),
      { hasDowngradeSentinel: false },
    ],
  ])('%s ends the flight', (_title, message, expected) => {
    for (const until of ['hello', 'flight'] as const) {
      expect(answerTo(flight(message), until)).toMatchObject({
        kind: 'hello',
        wireVersion: 0x0304,
        suite: 0x1301,
        certificates: [],
        wantsClientCertificate: null,
        ...expected,
      });
    }
  });

  it.each<readonly [title: string, message: Buffer, reason: RegExp]>([
    ['without a share', modernHelloMessage(null), /no key share/],
    ['with an empty share', modernHelloMessage('001d0000'), /share is empty/],
    ['with a share that is cut', modernHelloMessage('001d000201'), /shorter/],
    ['with more than a share', modernHelloMessage('001d00010101'), /longer/],
    ['that asks for another and changes nothing', modernHelloMessage(null, { random: retryRandom }), /changes nothing/],
    ['that asks for another in TLS 1.2', helloMessage({ random: retryRandom }), /names no version/],
    ['that names an older version', modernHelloMessage('001d00020102', { extensions: [[43, '0303']] }), /version 0303 behind 0303/],
    ['that hides behind TLS 1.1', modernHelloMessage('001d00020102', { version: 0x0302 }), /version 0304 behind 0302/],
    ['that does not hide', helloMessage({ version: 0x0304 }), /version 0304/],
  ])('%s is against the protocol', (_title, message, reason) => {
    expectMalformed(answerTo(flight(message)), reason);
  });
});

describe('a ServerHello', () => {
  it.each([
    [0x0300, true],
    [0x0301, true],
    [0x0303, true],
    [0x0304, false],
    [0x02ff, false],
    [0x0002, false],
    [0xfefd, false],
  ])('of version %i is one: %s', (version, isOne) => {
    const answer = answerTo(flight(helloMessage({ version })), 'hello');
    if (isOne) expect(answer).toMatchObject({ kind: 'hello', wireVersion: version });
    else expectMalformed(answer, /it names the version/);
  });

  it.each([
    ['444f574e47524401', true],
    ['444f574e47524400', true],
    ['444f574e47524402', false],
    ['444f574e47524301', false],
    ['0000000000000000', false],
  ])('whose random ends with %s has the sentinel: %s', (ending, hasDowngradeSentinel) => {
    const random = Buffer.from(`${'00'.repeat(24)}${ending}`, 'hex');
    expect(answerTo(flight(helloMessage({ random })), 'hello')).toMatchObject({ hasDowngradeSentinel });
  });

  it('may select what nobody offered', () => {
    expect(answerTo(flight(helloMessage({ suite: 0xfafa, compression: 1 })), 'hello')).toMatchObject({ suite: 0xfafa, compression: 1 });
  });

  it.each<readonly [title: string, parts: HelloParts, reason: RegExp]>([
    ['a session number of 33 bytes', { sessionId: Buffer.alloc(33) }, /session is too long/],
    ['an extension twice', { extensions: [[23, ''] as const, [23, ''] as const] }, /twice/],
    ['a filled extended master secret', { extensions: [[23, '00']] }, /not empty/],
    ['renegotiation of something', { extensions: [[0xff01, '0101']] }, /never negotiated/],
    ['an empty renegotiation', { extensions: [[0xff01, '']] }, /never negotiated/],
    ['two application protocols', { extensions: [[16, '0006026832026833']] }, /longer/],
    ['an empty application protocol', { extensions: [[16, '000100']] }, /no name/],
    ['an application protocol of other bytes', { extensions: [[16, '0003020a0d']] }, /no name/],
    ['a version of one byte', { extensions: [[43, '03']] }, /shorter/],
  ])('with %s is against the protocol', (_title, parts, reason) => {
    expectMalformed(answerTo(flight(helloMessage(parts)), 'hello'), reason);
  });

  it('that is cut anywhere is against the protocol, but where its extensions may be absent', () => {
    const body = helloMessage({ extensions: [[0xff01, '00']] }).subarray(4);
    for (let length = 0; length < body.length; length += 1) {
      const answer = answerTo(flight(handshakeMessage(2, body.subarray(0, length))), 'hello');
      if (length === 38) expect(answer?.kind).toBe('hello');
      else expectMalformed(answer, /shorter/);
    }
    expectMalformed(answerTo(flight(handshakeMessage(2, Buffer.concat([body, Buffer.alloc(1)]))), 'hello'), /longer/);
  });
});

describe('messages', () => {
  const [hello, certificate, exchange, done] = usual;

  it.each<readonly [title: string, messages: readonly Buffer[], reason: RegExp]>([
    ['a certificate first', [certificate], /Certificate came instead of a ServerHello/],
    ['an echo', [handshakeMessage(1, Buffer.alloc(9))], /a message of type 1 came instead/],
    ['two hellos', [hello, hello], /ServerHello came after ServerHello/],
    ['two chains', [hello, certificate, certificate], /Certificate came after Certificate/],
    ['a chain too late', [hello, exchange, certificate], /Certificate came after ServerKeyExchange/],
    ['a message of the client', [hello, handshakeMessage(16, Buffer.alloc(1))], /type 16 came after ServerHello/],
    ['a filled wish to begin', [handshakeMessage(0, Buffer.alloc(1))], /type 0 came instead/],
    ['a filled end', [hello, certificate, exchange, handshakeMessage(14, Buffer.alloc(1))], /ServerHelloDone: it is not empty/],
    ['no chain', [hello, exchange, done], /no Certificate came/],
    ['no key exchange', [hello, certificate, done], /no ServerKeyExchange came/],
    ['an empty certificate', [hello, certificateMessage(leaf, Buffer.alloc(0))], /a certificate is empty/],
    ['a chain that is too long', [hello, handshakeMessage(11, opaque24(Buffer.from([0, 0, 2, 1])))], /Certificate: .*shorter/],
    ['more than a chain', [hello, handshakeMessage(11, Buffer.from([0, 0, 0, 9]))], /longer/],
    ['a staple of another type', [hello, certificate, stapleMessage(leaf, 2)], /CertificateStatus: its type/],
    ['an empty staple', [hello, certificate, stapleMessage(Buffer.alloc(0))], /response is empty/],
    ['a request without an end', [hello, certificate, exchange, requestMessage('01010002')], /CertificateRequest: .*shorter/],
    ['more than a request', [hello, certificate, exchange, requestMessage('010100020401000000')], /longer/],
  ])('with %s are against the protocol', (_title, messages, reason) => {
    expectMalformed(answerTo(flight(...messages)), reason);
  });

  it('may show an empty chain, and requests without kinds of signature before TLS 1.2', () => {
    expect(answerTo(flight(hello, certificateMessage(), exchange, done))).toMatchObject({ kind: 'hello', certificates: [] });
    const old = flight(helloMessage({ suite: 0x002f, version: 0x0302 }), certificate, requestMessage('01010000'), done);
    expect(answerTo(old)).toMatchObject({ wantsClientCertificate: true });
  });
});

describe('alerts', () => {
  it.each<readonly [title: string, bytes: Buffer, expected: object | null]>([
    ['a fatal one', alertRecord(2, 70), { kind: 'alert', alert: 70 }],
    ['a warning alone', alertRecord(1, 112), null],
    ['a warning, then a fatal one', record(21, Buffer.from([1, 112, 2, 40])), { kind: 'alert', alert: 40 }],
    ['a warning, then a flight', Buffer.concat([alertRecord(1, 112), usualBytes]), { kind: 'hello', hadWarning: true }],
    ['a fatal one in the middle of a flight', Buffer.concat([flight(helloMessage()), alertRecord(2, 40)]), { kind: 'alert', alert: 40 }],
    ['a farewell', alertRecord(1, 0), { kind: 'close' }],
    [
      'a farewell in the middle',
      Buffer.concat([flight(helloMessage()), alertRecord(1, 0)]),
      { kind: 'fault', fault: { code: 'malformed' } },
    ],
  ])('%s', (_title, bytes, expected) => {
    if (expected === null) expect(answerTo(bytes)).toBeNull();
    else expect(answerTo(bytes)).toMatchObject(expected);
  });

  it.each<readonly [content: readonly number[], reason: RegExp]>([
    [[], /not two bytes/],
    [[2], /not two bytes/],
    [[2 + 1, 40], /of level 3/],
    [[0, 40], /of level 0/],
    [[1, 112, 1], /not two bytes/],
  ])('%j is against the protocol', (content, reason) => {
    expectMalformed(answerTo(record(21, Buffer.from(content))), reason);
  });
});

describe('what is no TLS', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\nDate: Tue\r\n', 'HTTP/1.1 400 Bad Request'],
    ['HTTP/1.1 400 Bad', 'HTTP/1.1 400 Bad'],
    ['220 mail.example.com ESMTP Tue, 24 Nov 2026 09:00:00\r\n', '220'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'SSH-2.0-OpenSSH_9.2'],
    [`HTTP/1.1 ${'x'.repeat(200)}`, `HTTP/1.1 ${'x'.repeat(71)}`],
    ['HTTP/1.1 \u0000\u001b[31m\r\n', 'HTTP/1.1 ??[31m'],
    ['   \n', null],
    ['ab\n', null],
    ['a', null],
    ['\u0000\u0001\u0002', null],
    ['\u0080.\u0001\u0003\u0000', null],
    ['\u0016\u0002\u0000', null],
  ])('%j says %j, at once or when no more comes, however it is cut', (text, firstLine) => {
    const bytes = Buffer.from(text, 'latin1');
    expect(answerTo(bytes)).toEqual({ kind: 'foreign', firstLine });
    for (let length = 0; length <= bytes.length; length += 1) {
      const reader = createFlightReader('flight');
      const answer = reader.push(bytes.subarray(0, length)) ?? reader.push(bytes.subarray(length)) ?? reader.end();
      expect(answer).toEqual({ kind: 'foreign', firstLine });
    }
  });

  it('is waited for to the end of its line, and no longer', () => {
    const reader = createFlightReader('flight');
    expect(reader.push(Buffer.from('HTTP/1.1 400'))).toBeNull();
    expect(reader.push(Buffer.from(' Bad Request\r\n'))).toEqual({ kind: 'foreign', firstLine: 'HTTP/1.1 400 Bad Request' });
    expect(createFlightReader('flight').push(Buffer.from([0x80, 0x2e]))).toEqual({ kind: 'foreign', firstLine: null });
  });

  it('is against the protocol where it follows a record', () => {
    expectMalformed(answerTo(Buffer.concat([alertRecord(1, 112), Buffer.from('HTTP/1.1')])), /what follows a record is none/);
  });
});

describe('limits', () => {
  const endless = /more than 256 KiB/;

  it('are kept of a record', () => {
    const message = handshakeMessage(11, Buffer.alloc(18_432 - 4 + 1));
    const atLimit = Buffer.concat([flight(helloMessage()), record(22, message.subarray(0, 18_432))]);
    const reader = createFlightReader('flight');
    expect(reader.push(atLimit)).toBeNull();
    expectMalformed(answerTo(Buffer.concat([flight(helloMessage()), record(22, message)])), /longer than any/);
    expectMalformed(createFlightReader('flight').push(Buffer.from([22, 3, 1, 0x48, 0x01])), /longer than any/);
  });

  it('are kept of all messages together', () => {
    const reader = createFlightReader('flight');
    const fragment = record(22, handshakeMessage(0, Buffer.alloc(0)));
    for (let count = 0; count < 65_536; count += 1) expect(reader.push(fragment)).toBeNull();
    expectMalformed(reader.push(fragment), endless);
  });

  it('are kept of one message before it comes', () => {
    const begin = (length: number): Buffer =>
      record(22, Buffer.concat([Buffer.from([2]), Buffer.from([length >> 16, (length >> 8) & 255, length & 255])]));
    expect(createFlightReader('flight').push(begin(256 * 1_024 - 4))).toBeNull();
    expectMalformed(createFlightReader('flight').push(begin(256 * 1_024 - 3)), endless);
  });

  it.each([
    ['empty fragments', record(22, Buffer.alloc(0))],
    ['warnings', alertRecord(1, 112)],
  ])('are kept of %s', (_title, idle) => {
    const reader = createFlightReader('flight');
    for (let count = 0; count < 100; count += 1) expect(reader.push(idle)).toBeNull();
    expectMalformed(reader.push(idle), /more than 100 records/);
  });

  it.each([
    ['changes of cipher', 20],
    ['data', 23],
  ])('leave no room for %s', (_title, type) => {
    expectMalformed(answerTo(record(type, Buffer.from([1]))), new RegExp(`record of type ${type}`));
    expectMalformed(
      answerTo(Buffer.concat([flight(helloMessage()), record(type, Buffer.from([1]))])),
      new RegExp(`record of type ${type}`),
    );
  });
});

describe('the end', () => {
  it('of nothing is no answer', () => {
    expect(createFlightReader('flight').end()).toBeNull();
    expect(answerTo(record(22, Buffer.alloc(0)))).toBeNull();
  });

  it('anywhere in an answer is against the protocol', () => {
    for (let length = 1; length < usualBytes.length; length += 1)
      expectMalformed(answerTo(usualBytes.subarray(0, length)), /in the middle/);
  });

  it('between two records of an answer is too', () => {
    expectMalformed(answerTo(flight(helloMessage())), /in the middle/);
    expectMalformed(answerTo(flight(helloMessage().subarray(0, 1))), /in the middle/);
  });

  it('changes no answer, and nothing that comes after does', () => {
    const reader = createFlightReader('flight');
    const answer = reader.push(usualBytes);
    expect([reader.push(alertRecord(2, 40)), reader.end()]).toEqual([answer, answer]);
  });
});
