import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createForeignReader } from '../../../src/sources/tls/foreign-answer.ts';
import { classicSuites } from '../../../src/sources/tls/hello-suites.ts';
import { type VersionProbe, type VersionProbes, withProvenRefusals } from '../../../src/sources/tls/version-probes.ts';

describe('suites of a hello', () => {
  it('names fewer suites than old firewalls drop, none twice', () => {
    expect(classicSuites.length).toBeLessThan(128);
    expect(new Set(classicSuites).size).toBe(classicSuites.length);
    // TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    expect(classicSuites).toEqual(expect.arrayContaining([0x0005, 0x000a, 0xc02f]));
  });
});

describe('what speaks no TLS', () => {
  it.each([
    ['HTTP/1.1 400 Bad Request\r\nDate: Tue\r\n', 'HTTP/1.1 400 Bad Request'],
    ['220 mail.example.com ESMTP Tue, 24 Nov 2026 09:00:00\r\n', '220'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'SSH-2.0-OpenSSH_9.2'],
    [`HTTP/1.1 ${'x'.repeat(200)}`, `HTTP/1.1 ${'x'.repeat(71)}`],
    ['HTTP/1.1 \u0000\u001b[31m\r\n', 'HTTP/1.1 ??[31m'],
    ['\u0080\u0001', null],
    ['', null],
  ])('%j', (text, line) => {
    const reader = createForeignReader();
    const answer = reader.push(Buffer.from(text, 'latin1')) ?? reader.end();
    expect(answer).toEqual({ kind: 'foreign', firstLine: line });
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
