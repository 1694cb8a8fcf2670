import { describe, expect, it } from 'vitest';
import type { Hello, HelloAnswer } from '../../../src/sources/tls/hello.ts';
import { gentlePacing, withoutPacing } from '../../../src/sources/tls/pacing.ts';
import { suitesOfVersion } from '../../../src/transport/cipher-suites.ts';
import { protocolVersions } from '../../../src/transport/protocol-versions.ts';
import type { Oddity } from '../../../src/transport/tls-facts.ts';
import { auditOptions, auditPaced } from '../../support/audit-paced.ts';
import { answerOf, type ModelledServer, wholesome } from '../../support/modelled-server.ts';

const timeout: HelloAnswer = { kind: 'fault', fault: { code: 'timeout', message: 'no answer in time' } };

function always(server: ModelledServer): (hello: Hello) => HelloAnswer {
  return (hello) => answerOf(server, hello);
}

const older: ModelledServer = { ...wholesome, suites: { TLSv1: [0x002f, 0x0035, 0xc013] } };

describe('oddities', () => {
  const cases: readonly (readonly [title: string, server: ModelledServer, expected: readonly Oddity[]])[] = [
    ['a healthy peer', wholesome, []],
    ['one that sends a warning first', { ...wholesome, quirk: 'warning-first' }, ['warning-first']],
    ['one that bears no extensions', { ...older, quirk: 'extension-intolerant' }, ['extension-intolerant']],
    ['one that bears no large hello', { ...wholesome, quirk: 'size-intolerant' }, ['size-intolerant']],
    ['one that selects what was not offered', { ...wholesome, quirk: 'wrong-suite' }, ['suite-not-offered']],
    ['one that hangs up on newer versions', { ...older, refusesVersionBy: 'close' }, ['version-intolerant']],
    ['one that hangs up on older versions', { ...wholesome, refusesVersionBy: 'reset' }, []],
    ['one that never asks for a key share', { ...wholesome, quirk: 'never-retries' }, []],
  ];

  it.each(cases)('of %s', async (_title, server, expected) => {
    expect((await auditPaced(always(server), gentlePacing)).seen.oddities).toEqual(expected);
  });
});

describe('a peer that bears less', () => {
  it('shows all suites to hellos without extensions, and groups stay unknown', async () => {
    const { seen } = await auditPaced(
      always({ ...older, suites: { 'TLSv1.2': [0x002f, 0xc08a] }, quirk: 'extension-intolerant' }),
      gentlePacing,
    );
    expect(seen.suites['TLSv1.2']).toMatchObject({ fault: null, order: 'client' });
    expect(seen.suites['TLSv1.2']?.accepted).toHaveLength(2);
    expect(seen.groups['TLSv1.2']?.fault?.code).toBe('unsupported');
    expect(seen.behaviour).toMatchObject({ extendedMasterSecret: { is: false }, compression: { fault: { code: 'unsupported' } } });
  });

  it('shows suites and the groups that we have keys in, where it never asks for a key share', async () => {
    const { seen } = await auditPaced(always({ ...wholesome, quirk: 'never-retries' }), gentlePacing);
    expect(seen.suites['TLSv1.3']).toMatchObject({ fault: null });
    expect(seen.groups['TLSv1.3']?.accepted).toEqual(['secp256r1', 'secp384r1', 'secp521r1', 'x25519', 'x448', 'X25519MLKEM768']);
    expect(seen.groups['TLSv1.3']?.fault?.code).toBe('unsupported');
  });

  it('shows suites, but no groups, where it wants a cookie back first', async () => {
    const { seen } = await auditPaced(always({ ...wholesome, quirk: 'cookie-first' }), gentlePacing);
    expect(seen.suites['TLSv1.3']).toMatchObject({ fault: null });
    expect(seen.groups['TLSv1.3']).toMatchObject({ accepted: [], fault: { code: 'unsupported' } });
  });

  it('chooses neither protocol where it refuses both', async () => {
    const { seen } = await auditPaced(always({ ...wholesome, quirk: 'no-alpn' }), gentlePacing);
    expect(seen.behaviour.alpn).toEqual({ is: null });
    expect(seen.protocols['TLSv1.2']).toEqual({ outcome: 'offered' });
  });

  it('is not known to refuse what a suite that was not offered stands in the way of', async () => {
    const { seen } = await auditPaced(always({ ...wholesome, quirk: 'wrong-suite' }), gentlePacing);
    expect(seen.suites['TLSv1.3']?.fault?.code).toBe('malformed');
  });
});

