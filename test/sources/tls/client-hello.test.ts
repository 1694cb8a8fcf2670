import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHello, usualHello } from '../../../src/sources/tls/client-hello.ts';
import type { Hello } from '../../../src/sources/tls/hello.ts';
import type { ProtocolVersion } from '../../../src/transport/protocol-versions.ts';
import { decodeHello } from '../../support/decoded-hello.ts';

const versions: readonly ProtocolVersion[] = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

function small(version: ProtocolVersion, change: Partial<Hello> = {}): Hello {
  return usualHello(version, null, { suites: [0x002f, 0xc02f], groups: [0x001d], signatureSchemes: [0x0401], ...change });
}

describe('buildHello', () => {
  it.each([
    ['SSLv3', '0300', '0300'],
    ['TLSv1', '0301', '0301'],
    ['TLSv1.1', '0301', '0302'],
    ['TLSv1.2', '0301', '0303'],
    ['TLSv1.3', '0301', '0303'],
  ] as const)('%s stands in the record as %s and in the hello as %s', (version, recordVersion, shown) => {
    const hello = decodeHello(buildHello(small(version)));
    expect(hello).toMatchObject({ recordVersion, version: shown, compressions: '00', sessionIdBytes: version === 'TLSv1.3' ? 32 : 0 });
    expect(hello.extensions?.get(43)).toBe(version === 'TLSv1.3' ? '020304' : undefined);
  });

  it.each<readonly [title: string, hello: Hello, number: number, content: string | undefined]>([
    ['a name', { ...small('TLSv1'), serverName: 'a.example' }, 0, '000c000009612e6578616d706c65'],
    ['no name', small('TLSv1'), 0, undefined],
    ['a staple', small('TLSv1.2', { asksStaple: true }), 5, '0100000000'],
    ['no staple', small('TLSv1.2'), 5, undefined],
    ['groups', small('TLSv1.2', { groups: [0x001d, 0x11ec] }), 10, '0004001d11ec'],
    ['no groups', small('TLSv1.2', { groups: [] }), 10, undefined],
    ['point formats', small('TLSv1.2'), 11, '0100'],
    ['no point formats without groups', small('TLSv1.2', { groups: [] }), 11, undefined],
    ['schemes', small('TLSv1.2', { signatureSchemes: [0x0804, 0x0403] }), 13, '000408040403'],
    ['no schemes before TLS 1.2', small('TLSv1.1'), 13, undefined],
    ['no schemes where none are asked for', small('TLSv1.3', { signatureSchemes: [] }), 13, undefined],
    ['application protocols', small('TLSv1.2', { alpn: ['h2', 'http/1.1'] }), 16, '000c02683208687474702f312e31'],
    ['no application protocols', small('TLSv1.2'), 16, undefined],
    ['extended master secret', small('TLSv1'), 23, ''],
    ['no key share', small('TLSv1.3'), 51, '0000'],
    ['a key share', small('TLSv1.3', { keyShares: [{ group: 0x001d, key: Buffer.from([7, 8]) }] }), 51, '0006001d00020708'],
    ['no key share before TLS 1.3', small('TLSv1.2', { keyShares: [{ group: 0x001d, key: Buffer.from([7]) }] }), 51, undefined],
    ['renegotiation', small('TLSv1'), 0xff01, '00'],
    ['no cookie', small('TLSv1.3'), 44, undefined],
  ])('%s', (_title, hello, number, content) => {
    expect(decodeHello(buildHello(hello)).extensions?.get(number)).toBe(content);
  });

  it.each<readonly [title: string, hello: Hello, signals: readonly string[], hasExtensions: boolean]>([
    ['SSL 3.0', small('SSLv3'), ['00ff'], false],
    ['SSL 3.0 where extensions are asked for', small('SSLv3', { hasExtensions: true }), ['00ff'], false],
    ['SSL 3.0 that fell back', small('SSLv3', { isFallback: true }), ['00ff', '5600'], false],
    ['TLS 1.2', small('TLSv1.2'), [], true],
    ['TLS 1.2 that fell back', small('TLSv1.2', { isFallback: true }), ['5600'], true],
    ['TLS 1.2 without extensions', small('TLSv1.2', { hasExtensions: false, serverName: 'a.example' }), ['00ff'], false],
  ])('%s signals among its suites what it has to', (_title, hello, signals, hasExtensions) => {
    const decoded = decodeHello(buildHello(hello));
    expect(decoded.suites).toEqual(['002f', 'c02f', ...signals]);
    expect(decoded.extensions !== null).toBe(hasExtensions);
  });

  it('says compressions as they are asked for', () => {
    expect(decodeHello(buildHello(small('TLSv1', { compressions: [1, 0] }))).compressions).toBe('0100');
  });

  it('repeats what the server must see again, with its cookie', () => {
    const constants = { random: Buffer.alloc(32, 7), sessionId: Buffer.alloc(5, 8), cookie: Buffer.from([9, 10]) };
    const decoded = decodeHello(buildHello(small('TLSv1.3'), constants));
    expect(decoded).toMatchObject({ random: '07'.repeat(32), sessionIdBytes: 5 });
    expect(decoded.extensions?.get(44)).toBe('0002090a');
  });

  it('is of another random each time', () => {
    expect(decodeHello(buildHello(small('TLSv1'))).random).not.toBe(decodeHello(buildHello(small('TLSv1'))).random);
  });

  it.each([
    ['255 bytes stay', 255, 255],
    ['256 bytes become 512', 256, 512],
    ['507 bytes become 512', 507, 512],
    ['511 bytes grow by the least padding', 511, 516],
    ['512 bytes stay', 512, 512],
  ])('%s', (_title, unpaddedBytes, messageBytes) => {
    const ballast = (bytes: number): Buffer => buildHello(small('TLSv1.3', { keyShares: [{ group: 0x001d, key: Buffer.alloc(bytes) }] }));
    // Without padding: far beyond what is avoided.
    const ownBytes = decodeHello(ballast(1_000)).messageBytes - 1_000;
    const decoded = decodeHello(ballast(unpaddedBytes - ownBytes));
    expect(decoded.messageBytes).toBe(messageBytes);
    const padding = messageBytes - unpaddedBytes;
    expect(decoded.extensions?.get(21)).toBe(padding === 0 ? undefined : '00'.repeat(padding - 4));
  });

  it('never ends with an empty extension, nor has a length that load balancers lose, whatever is asked', () => {
    fc.assert(
      fc.property(arbitraryHello, (hello) => {
        const { messageBytes, suites, extensions } = decodeHello(buildHello(hello));
        expect(suites.slice(0, hello.suites.length)).toEqual(hello.suites.map((code) => code.toString(16).padStart(4, '0')));
        if (extensions === null) return;
        expect([...extensions.values()].at(-1)).not.toBe('');
        expect(messageBytes < 256 || messageBytes > 511).toBe(true);
      }),
    );
  });

  it.each<readonly [title: string, change: Partial<Hello>]>([
    ['a number beyond 16 bits', { suites: [0x1_00_00] }],
    ['a negative number', { groups: [-1] }],
    ['a protocol name of 256 bytes', { alpn: ['x'.repeat(256)] }],
    ['a record of more than 16 KiB', { keyShares: [{ group: 1, key: Buffer.alloc(16_384) }] }],
    ['a list of more than 64 KiB', { suites: new Array<number>(32_768).fill(1) }],
  ])('refuses to build %s', (_title, change) => {
    expect(() => buildHello(small('TLSv1.3', change))).toThrow(RangeError);
  });
});

