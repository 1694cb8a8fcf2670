import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listening, listen } from '../../../sandbox/listen.ts';
import type { AuditedAddress } from '../../../src/sources/tls/audit-address.ts';
import { auditPort } from '../../support/audit-port.ts';
import { expectSameAsSslscan } from '../../support/same-as-sslscan.ts';
import { versionOfSslscan } from '../../support/sslscan.ts';
import { truthHost } from '../../support/tls-truth.ts';
import { openTruthCertificates } from '../../support/truth-certificates.ts';

/** Every other test of the truth compares with it as well, where it is installed. */
describe.skipIf(versionOfSslscan() === null)('sslscan (skipped where it is not installed, and then nothing is compared with it)', () => {
  let server: Listening;
  let audited: AuditedAddress;
  beforeAll(async () => {
    const { keyPem, certificatePem } = await (await openTruthCertificates()).issue('p-256', 'ec 256 sha256');
    const options = { key: keyPem, cert: certificatePem, ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384' };
    server = await listen(createServer({ ...options, maxVersion: 'TLSv1.2' }).on('tlsClientError', () => {}));
    audited = await auditPort(server.port, truthHost);
  });
  afterAll(() => server.close());

  const compare = (seen: AuditedAddress, blindness: Parameters<typeof expectSameAsSslscan>[3] = 'none'): Promise<void> =>
    expectSameAsSslscan(server.port, truthHost, seen, blindness);
  const withSuites = (change: (names: readonly string[]) => readonly string[]): AuditedAddress => {
    const found = audited.suites['TLSv1.2'];
    if (found === undefined) throw new Error('expected suites of TLS 1.2');
    return { ...audited, suites: { ...audited.suites, 'TLSv1.2': { ...found, accepted: change(found.accepted) } } };
  };

  it('lists the same', async () => {
    await compare(audited);
  });

  it.each([
    ['a suite less', (names: readonly string[]) => names.slice(1)],
    ['a suite more', (names: readonly string[]) => [...names, 'TLS_RSA_WITH_RC4_128_SHA']],
  ])('fails what lists %s', async (_title, change) => {
    await expect(compare(withSuites(change))).rejects.toThrow(/what sslscan lists/);
  });

  it('lists neither export suites nor SSL 3.0, which is no difference', async () => {
    const { 'TLSv1.2': found } = withSuites((names) => [...names, 'TLS_RSA_EXPORT_WITH_RC4_40_MD5']).suites;
    if (found === undefined) throw new Error('expected suites of TLS 1.2');
    await compare({ ...audited, suites: { SSLv3: found, 'TLSv1.2': found } });
  });

  it('is not taken for blind where it sees everything, nor where it sees more', async () => {
    await expect(compare(audited, 'client-certificate')).rejects.toThrow(/suites that sslscan sees/);
    const others = withSuites(() => ['TLS_RSA_WITH_RC4_128_SHA', 'TLS_RSA_WITH_RC4_128_MD5', 'TLS_RSA_WITH_NULL_SHA']);
    await expect(compare(others, 'client-certificate')).rejects.toThrow(/what sslscan lists/);
  });
});
