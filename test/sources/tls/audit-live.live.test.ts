import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type IssuedCertificate, makeAuthority } from '../../../sandbox/certificates.ts';
import { type AuditedAddress, auditAddress } from '../../../src/sources/tls/audit-address.ts';
import { createAsker } from '../../../src/sources/tls/pace.ts';
import { gentlePacing, withoutPacing } from '../../../src/sources/tls/pacing.ts';
import { suiteOfName } from '../../../src/transport/cipher-suites.ts';
import { protocolVersions } from '../../../src/transport/protocol-versions.ts';
import { type RunningNginx, startNginx, versionOfNginx } from '../../support/nginx-server.ts';

const hasSslscan = spawnSync('sslscan', ['--version']).error === undefined;

/** Codes by version, as both write them. */
function codesOf({ suites }: AuditedAddress): readonly string[] {
  const codes = protocolVersions.flatMap(({ name }) =>
    (suites[name]?.accepted ?? []).map((suite) => `${name} ${(suiteOfName(suite)?.code ?? 0).toString(16).padStart(4, '0')}`),
  );
  return codes.toSorted();
}

function scanWithSslscan(port: number): readonly string[] {
  const options = ['--xml=-', '--no-heartbleed', '--no-compression', '--no-fallback', '--no-renegotiation', '--no-groups'];
  const { stdout } = spawnSync('sslscan', [...options, `localhost:${port}`], {
    encoding: 'utf8',
    env: { ...process.env, OPENSSL_CONF: '/dev/null' },
  });
  const found = [...stdout.matchAll(/<cipher [^>]*sslversion="([^"]+)"[^>]*id="0x([0-9A-Fa-f]+)"/g)];
  return found.map(([, version = '', code = '']) => `${version.replace('v1.0', 'v1')} ${code.toLowerCase().padStart(4, '0')}`).toSorted();
}

async function audit(port: number, pacing = gentlePacing): Promise<{ readonly seen: AuditedAddress; readonly asked: number }> {
  const limits = { timeoutMs: 5_000, totalMs: 30_000, signal: new AbortController().signal };
  const asker = createAsker({ address: '127.0.0.1', port, serverName: 'localhost' }, limits, pacing);
  let asked = 0;
  const counting: typeof asker = {
    ask: (hello, until) => {
      asked += 1;
      return asker.ask(hello, until);
    },
  };
  return { seen: await auditAddress(counting, { serverName: 'localhost', asksOtherNames: false, readModern: null }), asked };
}

describe.skipIf(versionOfNginx() === null)('nginx', () => {
  const running: RunningNginx[] = [];
  let certificate: IssuedCertificate;

  beforeAll(async () => {
    const authority = await makeAuthority();
    certificate = await authority.issue({ hosts: ['localhost'], intermediate: true });
  });
  afterAll(() => {
    for (const server of running) server.stop();
  });

  async function start(...directives: readonly string[]): Promise<number> {
    const server = await startNginx(certificate, directives);
    running.push(server);
    return server.port;
  }

  const modern = 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305';

  it('with common settings is seen whole with few questions', async () => {
    const port = await start('ssl_protocols TLSv1.2 TLSv1.3;', `ssl_ciphers ${modern};`, 'ssl_ecdh_curve X25519:prime256v1;');
    const { seen, asked } = await audit(port, withoutPacing);
    expect(codesOf(seen)).toEqual(['TLSv1.2 c02b', 'TLSv1.2 c02c', 'TLSv1.2 cca9', 'TLSv1.3 1301', 'TLSv1.3 1302', 'TLSv1.3 1303']);
    expect(seen.suites['TLSv1.2']).toMatchObject({ fault: null, order: 'client', preferred: null });
    expect(seen.groups).toMatchObject({
      'TLSv1.2': { accepted: ['secp256r1', 'x25519'], fault: null },
      'TLSv1.3': { accepted: ['secp256r1', 'x25519'], fault: null },
    });
    expect(seen.protocols['TLSv1.1']).toMatchObject({ outcome: 'refused' });
    expect(seen.behaviour).toEqual({
      refusesFallback: { is: true },
      secureRenegotiation: { is: true },
      compression: { is: false },
      extendedMasterSecret: { is: true },
      downgradeSentinel: { is: true },
      alpn: { is: 'http/1.1' },
    });
    // Nobody looked into TLS 1.3.
    expect(seen.served).toMatchObject({ chains: [{ version: 'TLSv1.2', staple: null }], fault: { code: 'partial' } });
    expect(seen.served.chains[0]?.certificates).toHaveLength(2);
    expect(asked).toBeLessThanOrEqual(46);
  });

  it.skipIf(!hasSslscan)('with every suite shows those that sslscan finds', async () => {
    const port = await start(
      'ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;',
      'ssl_ciphers ALL:COMPLEMENTOFALL:@SECLEVEL=0;',
      'ssl_prefer_server_ciphers on;',
    );
    const { seen } = await audit(port);
    expect(codesOf(seen)).toEqual(scanWithSslscan(port));
    expect(codesOf(seen).length).toBeGreaterThan(30);
    for (const version of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
      expect(seen.suites[version]).toMatchObject({ fault: null, order: 'server' });
    }
  });
});