const versionsOf = (seen: { readonly protocols: object }): readonly unknown[] => Object.values(seen.protocols);

describe('a peer that shows nothing', () => {
  it('is asked twice where it is silent, and nothing more', async () => {
    const { seen, asked, tookMs } = await auditPaced(() => timeout, gentlePacing);
    for (const probe of versionsOf(seen)) expect(probe).toMatchObject({ outcome: 'fault', fault: { code: 'timeout' } });
    expect(seen.served.fault?.code).toBe('timeout');
    expect(asked.length).toBeLessThanOrEqual(16);
    expect(tookMs).toBeLessThanOrEqual(4 * 3_000);
  });

  it.each(['reset', 'close'] as const)('is unreachable where every connection ends by %s', async (kind) => {
    const { seen, tookMs } = await auditPaced(() => ({ kind }), gentlePacing);
    for (const probe of versionsOf(seen)) expect(probe).toMatchObject({ outcome: 'fault', fault: { code: 'unreachable' } });
    expect(tookMs).toBeLessThan(1_000);
  });

  it('is asked no more where it speaks no TLS', async () => {
    const { seen, asked } = await auditPaced(() => ({ kind: 'foreign', firstLine: 'HTTP/1.1 400 Bad Request' }), gentlePacing);
    expect(seen.plaintext).toBe('HTTP/1.1 400 Bad Request');
    for (const probe of versionsOf(seen)) expect(probe).toMatchObject({ outcome: 'fault', fault: { code: 'malformed' } });
    expect(asked.length).toBeLessThanOrEqual(7);
  });

  it('refuses nothing by refusing everything in the end', async () => {
    let count = 0;
    const tiring = (hello: Hello): HelloAnswer => {
      count += 1;
      return count > 20 ? { kind: 'alert', alert: 40 } : answerOf({ ...wholesome, refusesVersionBy: 'other-version' }, hello);
    };
    const { seen } = await auditPaced(tiring, gentlePacing);
    expect(seen.suites['TLSv1.3']?.fault?.code).toBe('throttled');
    expect(seen.groups['TLSv1.2']?.fault?.code).toBe('throttled');
  });

  it('is throttled where it hangs up for good', async () => {
    let count = 0;
    const tired = (hello: Hello): HelloAnswer => {
      count += 1;
      return count > 20 ? { kind: 'reset' } : answerOf(wholesome, hello);
    };
    const { seen, tookMs } = await auditPaced(tired, gentlePacing);
    expect(seen.groups['TLSv1.3']?.fault?.code).toBe('throttled');
    expect(seen.protocols['TLSv1.2']).toEqual({ outcome: 'offered' });
    expect(tookMs).toBeLessThanOrEqual(60_000);
  });
});

describe('a peer that hangs up once, before it accepted anything', () => {
  it.each([gentlePacing, withoutPacing])('is asked again for what it hung up on (%o)', async (pacing) => {
    // In two hellos that are asked for one after the other.
    const server: ModelledServer = { ...wholesome, suites: { 'TLSv1.1': [0xc02f, 0xc030] } };
    let hasHungUp = false;
    const answer = (hello: Hello): HelloAnswer => {
      if (hasHungUp || hello.version !== 'TLSv1.1') return answerOf(server, hello);
      hasHungUp = true;
      return { kind: 'reset' };
    };
    const { seen } = await auditPaced(answer, pacing);
    expect(seen.suites['TLSv1.1']).toMatchObject({ fault: null });
    expect(seen.suites['TLSv1.1']?.accepted).toHaveLength(2);
  });
});

