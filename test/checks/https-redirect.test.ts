import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/https-redirect.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';

const fault = { code: 'timeout', message: 'no answer within the deadline' };
const moved = (path: string, status = 301, location: string | null = `https://shop.example.com${path}`) => ({ path, status, location });
const answered = (paths: readonly unknown[], address = '192.0.2.1') => ({ address, outcome: 'answered', otherPortAnswers: null, paths });
const quiet = (outcome: string, otherPortAnswers: boolean | null, address = '192.0.2.1') => ({
  address,
  outcome,
  otherPortAnswers,
  paths: [],
});
const root = (status: number, location: string | null) => [answered([moved('/', status, location), moved('/api')])];

interface Row {
  readonly what: string;
  readonly addresses: readonly unknown[];
  readonly literal: string;
  readonly intent: string;
  readonly observed?: string;
}

const rows: readonly Row[] = [
  { what: 'refuses', addresses: [quiet('refused', true)], literal: 'pass', intent: 'pass', observed: 'at 192.0.2.1: port 80 refuses' },
  { what: 'is silent, another port answers', addresses: [quiet('silent', true)], literal: 'pass', intent: 'pass' },
  { what: 'is silent, no other port answers', addresses: [quiet('silent', false)], literal: 'unknown timeout', intent: 'unknown timeout' },
  { what: 'is silent, no other port was asked', addresses: [quiet('silent', null)], literal: 'unknown timeout', intent: 'unknown timeout' },
  {
    what: 'could not be looked at',
    addresses: [{ ...quiet('fault', null), fault: { code: 'denied', message: 'our own firewall refuses' } }],
    literal: 'unknown denied',
    intent: 'unknown denied',
    observed: 'at 192.0.2.1: our own firewall refuses',
  },
  { what: 'fault without a reason', addresses: [quiet('fault', null)], literal: 'unknown malformed', intent: 'unknown malformed' },
  { what: '301', addresses: root(301, 'https://shop.example.com/'), literal: 'pass', intent: 'pass' },
  { what: '308', addresses: root(308, 'https://shop.example.com/'), literal: 'pass', intent: 'pass' },
  { what: '302', addresses: root(302, 'https://shop.example.com/'), literal: 'pass', intent: 'fail' },
  { what: '303', addresses: root(303, 'https://shop.example.com/'), literal: 'pass', intent: 'fail' },
  { what: '307', addresses: root(307, 'https://shop.example.com/'), literal: 'pass', intent: 'fail' },
  { what: '304', addresses: root(304, 'https://shop.example.com/'), literal: 'fail', intent: 'fail' },
  { what: '300', addresses: root(300, 'https://shop.example.com/'), literal: 'fail', intent: 'fail' },
  { what: '309', addresses: root(309, 'https://shop.example.com/'), literal: 'fail', intent: 'fail' },
  {
    what: '301 without Location',
    addresses: root(301, null),
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: / answered 301 in clear',
  },
  { what: 'to the default port by name', addresses: root(301, 'https://shop.example.com:443/'), literal: 'pass', intent: 'pass' },
  { what: 'in capitals', addresses: root(301, 'HTTPS://SHOP.EXAMPLE.COM/'), literal: 'pass', intent: 'pass' },
  { what: 'to another port', addresses: root(301, 'https://shop.example.com:444/'), literal: 'fail', intent: 'fail' },
  {
    what: 'to another host',
    addresses: root(301, 'https://www.example.com/welcome?token=1'),
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: / redirects (301) to https://www.example.com',
  },
  { what: 'to a host that begins alike', addresses: root(301, 'https://shop.example.com.evil.test/'), literal: 'fail', intent: 'fail' },
  { what: 'to a host behind a user name', addresses: root(301, 'https://shop.example.com@evil.test/'), literal: 'fail', intent: 'fail' },
  { what: 'to http (a loop)', addresses: root(301, 'http://shop.example.com/'), literal: 'fail', intent: 'fail' },
  { what: 'to a relative place', addresses: root(301, '/welcome'), literal: 'fail', intent: 'fail' },
  { what: 'to a place without scheme', addresses: root(301, '//shop.example.com/'), literal: 'fail', intent: 'fail' },
  { what: 'to the TLS port over http', addresses: root(301, 'http://shop.example.com:443/'), literal: 'fail', intent: 'fail' },
  {
    what: 'to nowhere readable',
    addresses: root(301, 'https://'),
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: / redirects (301) to no readable place',
  },
  { what: '200', addresses: root(200, null), literal: 'fail', intent: 'fail' },
  { what: '200 with Location', addresses: root(200, 'https://shop.example.com/'), literal: 'fail', intent: 'fail' },
  { what: '404', addresses: root(404, null), literal: 'fail', intent: 'fail' },
  { what: '503', addresses: root(503, null), literal: 'fail', intent: 'fail' },
  {
    what: 'only / redirects',
    addresses: [answered([moved('/'), moved('/api', 200, null)])],
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: /api answered 200 in clear',
  },
  {
    what: 'one path could not be asked',
    addresses: [answered([moved('/'), { path: '/api', fault }])],
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  {
    what: 'a path with a fault and an answer',
    addresses: [answered([moved('/'), { ...moved('/api'), fault }])],
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  { what: 'one path was not asked', addresses: [answered([moved('/')])], literal: 'unknown partial', intent: 'unknown partial' },
  {
    what: 'a path that nobody configured fails',
    addresses: [answered([moved('/'), moved('/api'), moved('/old', 200, null)])],
    literal: 'fail',
    intent: 'fail',
  },
  {
    what: 'a path told twice, once in clear',
    addresses: [answered([moved('/'), moved('/api'), moved('/', 200, null)])],
    literal: 'fail',
    intent: 'fail',
  },
  {
    what: 'one address fails, another could not be seen',
    addresses: [quiet('silent', null), answered([moved('/', 200, null), moved('/api')], '2001:db8::1')],
    literal: 'fail',
    intent: 'fail',
    observed: 'at 2001:db8::1: / answered 200 in clear',
  },
  {
    what: 'one address passes, another could not be seen',
    addresses: [quiet('refused', true), quiet('silent', false, '2001:db8::1')],
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  { what: 'no address', addresses: [], literal: 'unknown none-seen', intent: 'unknown none-seen' },
];

describe('https-redirect', () => {
  test.each(rows)('$what: literal $literal, intent $intent', ({ addresses, literal, intent, observed }) => {
    expect(verdictOf(judgeOne(check, 'literal', { http: { addresses } }))).toBe(literal);
    const judgement = judgeOne(check, 'intent', { http: { addresses } });
    expect(verdictOf(judgement)).toBe(intent);
    if (observed !== undefined) expect(judgement.observed).toBe(observed);
  });

  test('an endpoint on a port of its own: that port and the default one are the same place', () => {
    const subject = { ...shop, id: 'shop.example.com:8443', port: 8443 };
    const judge = (location: string) => verdictOf(judgeOne(check, 'intent', { http: { addresses: root(301, location) } }, { subject }));
    expect(judge('https://shop.example.com:8443/')).toBe('pass');
    expect(judge('https://shop.example.com/')).toBe('pass');
    expect(judge('https://shop.example.com:8444/')).toBe('fail');
  });

  test('an IPv6 literal is compared as an address', () => {
    const subject = { ...shop, id: '[2001:db8::1]:443', host: '2001:db8::1', httpPaths: ['/'] };
    const judge = (location: string) =>
      verdictOf(judgeOne(check, 'intent', { http: { addresses: [answered([moved('/', 301, location)])] } }, { subject }));
    expect(judge('https://[2001:DB8:0::1]/')).toBe('pass');
    expect(judge('https://[2001:db8::2]/')).toBe('fail');
  });

  test('an answer without any path is not a pass', () => {
    const subject = { ...shop, httpPaths: [] };
    const addresses = [quiet('refused', true), answered([], '192.0.2.2')];
    expect(verdictOf(judgeOne(check, 'intent', { http: { addresses } }, { subject }))).toBe('unknown partial');
  });

  test('each path can be repeated by hand', () => {
    expect(check.repeat(shop)).toBe(
      "curl -sS -o /dev/null -D - 'http://shop.example.com/'; curl -sS -o /dev/null -D - 'http://shop.example.com/api'",
    );
  });
});
