import { afterEach, describe, expect, it } from 'vitest';
import { type CertificateOptions, makeAuthority } from '../../sandbox/certificates.ts';
import { describeCertificate } from '../../src/transport/certificate-facts.ts';
import { certificateCoversHost } from '../../src/transport/host-name.ts';
import { addressOf, handshakeOf, lookTls, offeredBy, outcomesOf, type SeenTls } from '../support/look-tls.ts';
import { type RunningOpenssl, startOpenssl, versionOfOpenssl } from '../support/openssl-server.ts';

const isMissing = versionOfOpenssl() === null;
const title = isMissing ? 'openssl s_server (skipped: openssl is not installed)' : 'openssl s_server';

const dayMs = 86_400_000;
const ecdsa = { signatureAlgorithm: 'ecdsa-with-SHA256' };

interface Configuration {
  readonly name: string;
  readonly args: readonly string[];
  readonly certificate?: Partial<CertificateOptions>;
  /** Leave out what stands between leaf and root. */
  readonly dropIntermediate?: true;
  readonly offered: readonly string[];
  /** Parts of the handshake fact. */
  readonly handshake?: object;
  readonly trustCode?: string;
  /** Parts of what the leaf says. */
  readonly leaf?: object;
  readonly chainLength?: number;
  readonly coversHost?: false;
}

const modern = ['TLSv1.2', 'TLSv1.3'];
const all = ['TLSv1', 'TLSv1.1', ...modern];

