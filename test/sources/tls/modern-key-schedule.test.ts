import { describe, expect, it } from 'vitest';
import { deriveHandshakeSecrets, deriveTrafficKeys } from '../../../src/sources/tls/modern-key-schedule.ts';
import { nonceOf } from '../../../src/sources/tls/modern-records.ts';
import { modernSuiteOf } from '../../../src/sources/tls/modern-suites.ts';

const suite = modernSuiteOf(0x1301);
if (suite === undefined) throw new Error('expected TLS_AES_128_GCM_SHA256');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe('the key schedule', () => {
  const agreed = hex('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
  const transcript = hex('860c06edc07858ee8e78f0e7428c58edd6b43f2ca3e6e95f02ed063cf0e1cad8');

  it('gives the figures of RFC 8448 section 3', () => {
    const secrets = deriveHandshakeSecrets(suite, agreed, transcript);
    expect(secrets.client.toString('hex')).toBe('b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21');
    expect(secrets.server.toString('hex')).toBe('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');
    const keys = deriveTrafficKeys(suite, secrets.server);
    expect(keys.key.toString('hex')).toBe('3fce516009c21727d0f2e4e86ee403bc');
    expect(keys.iv.toString('hex')).toBe('5d313eb2671276ee13000b30');
  });
});

describe('nonceOf', () => {
  const iv = hex('5d313eb2671276ee13000b30');
  it.each([
    [0, '5d313eb2671276ee13000b30'],
    [1, '5d313eb2671276ee13000b31'],
    [0x1_00, '5d313eb2671276ee13000a30'],
    [0xff_ff_ff_ff, '5d313eb2671276eeecfff4cf'],
  ])('%d', (sequence, nonce) => {
    expect(nonceOf({ iv }, sequence).toString('hex')).toBe(nonce);
  });
});
