import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/https-hsts.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import { answeredPort, answering, errorPage, fault, quietPort, secureAnswer, unseen } from '../support/secure-facts.ts';

const moved = (path: string, location: string | null = `https://shop.example.com${path}`, status = 301) => ({ path, status, location });
const plain = (paths: readonly object[], address = '192.0.2.1') => ({ addresses: [answeredPort(paths, address)] });
const redirecting = plain([moved('/'), moved('/api')]);

interface Facts {
  readonly https: object;
  readonly http: object;
}

const judgeAs = (interpretation: 'literal' | 'intent', facts: Partial<Facts>, options = {}) =>
  judgeOne(check, interpretation, { https: { addresses: [answering({})] }, http: redirecting, ...facts }, options);
const withHeaders = (...strictTransportSecurity: readonly string[]) => ({ https: { addresses: [answering({ strictTransportSecurity })] } });

test.each(unseen)('$what: $verdict in both readings', ({ addresses, verdict }) => {
  expect(verdictOf(judgeAs('literal', { https: { addresses } }))).toBe(verdict);
  expect(verdictOf(judgeAs('intent', { https: { addresses } }))).toBe(verdict);
});

describe('the header', () => {
  test.each<[string, string, readonly string[]]>([
    ['pass', 'max-age=63072000', ['max-age=63072000; includeSubDomains; preload']],
    ['pass', 'max-age=31536000', ['max-age=31536000']],
    ['pass', 'max-age=31536000', ['MAX-AGE="31536000"']],
    ['pass', 'max-age=31536000', ['max-age=31536000', 'max-age=0']],
    ['fail', '/: max-age=31535999', ['max-age=31535999']],
    ['fail', '/: max-age=0 switches it off', ['max-age=0']],
    ['fail', '/: max-age=0 switches it off', ['max-age=0', 'max-age=31536000']],
    ['fail', '/ has no Strict-Transport-Security', []],
    ['fail', '/: clients ignore the header, it has no max-age', ['']],
    ['fail', '/: clients ignore the header, it has no max-age', ['includeSubDomains']],
    ['fail', '/: clients ignore the header, max-age stands twice', ['max-age=31536000; max-age=31536000']],
    ['fail', '/: clients ignore the header, it is not well-formed', ['max-age=31536000, max-age=31536000']],
    ['fail', '/: clients ignore the header, it is not well-formed', ['max-age 31536000', 'max-age=31536000']],
  ])('%s: %s', (verdict, observed, headers) => {
    const judgement = judgeAs('intent', withHeaders(...headers));
    expect(verdictOf(judgement)).toBe(verdict);
    expect(judgement.observed).toContain(observed);
    expect(verdictOf(judgeAs('literal', withHeaders(...headers)))).toBe('pass');
  });

  test('the limit is a parameter', () => {
    const judge = (seconds: number) =>
      verdictOf(judgeAs('intent', withHeaders(`max-age=${seconds}`), { parameters: { leastMaxAgeSeconds: 300 } }));
    expect([judge(299), judge(300)]).toEqual(['fail', 'pass']);
    expect(() => check.parameters.parse({ leastMaxAgeSeconds: 0 })).toThrow();
  });

  test.each<[string, readonly object[]]>([
    ['an error page', [secureAnswer('/'), secureAnswer('/api'), errorPage({ strictTransportSecurity: [] })]],
    ['one path', [secureAnswer('/'), secureAnswer('/api', { strictTransportSecurity: [] }), errorPage()]],
    [
      'a redirect to another host',
      [
        secureAnswer('/', { status: 301, location: 'https://www.example.com/', strictTransportSecurity: [] }),
        secureAnswer('/api'),
        errorPage(),
      ],
    ],
  ])('missing on %s is a fail', (_what, paths) => {
    const judgement = judgeAs('intent', { https: { addresses: [answeredPort(paths)] } });
    expect(judgement).toMatchObject({ status: 'fail', rule: 'RFC 6797 7.1' });
  });

  test('a missing error page is not known', () => {
    const addresses = [answeredPort([secureAnswer('/'), secureAnswer('/api')])];
    expect(verdictOf(judgeAs('intent', { https: { addresses } }))).toBe('unknown partial');
  });

  test('missing at one address is a fail though another could not be seen', () => {
    const addresses = [answering({ strictTransportSecurity: [] }), quietPort('silent', null, '2001:db8::1')];
    expect(verdictOf(judgeAs('intent', { https: { addresses } }))).toBe('fail');
  });

  test.each(['192.0.2.1', '2001:db8::1'])('clients ignore it for the address %s', (host) => {
    const http = { addresses: [quietPort('refused', true)] };
    const judgement = judgeAs('intent', { http }, { subject: { ...shop, host } });
    expect(judgement).toMatchObject({ status: 'fail', rule: 'RFC 6797 8.1.1' });
    expect(judgement.observed).toBe('at 192.0.2.1: the host is an address, for which clients ignore the header');
    expect(verdictOf(judgeAs('intent', { http, https: { addresses: [quietPort('refused', null)] } }, { subject: { ...shop, host } }))).toBe(
      'unknown unreachable',
    );
  });
});

