import { describe, expect, it } from 'vitest';
import { groupOfCode, groupOfName, namedGroups } from '../../src/transport/named-groups.ts';
import { schemeOfCode, schemeOfName, signatureSchemes } from '../../src/transport/signature-schemes.ts';

describe('named groups', () => {
  it.each([
    [0x0001, 'sect163k1', 'ec', 163, false],
    [0x0013, 'secp192r1', 'ec', 192, false],
    [0x0017, 'secp256r1', 'ec', 256, false],
    [0x0018, 'secp384r1', 'ec', 384, false],
    [0x0019, 'secp521r1', 'ec', 521, false],
    [0x001a, 'brainpoolP256r1', 'ec', 256, false],
    [0x001d, 'x25519', 'ec', 255, false],
    [0x001e, 'x448', 'ec', 448, false],
    [0x0029, 'curveSM2', 'ec', 256, false],
    [0x0100, 'ffdhe2048', 'finite-field', 2_048, false],
    [0x0104, 'ffdhe8192', 'finite-field', 8_192, false],
    [0x0201, 'MLKEM768', 'lattice', 768, true],
    [0x11eb, 'SecP256r1MLKEM768', 'hybrid', 256, true],
    [0x11ec, 'X25519MLKEM768', 'hybrid', 255, true],
    [0x11ed, 'SecP384r1MLKEM1024', 'hybrid', 384, true],
  ] as const)('%i is %s', (code, name, kind, bits, isPostQuantum) => {
    const group = { code, name, kind, bits, isPostQuantum };
    expect(groupOfCode(code)).toEqual(group);
    expect(groupOfName(name)).toEqual(group);
    expect(groupOfName(name.toUpperCase())).toEqual(group);
  });

  it('stand in the order of their codes, none twice', () => {
    const codes = namedGroups.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(new Set(namedGroups.map(({ name }) => name.toLowerCase())).size).toBe(namedGroups.length);
    expect(namedGroups.length).toBe(41 + 5 + 3 + 6);
  });

  it.each([0, 0x002a, 0x0a0a, 0xff01, -1])('%i is none', (code) => {
    expect(groupOfCode(code)).toBeNull();
  });

  it.each(['', 'prime256v1', 'constructor'])('nothing is called %j', (name) => {
    expect(groupOfName(name)).toBeNull();
    expect(schemeOfName(name)).toBeNull();
  });
});

describe('signature schemes', () => {
  it.each([
    [0x0101, 'rsa_pkcs1_md5', 'rsa', 'md5', false],
    [0x0201, 'rsa_pkcs1_sha1', 'rsa', 'sha1', false],
    [0x0203, 'ecdsa_sha1', 'ecdsa', 'sha1', false],
    [0x0401, 'rsa_pkcs1_sha256', 'rsa', 'sha256', false],
    [0x0402, 'dsa_sha256', 'dsa', 'sha256', false],
    [0x0403, 'ecdsa_secp256r1_sha256', 'ecdsa', 'sha256', true],
    [0x0804, 'rsa_pss_rsae_sha256', 'rsa', 'sha256', true],
    [0x0807, 'ed25519', 'eddsa', null, true],
    [0x0808, 'ed448', 'eddsa', null, true],
    [0x080b, 'rsa_pss_pss_sha512', 'rsa-pss', 'sha512', true],
    [0x081a, 'ecdsa_brainpoolP256r1tls13_sha256', 'ecdsa', 'sha256', true],
    [0x0905, 'mldsa65', 'ml-dsa', null, true],
    [0x0708, 'sm2sig_sm3', 'other', 'sm3', true],
  ] as const)('%i is %s', (code, name, key, hash, isModern) => {
    const scheme = { code, name, key, hash, isModern };
    expect(schemeOfCode(code)).toEqual(scheme);
    expect(schemeOfName(name)).toEqual(scheme);
  });

  it('stand in the order of their codes, none twice', () => {
    const codes = signatureSchemes.map(({ code }) => code);
    expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
    expect(new Set(signatureSchemes.map(({ name }) => name)).size).toBe(signatureSchemes.length);
  });

  it.each([0, 0x0404, 0xffff])('%i is none', (code) => {
    expect(schemeOfCode(code)).toBeNull();
  });
});
