import { afterEach, describe, expect, it } from 'vitest';
import { check as signature } from '../../src/checks/tls-certificate-signature.ts';
import { check as cipherStrength } from '../../src/checks/tls-cipher-strength.ts';
import { check as keySize } from '../../src/checks/tls-key-size.ts';
import { certificateChains } from '../../src/transport/certificate-chain.ts';
import { judgeAll, verdictOf } from '../support/judge.ts';
import { lookTls, type SeenTls, suitesBy } from '../support/look-tls.ts';
import { makeOpensslCertificate, type OpensslCertificate } from '../support/openssl-certificate.ts';
import { type RunningOpenssl, startOpenssl, versionOfOpenssl } from '../support/openssl-server.ts';

const isMissing = versionOfOpenssl() === null;
const title = isMissing ? 'openssl s_server (skipped: openssl is not installed)' : 'openssl s_server';

const ec = (curve: string) => ['ec', '-pkeyopt', `ec_paramgen_curve:${curve}`];
const rsa2048 = ['rsa:2048'];
const pss = (hash: string) => [`-${hash}`, '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'];

interface CertificateRow {
  readonly name: string;
  readonly certificate: OpensslCertificate;
  readonly facts: object;
  /** literal, intent */
  readonly key: readonly [string, string];
  readonly signed: readonly [string, string];
}