describe('how much is asked', () => {
  const everything: ModelledServer = {
    ...wholesome,
    order: 'server',
    suites: {
      TLSv1: take('TLSv1', 23),
      'TLSv1.1': take('TLSv1.1', 23),
      'TLSv1.2': take('TLSv1.2', 77),
      'TLSv1.3': [0x1302, 0x1303, 0x1301],
    },
  };
  const oneWayMs = 30;

  function take(version: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2', count: number): readonly number[] {
    return suitesOfVersion(version)
      .map(({ code }) => code)
      .filter((_code, index) => index % 2 === 0)
      .slice(0, count);
  }

  it('of a common server: few questions, eight in a row', async () => {
    const { asked, tookMs } = await auditPaced(always(wholesome), withoutPacing, { exchangeMs: 2 * oneWayMs });
    expect(asked.length).toBeLessThanOrEqual(46);
    expect(tookMs).toBeLessThanOrEqual(8 * 2 * oneWayMs);
  });

  it('of one that accepts everything', async () => {
    const { asked, tookMs, seen } = await auditPaced(always(everything), withoutPacing, { exchangeMs: 2 * oneWayMs });
    expect(seen.suites['TLSv1.2']?.accepted).toHaveLength(77);
    expect(asked.length).toBeLessThanOrEqual(185);
    // A third of 77 one after another would be 26 already.
    expect(tookMs).toBeLessThanOrEqual(24 * 2 * oneWayMs);
  });

  it('never more suites than old firewalls bear, and every one that is known', async () => {
    const { asked } = await auditPaced(always(everything), gentlePacing);
    expect(Math.max(...asked.map(({ suites }) => suites.length))).toBeLessThanOrEqual(100);
    for (const { name } of protocolVersions.filter((version) => everything.suites[version.name] !== undefined)) {
      const offered = new Set(asked.filter(({ version }) => version === name).flatMap(({ suites }) => suites));
      for (const { code } of suitesOfVersion(name)) expect(offered).toContain(code);
    }
  });
});

describe('other names', () => {
  it('show what only they get', async () => {
    const answer = (hello: Hello): HelloAnswer =>
      answerOf(hello.serverName === 'host.example' ? wholesome : { ...older, suites: { ...older.suites, 'TLSv1.2': [0xc02b] } }, hello);
    const { seen } = await auditPaced(answer, gentlePacing, { options: { ...auditOptions, asksOtherNames: true } });
    const certificate = Buffer.from('ecdsa').toString('base64');
    const suite = 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256';
    const expected = { outcome: 'answered', version: 'TLSv1.2', suite, certificate, moreVersions: ['TLSv1'] };
    expect(seen.otherNames).toEqual({ none: expected, unknown: expected });
    expect(seen.protocols.TLSv1).toMatchObject({ outcome: 'refused' });
    expect(seen.served.chains).toHaveLength(1);
  });

  it('are refused, or unknown', async () => {
    const answer = (hello: Hello): HelloAnswer => {
      if (hello.serverName === null) return { kind: 'alert', alert: 112 };
      return hello.serverName === 'host.example' ? answerOf(wholesome, hello) : timeout;
    };
    const { seen } = await auditPaced(answer, withoutPacing, { options: { ...auditOptions, asksOtherNames: true } });
    expect(seen.otherNames?.none).toEqual({ outcome: 'refused', by: 'alert' });
    expect(seen.otherNames?.unknown).toMatchObject({ outcome: 'fault', fault: { code: 'timeout' } });
  });

  it('do not arise at an address', async () => {
    const { seen } = await auditPaced(always(wholesome), gentlePacing, {
      options: { ...auditOptions, serverName: null, asksOtherNames: true },
    });
    expect(seen.otherNames).toBeNull();
  });
});
