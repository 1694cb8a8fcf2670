import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildClientHello } from '../../src/sources/tls/client-hello.ts';
import { classicSuites } from '../../src/sources/tls/hello-suites.ts';
import { readFirstLine } from '../../src/sources/tls/probe-hello.ts';
import { readServerAnswer } from '../../src/sources/tls/server-answer.ts';
import { type VersionProbe, type VersionProbes, withProvenRefusals } from '../../src/sources/tls/version-probes.ts';
import { alertRecord, handshakeMessage, record, serverHello, serverHelloDone } from '../support/tls-bytes.ts';

describe('readServerAnswer', () => {
  const flight = Buffer.concat([serverHello(0x0300), serverHelloDone()]);
  const table: readonly (readonly [title: string, bytes: Buffer, expected: object])[] = [
    ['nothing', Buffer.alloc(0), { kind: 'incomplete' }],
    ['a ServerHello', record(22, serverHello(0x0301)), { kind: 'hello', wireVersion: 0x0301, suite: 0x0005, flightEnded: false }],
    ['a whole flight', record(22, flight), { kind: 'hello', wireVersion: 0x0300, flightEnded: true }],
    [
      'a flight in two records',
      Buffer.concat([record(22, serverHello(0x0303)), record(22, serverHelloDone())]),
      { kind: 'hello', flightEnded: true },
    ],
    ['TLS 1.3 by its extension', record(22, serverHello(0x0303, 0x0304)), { kind: 'hello', wireVersion: 0x0304, flightEnded: true }],
    ['a fatal alert', alertRecord(2, 70), { kind: 'alert', alert: 70 }],
    [
      'a warning, then a ServerHello',
      Buffer.concat([alertRecord(1, 112), record(22, serverHello(0x0303))]),
      { kind: 'hello', wireVersion: 0x0303 },
    ],
    ['a warning alone', alertRecord(1, 112), { kind: 'incomplete' }],
    ['half a record', record(22, flight).subarray(0, 20), { kind: 'incomplete' }],
    ['a ServerHello, then half a record', record(22, flight).subarray(0, 49), { kind: 'incomplete' }],
    ['a version of no SSL', record(22, serverHello(0x0500)), { kind: 'malformed' }],
    ['another message first', record(22, handshakeMessage(11, Buffer.alloc(4))), { kind: 'malformed' }],
    ['a message without end', record(22, Buffer.concat([serverHello(0x0303), Buffer.from([11, 255, 255, 255, 0])])), { kind: 'malformed' }],
    ['a record over the limit', Buffer.from([22, 3, 3, 0xff, 0xff, 2]), { kind: 'malformed' }],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n'), { kind: 'foreign' }],
    ['SSL 2', Buffer.from([0x80, 0x2e, 1, 3, 0]), { kind: 'foreign' }],
  ];

  it.each(table)('%s', (_title, bytes, expected) => {
    expect(readServerAnswer(bytes)).toMatchObject(expected);
  });

  it('says the same however the bytes are cut, and never throws', () => {
    const whole = record(22, flight);
    for (let length = 0; length < whole.length; length += 1) {
      expect(readServerAnswer(whole.subarray(0, length)).kind).toBe('incomplete');
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readServerAnswer(Buffer.concat([Buffer.from([22, 3, 3]), Buffer.from(bytes)]));
      }),
    );
  });
});

describe('buildClientHello', () => {
  it('fits its own lengths', () => {
    for (const version of ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
      const hello = buildClientHello({ version, serverName: 'shop.example.com', suites: null });
      expect(hello.readUInt16BE(3)).toBe(hello.length - 5);
      expect(hello.readUIntBE(6, 3)).toBe(hello.length - 9);
      expect(hello.includes('shop.example.com')).toBe(version !== 'SSLv3');
    }
  });

  it('names fewer suites than old firewalls drop, none twice', () => {
    expect(classicSuites.length).toBeLessThan(128);
    expect(new Set(classicSuites).size).toBe(classicSuites.length);
    // TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    expect(classicSuites).toEqual(expect.arrayContaining([0x0005, 0x000a, 0xc02f]));
  });
});

describe('readFirstLine', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\nDate: Tue\r\n', 'HTTP/1.1 400 Bad Request'],
    ['220 mail.example.com ESMTP Tue, 24 Nov 2026 09:00:00\r\n', '220'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'SSH-2.0-OpenSSH_9.2'],
    [`HTTP/1.1 ${'x'.repeat(200)}`, `HTTP/1.1 ${'x'.repeat(71)}`],
    ['HTTP/1.1 \u0000\u001b[31m\r\n', 'HTTP/1.1 ??[31m'],
    ['\u0080\u0001', null],
    ['', null],
  ])('%j', (text, line) => {
    expect(readFirstLine(Buffer.from(text, 'latin1'))).toBe(line);
  });
});

describe('withProvenRefusals', () => {
  const offered: VersionProbe = { outcome: 'offered' };
  const alert: VersionProbe = { outcome: 'refused', by: 'alert', alert: 70 };
  const close: VersionProbe = { outcome: 'refused', by: 'close' };
  const reset: VersionProbe = { outcome: 'refused', by: 'reset' };
  const timeout: VersionProbe = { outcome: 'fault', fault: { code: 'timeout', message: 'no answer in time' } };
  const all = (probe: VersionProbe): VersionProbes => ({
    SSLv3: probe,
    TLSv1: probe,
    'TLSv1.1': probe,
    'TLSv1.2': probe,
    'TLSv1.3': probe,
  });
  const faultOf = (code: string) => ({ outcome: 'fault', fault: { code } });

  it.each([
    ['closed, but it accepts another', { ...all(alert), SSLv3: close, 'TLSv1.2': offered }, true, { outcome: 'refused', by: 'close' }],
    ['reset, and then it no longer accepts any', { ...all(alert), SSLv3: reset, 'TLSv1.2': offered }, false, faultOf('throttled')],
    ['everything reset', all(reset), false, faultOf('unreachable')],
    ['everything closed', all(close), false, faultOf('unreachable')],
    ['closed beside alerts', { ...all(alert), SSLv3: close }, false, faultOf('unreachable')],
    ['one alert, else silence', { ...all(timeout), SSLv3: alert }, false, faultOf('partial')],
    ['two alerts', { ...all(timeout), SSLv3: alert, TLSv1: alert }, false, { outcome: 'refused', by: 'alert' }],
    ['a fault stays', { ...all(offered), SSLv3: timeout }, true, faultOf('timeout')],
  ] as const)('%s', (_title, probes, isStillAccepted, expected) => {
    expect(withProvenRefusals(probes, isStillAccepted).SSLv3).toMatchObject(expected);
  });

  it('never makes an offer or a refusal of what was none', () => {
    const probe = fc.constantFrom(offered, alert, close, reset, timeout);
    const probes = fc.record({ SSLv3: probe, TLSv1: probe, 'TLSv1.1': probe, 'TLSv1.2': probe, 'TLSv1.3': probe });
    fc.assert(
      fc.property(probes, fc.boolean(), (before, isStillAccepted) => {
        const after = withProvenRefusals(before, isStillAccepted);
        for (const version of ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
          expect(['fault', before[version].outcome]).toContain(after[version].outcome);
        }
      }),
    );
  });
});