describe('what an answer over HTTPS leads to', () => {
  test.each<[string, string, number, string | null]>([
    ['pass', 'nowhere', 200, null],
    ['pass', 'https on the same host', 301, 'https://shop.example.com/welcome'],
    ['pass', 'https on another host', 302, 'https://login.example.com/'],
    ['pass', 'a relative place', 307, '/welcome'],
    ['pass', 'a place without scheme', 303, '//www.example.com/'],
    ['fail', 'http on the same host', 301, 'http://shop.example.com/'],
    ['fail', 'http on another host', 302, 'HTTP://www.example.com/'],
    ['fail', 'http on the TLS port', 308, 'http://shop.example.com:443/'],
    ['pass', 'http, said with a status that sends nobody there', 200, 'http://shop.example.com/'],
    ['pass', 'http, said with 304', 304, 'http://shop.example.com/'],
    ['unknown malformed', 'nowhere readable', 301, 'http://'],
  ])('%s: %s', (verdict, _where, status, location) => {
    const facts = { https: { addresses: [answering({ status, location })] } };
    expect(verdictOf(judgeAs('literal', facts))).toBe(verdict);
    expect(verdictOf(judgeAs('intent', facts))).toBe('pass');
  });

  test('an error page that leads to http is a fail', () => {
    const page = errorPage({ status: 302, location: 'http://shop.example.com/' });
    const judgement = judgeAs('literal', { https: { addresses: [answeredPort([secureAnswer('/'), secureAnswer('/api'), page])] } });
    expect(judgement).toMatchObject({ status: 'fail' });
    expect(judgement.observed).toBe('at 192.0.2.1: /.claimwatch/no-such-page redirects (302) to http://shop.example.com');
  });
});

describe('what plain HTTP leads to before the header is learnt', () => {
  const both = (location: string | null, status = 301) => plain([moved('/', location, status), moved('/api')]);
  test.each<[string, string, object]>([
    ['pass', 'https on the same host', redirecting],
    ['pass', 'the same host, another port', both('https://shop.example.com:8443/')],
    ['pass', 'the same host in capitals', both('HTTPS://SHOP.EXAMPLE.COM/')],
    ['pass', 'itself (a loop)', both('http://shop.example.com/')],
    ['pass', 'a relative place', both('/welcome')],
    ['pass', 'content in clear, which is for another check', both(null, 200)],
    ['unknown malformed', 'nowhere readable', both('https://')],
    ['fail', 'https on another host', both('https://www.example.com/')],
    ['fail', 'a host below', both('https://www.shop.example.com/', 308)],
    ['fail', 'http on another host', both('http://www.example.com/', 302)],
    ['fail', 'a host that begins alike', both('https://shop.example.com.evil.test/')],
    ['fail', 'one path only', plain([moved('/'), moved('/api', 'https://www.example.com/')])],
    ['pass', 'nowhere, it refuses', { addresses: [quietPort('refused', true)] }],
    ['pass', 'nowhere, it is silent and another port answers', { addresses: [quietPort('silent', true)] }],
    ['unknown timeout', 'nowhere, all is silent', { addresses: [quietPort('silent', false)] }],
    ['unknown timeout', 'nowhere, no other port was asked', { addresses: [quietPort('silent', null)] }],
    ['unknown malformed', 'a fault without a reason', { addresses: [quietPort('fault', null)] }],
    ['unknown timeout', 'a fault', { addresses: [{ ...quietPort('fault', null), fault }] }],
    ['unknown timeout', 'a path that could not be asked', plain([moved('/'), { path: '/api', fault }])],
    ['unknown timeout', 'a path with a fault and an answer', plain([moved('/'), { ...moved('/api'), fault }])],
    ['unknown partial', 'a path that was not asked', plain([moved('/')])],
    ['unknown none-seen', 'no address', { addresses: [] }],
  ])('%s: %s', (verdict, _where, http) => {
    expect(verdictOf(judgeAs('intent', { http }))).toBe(verdict);
    expect(verdictOf(judgeAs('literal', { http }))).toBe('pass');
  });

  test('is told with place and rule, without what may be a token', () => {
    const http = both('https://www.example.com/welcome?token=1');
    expect(judgeAs('intent', { http })).toMatchObject({
      observed: 'at 192.0.2.1: / over plain HTTP redirects (301) to https://www.example.com before the header is learnt',
      rule: 'RFC 6797 8.1',
    });
  });
});

test('each path can be repeated by hand, and the error page', () => {
  expect(check.repeat({ ...shop, port: 8443, httpPaths: ['/'] })).toBe(
    "curl -sSk -m 15 -o /dev/null -D - 'https://shop.example.com:8443/'; curl -sSk -m 15 -o /dev/null -D - 'https://shop.example.com:8443/.claimwatch/no-such-page'; curl -sSk -m 15 -o /dev/null -D - 'http://shop.example.com/'",
  );
});
