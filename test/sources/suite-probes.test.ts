import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HelloOutcome } from '../../src/sources/tls/probe-hello.ts';
import { type AskedOffer, offersFor, probeOfOffer, type SuiteProbe, withProvenSuites } from '../../src/sources/tls/suite-probes.ts';
import type { VersionProbe, VersionProbes } from '../../src/sources/tls/version-probes.ts';
import { suitesOfVersion } from '../../src/transport/cipher-suites.ts';
import { protocolVersions } from '../../src/transport/protocol-versions.ts';

const aes128 = 0x009c;
const rc4 = 0x0005;
const timeout = { code: 'timeout', message: 'no answer in time' } as const;
const malformed = { outcome: 'fault', fault: { code: 'malformed' } };

describe('probeOfOffer', () => {
  const asked: AskedOffer = { version: 'TLSv1.2', offer: 'below-256', suites: [0x002f, aes128, 0xfefe] };

  it.each<[what: string, hello: HelloOutcome, expected: object]>([
    [
      'a suite that was offered',
      { kind: 'hello', wireVersion: 0x0303, suite: aes128 },
      { outcome: 'offered', suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256' },
    ],
    ['a suite that was not offered', { kind: 'hello', wireVersion: 0x0303, suite: rc4 }, malformed],
    ['a code that nobody knows, not offered', { kind: 'hello', wireVersion: 0x0303, suite: 0xfeff }, malformed],
    ['a code that nobody knows, though offered', { kind: 'hello', wireVersion: 0x0303, suite: 0xfefe }, malformed],
    ['an older version', { kind: 'hello', wireVersion: 0x0302, suite: 0x002f }, { outcome: 'refused', by: 'other-version' }],
    ['a newer version', { kind: 'hello', wireVersion: 0x0304, suite: aes128 }, { outcome: 'refused', by: 'other-version' }],
    ['handshake_failure', { kind: 'alert', alert: 40 }, { outcome: 'refused', by: 'alert', alert: 40 }],
    ['insufficient_security', { kind: 'alert', alert: 71 }, { outcome: 'refused', by: 'alert', alert: 71 }],
    ['internal_error, which says nothing', { kind: 'alert', alert: 80 }, { outcome: 'fault', fault: { code: 'denied' } }],
    ['a close', { kind: 'close' }, { outcome: 'refused', by: 'close' }],
    ['a reset', { kind: 'reset' }, { outcome: 'refused', by: 'reset' }],
    ['another protocol', { kind: 'foreign', firstLine: 'HTTP/1.1 400 Bad Request' }, malformed],
    ['a fault', { kind: 'fault', fault: timeout }, { outcome: 'fault', fault: timeout }],
  ])('%s', (_what, hello, expected) => {
    expect(probeOfOffer(asked, hello)).toMatchObject(expected);
  });

  it('never names a suite that was not asked for', () => {
    const code = fc.constantFrom(...suitesOfVersion('TLSv1.2').map((suite) => suite.code), 0xfefe);
    fc.assert(
      fc.property(fc.array(code), code, (suites, suite) => {
        const probe = probeOfOffer({ ...asked, suites }, { kind: 'hello', wireVersion: 0x0303, suite });
        expect(probe.outcome).toBe(suites.includes(suite) && suite !== 0xfefe ? 'offered' : 'fault');
      }),
    );
  });
});

const refused: VersionProbe = { outcome: 'refused', by: 'close' };
const none: VersionProbes = { SSLv3: refused, TLSv1: refused, 'TLSv1.1': refused, 'TLSv1.2': refused, 'TLSv1.3': refused };

describe('offersFor', () => {
  it.each<[what: string, probe: VersionProbe]>([
    ['was refused', refused],
    ['could not be tried', { outcome: 'fault', fault: timeout }],
  ])('asks nothing of a version that %s', (_what, probe) => {
    const asked = offersFor({ ...none, TLSv1: { outcome: 'offered' }, 'TLSv1.2': probe });
    expect(asked.map(({ version, offer }) => `${version} ${offer}`)).toEqual(['TLSv1 below-256', 'TLSv1 broken']);
  });

  it.each(protocolVersions.map(({ name }) => name))(
    'asks for every suite of %s that somebody may object to, and for no other',
    (version) => {
      const offers = offersFor({ ...none, [version]: { outcome: 'offered' } });
      for (const { suites } of offers) expect(suites.length).toBeLessThan(128);
      const asked = new Set(offers.flatMap(({ suites }) => suites));
      const unasked = suitesOfVersion(version).filter(({ code }) => !asked.has(code));
      expect(suitesOfVersion(version).map(({ code }) => code)).toEqual(expect.arrayContaining([...asked]));
      for (const suite of unasked) expect(suite).toMatchObject({ keyBits: 256, brokenBy: null });
      if (version === 'TLSv1.2') for (const suite of unasked) expect(suite).toMatchObject({ isAead: true, isForwardSecret: true });
    },
  );
});

describe('withProvenSuites', () => {
  const version = 'TLSv1.2';
  const proven = (probe: SuiteProbe, stillAccepted: readonly (typeof version | 'TLSv1.3')[]) =>
    withProvenSuites([{ asked: { version, offer: 'broken', suites: [rc4] }, probe }], new Set(stillAccepted))[version]?.broken;
  const faultOf = (code: string) => ({ outcome: 'fault', fault: { code } });

  it.each<[what: string, probe: SuiteProbe, unproven: object]>([
    ['a close', { outcome: 'refused', by: 'close' }, faultOf('throttled')],
    ['a reset', { outcome: 'refused', by: 'reset' }, faultOf('throttled')],
    ['an alert', { outcome: 'refused', by: 'alert', alert: 40 }, faultOf('partial')],
    ['protocol_version, of a version that was accepted', { outcome: 'refused', by: 'alert', alert: 70 }, faultOf('partial')],
    ['another version', { outcome: 'refused', by: 'other-version' }, faultOf('partial')],
  ])('%s refuses only where the version is still accepted', (_what, probe, unproven) => {
    expect(proven(probe, [version])).toEqual(probe);
    expect(proven(probe, [])).toMatchObject(unproven);
    expect(proven(probe, ['TLSv1.3'])).toMatchObject(unproven);
  });

  it.each<SuiteProbe>([
    { outcome: 'offered', suite: 'TLS_RSA_WITH_RC4_128_SHA' },
    { outcome: 'fault', fault: timeout },
  ])('$outcome needs no proof', (probe) => {
    expect(proven(probe, [])).toEqual(probe);
    expect(proven(probe, [version])).toEqual(probe);
  });

  it('keeps every offer of every version apart', () => {
    const probe: SuiteProbe = { outcome: 'refused', by: 'close' };
    const asked = offersFor({ ...none, 'TLSv1.1': { outcome: 'offered' }, 'TLSv1.2': { outcome: 'offered' } });
    const after = withProvenSuites(
      asked.map((offer) => ({ asked: offer, probe })),
      new Set(['TLSv1.1']),
    );
    const unproven = faultOf('throttled');
    expect(after).toMatchObject({
      'TLSv1.1': { 'below-256': probe, broken: probe },
      'TLSv1.2': { 'below-256': unproven, broken: unproven, 'not-forward-secret-aead': unproven },
    });
  });
});
