import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suiteOfName, suitesOfVersion } from '../../src/transport/cipher-suites.ts';
import { type ClientProfile, clientProfiles } from '../../src/transport/client-profiles.ts';
import { namedGroups } from '../../src/transport/named-groups.ts';
import { type Negotiation, type NegotiationFacts, negotiate } from '../../src/transport/negotiate.ts';
import { protocolVersions } from '../../src/transport/protocol-versions.ts';
import type { SuitesOfVersion, VersionFact } from '../../src/transport/tls-facts.ts';
import { noAnswer, tlsAddress } from '../support/tls-address.ts';

const clientOf = (name: string): ClientProfile => {
  const found = clientProfiles.find((client) => client.name.startsWith(name));
  if (found === undefined) throw new Error(`no client is called ${name}`);
  return found;
};
const chrome = clientOf('Chrome');
const android = clientOf('Android');
const java = clientOf('Java');
const refused: VersionFact = { outcome: 'refused', by: 'alert', alert: 70 };
const faulty: VersionFact = { outcome: 'fault', fault: noAnswer };
const aes128 = 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const aes256 = 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384';
const chacha = 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256';
const rsa256 = 'TLS_RSA_WITH_AES_256_GCM_SHA384';
const all = tlsAddress();
const only12 = (suites: Partial<SuitesOfVersion> = {}, groups: NegotiationFacts['groups'] = all.groups) =>
  tlsAddress({
    protocols: { ...all.protocols, 'TLSv1.3': refused },
    suites: { 'TLSv1.2': { accepted: [aes128, aes256], fault: null, order: 'server', preferred: aes256, ...suites } },
    groups,
  });
const suitesIn = (result: Negotiation): readonly string[] =>
  result.outcome === 'refused' ? [] : result.possible.map(({ suite }) => suite);

test('every client offers suites, groups and schemes, each once, newest version first', () => {
  const newestFirst = protocolVersions.map(({ name }) => name).toReversed();
  for (const { versions, suites, groups, signatureSchemes, name } of clientProfiles) {
    for (const list of [versions, suites, groups, signatureSchemes]) expect(new Set(list).size, name).toBe(list.length);
    expect(versions, name).toEqual(newestFirst.filter((version) => versions.includes(version)));
    expect(
      suites.some((suite) => suiteOfName(suite)?.isModern),
      name,
    ).toBe(versions.includes('TLSv1.3'));
    expect(groups, name).toContain('secp256r1');
  }
});

interface Row {
  readonly what: string;
  readonly client?: ClientProfile;
  readonly address: NegotiationFacts;
  readonly expected: string;
}

