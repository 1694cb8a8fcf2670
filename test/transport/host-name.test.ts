import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { describeCertificate } from '../../src/transport/certificate-facts.ts';
import { certificateCoversHost } from '../../src/transport/host-name.ts';

describe('certificateCoversHost', () => {
  const table: readonly (readonly [name: string, host: string, covers: boolean])[] = [
    ['DNS:shop.example.com', 'shop.example.com', true],
    ['DNS:shop.example.com', 'SHOP.example.com', true],
    ['DNS:SHOP.example.com', 'shop.example.com', true],
    ['DNS:shop.example.com', 'shop.example.com.', true],
    ['DNS:shop.example.com', 'example.com', false],
    ['DNS:shop.example.com', 'xshop.example.com', false],
    ['DNS:shop.example.com', 'shop.example.com.evil.test', false],
    ['DNS:*.example.com', 'shop.example.com', true],
    ['DNS:*.example.com', 'example.com', false],
    ['DNS:*.example.com', 'a.shop.example.com', false],
    ['DNS:*.example.com', '.example.com', false],
    ['DNS:*.com', 'example.com', false],
    ['DNS:*', 'localhost', false],
    ['DNS:s*.example.com', 'shop.example.com', false],
    ['DNS:*p.example.com', 'shop.example.com', false],
    ['DNS:shop.*.com', 'shop.example.com', false],
    ['DNS:*.*.com', 'shop.example.com', false],
    ['DNS:', '', false],
    ['DNS:xn--bcher-kva.example', 'bücher.example', true],
    ['IP Address:192.0.2.1', '192.0.2.1', true],
    ['IP Address:192.0.2.1', '192.0.2.10', false],
    ['DNS:192.0.2.1', '192.0.2.1', false],
    ['DNS:*.0.2.1', '192.0.2.1', false],
    ['IP Address:2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
    ['IP Address:2001:DB8:0:0:0:0:0:1', '[2001:db8::1]', true],
    ['IP Address:2001:DB8:0:0:0:0:0:1', '2001:db8::2', false],
    ['IP Address:<invalid>', '<invalid>', false],
    ['email:shop.example.com', 'shop.example.com', false],
    ['URI:shop.example.com', 'shop.example.com', false],
  ];

  it.each(table)('%s covers %s: %s', (name, host, covers) => {
    expect(certificateCoversHost([name], host)).toBe(covers);
    expect(certificateCoversHost(['DNS:other.example', name], host)).toBe(covers);
  });

  it('is covered by nothing where there is no name', () => {
    fc.assert(fc.property(fc.domain(), (host) => !certificateCoversHost([], host)));
  });

  it('takes the common name for nothing', async () => {
    const authority = await makeAuthority();
    const { chainDer } = await authority.issue({ hosts: ['other.example.com'], commonName: 'shop.example.com' });
    const leaf = describeCertificate(chainDer[0]?.toString('base64') ?? '').subjectAltNames;
    expect(certificateCoversHost(leaf, 'shop.example.com')).toBe(false);
    expect(certificateCoversHost(leaf, 'other.example.com')).toBe(true);
  });

  it('says what OpenSSL says with the common name left out', async () => {
    const hosts = ['shop.example.com', '*.example.com', '*.deep.example.com', '192.0.2.1', '2001:db8::1', '*.test'];
    const authority = await makeAuthority();
    const { chainDer } = await authority.issue({ hosts });
    const der = chainDer[0] ?? Buffer.alloc(0);
    const certificate = new X509Certificate(der);
    const names = describeCertificate(der.toString('base64')).subjectAltNames;
    const label = fc.constantFrom('shop', 'example', 'com', 'deep', 'test', 'a', '192', '0', '2', '1');
    const host = fc.oneof(
      fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.')),
      fc.constantFrom('shop.example.com', '192.0.2.1', '2001:db8::1', '2001:db8:0::1', '2001:db8::2', '192.0.2.2'),
    );
    fc.assert(
      fc.property(host, (asked) => {
        // Names with a number for their last label are addresses to us, and names to OpenSSL.
        fc.pre(isIP(asked) !== 0 || !/\d$/.test(asked));
        const options = { subject: 'never', multiLabelWildcards: false, partialWildcards: false } as const;
        const openssl = isIP(asked) === 0 ? certificate.checkHost(asked, options) : certificate.checkIP(asked);
        expect(certificateCoversHost(names, asked)).toBe(openssl !== undefined);
      }),
    );
  });
});
