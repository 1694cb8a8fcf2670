import { afterEach, describe, expect, it } from 'vitest';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { addressOf, handshakeOf, lookTls, offeredBy, outcomesOf, type SeenTls } from '../support/look-tls.ts';
import { type RunningNginx, startNginx, versionOfNginx } from '../support/nginx-server.ts';

const isMissing = versionOfNginx() === null;

describe.skipIf(isMissing)(isMissing ? 'nginx (skipped: nginx is not installed)' : 'nginx', async () => {
  const authority = await makeAuthority();
  const running: RunningNginx[] = [];
  afterEach(() => {
    for (const server of running.splice(0)) server.stop();
  });

  async function look(directives: readonly string[]): Promise<SeenTls> {
    const server = await startNginx(await authority.issue({ hosts: ['localhost'], intermediate: true }), directives);
    running.push(server);
    return await lookTls({ port: server.port, extraRoots: [authority.certificatePem] });
  }

  it('with TLS 1.2 and 1.3', async () => {
    const seen = await look(['ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_ecdh_curve X25519;']);
    expect(offeredBy(seen)).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(outcomesOf(seen)).toEqual(['offered', 'refused']);
    expect(handshakeOf(seen)).toMatchObject({
      protocol: 'TLSv1.3',
      alpn: 'http/1.1',
      keyExchange: { name: 'X25519' },
      trust: { trusted: true },
    });
    expect(handshakeOf(seen).chain).toHaveLength(2);
  });

  it('with TLS 1.0 switched on', async () => {
    const seen = await look(['ssl_protocols TLSv1 TLSv1.2;', 'ssl_ciphers ALL:@SECLEVEL=0;']);
    expect(offeredBy(seen)).toEqual(['TLSv1', 'TLSv1.2']);
    expect(addressOf(seen).protocols['TLSv1.1']).toMatchObject({ outcome: 'refused' });
  });

  it('with one suite', async () => {
    const seen = await look(['ssl_protocols TLSv1.2;', 'ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256;']);
    expect(handshakeOf(seen)).toMatchObject({ cipherSuite: 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256' });
  });

  it('with ssl_reject_handshake: it speaks TLS, and shows nothing', async () => {
    const seen = await look(['ssl_protocols TLSv1.2 TLSv1.3;', 'ssl_reject_handshake on;']);
    // unrecognized_name says nothing of the version; protocol_version does.
    expect(addressOf(seen).protocols).toMatchObject({
      'TLSv1.1': { outcome: 'refused', alert: 70 },
      'TLSv1.3': { fault: { code: 'denied' } },
    });
    expect(addressOf(seen).handshake).toMatchObject({ fault: { code: 'denied' } });
  });
});
