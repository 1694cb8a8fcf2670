import { execFileSync } from 'node:child_process';
import { suiteOfCode } from '../../src/transport/cipher-suites.ts';
import type { ProtocolVersion } from '../../src/transport/protocol-versions.ts';

/** What OpenSSL 3.0 does where nothing else is configured, by the registry's names without `TLS_`, the most preferred first. */
export const modernSuites = ['AES_256_GCM_SHA384', 'CHACHA20_POLY1305_SHA256', 'AES_128_GCM_SHA256'];

export const curves = ['x25519', 'secp256r1', 'x448', 'secp521r1', 'secp384r1'];
export const modernGroups = [...curves, 'ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'];
/** Of a server that has suites with curves in TLS 1.2. */
export const bothGroups = { 'TLSv1.2': curves, 'TLSv1.3': modernGroups };

const flags = { SSLv3: '-ssl3', TLSv1: '-tls1', 'TLSv1.1': '-tls1_1', 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;

/**
 * What a list of OpenSSL comes to in one version, the most preferred first. `authentications`: those that the server can have with its keys (`RSA`, `ECDSA`,
 * `None`). A line is `0xC0,0x2F - ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 Kx=ECDH Au=RSA Enc=AESGCM(128) Mac=AEAD`.
 */
export function suitesOfOpenssl(version: ProtocolVersion, list: string, authentications: readonly string[]): readonly string[] {
  const env = { ...process.env, OPENSSL_CONF: '/dev/null' };
  const printed = execFileSync('openssl', ['ciphers', '-V', '-s', flags[version], `${list}:@SECLEVEL=0`], { encoding: 'utf8', env });
  const lines = [...printed.matchAll(/0x(\w\w),0x(\w\w) - .* Au=(\w+)/g)];
  const chosen = lines.filter(([, , , authentication = '']) => authentications.includes(authentication));
  return chosen.map(([, high = '', low = '']) => nameOf(Number.parseInt(high + low, 16)));
}

function nameOf(code: number): string {
  const suite = suiteOfCode(code);
  if (suite === null) throw new Error(`the registry does not know the suite ${code}`);
  return suite.name.replace('TLS_', '');
}
