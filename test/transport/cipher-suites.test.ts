import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { suiteOfCode, suiteOfName, suitesOfVersion } from '../../src/transport/cipher-suites.ts';

const registry = fileURLToPath(new URL('../../../shared/tls/cipher-suites.txt', import.meta.url));

describe('what a name says', () => {
  it.each([
    ['TLS_AES_128_GCM_SHA256', 128, true, true, false],
    ['TLS_AES_256_GCM_SHA384', 256, true, true, false],
    ['TLS_CHACHA20_POLY1305_SHA256', 256, true, true, false],
    ['TLS_AES_128_CCM_8_SHA256', 128, true, true, false],
    ['TLS_SM4_GCM_SM3', 128, true, true, false],
    ['TLS_AEGIS_256_SHA512', 256, true, true, false],
    ['TLS_SHA256_SHA256', 0, false, true, true],
    ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 256, true, true, false],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 256, true, true, false],
    ['TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256', 128, false, true, false],
    ['TLS_DHE_RSA_WITH_AES_256_CBC_SHA256', 256, false, true, false],
    ['TLS_RSA_WITH_AES_256_GCM_SHA384', 256, true, false, false],
    ['TLS_ECDH_RSA_WITH_AES_128_GCM_SHA256', 128, true, false, false],
    ['TLS_RSA_WITH_CAMELLIA_128_CBC_SHA256', 128, false, false, false],
    ['TLS_RSA_WITH_SEED_CBC_SHA', 128, false, false, false],
    ['TLS_RSA_WITH_ARIA_256_CBC_SHA384', 256, false, false, false],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 112, false, false, true],
    ['TLS_RSA_WITH_DES_CBC_SHA', 56, false, false, true],
    ['TLS_RSA_EXPORT_WITH_RC4_40_MD5', 40, false, false, true],
    ['TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', 40, false, false, true],
    ['TLS_RSA_EXPORT1024_WITH_RC4_56_SHA', 56, false, false, true],
    ['TLS_RSA_WITH_RC4_128_SHA', 128, false, false, true],
    ['TLS_RSA_WITH_IDEA_CBC_SHA', 128, false, false, true],
    ['TLS_RSA_WITH_NULL_SHA256', 0, false, false, true],
    ['TLS_DH_anon_WITH_AES_256_GCM_SHA384', 256, true, false, true],
    ['TLS_ECDH_anon_WITH_AES_256_CBC_SHA', 256, false, false, true],
  ])('%s', (name, keyBits, isAead, isForwardSecret, isBroken) => {
    const suite = suiteOfName(name);
    expect(suite).toMatchObject({ keyBits, isAead, isForwardSecret });
    expect(suite?.brokenBy !== null).toBe(isBroken);
  });

  it('knows no name and no code that the registry does not', () => {
    expect([suiteOfName('TLS_NEW'), suiteOfCode(0xffff), suiteOfCode(0x00ff), suiteOfCode(0)]).toEqual([null, null, null, null]);
  });
});

it('offers nothing that needs a shared secret, and each version its own', () => {
  const classic = suitesOfVersion('TLSv1.2').map(({ name }) => name);
  expect(classic.filter((name) => /PSK|KRB5|SRP/.test(name))).toEqual([]);
  expect(classic).toContain('TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384');
  expect(suitesOfVersion('TLSv1.3').every(({ name }) => !name.includes('_WITH_'))).toBe(true);
  expect(suitesOfVersion('SSLv3')).toEqual(suitesOfVersion('TLSv1.2'));
});

describe.skipIf(!existsSync(registry))(`the registry${existsSync(registry) ? '' : ' (skipped: ../shared is not there)'}`, () => {
  it('is the same by code and name', () => {
    const entries = readFileSync(registry, 'utf8')
      .split('\n')
      .filter((line) => /^[0-9a-f]{4} /.test(line) && !line.endsWith('_SCSV') && !line.startsWith('0000 '))
      .map((line) => line.split(' '));
    expect(entries.length).toBeGreaterThan(340);
    for (const [code = '', name = ''] of entries) expect(suiteOfCode(Number.parseInt(code, 16))?.name).toBe(name);
  });
});
