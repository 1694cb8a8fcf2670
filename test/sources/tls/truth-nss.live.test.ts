import { hasNss, startNss } from '../../support/nss-server.ts';
import { versionOfOpenssl } from '../../support/openssl-server.ts';
import type { TruthCertificates } from '../../support/truth-certificates.ts';
import { type ServerCases, testServers } from '../../support/truth-servers.ts';

const isMissing = !hasNss() || versionOfOpenssl() === null;

/** By their codes: `:c02f`. */
const ciphers = (...codes: readonly string[]): readonly string[] => ['-c', codes.map((code) => `:${code}`).join('')];
const old = ['AES_128_CBC_SHA', 'AES_256_CBC_SHA', '3DES_EDE_CBC_SHA', 'RC4_128_SHA', 'RC4_128_MD5', 'NULL_SHA'].map(
  (name) => `RSA_WITH_${name}`,
);
const oldCodes = ciphers('002F', '0035', '000A', '0005', '0004', '0002');

async function makeCases({ issue }: TruthCertificates): Promise<ServerCases> {
  const [rsa, p256] = await Promise.all([issue('rsa-2048', 'rsa 2048 sha256', { intermediate: true }), issue('p-256', 'ec 256 sha256')]);
  return {
    'SSL 3.0 alone': {
      certificate: rsa,
      args: ['-V', 'ssl3:ssl3', ...oldCodes],
      suites: { SSLv3: old },
      groups: {},
      behaviour: { extendedMasterSecret: { is: false } },
    },
    'SSL 3.0 to TLS 1.2': {
      certificate: rsa,
      args: ['-V', 'ssl3:tls1.2', ...oldCodes],
      suites: { SSLv3: old, TLSv1: old, 'TLSv1.1': old, 'TLSv1.2': old },
      groups: { 'TLSv1.2': [] },
    },
    'TLS 1.2 and 1.3 on a curve': {
      certificate: p256,
      args: ['-V', 'tls1.2:tls1.3', '-G', '-I', 'x25519,P256,P384', ...ciphers('C02B', 'C02C', '1301', '1302')],
      suites: {
        'TLSv1.2': ['ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
        'TLSv1.3': ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384'],
      },
      // Its own order decides, and the curve of its certificate stands in every hello that gets it.
      groups: { 'TLSv1.2': ['x25519', 'secp256r1'], 'TLSv1.3': ['x25519', 'secp256r1', 'secp384r1'] },
    },
    'DHE in a named group': {
      certificate: rsa,
      args: ['-V', 'tls1.2:tls1.2', '-G', '-H', '2', '-I', 'FF3072', ...ciphers('009E')],
      suites: { 'TLSv1.2': ['DHE_RSA_WITH_AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': [] },
      dhBits: [3_072],
    },
    'a client certificate, in TLS 1.2 and 1.3': {
      certificate: rsa,
      args: ['-V', 'tls1.2:tls1.3', '-G', '-r', '-r', '-I', 'P256', ...ciphers('C02F', '1301')],
      suites: { 'TLSv1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256'], 'TLSv1.3': ['AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': ['secp256r1'], 'TLSv1.3': ['secp256r1'] },
      sslscan: 'client-certificate',
    },
  };
}

testServers('selfserv of NSS', isMissing, makeCases, (certificate, args) =>
  startNss(certificate, certificate.leaf.startsWith('rsa') ? 'rsa' : 'ec', args),
);
