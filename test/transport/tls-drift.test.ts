import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { compareTls, dayMs, followTls, forgetAfterMs, keepSeenMs, type TlsBaseline } from '../../src/transport/tls-drift.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const weak = 'TLS_RSA_WITH_3DES_EDE_CBC_SHA';
const suites = tlsAddress().suites;
const ofTls12 = suites['TLSv1.2'] ?? { accepted: [], fault: null, order: null, preferred: null };
const withWeak: Partial<TlsAddress> = { suites: { ...suites, 'TLSv1.2': { ...ofTls12, accepted: [...ofTls12.accepted, weak] } } };
const unread: Partial<TlsAddress> = { suites: { ...suites, 'TLSv1.2': { ...ofTls12, accepted: [], fault: noAnswer } } };
const halfRead: Partial<TlsAddress> = { suites: { ...suites, 'TLSv1.2': { ...ofTls12, accepted: [weak], fault: noAnswer } } };
const allFaults = Object.fromEntries(
  ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'].map((version) => [version, { outcome: 'fault', fault: noAnswer }]),
);
const silent: Partial<TlsAddress> = {
  protocols: allFaults as TlsAddress['protocols'],
  suites: {},
  groups: {},
  served: { chains: [], fault: noAnswer },
};

function textsBetween(before: Partial<TlsAddress>, after: Partial<TlsAddress>): readonly string[] {
  return compareTls({ addresses: [tlsAddress(before)] }, { addresses: [tlsAddress(after)] }).map(({ text }) => text);
}

const [first, second] = [await makeAuthority({ name: 'first' }), await makeAuthority({ name: 'second' })];

/** The sandbox makes an RSA key of each size once. */
async function served(bits: 1024 | 2048, authority = first): Promise<Partial<TlsAddress>> {
  const { chainDer } = await authority.issue({ hosts: ['shop.example.com'], key: `rsa-${bits}` });
  const certificates = chainDer.map((der) => der.toString('base64'));
  return { served: { chains: [{ keyKind: 'rsa', version: 'TLSv1.3', certificates, staple: null }], fault: null } };
}

const [plain, renewed, otherKey, otherIssuer] = [await served(2048), await served(2048), await served(1024), await served(2048, second)];

describe('what changed between two looks', () => {
  it.each<[name: string, before: Partial<TlsAddress>, after: Partial<TlsAddress>, texts: readonly (string | RegExp)[]]>([
    ['nothing', {}, {}, []],
    ['a suite more', {}, withWeak, [`TLS 1.2 accepts ${weak} now`]],
    ['a suite less', withWeak, {}, [`TLS 1.2 no longer accepts ${weak}`]],
    ['what was not read is no change', {}, unread, []],
    ['nor what was not read before', unread, {}, []],
    ['a suite more, the others not read', {}, halfRead, [`TLS 1.2 accepts ${weak} now`]],
    ['a silent address', {}, silent, []],
    [
      'a version more, without its suites',
      {
        protocols: { ...tlsAddress().protocols, 'TLSv1.3': { outcome: 'refused', by: 'alert', alert: 70 } },
        suites: { 'TLSv1.2': ofTls12 },
        groups: {},
      },
      {},
      ['TLS 1.3 is accepted now'],
    ],
    [
      'a group',
      {},
      { groups: { ...tlsAddress().groups, 'TLSv1.3': { accepted: ['x25519'], fault: null } } },
      ['TLS 1.3 no longer accepts secp256r1'],
    ],
    ['another key', plain, otherKey, [/^the key of the certificate: sha256 \w{64} instead of sha256 \w{64}$/]],
    ['another issuer', plain, otherIssuer, ['the issuer of the certificate: CN=second instead of CN=first']],
    ['renewed with the same key and issuer', plain, renewed, []],
    [
      'the behaviour',
      {},
      { behaviour: { ...tlsAddress().behaviour, compression: { is: true } } },
      ['whether it compresses: true instead of false'],
    ],
    ['a behaviour that could not be asked', {}, { behaviour: { ...tlsAddress().behaviour, compression: { fault: noAnswer } } }, []],
    ['plain HTTP', {}, { plaintext: 'HTTP/1.1 400 Bad Request' }, ['it answers without TLS now ("HTTP/1.1 400 Bad Request")']],
    ['plain HTTP no longer', { ...silent, plaintext: 'HTTP/1.1 400 Bad Request' }, {}, ['it no longer answers without TLS']],
    ['plain HTTP, then silence', { ...silent, plaintext: 'HTTP/1.1 400 Bad Request' }, silent, []],
    [
      'silence, then plain HTTP: what was before the silence is not known',
      silent,
      { ...silent, plaintext: 'HTTP/1.1 400 Bad Request' },
      [],
    ],
    ['another address', {}, { address: '192.0.2.9' }, ['this address is new', 'this address is no longer one of the endpoint']],
  ])('%s', (_name, before, after, texts) => {
    expect(textsBetween(before, after)).toEqual(texts.map((text) => (typeof text === 'string' ? text : expect.stringMatching(text))));
  });

  it('names the addresses at which the same changed', () => {
    const at = (change: Partial<TlsAddress>) => ({
      addresses: ['192.0.2.1', '192.0.2.2'].map((address) => tlsAddress({ ...change, address })),
    });
    expect(compareTls(at({}), at(withWeak))).toEqual([{ text: `TLS 1.2 accepts ${weak} now`, addresses: ['192.0.2.1', '192.0.2.2'] }]);
  });
});

