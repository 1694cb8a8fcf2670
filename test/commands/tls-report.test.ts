import { expect, it, test } from 'vitest';
import { answerJson, answerOf, type TlsAnswer } from '../../src/commands/tls-answer.ts';
import { showAnswer } from '../../src/commands/tls-report.ts';
import { readTarget } from '../../src/commands/tls-target.ts';
import type { TlsAddressReport } from '../../src/commands/tls-verdicts.ts';
import { expectGolden } from '../support/golden.ts';
import { described, goodStaple, intermediateFacts, leafFacts, servedChain } from '../support/served-chain.ts';
import { tlsAddress } from '../support/tls-address.ts';
import { auditedAt, auditHost, blind, judged, judgedChain } from '../support/tls-audited.ts';

const paper = { coloured: false, columns: 100 };
const target = readTarget(auditHost, { connections: '6', timeout: '20s' });
const fault = { code: 'throttled', message: 'the peer hung up, as it then also did on a hello that it had accepted' } as const;
const offered = { outcome: 'offered' } as const;

function answer(addresses: readonly TlsAddressReport[], differences: readonly string[] = []): TlsAnswer {
  const statuses = addresses.map(({ status }) => status);
  const status = statuses.includes('fail') ? 'fail' : statuses.includes('unknown') ? 'unknown' : 'pass';
  return { target, asOf: auditedAt, status, fault: null, differences, addresses };
}

const { protocols, behaviour } = tlsAddress();
const modern = {
  'TLSv1.2': { accepted: ['secp256r1', 'x25519'], fault: null },
  'TLSv1.3': { accepted: ['secp256r1', 'x25519', 'X25519MLKEM768'], fault: null },
};
const stapled = judgedChain({ chain: servedChain({ staple: goodStaple(), mustStaple: true }) });
const good = (address: string) => judged({ address, groups: modern }, [stapled]);

