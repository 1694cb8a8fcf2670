import { startGnutls, versionOfGnutls } from '../../support/gnutls-server.ts';
import { versionOfOpenssl } from '../../support/openssl-server.ts';
import type { ToldName } from '../../support/tls-truth.ts';
import type { TruthCertificates } from '../../support/truth-certificates.ts';
import { type ServerCases, testServers } from '../../support/truth-servers.ts';

const isMissing = versionOfGnutls() === null || versionOfOpenssl() === null;

/** `TLS1.0`, `RSA`, `AES-128-CBC`, ... and nothing else. */
const only = (...words: readonly string[]): string =>
  ['NONE', ...words.map((word) => (word.startsWith('%') ? word : `+${word}`)), '+COMP-NULL', '+CTYPE-X509', '+SIGN-ALL'].join(':');
const nameless: ToldName = { outcome: 'answered', version: 'TLSv1.2', certificate: null, moreVersions: [] };
const nameless13: ToldName = { ...nameless, version: 'TLSv1.3' };
const noHandshake = { code: 'unsupported', message: 'it accepts no handshake of TLS 1.3 that can be completed here (alert 40)' } as const;
const [v10, v11, v12, v13] = ['VERS-TLS1.0', 'VERS-TLS1.1', 'VERS-TLS1.2', 'VERS-TLS1.3'];

async function makeCases({ issue }: TruthCertificates): Promise<ServerCases> {
  const rsa = await issue('rsa-2048', 'rsa 2048 sha256', { intermediate: true });
  const p256 = await issue('p-256', 'ec 256 sha256');
  const old = ['RSA_WITH_3DES_EDE_CBC_SHA', 'RSA_WITH_RC4_128_SHA', 'RSA_WITH_RC4_128_MD5'];
  return {
    'RC4 and 3DES in TLS 1.0 to 1.2': {
      certificate: rsa,
      args: [only(v10, v11, v12, 'RSA', '3DES-CBC', 'ARCFOUR-128', 'SHA1', 'MD5', '%SERVER_PRECEDENCE')],
      suites: { TLSv1: old, 'TLSv1.1': old, 'TLSv1.2': old },
      groups: { 'TLSv1.2': [] },
    },
    'TLS 1.3 alone, on a finite field': {
      certificate: rsa,
      args: [only(v13, 'AES-128-GCM', 'AES-128-CCM', 'AEAD', 'GROUP-FFDHE2048', 'GROUP-FFDHE4096', '%SERVER_PRECEDENCE')],
      suites: { 'TLSv1.3': ['AES_128_GCM_SHA256', 'AES_128_CCM_SHA256'] },
      groups: { 'TLSv1.3': ['ffdhe2048', 'ffdhe4096'] },
      // No whole handshake of ours can be made in those groups.
      chains: [],
      otherNames: [nameless13, nameless13],
      behaviour: { alpn: { fault: noHandshake } },
      unknown: [noHandshake],
    },
    'the order of the client': {
      certificate: p256,
      args: [
        only(
          v12,
          v13,
          'ECDHE-ECDSA',
          'AES-128-GCM',
          'AES-256-GCM',
          'CHACHA20-POLY1305',
          'AEAD',
          'GROUP-X25519',
          'GROUP-SECP256R1',
          'GROUP-SECP384R1',
        ),
      ],
      suites: {
        'TLSv1.2': ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'].map((name) => `ECDHE_ECDSA_WITH_${name}`),
        'TLSv1.3': ['AES_128_GCM_SHA256', 'AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256'],
      },
      order: 'client',
      groups: { 'TLSv1.2': ['x25519', 'secp256r1', 'secp384r1'], 'TLSv1.3': ['x25519', 'secp256r1', 'secp384r1'] },
    },
    'no secure renegotiation and no extended master secret': {
      certificate: rsa,
      args: [only(v12, 'ECDHE-RSA', 'AES-128-GCM', 'AEAD', 'GROUP-SECP256R1', '%DISABLE_SAFE_RENEGOTIATION', '%NO_SESSION_HASH')],
      suites: { 'TLSv1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': ['secp256r1'] },
      behaviour: { secureRenegotiation: { is: false }, extendedMasterSecret: { is: false } },
    },
    'Camellia, CCM and NULL': {
      certificate: rsa,
      args: [only(v12, 'RSA', 'CAMELLIA-256-GCM', 'AES-256-CCM-8', 'NULL', 'AEAD', 'SHA256', '%SERVER_PRECEDENCE')],
      suites: { 'TLSv1.2': ['RSA_WITH_CAMELLIA_256_GCM_SHA384', 'RSA_WITH_AES_256_CCM_8', 'RSA_WITH_NULL_SHA256'] },
      groups: { 'TLSv1.2': [] },
    },
    'anonymous suites beside others': {
      certificate: rsa,
      args: [
        only(v12, 'ANON-ECDH', 'ANON-DH', 'ECDHE-RSA', 'AES-128-CBC', 'SHA1', 'GROUP-X25519', 'GROUP-FFDHE3072', '%SERVER_PRECEDENCE'),
      ],
      suites: { 'TLSv1.2': ['ECDH_anon_WITH_AES_128_CBC_SHA', 'DH_anon_WITH_AES_128_CBC_SHA', 'ECDHE_RSA_WITH_AES_128_CBC_SHA'] },
      groups: { 'TLSv1.2': ['x25519'] },
      dhBits: [3_072],
      otherNames: [nameless, nameless],
    },
    'DHE in TLS 1.2 and 1.3': {
      certificate: rsa,
      args: [only(v12, v13, 'DHE-RSA', 'AES-128-GCM', 'AEAD', 'GROUP-X25519', 'GROUP-FFDHE2048')],
      suites: { 'TLSv1.2': ['DHE_RSA_WITH_AES_128_GCM_SHA256'], 'TLSv1.3': ['AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': [], 'TLSv1.3': ['x25519', 'ffdhe2048'] },
      dhBits: [2_048],
    },
    'a client certificate, in both': {
      certificate: rsa,
      args: [only(v12, v13, 'ECDHE-RSA', 'AES-128-GCM', 'AEAD', 'GROUP-SECP256R1'), '--require-client-cert'],
      suites: { 'TLSv1.2': ['ECDHE_RSA_WITH_AES_128_GCM_SHA256'], 'TLSv1.3': ['AES_128_GCM_SHA256'] },
      groups: { 'TLSv1.2': ['secp256r1'], 'TLSv1.3': ['secp256r1'] },
      sslscan: 'client-certificate',
    },
  };
}

testServers('gnutls-serv', isMissing, makeCases, (certificate, [priority = '', ...args]) => startGnutls(certificate, priority, args));