const configurations: readonly Configuration[] = [
  { name: 'its defaults', args: [], offered: all, handshake: { protocol: 'TLSv1.3', alpn: null, clientCertificateRequested: false } },
  { name: 'TLS 1.0 alone', args: ['-tls1'], offered: ['TLSv1'], handshake: { protocol: 'TLSv1', clientCertificateRequested: null } },
  { name: 'TLS 1.1 alone', args: ['-tls1_1'], offered: ['TLSv1.1'], handshake: { protocol: 'TLSv1.1' } },
  { name: 'TLS 1.2 alone', args: ['-tls1_2'], offered: ['TLSv1.2'], handshake: { protocol: 'TLSv1.2', clientCertificateRequested: false } },
  { name: 'TLS 1.3 alone', args: ['-tls1_3'], offered: ['TLSv1.3'], handshake: { protocol: 'TLSv1.3' } },
  { name: 'TLS 1.2 and 1.3', args: ['-no_tls1', '-no_tls1_1'], offered: modern },
  { name: 'TLS 1.0 to 1.2', args: ['-no_tls1_3'], offered: ['TLSv1', 'TLSv1.1', 'TLSv1.2'] },
  { name: 'TLS 1.0 and 1.2, not 1.1', args: ['-no_tls1_1', '-no_tls1_3'], offered: ['TLSv1', 'TLSv1.2'] },
  {
    name: 'one suite of TLS 1.3 on one group',
    args: ['-tls1_3', '-ciphersuites', 'TLS_AES_128_GCM_SHA256', '-groups', 'P-384'],
    offered: ['TLSv1.3'],
    handshake: { cipherSuite: 'TLS_AES_128_GCM_SHA256', keyExchange: { type: 'ECDH', name: 'secp384r1', bits: 384 } },
  },
  {
    name: 'a suite of TLS 1.3 that Node does not offer by itself',
    args: ['-tls1_3', '-ciphersuites', 'TLS_AES_128_CCM_8_SHA256'],
    offered: ['TLSv1.3'],
    handshake: { cipherSuite: 'TLS_AES_128_CCM_8_SHA256' },
  },
  {
    name: 'RSA key exchange',
    args: ['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0'],
    certificate: { key: 'rsa-2048' },
    offered: ['TLSv1.2'],
    handshake: { cipherSuite: 'TLS_RSA_WITH_AES_128_CBC_SHA', keyExchange: null },
  },
  {
    name: 'a suite without encryption',
    args: ['-tls1_2', '-cipher', 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0'],
    offered: ['TLSv1.2'],
    handshake: { cipherSuite: 'TLS_ECDHE_ECDSA_WITH_NULL_SHA' },
  },
  {
    name: 'a suite without certificate',
    args: ['-tls1_2', '-cipher', 'AECDH-AES256-SHA:@SECLEVEL=0'],
    offered: ['TLSv1.2'],
    handshake: { cipherSuite: 'TLS_ECDH_anon_WITH_AES_256_CBC_SHA', chain: [] },
    trustCode: 'NO_CERTIFICATE',
    chainLength: 0,
  },
  { name: 'ALPN', args: ['-alpn', 'h2,http/1.1'], offered: all, handshake: { alpn: 'h2' } },
  {
    name: 'an RSA key of 1024 bits',
    args: [],
    certificate: { key: 'rsa-1024' },
    offered: all,
    leaf: { keyType: 'rsa', keyBits: 1_024, ...ecdsa },
  },
  { name: 'an RSA key of 2048 bits', args: [], certificate: { key: 'rsa-2048' }, offered: all, leaf: { keyType: 'rsa', keyBits: 2_048 } },
  { name: 'an RSA key of 4096 bits', args: [], certificate: { key: 'rsa-4096' }, offered: all, leaf: { keyBits: 4_096 } },
  { name: 'a P-256 key', args: [], certificate: { key: 'p-256' }, offered: all, leaf: { keyType: 'ec', curve: 'prime256v1', ...ecdsa } },
  { name: 'a P-384 key', args: [], certificate: { key: 'p-384' }, offered: all, leaf: { keyBits: 384, curve: 'secp384r1' } },
  {
    name: 'a SHA-1 signature',
    args: [],
    certificate: { signatureHash: 'SHA-1' },
    offered: all,
    leaf: { signatureAlgorithm: 'ecdsa-with-SHA1' },
  },
  {
    name: 'an expired certificate',
    args: [],
    certificate: { notBefore: new Date(Date.now() - 20 * dayMs), notAfter: new Date(Date.now() - dayMs) },
    offered: all,
    trustCode: 'CERT_HAS_EXPIRED',
  },
  {
    name: 'a certificate of tomorrow',
    args: [],
    certificate: { notBefore: new Date(Date.now() + dayMs) },
    offered: all,
    trustCode: 'CERT_NOT_YET_VALID',
  },
  {
    name: 'a self-signed certificate',
    args: [],
    certificate: { issuer: 'self' },
    offered: all,
    trustCode: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    leaf: { selfSigned: true },
  },
  { name: 'a whole chain', args: [], certificate: { intermediate: true }, offered: all, chainLength: 2 },
  {
    name: 'a missing intermediate',
    args: [],
    certificate: { intermediate: true },
    dropIntermediate: true,
    offered: all,
    trustCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  },
  { name: 'the wrong host', args: [], certificate: { hosts: ['other.example.com'] }, offered: all, coversHost: false },
  {
    name: 'the wrong host and expired',
    args: [],
    certificate: { hosts: ['other.example.com'], notBefore: new Date(Date.now() - 20 * dayMs), notAfter: new Date(Date.now() - dayMs) },
    offered: all,
    trustCode: 'CERT_HAS_EXPIRED',
    coversHost: false,
  },
];

describe.skipIf(isMissing)(title, async () => {
  const authority = await makeAuthority();
  const extraRoots = [authority.certificatePem];
  const running: RunningOpenssl[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
  });

  async function look(configuration: Pick<Configuration, 'args' | 'certificate' | 'dropIntermediate'>): Promise<SeenTls> {
    const issued = await authority.issue({ hosts: ['localhost'], ...configuration.certificate });
    const server = await startOpenssl(
      configuration.dropIntermediate === true ? { ...issued, certificatePem: issued.leafPem } : issued,
      configuration.args,
    );
    running.push(server);
    return await lookTls({ port: server.port, extraRoots });
  }

  it.each(configurations)('$name', async (configuration) => {
    const seen = await look(configuration);
    const code = configuration.trustCode ?? null;
    expect(offeredBy(seen)).toEqual(configuration.offered);
    expect(addressOf(seen).protocols.SSLv3).toMatchObject({ outcome: 'refused', by: 'alert' });
    expect(outcomesOf(seen)).not.toContain('fault');
    expect(handshakeOf(seen)).toMatchObject({ ...configuration.handshake, trust: { trusted: code === null, code } });
    expect(handshakeOf(seen).chain).toHaveLength(configuration.chainLength ?? 1);
    const leaf = handshakeOf(seen).chain[0];
    if (leaf === undefined) return;
    const described = describeCertificate(leaf);
    expect(described).toMatchObject(configuration.leaf ?? {});
    expect(certificateCoversHost(described.subjectAltNames, 'localhost')).toBe(configuration.coversHost ?? true);
  });

  it.each([[[]], [['-tls1_3']], [['-tls1_2']], [['-tls1_1']], [['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0']]])(
    'gives the same facts whether or not it wants a client certificate (%j)',
    async (args: readonly string[]) => {
      const issued = await authority.issue({ hosts: ['localhost'], key: 'rsa-2048', intermediate: true });
      const [plain, asking, demanding] = await Promise.all(
        [[], ['-verify', '1'], ['-Verify', '1']].map(async (verify) => {
          const server = await startOpenssl(issued, [...args, ...verify]);
          running.push(server);
          return await lookTls({ port: server.port, extraRoots });
        }),
      );
      if (plain === undefined || asking === undefined || demanding === undefined) throw new Error('expected three looks');
      const tellsWish = handshakeOf(plain).clientCertificateRequested !== null;
      expect(handshakeOf(plain).clientCertificateRequested).toBe(tellsWish ? false : null);
      for (const twin of [asking, demanding]) {
        expect(handshakeOf(twin).clientCertificateRequested).toBe(tellsWish ? true : null);
        const sameWish = { ...handshakeOf(twin), clientCertificateRequested: handshakeOf(plain).clientCertificateRequested };
        expect({ ...addressOf(twin), handshake: sameWish }).toEqual(addressOf(plain));
      }
    },
  );

  it('judges the chain of a server that demands a client certificate as that of its twin', async () => {
    const seen = await look({ args: ['-tls1_2', '-Verify', '1'], certificate: { issuer: 'self' } });
    expect(handshakeOf(seen).trust).toMatchObject({ trusted: false, code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('takes an old version that the security level lets nobody complete for refused', async () => {
    const seen = await look({ args: ['-cipher', 'DEFAULT:@SECLEVEL=2'] });
    expect(offeredBy(seen)).toEqual(modern);
    expect(addressOf(seen).protocols['TLSv1.1']).toEqual({ outcome: 'refused', by: 'alert', alert: 80 });
  });

  it('sees the versions of a server with which it can complete no handshake', async () => {
    const seen = await look({ args: ['-alpn', 'imap', '-no_tls1', '-no_tls1_1'] });
    expect(offeredBy(seen)).toEqual(modern);
    expect(addressOf(seen).handshake).toMatchObject({ fault: { code: 'unsupported' } });
  });

  it('gives the same fact, to the letter, at every look', async () => {
    const issued = await authority.issue({ hosts: ['localhost'], intermediate: true });
    const server = await startOpenssl(issued, []);
    running.push(server);
    const first = await lookTls({ port: server.port, extraRoots });
    const second = await lookTls({ port: server.port, extraRoots });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });
});