const code = fc.integer({ min: 0, max: 0xff_ff });
const arbitraryHello: fc.Arbitrary<Hello> = fc.record({
  version: fc.constantFrom(...versions),
  serverName: fc.option(fc.stringMatching(/^[a-z.]{1,250}$/)),
  suites: fc.array(code, { maxLength: 125 }),
  groups: fc.array(code, { maxLength: 60 }),
  signatureSchemes: fc.array(code, { maxLength: 60 }),
  keyShares: fc.array(fc.record({ group: code, key: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) }), {
    maxLength: 2,
  }),
  compressions: fc.constantFrom([0], [1, 0]),
  alpn: fc.array(fc.stringMatching(/^[a-z/.0-9]{1,20}$/), { maxLength: 3 }),
  asksStaple: fc.boolean(),
  isFallback: fc.boolean(),
  hasExtensions: fc.boolean(),
});

describe('usualHello', () => {
  it.each(versions)('of %s names what old firewalls bear, nothing twice, and puts the common first', (version) => {
    const hello = usualHello(version, 'shop.example.com');
    expect(decodeHello(buildHello({ ...hello, isFallback: true, hasExtensions: false })).suites.length).toBeLessThan(128);
    for (const list of [hello.suites, hello.groups, hello.signatureSchemes]) expect(new Set(list).size).toBe(list.length);
    expect(hello.groups.slice(0, 3)).toEqual([0x001d, 0x0017, 0x0018]);
    expect(hello.groups).toEqual(expect.arrayContaining([0x11ec, 0x0104, 0x0001, 0x0202, 0x001a]));
    expect(hello.signatureSchemes).toEqual(expect.arrayContaining([0x0804, 0x0101, 0x0905]));
    expect(hello.suites).toEqual(expect.arrayContaining([0x0005, 0x000a, 0xc02f]));
    expect(hello.suites.includes(0x1301)).toBe(version === 'TLSv1.3');
  });

  it('is what was asked for', () => {
    expect(usualHello('TLSv1.2', null, { suites: [1], asksStaple: true })).toMatchObject({
      suites: [1],
      asksStaple: true,
      serverName: null,
    });
  });
});