const old = {
  accepted: ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA'],
  fault: null,
  order: 'server',
  preferred: 'TLS_RSA_WITH_AES_128_CBC_SHA',
} as const;
const worst = judged(
  {
    address: '192.0.2.3',
    protocols: { ...protocols, TLSv1: offered, 'TLSv1.1': offered, 'TLSv1.3': { outcome: 'fault', fault } },
    suites: {
      TLSv1: old,
      'TLSv1.1': old,
      'TLSv1.2': { ...old, accepted: [...old.accepted, '0x1a2b'], fault, order: null, preferred: null },
    },
    groups: { 'TLSv1.2': { accepted: ['sect163k1', '0xff01', '0x7777'], fault } },
    dhBits: [1024, 2048],
    behaviour: {
      ...behaviour,
      refusesFallback: { is: false },
      compression: { is: true },
      downgradeSentinel: { is: null },
      alpn: { fault },
    },
    otherNames: {
      none: {
        outcome: 'answered',
        version: 'TLSv1.2',
        suite: 'TLS_RSA_WITH_AES_128_CBC_SHA',
        certificate: 'AAAA',
        moreVersions: ['SSLv3'],
      },
      unknown: { outcome: 'fault', fault },
    },
    oddities: ['version-intolerant', 'suite-not-offered'],
  },
  [
    judgedChain({
      trust: { trusted: false, code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', store: 'pinned roots' },
      chain: servedChain({
        keyKind: 'rsa',
        certificates: [
          described(
            leafFacts({
              keyType: 'rsa',
              keyBits: 1024,
              curve: null,
              signatureAlgorithm: 'sha1WithRSAEncryption',
              signatureHash: 'sha1',
              validTo: '2026-11-01T00:00:00.000Z',
              subjectAltNames: ['DNS:other.example.com'],
            }),
          ),
          { facts: null, extensions: null, fault: { code: 'malformed', message: 'a certificate cannot be decoded' } },
        ],
        order: {
          leafIndex: 0,
          path: [0],
          end: 'issuer-not-sent',
          problems: [
            { kind: 'missing-intermediate', indexes: [0] },
            { kind: 'unreadable', indexes: [1] },
          ],
        },
        mustStaple: null,
        certificateTimestamps: null,
      }),
    }),
    judgedChain({
      trust: { fault },
      chain: servedChain({
        certificates: [
          described(
            leafFacts({
              validFrom: '2026-12-01T00:00:00.000Z',
              keyType: 'ed25519',
              curve: null,
              signatureAlgorithm: 'ED25519',
              signatureHash: null,
            }),
          ),
          described(intermediateFacts()),
        ],
        staple: goodStaple({ signature: { verdict: 'invalid', signer: null } }),
      }),
    }),
  ],
);

const sameLeaf = {
  outcome: 'answered',
  version: 'TLSv1.2',
  suite: 'TLS_AES_256_GCM_SHA384',
  certificate: 'AAAA',
  moreVersions: [],
} as const;
const { suites } = tlsAddress();
/** Much of it is in doubt. */
const halfSeen = judged({
  groups: { 'TLSv1.2': { accepted: [], fault }, 'TLSv1.3': { accepted: [], fault } },
  suites: { ...suites, 'TLSv1.3': { accepted: [], fault, order: null, preferred: null } },
  served: { chains: [{ keyKind: 'ecdsa', version: 'TLSv1.2', certificates: ['AAAA'], staple: null }], fault },
  otherNames: { none: sameLeaf, unknown: { ...sameLeaf, certificate: 'BBBB' } },
});

test('what people read', () => {
  const shown = [
    answer([good('192.0.2.1'), good('192.0.2.2')]),
    answer([worst]),
    answer([halfSeen]),
    answer(
      [
        good('192.0.2.1'),
        judged({ address: '192.0.2.2', groups: { 'TLSv1.2': modern['TLSv1.2'], 'TLSv1.3': modern['TLSv1.2'] } }, [stapled]),
        judged({ ...blind, address: '192.0.2.3' }, []),
      ],
      ['groups'],
    ),
    answer([judged({ plaintext: 'HTTP/1.1 400 Bad Request' }, [])]),
    answerOf(target, { fault: { code: 'unreachable', message: `${auditHost} has no IPv4 or IPv6 address` } }, auditedAt),
  ].map((each) => showAnswer(each, paper));
  for (const line of shown.join('\n').split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  expectGolden('tls-report.txt', shown.join(`\n${'='.repeat(100)}\n\n`));
});

it('never shows what is unknown as refused or as none', () => {
  const text = showAnswer(answer([judged(blind, [])]), paper);
  expect(text).not.toMatch(/refused|accepted|✓|✗| - /);
  expect(text.match(/\? unknown/g)?.length).toBeGreaterThan(5);
});

it('lets nothing of the peer steer the terminal or begin a line', () => {
  const evil = 'CN=\u001b[2Jgone\n  Verdict  ✓ pass\u202e';
  const chain = servedChain({ certificates: [described(leafFacts({ subject: evil, issuer: evil, subjectAltNames: [`DNS:${evil}`] }))] });
  const report = judged({ behaviour: { ...behaviour, alpn: { is: evil } }, plaintext: null }, [judgedChain({ chain })]);
  const plain = judged({ plaintext: evil }, []);
  for (const text of [showAnswer(answer([report]), paper), showAnswer(answer([plain]), paper)]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come through.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(text.match(/^ {2}Verdict/gm)).toHaveLength(1);
  }
});

it('says the same with colours', () => {
  const plain = showAnswer(answer([worst]), paper);
  const coloured = showAnswer(answer([worst]), { ...paper, coloured: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are made of them.
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect(coloured).not.toBe(plain);
});

it('gives programs the facts and the verdicts', () => {
  const whole = JSON.parse(JSON.stringify(answerJson(answer([good('192.0.2.1'), worst], ['groups']))));
  expect(Object.keys(whole)).toEqual(['host', 'port', 'serverName', 'asOf', 'status', 'exitCode', 'fault', 'differences', 'addresses']);
  expect(whole).toMatchObject({ host: auditHost, port: 443, serverName: auditHost, status: 'fail', exitCode: 1, differences: ['groups'] });
  expect(Object.keys(whole.addresses[1])).toEqual([
    'address',
    'family',
    'addressClass',
    'status',
    'shortcomings',
    'unknown',
    'notes',
    'facts',
    'chains',
    'profiles',
    'clients',
  ]);
  expect(whole.addresses[1].facts.protocols['TLSv1.3']).toEqual({ outcome: 'fault', fault });
  expect(whole.addresses[1].chains[0].trust).toEqual({ trusted: false, code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', store: 'pinned roots' });
  expect(whole.addresses[0].profiles.map(({ id, status }: { readonly id: string; readonly status: string }) => [id, status])).toEqual([
    ['nist-sp-800-52r2', 'pass'],
    ['mozilla-intermediate', 'pass'],
    ['mozilla-modern', 'fail'],
  ]);
});
