import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { bothGroups, curves, modernGroups, modernSuites, suitesOfOpenssl } from '../../support/openssl-defaults.ts';
import { startOpenssl, versionOfOpenssl } from '../../support/openssl-server.ts';
import { truthHost } from '../../support/tls-truth.ts';
import { dhParameters, type TruthCertificates, withChain } from '../../support/truth-certificates.ts';
import { type ServerCases, testServers } from '../../support/truth-servers.ts';

const gcm = 'ECDHE_RSA_WITH_AES_128_GCM_SHA256';
const isMissing = versionOfOpenssl() === null;
const folder = mkdtempSync(join(tmpdir(), 'truth-openssl-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const cipher = (...names: readonly string[]): readonly string[] => ['-cipher', [...names, '@SECLEVEL=0'].join(':'), '-serverpref'];
const nameless = { outcome: 'answered', version: 'TLSv1.2', certificate: null, moreVersions: [] } as const;
const everything = 'ALL:COMPLEMENTOFALL';

async function makeCases({ issue }: TruthCertificates): Promise<ServerCases> {
  const rsa = await issue('rsa-2048', 'rsa 2048 sha256', { intermediate: true });
  const p384 = await issue('p-384', 'ec 384 sha256');
  const seen = { outcome: 'answered', version: 'TLSv1.3', certificate: 'ec 384 sha256', moreVersions: [] } as const;
  const usual = { certificate: rsa, suites: { 'TLSv1.2': [gcm], 'TLSv1.3': modernSuites }, groups: bothGroups };
  const oneSuite = cipher('ECDHE-RSA-AES128-GCM-SHA256');
  return {
    'an application protocol': { ...usual, args: [...oneSuite, '-alpn', 'h2,http/1.1'], behaviour: { alpn: { is: 'h2' } } },
    'an application protocol that nobody knows': { ...usual, args: [...oneSuite, '-alpn', 'other'] },
    'a client certificate, in TLS 1.2': {
      certificate: rsa,
      args: ['-tls1_2', ...cipher('ECDHE-RSA-AES128-GCM-SHA256', 'AES128-SHA'), '-Verify', '1'],
      suites: { 'TLSv1.2': [gcm, 'RSA_WITH_AES_128_CBC_SHA'] },
      groups: { 'TLSv1.2': curves },
      sslscan: 'client-certificate',
    },
    'a client certificate, in TLS 1.3': {
      certificate: rsa,
      args: ['-tls1_3', '-serverpref', '-Verify', '1'],
      suites: { 'TLSv1.3': modernSuites },
      groups: { 'TLSv1.3': modernGroups },
    },
    'no renegotiation at all': { ...usual, args: [...oneSuite, '-no_renegotiation'] },
    'compression, which it was built without': { ...usual, args: [...oneSuite, '-comp'] },
    'a secret that is shared beforehand, which nobody is asked for': {
      ...usual,
      args: [...cipher('PSK-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'), '-psk', 'abcd'],
    },
    'DH_anon of 1,024 bits alone': {
      certificate: rsa,
      args: ['-tls1_2', ...cipher('ADH-AES128-SHA'), '-dhparam', file('weak.pem', dhParameters('modp2'))],
      chains: [],
      suites: { 'TLSv1.2': ['DH_anon_WITH_AES_128_CBC_SHA'] },
      groups: { 'TLSv1.2': [] },
      dhBits: [1_024],
      otherNames: [nameless, nameless],
      unknown: [{ code: 'denied', message: 'the peer shows no certificate with any suite that it accepts' }],
    },
    'everything that it has': {
      certificate: rsa,
      args: [
        '-no_tls1_3',
        ...cipher(everything),
        '-dhparam',
        file('dh.pem', dhParameters('modp14')),
        '-dkey',
        file('p384.key', p384.keyPem),
        '-dcert',
        file('p384.pem', p384.leafPem),
      ],
      chains: [p384, rsa],
      suites: Object.fromEntries(
        (['TLSv1', 'TLSv1.1', 'TLSv1.2'] as const).map((version) => [
          version,
          suitesOfOpenssl(version, everything, ['RSA', 'ECDSA', 'None']),
        ]),
      ),
      groups: { 'TLSv1.2': curves },
      dhBits: [2_048],
    },
    'another certificate for whoever does not name it': {
      ...usual,
      certificate: p384,
      args: [...oneSuite, '-servername', truthHost, '-cert2', file('leaf.pem', rsa.leafPem), '-key2', file('leaf.key', rsa.keyPem)],
      chains: [withChain(rsa, [])],
      otherNames: [seen, seen],
    },
  };
}

testServers('openssl s_server', isMissing, makeCases, startOpenssl);