const certificates: readonly CertificateRow[] = [
  {
    name: 'RSA 1024, SHA-256',
    certificate: { key: ['rsa:1024'] },
    facts: { keyBits: 1024 },
    key: ['fail', 'fail'],
    signed: ['pass', 'pass'],
  },
  {
    name: 'RSA 2048, SHA-256',
    certificate: { key: rsa2048 },
    facts: { keyType: 'rsa', keyBits: 2048, signatureHash: 'sha256' },
    key: ['pass', 'pass'],
    signed: ['pass', 'pass'],
  },
  {
    name: 'RSA 3072, SHA-384',
    certificate: { key: ['rsa:3072'], signing: ['-sha384'] },
    facts: { keyBits: 3072, signatureHash: 'sha384' },
    key: ['pass', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'RSA 4096, SHA-512',
    certificate: { key: ['rsa:4096'], signing: ['-sha512'] },
    facts: { keyBits: 4096, signatureHash: 'sha512' },
    key: ['pass', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'RSA 2048, SHA-1',
    certificate: { key: rsa2048, signing: ['-sha1'] },
    facts: { signatureAlgorithm: 'sha1WithRSAEncryption', signatureHash: 'sha1' },
    key: ['pass', 'pass'],
    signed: ['fail', 'fail'],
  },
  {
    name: 'RSA 2048, MD5',
    certificate: { key: rsa2048, signing: ['-md5'] },
    facts: { signatureHash: 'md5' },
    key: ['pass', 'pass'],
    signed: ['fail', 'fail'],
  },
  {
    name: 'RSA 2048, PSS with SHA-256',
    certificate: { key: rsa2048, signing: pss('sha256') },
    facts: { signatureAlgorithm: 'rsassaPss', signatureHash: 'sha256' },
    key: ['pass', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'RSA 2048, PSS with SHA-384',
    certificate: { key: rsa2048, signing: pss('sha384') },
    facts: { signatureHash: 'sha384' },
    key: ['pass', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'RSA 2048, PSS with SHA-1',
    certificate: { key: rsa2048, signing: pss('sha1') },
    facts: { signatureAlgorithm: 'rsassaPss', signatureHash: 'sha1' },
    key: ['pass', 'pass'],
    signed: ['fail', 'fail'],
  },
  {
    name: 'an RSA-PSS key',
    certificate: { key: ['rsa-pss', '-pkeyopt', 'rsa_keygen_bits:2048'] },
    facts: { keyType: 'rsa-pss', keyBits: 2048, signatureHash: 'sha256' },
    key: ['pass', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'P-256',
    certificate: { key: ec('P-256') },
    facts: { keyType: 'ec', keyBits: 256, signatureAlgorithm: 'ecdsa-with-SHA256' },
    key: ['fail', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'P-384, SHA-384',
    certificate: { key: ec('P-384'), signing: ['-sha384'] },
    facts: { keyBits: 384, signatureHash: 'sha384' },
    key: ['fail', 'pass'],
    signed: ['fail', 'pass'],
  },
  {
    name: 'P-521, SHA-1',
    certificate: { key: ec('P-521'), signing: ['-sha1'] },
    facts: { keyBits: 521, signatureHash: 'sha1' },
    key: ['fail', 'pass'],
    signed: ['fail', 'fail'],
  },
  {
    name: 'Ed25519',
    certificate: { key: ['ed25519'] },
    facts: { keyType: 'ed25519', signatureHash: null },
    key: ['fail', 'pass'],
    signed: ['fail', 'pass'],
  },
];

interface SuiteRow {
  readonly name: string;
  readonly args: readonly string[];
  readonly key?: readonly string[];
  /** What was accepted, offer by offer. */
  readonly accepted: readonly string[];
  readonly verdicts: readonly [literal: string, intent: string];
}

const cipher = (list: string) => ['-tls1_2', '-cipher', `${list}:@SECLEVEL=0`];
const modern = (suites: string) => ['-tls1_3', '-ciphersuites', suites];

const suiteRows: readonly SuiteRow[] = [
  { name: 'TLS 1.3, AES-256', args: modern('TLS_AES_256_GCM_SHA384'), accepted: [], verdicts: ['pass', 'pass'] },
  { name: 'TLS 1.3, ChaCha20', args: modern('TLS_CHACHA20_POLY1305_SHA256'), accepted: [], verdicts: ['pass', 'pass'] },
  {
    name: 'TLS 1.3, AES-128',
    args: modern('TLS_AES_128_GCM_SHA256'),
    accepted: ['TLSv1.3 below-256: TLS_AES_128_GCM_SHA256'],
    verdicts: ['fail', 'pass'],
  },
  {
    name: 'TLS 1.3, CCM',
    args: modern('TLS_AES_128_CCM_8_SHA256'),
    accepted: ['TLSv1.3 below-256: TLS_AES_128_CCM_8_SHA256'],
    verdicts: ['fail', 'pass'],
  },
  { name: 'TLS 1.3, its defaults', args: ['-tls1_3'], accepted: ['TLSv1.3 below-256: TLS_AES_128_GCM_SHA256'], verdicts: ['fail', 'pass'] },
  { name: 'TLS 1.2, ECDHE with AES-256-GCM', args: cipher('ECDHE-RSA-AES256-GCM-SHA384'), accepted: [], verdicts: ['pass', 'pass'] },
  { name: 'TLS 1.2, ECDHE with ChaCha20', args: cipher('ECDHE-RSA-CHACHA20-POLY1305'), accepted: [], verdicts: ['pass', 'pass'] },
  {
    name: 'TLS 1.2, ECDHE with AES-128-GCM',
    args: cipher('ECDHE-RSA-AES128-GCM-SHA256'),
    accepted: ['TLSv1.2 below-256: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    verdicts: ['fail', 'pass'],
  },
  { name: 'TLS 1.2, DHE with CCM', args: cipher('DHE-RSA-AES256-CCM'), accepted: [], verdicts: ['pass', 'pass'] },
  {
    name: 'TLS 1.2, RSA key exchange with AES-256-GCM',
    args: cipher('AES256-GCM-SHA384'),
    accepted: ['TLSv1.2 not-forward-secret-aead: TLS_RSA_WITH_AES_256_GCM_SHA384'],
    verdicts: ['pass', 'fail'],
  },
  {
    name: 'TLS 1.2, CBC with AES-256',
    args: cipher('ECDHE-RSA-AES256-SHA384'),
    accepted: ['TLSv1.2 not-forward-secret-aead: TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384'],
    verdicts: ['pass', 'fail'],
  },
  {
    name: 'TLS 1.2, CBC with Camellia-128',
    args: cipher('ECDHE-RSA-CAMELLIA128-SHA256'),
    accepted: [
      'TLSv1.2 below-256: TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256',
      'TLSv1.2 not-forward-secret-aead: TLS_ECDHE_RSA_WITH_CAMELLIA_128_CBC_SHA256',
    ],
    verdicts: ['fail', 'fail'],
  },
  { name: 'TLS 1.2, ARIA-256-GCM', args: cipher('ECDHE-ARIA256-GCM-SHA384'), accepted: [], verdicts: ['pass', 'pass'] },
  {
    name: 'TLS 1.2, nothing encrypted',
    args: cipher('NULL-SHA256'),
    accepted: ['TLSv1.2 broken: TLS_RSA_WITH_NULL_SHA256'],
    verdicts: ['fail', 'fail'],
  },
  { name: 'TLS 1.2, MD5', args: cipher('NULL-MD5'), accepted: ['TLSv1.2 broken: TLS_RSA_WITH_NULL_MD5'], verdicts: ['fail', 'fail'] },
  {
    name: 'TLS 1.2, nobody proves who he is',
    args: cipher('ADH-AES256-GCM-SHA384'),
    accepted: ['TLSv1.2 broken: TLS_DH_anon_WITH_AES_256_GCM_SHA384'],
    verdicts: ['fail', 'fail'],
  },
  {
    name: 'TLS 1.2, one good suite and one broken',
    args: cipher('ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-NULL-SHA'),
    accepted: ['TLSv1.2 broken: TLS_ECDHE_RSA_WITH_NULL_SHA'],
    verdicts: ['fail', 'fail'],
  },
  {
    name: 'ECDSA with AES-256-GCM',
    args: cipher('ECDHE-ECDSA-AES256-GCM-SHA384'),
    key: ec('P-256'),
    accepted: [],
    verdicts: ['pass', 'pass'],
  },
  { name: 'TLS 1.0, AES-256', args: ['-tls1', '-cipher', 'AES256-SHA:@SECLEVEL=0'], accepted: [], verdicts: ['pass', 'fail'] },
  {
    name: 'TLS 1.1, AES-128',
    args: ['-tls1_1', '-cipher', 'AES128-SHA:@SECLEVEL=0'],
    accepted: ['TLSv1.1 below-256: TLS_RSA_WITH_AES_128_CBC_SHA'],
    verdicts: ['fail', 'fail'],
  },
];

describe.skipIf(isMissing)(title, () => {
  const running: RunningOpenssl[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  async function look(certificate: OpensslCertificate, args: readonly string[]): Promise<SeenTls> {
    const server = await startOpenssl(makeOpensslCertificate(certificate), args);
    running.push(server);
    return await lookTls({ port: server.port });
  }

  it.each(certificates)('a certificate of $name', async ({ certificate, facts, key, signed }) => {
    const chains = chainsOf(await look(certificate, []));
    expect(chains.addresses[0]?.chain[0]).toMatchObject(facts);
    expect(judgeAll(keySize, { certificates: chains }).map(verdictOf)).toEqual(key);
    expect(judgeAll(signature, { certificates: chains }).map(verdictOf)).toEqual(signed);
  });

  it.each([
    ['an elliptic leaf under RSA of 1024 bits', ['rsa:1024'], ['-sha256'], ['fail', 'fail'], ['pass', 'pass']],
    ['a leaf signed with SHA-1 by RSA of 4096 bits', ['rsa:4096'], ['-sha1'], ['fail', 'pass'], ['fail', 'fail']],
    ['an elliptic leaf under a curve of 224 bits', ec('secp224r1'), ['-sha256'], ['fail', 'fail'], ['fail', 'pass']],
  ])('%s', async (_what, issuerKey, signing, key, signed) => {
    const issuer = makeOpensslCertificate({ key: issuerKey });
    const chains = chainsOf(await look({ key: ec('P-256'), signing, issuer }, []));
    expect(chains.addresses[0]?.chain.map(({ keyType }) => keyType)).toEqual([
      'ec',
      issuerKey[0]?.startsWith('rsa') === true ? 'rsa' : 'ec',
    ]);
    expect(judgeAll(keySize, { certificates: chains }).map(verdictOf)).toEqual(key);
    expect(judgeAll(signature, { certificates: chains }).map(verdictOf)).toEqual(signed);
  });

  it.each(suiteRows)('$name', async ({ args, key = rsa2048, accepted, verdicts }) => {
    const seen = await look({ key }, args);
    expect(suitesBy(seen)).toEqual(accepted);
    expect(judgeAll(cipherStrength, { tls: factOf(seen) }).map(verdictOf)).toEqual(verdicts);
  });

  it.each([[['-tls1_2']], [['-tls1_3']]])('suites are the same where a client certificate is demanded (%j)', async (args) => {
    const [plain, demanding] = await Promise.all([look({ key: rsa2048 }, args), look({ key: rsa2048 }, [...args, '-Verify', '1'])]);
    expect(suitesBy(demanding)).toEqual(suitesBy(plain));
  });
});

function factOf(seen: SeenTls): unknown {
  if ('fault' in seen) throw new Error(`expected a fact, got ${seen.fault.code}: ${seen.fault.message}`);
  return seen.fact;
}

function chainsOf(seen: SeenTls) {
  return certificateChains.derive(certificateChains.schema.parse(factOf(seen)));
}
