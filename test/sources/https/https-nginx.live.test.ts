import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority } from '../../../sandbox/certificates.ts';
import { type DnsServer, startDnsServer } from '../../../sandbox/dns-server.ts';
import { findFreePort } from '../../../sandbox/listen.ts';
import { check as availability } from '../../../src/checks/availability-endpoints.ts';
import { check as disclosure } from '../../../src/checks/disclosure-http.ts';
import { check as hsts } from '../../../src/checks/https-hsts.ts';
import { judgeOne, shop, verdictOf } from '../../support/judge.ts';
import { type HttpLook, lookHttpAddresses, lookHttpsAddresses } from '../../support/look-http.ts';
import { startNginx, versionOfNginx } from '../../support/nginx-server.ts';

const isMissing = versionOfNginx() === null;
const version = /nginx\/[\d.]+/.exec(versionOfNginx() ?? '')?.at(0) ?? '';

describe.skipIf(isMissing)(isMissing ? 'nginx (skipped: nginx is not installed)' : 'nginx', async () => {
  const authority = await makeAuthority();
  let names: DnsServer;
  beforeAll(async () => {
    names = await startDnsServer({ 'shop.test': { a: ['127.0.0.1'] } });
  });
  afterAll(() => names.close());

  /** What both looks saw of a server with these directives, and what the checks say of it. */
  async function lookAtNginx(directives: readonly string[]) {
    const httpPort = await findFreePort();
    const server = await startNginx(await authority.issue({ hosts: ['shop.test'] }), [
      `listen 127.0.0.1:${httpPort};`,
      ...directives,
      'if ($uri ~ "^/.claimwatch/") { return 404; }',
    ]);
    const endpoint = { host: 'shop.test', port: server.port, httpPort, httpPaths: ['/', '/api'] };
    const look: HttpLook = { ...endpoint, resolver: [names.address] };
    try {
      const [https, http] = await Promise.all([lookHttpsAddresses(look), lookHttpAddresses(look)]);
      const facts = { https: { addresses: https }, http: { addresses: http } };
      const judge = (check: typeof hsts, interpretation: 'literal' | 'intent') =>
        judgeOne(check, interpretation, facts, { subject: { ...shop, ...endpoint } });
      return { https, judge };
    } finally {
      server.stop();
    }
  }

  const toHttps = 'if ($scheme = http) { return 301 https://$host$request_uri; }';
  const header = 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains"';

  test.each<[string, readonly string[], string, string, string]>([
    ['header on all answers', [`${header} always;`, toHttps], 'pass', 'pass', 'max-age=31536000'],
    ['header not on errors', [`${header};`, toHttps], 'pass', 'fail', '/.claimwatch/no-such-page has no Strict-Transport-Security'],
    ['no header', [toHttps], 'pass', 'fail', '/ has no Strict-Transport-Security'],
    [
      'header twice, the first one off',
      ['add_header Strict-Transport-Security "max-age=0" always;', `${header} always;`, toHttps],
      'pass',
      'fail',
      '/: max-age=0 switches it off',
    ],
    [
      'header twice, the second one off',
      [`${header} always;`, 'add_header Strict-Transport-Security "max-age=0" always;', toHttps],
      'pass',
      'pass',
      '',
    ],
    ['age too small', ['add_header Strict-Transport-Security "max-age=31535999" always;', toHttps], 'pass', 'fail', '/: max-age=31535999'],
    [
      'values joined by a comma',
      ['add_header Strict-Transport-Security "max-age=31536000, max-age=31536000" always;', toHttps],
      'pass',
      'fail',
      'it is not well-formed',
    ],
    [
      'plain HTTP leads to another host',
      [`${header} always;`, 'if ($scheme = http) { return 301 https://www.shop.test/; }'],
      'pass',
      'fail',
      '/ over plain HTTP redirects (301) to https://www.shop.test before the header is learnt',
    ],
    [
      'HTTPS leads to another host, with the header',
      [`${header} always;`, toHttps, 'if ($uri = /) { return 302 https://www.shop.test/; }'],
      'pass',
      'pass',
      'max-age=31536000',
    ],
    [
      'HTTPS leads to another host, without the header',
      [toHttps, 'if ($uri = /) { return 302 https://www.shop.test/; }'],
      'pass',
      'fail',
      '/ has no Strict-Transport-Security',
    ],
    [
      'only / redirects, another path answers in clear (for https-redirect)',
      [`${header} always;`, 'set $step "$scheme$uri";', 'if ($step = "http/") { return 301 https://$host/; }'],
      'pass',
      'pass',
      '',
    ],
    [
      'HTTPS and HTTP lead to one another',
      [`${header} always;`, 'if ($scheme = https) { return 302 http://$host$request_uri; }', toHttps],
      'fail',
      'pass',
      '',
    ],
    ['HTTPS leads to itself', [`${header} always;`, toHttps, 'if ($uri = /) { return 301 https://$host/; }'], 'pass', 'pass', ''],
  ])('https-hsts: %s', async (_what, directives, literal, intent, observed) => {
    const { judge } = await lookAtNginx(directives);
    expect(verdictOf(judge(hsts, 'literal'))).toBe(literal);
    expect(verdictOf(judge(hsts, 'intent'))).toBe(intent);
    expect(judge(hsts, 'intent').observed).toContain(observed);
  });

  const defaultPage = `at 127.0.0.1: /.claimwatch/no-such-page: version "${version}" (body)`;
  test.each<[string, readonly string[], string, string, string]>([
    ['server_tokens on', ['server_tokens on;'], 'fail', 'fail', `/: version "${version}" (header server)`],
    ['server_tokens on, default page for errors', ['server_tokens on;'], 'fail', 'fail', defaultPage.replace('at 127.0.0.1: ', '')],
    ['server_tokens off', ['server_tokens off;'], 'fail', 'pass', 'headers and error page tell nothing'],
    [
      'a region in a header',
      ['server_tokens off;', 'add_header X-Region westeurope always;'],
      'fail',
      'fail',
      '/: region "westeurope" (header x-region)',
    ],
    ['x-azure-ref', ['server_tokens off;', 'add_header X-Azure-Ref 20261124T080000Z-r1 always;'], 'fail', 'pass', ''],
    [
      'a cookie of App Service for its own host',
      ['server_tokens off;', 'add_header Set-Cookie "ARRAffinity=abc;Path=/;Domain=shop.azurewebsites.net" always;'],
      'fail',
      'pass',
      '',
    ],
    [
      'a redirect with its default page',
      ['if ($uri = /) { return 301 https://$host/; }'],
      'fail',
      'fail',
      `/: version "${version}" (body)`,
    ],
  ])('disclosure-http: %s', async (_what, directives, literal, intent, observed) => {
    const { judge } = await lookAtNginx(directives);
    expect(verdictOf(judge(disclosure, 'literal'))).toBe(literal);
    expect(verdictOf(judge(disclosure, 'intent'))).toBe(intent);
    expect(judge(disclosure, 'intent').observed).toContain(observed);
  });

  test.each<[string, readonly string[], string, string]>([
    ['200', [], 'pass', ''],
    ['404 on one path', ['if ($uri = /api) { return 404; }'], 'pass', ''],
    ['503 on one path', ['if ($uri = /api) { return 503; }'], 'fail', 'at 127.0.0.1: /api answered 503'],
    [
      'hangs up on one path',
      ['if ($uri = /api) { return 444; }'],
      'unknown unreachable',
      '/api: the connection was ended without an answer',
    ],
    ['500 on one path', ['if ($uri = /) { return 500; }'], 'fail', 'at 127.0.0.1: / answered 500'],
    ['a client certificate that is asked for in vain', ['ssl_verify_client on;', 'ssl_client_certificate certificates.pem;'], 'pass', ''],
  ])('availability-endpoints: %s', async (_what, directives, intent, observed) => {
    const { judge } = await lookAtNginx(directives);
    expect(verdictOf(judge(availability, 'intent'))).toBe(intent);
    expect(judge(availability, 'intent').observed).toContain(observed);
    expect(verdictOf(judge(availability, 'literal'))).toBe(intent.startsWith('unknown') ? intent : 'pass');
  });

  test('the fact is what was configured', async () => {
    const { https } = await lookAtNginx([
      'server_tokens on;',
      'add_header Strict-Transport-Security "max-age=1";',
      'add_header Strict-Transport-Security "max-age=2";',
      'if ($uri = /api) { return 302 https://user:secret@login.test/?state=secret; }',
    ]);
    const both = ['max-age=1', 'max-age=2'];
    const products = [{ header: 'server', value: version }];
    const ofPage = [{ where: 'body', what: 'version', text: version }];
    const answeredWithin = expect.any(Number);
    const answer = (path: string, status: number, more: object) => ({
      path,
      kind: 'configured',
      status,
      answeredWithin,
      products,
      ...more,
    });
    expect(https).toEqual([
      {
        address: '127.0.0.1',
        family: 4,
        addressClass: 'loopback',
        outcome: 'answered',
        otherPortAnswers: null,
        paths: [
          answer('/', 200, { location: null, strictTransportSecurity: both, disclosures: [] }),
          answer('/api', 302, { location: 'https://login.test/?...', strictTransportSecurity: both, disclosures: ofPage }),
          {
            ...answer('/.claimwatch/no-such-page', 404, { location: null, strictTransportSecurity: [], disclosures: ofPage }),
            kind: 'error-page',
          },
        ],
      },
    ]);
    expect(JSON.stringify(https)).not.toContain('secret');
  });
});