describe('what is followed', () => {
  it('a change behind a silence is told, once', () => {
    const told: string[] = [];
    let baseline: TlsBaseline | null = null;
    for (const change of [{}, silent, unread, withWeak, withWeak, silent, withWeak]) {
      const followed = followTls(baseline, { addresses: [tlsAddress(change)] }, 0);
      baseline = followed.baseline;
      told.push(...followed.changes.map(({ text }) => text));
    }
    expect(told).toEqual([`TLS 1.2 accepts ${weak} now`]);
  });

  it('names that show their addresses in turn tell nothing, and an address is gone only after two days', () => {
    const looks = [0, 1, 2, 3].map((hour) => ({ address: `192.0.2.${hour % 2}`, atMs: hour * 3_600_000 }));
    let baseline: TlsBaseline | null = null;
    const told: string[] = [];
    for (const { address, atMs } of [
      ...looks,
      { address: '192.0.2.0', atMs: forgetAfterMs },
      { address: '192.0.2.0', atMs: forgetAfterMs + keepSeenMs },
    ]) {
      const followed = followTls(baseline, { addresses: [tlsAddress({ address })] }, atMs);
      baseline = followed.baseline;
      told.push(...followed.changes.map(({ text, addresses }) => `${atMs / 3_600_000}: ${addresses.join()} ${text}`));
    }
    expect(told).toEqual(['1: 192.0.2.1 this address is new', '54: 192.0.2.1 this address is no longer one of the endpoint']);
  });

  it('two servers behind one address that differ are told three times a day', () => {
    let baseline: TlsBaseline | null = null;
    const told: string[] = [];
    for (let atMs = 0; atMs <= dayMs + 1_800_000; atMs += 600_000) {
      const followed = followTls(baseline, { addresses: [tlsAddress((atMs / 600_000) % 2 === 0 ? {} : withWeak)] }, atMs);
      baseline = followed.baseline;
      told.push(...followed.changes.map(({ text }) => `${atMs / 600_000}: ${text}`));
    }
    const [more, less] = [`TLS 1.2 accepts ${weak} now`, `TLS 1.2 no longer accepts ${weak}`];
    const rest = ' (it comes and goes: not told again for a day)';
    const first = [`1: ${more}`, `2: ${less}`, `3: ${more}`, `4: ${less}`, `5: ${more}${rest}`, `6: ${less}${rest}`];
    // A day later the first of them is long ago.
    expect(told).toEqual([...first, `145: ${more}${rest}`, `146: ${less}${rest}`, `147: ${more}${rest}`]);
  });

  it('stays as it is where nothing changes within some hours', () => {
    const first = followTls(null, { addresses: [tlsAddress()] }, keepSeenMs);
    expect(followTls(first.baseline, { addresses: [tlsAddress(silent)] }, 2 * keepSeenMs - 1).baseline).toEqual(first.baseline);
  });

  it('whatever is hidden in between, what was told in all leads from the first state to the last known one', () => {
    const states = fc.array(fc.record({ accepted: fc.subarray(['A', 'B', 'C', 'D']), hides: fc.constantFrom('nothing', 'rest', 'all') }), {
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(states, (looks) => {
        let baseline: TlsBaseline | null = null;
        const [first, ...others] = looks;
        const known = new Set(first?.accepted);
        let atMs = 0;
        for (const { accepted, hides } of [{ accepted: first?.accepted ?? [], hides: 'nothing' }, ...others]) {
          atMs += dayMs;
          const seen = hides === 'all' ? [] : hides === 'rest' ? accepted.slice(0, 1) : accepted;
          const list = { ...ofTls12, accepted: seen, fault: hides === 'nothing' ? null : noAnswer };
          const followed = followTls(baseline, { addresses: [tlsAddress({ suites: { 'TLSv1.2': list } })] }, atMs);
          baseline = followed.baseline;
          for (const { text } of followed.changes) {
            const [, added, gone] = /^TLS 1.2 (?:accepts (.*) now|no longer accepts (.*))$/.exec(text) ?? [];
            for (const name of added?.split(', ') ?? []) known.add(name);
            for (const name of gone?.split(', ') ?? []) known.delete(name);
          }
          if (hides === 'nothing') expect([...known].toSorted()).toEqual(accepted.toSorted());
        }
      }),
    );
  });
});
