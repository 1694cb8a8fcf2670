import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import type { PortFact } from '../../../src/sources/http/look-at-port.ts';
import { lookHttpAddresses } from '../../support/look-http.ts';
import { startNginx, versionOfNginx } from '../../support/nginx-server.ts';

const isMissing = versionOfNginx() === null;

describe.skipIf(isMissing)(isMissing ? 'nginx (skipped: nginx is not installed)' : 'nginx', async () => {
  const authority = await makeAuthority();
  let names: DnsServer;
  beforeAll(async () => {
    names = await startDnsServer({ 'shop.test': { a: ['127.0.0.1'] } });
  });
  afterAll(() => names.close());

  async function lookAtNginx(directives: readonly string[], onTlsPort = false): Promise<PortFact | undefined> {
    const httpPort = await findFreePort();
    const server = await startNginx(await authority.issue({ hosts: ['shop.test'] }), [`listen 127.0.0.1:${httpPort};`, ...directives]);
    try {
      const ports = { port: server.port, httpPort: onTlsPort ? server.port : httpPort };
      const [seen] = await lookHttpAddresses({ host: 'shop.test', resolver: [names.address], httpPaths: ['/', '/api'], ...ports });
      return seen;
    } finally {
      server.stop();
    }
  }

  const https = 'https://shop.test';
  test.each<[string, string, PortFact['paths']]>([
    [
      'redirects all',
      'return 301 https://$host$request_uri;',
      [
        { path: '/', status: 301, location: `${https}/` },
        { path: '/api', status: 301, location: `${https}/api` },
      ],
    ],
    [
      'redirects only /',
      'if ($uri = /) { return 308 https://$host/; }',
      [
        { path: '/', status: 308, location: `${https}/` },
        { path: '/api', status: 200, location: null },
      ],
    ],
    [
      'redirects to another host',
      'return 302 https://www.shop.test/;',
      [
        { path: '/', status: 302, location: 'https://www.shop.test/' },
        { path: '/api', status: 302, location: 'https://www.shop.test/' },
      ],
    ],
  ])('%s', async (_name, directive, paths) => {
    expect(await lookAtNginx([directive])).toMatchObject({ outcome: 'answered', otherPortAnswers: null, paths });
  });

  test('hangs up without an answer (444)', async () => {
    expect(await lookAtNginx(['return 444;'])).toMatchObject({
      outcome: 'fault',
      fault: { code: 'unreachable', message: 'the connection was ended without an answer' },
      otherPortAnswers: true,
    });
  });

  test('plain HTTP on its TLS port is an answer in clear', async () => {
    const paths = [
      { path: '/', status: 400, location: null },
      { path: '/api', status: 400, location: null },
    ];
    expect(await lookAtNginx([], true)).toMatchObject({ outcome: 'answered', paths });
  });
});
