import { describe, expect, test } from 'vitest';
import { isSecureMinimum, readTlsVersion } from '../../src/transport/tls-version-names.ts';

describe('readTlsVersion', () => {
  test.each([
    ['TLS1_0', 1.0],
    ['TLS1_1', 1.1],
    ['TLS1_2', 1.2],
    ['TLS1_3', 1.3],
    ['tls1_2', 1.2],
    ['1.0', 1.0],
    ['1.1', 1.1],
    ['1.2', 1.2],
    ['1.3', 1.3],
    ['1_2', 1.2],
    ['Tls', 1.0],
    ['TLS', 1.0],
    ['Tls11', 1.1],
    ['Tls12', 1.2],
    ['Tls13', 1.3],
    ['TLS12', 1.2],
    ['TLSv1', 1.0],
    ['TLSv1.0', 1.0],
    ['TLSv1_0', 1.0],
    ['TLSv1_2', 1.2],
    ['TLSv1_3', 1.3],
    ['TLSV1.2', 1.2],
    ['TLSV1.3', 1.3],
    ['TLS 1.2', 1.2],
    ['TLS v1.2', 1.2],
  ] as const)('%s is %d', (text, version) => {
    expect(readTlsVersion(text)).toBe(version);
  });

  test.each([
    '',
    '1',
    '12',
    '2.0',
    'TLS1_4',
    'TLS2_0',
    'TLS1_22',
    'SSLv3',
    'None',
    'TLSv1.2,TLSv1.3',
    ' 1.2',
    '1.2 ',
    '11.2',
    'x1.2',
    '1.2\n',
  ])('%j names none', (text) => {
    expect(readTlsVersion(text)).toBeNull();
  });

  test.each([
    ['TLS1_1', false],
    ['TLS1_2', true],
    ['TLS1_3', true],
    ['None', false],
    ['NONE', false],
    ['TLS1_4', null],
    [true, null],
  ] as const)('as a minimum %s: %s', (value, secure) => {
    expect(isSecureMinimum(value)).toBe(secure);
  });
});
