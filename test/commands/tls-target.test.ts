import { describe, expect, it, test } from 'vitest';
import { readTarget, type TlsOptions } from '../../src/commands/tls-target.ts';

const options: TlsOptions = { connections: '6', timeout: '20s' };
const read = (text: string, change: Partial<TlsOptions> = {}) => readTarget(text, { ...options, ...change });

describe('the host', () => {
  test.each([
    ['shop.example.com', 'shop.example.com', 443, 'shop.example.com'],
    ['Shop.Example.com:8443', 'shop.example.com', 8443, 'shop.example.com'],
    ['https://shop.example.com/x?y=1#z', 'shop.example.com', 443, 'shop.example.com'],
    ['HTTPS://shop.example.com:8443', 'shop.example.com', 8443, 'shop.example.com'],
    ['https://[2001:DB8::1]/', '2001:db8::1', 443, null],
    ['https://shop.example.com:80/', 'shop.example.com', 80, 'shop.example.com'],
    ['http://shop.example.com/', 'shop.example.com', 443, 'shop.example.com'],
    ['http://shop.example.com:80/', 'shop.example.com', 80, 'shop.example.com'],
    ['http://shop.example.com:8080', 'shop.example.com', 8080, 'shop.example.com'],
    ['ldaps://dc.example.com', 'dc.example.com', 636, 'dc.example.com'],
    ['192.0.2.1', '192.0.2.1', 443, null],
    ['192.0.2.1:65535', '192.0.2.1', 65_535, null],
    ['[::1]:443', '::1', 443, null],
    ['2001:db8::1', '2001:db8::1', 443, null],
  ])('%s is understood', (text, host, port, serverName) => {
    expect(read(text)).toMatchObject({ host, port, serverName, certificateHost: host, addresses: null, families: [4, 6] });
  });

  test.each([
    ['shop.example.com:0', 'port from 1 to 65535'],
    ['shop.example.com:65536', 'port from 1 to 65535'],
    ['https://shop.example.com:99999/x', 'port from 1 to 65535'],
    ['shop.example.com:port', 'host name or an IP address'],
    ['shop.example.com/x', 'without https:// and path'],
    ['shop_example', 'host name or an IP address'],
    ['foo://shop.example.com', 'the port of foo is not known'],
    ['https://', 'expected a URL with a host'],
    ['', 'host name or an IP address'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['https://someone:hunter2@shop.example.com:99999/', '//shop.example.com'],
  ])('%s is refused, with a remedy', (text, said) => {
    expect(() => read(text)).toThrow(said);
    expect(() => read(text)).toThrow(/; remedy: \S/);
  });

  it('never repeats a password', () => {
    expect(() => read('https://someone:hunter2@shop.example.com:99999/')).not.toThrow('hunter2');
  });
});

describe('the options', () => {
  it('are taken', () => {
    const change = { port: '8443', address: ['[2001:db8::1]', '192.0.2.1'], sni: 'Other.example.com', connections: '1', timeout: '10m' };
    expect(read('https://shop.example.com:1/', change)).toEqual({
      host: 'shop.example.com',
      port: 8443,
      addresses: ['2001:db8::1', '192.0.2.1'],
      families: [4, 6],
      serverName: 'other.example.com',
      certificateHost: 'other.example.com',
      connections: 1,
      totalMs: 600_000,
    });
    expect(read('192.0.2.1', { sni: 'shop.example.com', ipv4: true })).toMatchObject({ serverName: 'shop.example.com', families: [4] });
    expect(read('::1', { ipv6: true, timeout: '1s', connections: '32' })).toMatchObject({ families: [6], totalMs: 1_000, connections: 32 });
  });

  test.each<[Partial<TlsOptions>, string]>([
    [{ port: '0' }, '--port 0'],
    [{ port: '65536' }, '--port 65536'],
    [{ port: 'https' }, '--port https'],
    [{ address: ['shop.example.com'] }, '--address shop.example.com'],
    [{ address: ['192.0.2.1', '192.0.2.1:443'] }, '--address 192.0.2.1:443'],
    [{ sni: '192.0.2.1' }, '--sni 192.0.2.1'],
    [{ sni: '::1' }, '--sni ::1'],
    [{ sni: '' }, '--sni '],
    [{ connections: '0' }, '--connections 0'],
    [{ connections: '33' }, '--connections 33'],
    [{ connections: '1.5' }, '--connections 1.5'],
    [{ timeout: '999ms' }, '--timeout 999ms'],
    [{ timeout: '20' }, '--timeout 20'],
    [{ timeout: '11m' }, '--timeout 11m'],
  ])('%j is refused by name', (change, said) => {
    expect(() => read('shop.example.com', change)).toThrow(said);
  });
});