const rows: readonly Row[] = [
  { what: 'TLS 1.3, the server decides', address: all, expected: 'agreed TLS_AES_256_GCM_SHA384' },
  {
    what: 'TLS 1.3, the client decides',
    address: tlsAddress({
      suites: {
        'TLSv1.3': { accepted: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'], fault: null, order: 'client', preferred: null },
      },
    }),
    expected: 'agreed TLS_AES_128_GCM_SHA256',
  },
  {
    what: 'nobody knows who decides',
    address: only12({ order: null, preferred: null }),
    expected: `agreed ${aes128} ${aes256}`,
  },
  {
    what: 'one suite in common, nobody knows who decides',
    address: only12({ accepted: [aes256], order: null, preferred: null }),
    expected: `agreed ${aes256}`,
  },
  {
    what: 'the server wants most what the client has not',
    address: only12({ accepted: [aes128, aes256, 'TLS_DHE_RSA_WITH_AES_256_CCM'], preferred: 'TLS_DHE_RSA_WITH_AES_256_CCM' }),
    expected: `agreed ${aes128} ${aes256}`,
  },
  { what: 'nothing in common', address: only12({ accepted: ['TLS_DHE_RSA_WITH_AES_256_CCM'] }), expected: 'refused' },
  {
    what: 'nothing in common among what was seen',
    address: only12({ accepted: ['TLS_DHE_RSA_WITH_AES_256_CCM'], fault: noAnswer }),
    expected: 'unknown timeout',
  },
  { what: 'a list that is not whole', address: only12({ fault: noAnswer }), expected: `unknown timeout ${aes128} ${aes256}` },
  { what: 'suites not asked for', address: tlsAddress({ suites: {} }), expected: 'unknown partial' },
  {
    what: 'no version in common',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': refused, 'TLSv1.3': refused } }),
    expected: 'refused',
  },
  {
    what: 'the newest version could not be tried',
    address: { ...only12(), protocols: { ...all.protocols, 'TLSv1.3': faulty } },
    expected: `unknown timeout ${aes256}`,
  },
  {
    what: 'an older version could not be tried',
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': faulty } }),
    expected: 'agreed TLS_AES_256_GCM_SHA384',
  },
  { what: 'no group in common', address: only12({}, { 'TLSv1.2': { accepted: ['secp521r1'], fault: null } }), expected: 'refused' },
  {
    what: 'no group in common, but no group needed',
    address: only12({ accepted: [aes128, rsa256], preferred: aes128 }, { 'TLSv1.2': { accepted: ['secp521r1'], fault: null } }),
    expected: `agreed ${rsa256}`,
  },
  {
    what: 'no group in common among what was seen',
    address: only12({}, { 'TLSv1.2': { accepted: ['secp521r1'], fault: noAnswer } }),
    expected: `agreed timeout ${aes128} ${aes256}`,
  },
  { what: 'groups not asked for', address: only12({}, {}), expected: `agreed partial ${aes128} ${aes256}` },
  {
    what: 'groups not asked for, none needed',
    address: only12({ accepted: [rsa256], preferred: rsa256 }, {}),
    expected: `agreed ${rsa256}`,
  },
  {
    what: 'a finite field is no curve',
    address: only12({}, { 'TLSv1.2': { accepted: ['ffdhe2048'], fault: null } }),
    client: clientOf('Firefox'),
    expected: 'refused',
  },
  {
    what: 'one curve only',
    client: android,
    address: only12({}, { 'TLSv1.2': { accepted: ['secp384r1'], fault: null } }),
    expected: 'refused',
  },
  {
    what: 'ChaCha20 first of the client',
    client: android,
    address: only12({ accepted: [aes128, aes256, chacha] }),
    expected: `agreed ${chacha} ${aes256}`,
  },
  {
    what: 'ChaCha20 not first of the client',
    client: java,
    address: only12({ accepted: [aes128, aes256, chacha] }),
    expected: `agreed ${aes256}`,
  },
  { what: 'Java 8 finds no TLS 1.3', client: java, address: all, expected: `agreed ${aes256}` },
  {
    what: 'TLS 1.3 alone',
    client: java,
    address: tlsAddress({ protocols: { ...all.protocols, 'TLSv1.2': refused } }),
    expected: 'refused',
  },
];

describe('negotiate', () => {
  test.each(rows)('$what: $expected', ({ client = chrome, address, expected }) => {
    const result = negotiate(client, address);
    const fault = result.outcome === 'unknown' ? result.fault : result.outcome === 'agreed' ? result.doubt : null;
    const reason = fault === null ? [] : [fault.code];
    expect([result.outcome, ...reason, ...suitesIn(result)].join(' ')).toBe(expected);
  });

  test('tells version, bits and groups', () => {
    expect(negotiate(chrome, all)).toEqual({
      outcome: 'agreed',
      possible: [{ version: 'TLSv1.3', suite: 'TLS_AES_256_GCM_SHA384', keyBits: 256, groups: ['x25519', 'secp256r1'] }],
      doubt: null,
    });
    const plain = negotiate(java, only12({ accepted: ['TLS_RSA_WITH_AES_128_CBC_SHA'], preferred: null, order: null }));
    expect(plain).toMatchObject({ possible: [{ version: 'TLSv1.2', keyBits: 128, groups: null }] });
  });
});

const fault = fc.constantFrom(null, null, noAnswer);
const groupList = fc.record({ accepted: fc.subarray(namedGroups.map(({ name }) => name)), fault });
const versionFact = fc.constantFrom<VersionFact>({ outcome: 'offered' }, { outcome: 'offered' }, refused, faulty);
const suiteList = (names: readonly string[]): fc.Arbitrary<SuitesOfVersion> =>
  fc.subarray([...names]).chain((accepted) =>
    fc.record({
      accepted: fc.constant(accepted),
      fault,
      order: fc.constantFrom<SuitesOfVersion['order'][]>('server', 'client', null),
      preferred: fc.constantFrom(null, ...accepted),
    }),
  );
const facts: fc.Arbitrary<NegotiationFacts> = fc.record({
  protocols: fc.record({ SSLv3: versionFact, TLSv1: versionFact, 'TLSv1.1': versionFact, 'TLSv1.2': versionFact, 'TLSv1.3': versionFact }),
  suites: fc.record(
    {
      TLSv1: suiteList(java.suites),
      'TLSv1.1': suiteList(java.suites),
      'TLSv1.2': suiteList([...java.suites, ...chrome.suites]),
      'TLSv1.3': suiteList(suitesOfVersion('TLSv1.3').map(({ name }) => name)),
    },
    { requiredKeys: [] },
  ),
  groups: fc.record({ 'TLSv1.2': groupList, 'TLSv1.3': groupList }, { requiredKeys: [] }),
});
const client = fc.constantFrom(...clientProfiles);

describe('laws of negotiating', () => {
  test('what is negotiated is in what both have', () => {
    fc.assert(
      fc.property(client, facts, (profile, address) => {
        const result = negotiate(profile, address);
        for (const { version, suite, groups } of result.outcome === 'refused' ? [] : result.possible) {
          expect(profile.versions).toContain(version);
          expect(profile.suites).toContain(suite);
          expect(address.protocols[version].outcome).not.toBe('refused');
          expect(address.suites[version]?.accepted).toContain(suite);
          for (const group of groups ?? []) expect(profile.groups).toContain(group);
        }
      }),
    );
  });

  /** Whatever is certain holds whatever the fault hides. */
  test('what is not known never gives certainty', () => {
    fc.assert(
      fc.property(
        client,
        facts,
        fc.constantFrom(...protocolVersions.map(({ name }) => name)),
        facts,
        (profile, address, version, other) => {
          const blind = negotiate(profile, { ...address, protocols: { ...address.protocols, [version]: faulty } });
          const revealed = negotiate(profile, {
            protocols: { ...address.protocols, [version]: other.protocols[version] },
            suites: address.suites,
            groups: address.groups,
          });
          if (blind.outcome !== 'unknown') expect(revealed).toEqual(blind);
        },
      ),
    );
  });

  test('a list that is not whole gives no certainty where it counts', () => {
    fc.assert(
      fc.property(client, facts, (profile, address) => {
        const blindSuites = Object.fromEntries(Object.entries(address.suites).map(([name, list]) => [name, { ...list, fault: noAnswer }]));
        const result = negotiate(profile, { ...address, suites: blindSuites });
        expect(result.outcome).not.toBe('agreed');
        if (result.outcome === 'refused')
          expect(profile.versions.every((version) => address.protocols[version].outcome === 'refused')).toBe(true);
      }),
    );
  });
});
