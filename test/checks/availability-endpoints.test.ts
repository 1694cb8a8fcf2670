import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/availability-endpoints.ts';
import { judgeOne, shop, verdictOf } from '../support/judge.ts';
import {
  answeredPort,
  answering,
  errorPage,
  fault,
  faultyPort,
  quietPort,
  secureAnswer,
  secureFault,
  unseen,
} from '../support/secure-facts.ts';

const judge = (interpretation: 'literal' | 'intent', addresses: readonly object[], options = {}) =>
  judgeOne(check, interpretation, { https: { addresses } }, options);
/** That a port is shut or silent is an answer to this question; the rest is as unknown here as anywhere. */
const answersHere = ['refuses', 'is silent, another port answers'];

test.each(unseen.filter(({ what }) => !answersHere.includes(what)))('$what: $verdict in both readings', ({ addresses, verdict }) => {
  expect(verdictOf(judge('literal', addresses))).toBe(verdict);
  expect(verdictOf(judge('intent', addresses))).toBe(verdict);
});

describe('an endpoint', () => {
  test.each<[string, readonly object[], string, string]>([
    ['that answers', [answering({})], 'pass', 'every path answers in time'],
    ['that refuses', [quietPort('refused', null)], 'fail', 'port 443 refuses'],
    [
      'that is silent, while the same address answers elsewhere',
      [quietPort('silent', true)],
      'fail',
      'port 443 is silent, port 80 answers',
    ],
    ['with a status of 404', [answering({ status: 404 })], 'pass', 'every path answers in time'],
    ['with a status of 499', [answering({ status: 499 })], 'pass', 'every path answers in time'],
    ['with a status of 500', [answering({ status: 500 })], 'fail', '/ answered 500'],
    ['with a status of 503', [answering({ status: 503 })], 'fail', '/ answered 503'],
    ['that answers within 2.5 s', [answering({ answeredWithin: 2.5 })], 'pass', 'every path answers in time'],
    ['that answers within 5 s', [answering({ answeredWithin: 5 })], 'fail', '/ took more than 2.5 s (at most 5 s)'],
    [
      'whose page for errors is an error of the server',
      [answeredPort([secureAnswer('/'), secureAnswer('/api'), errorPage({ status: 500 })])],
      'pass',
      '',
    ],
    [
      'whose page for errors could not be asked',
      [answeredPort([secureAnswer('/'), secureAnswer('/api'), errorPage({ fault })])],
      'pass',
      '',
    ],
    ['whose page for errors was not asked', [answeredPort([secureAnswer('/'), secureAnswer('/api')])], 'pass', ''],
    [
      'of which one address is down',
      [answering({}), quietPort('refused', null, '2001:db8::1')],
      'fail',
      'at 2001:db8::1: port 443 refuses',
    ],
  ])('%s', (_what, addresses, intent, observed) => {
    const judgement = judge('intent', addresses);
    expect(verdictOf(judgement)).toBe(intent);
    expect(judgement.observed).toContain(observed);
    expect(verdictOf(judge('literal', addresses))).toBe('pass');
  });

  test.each<[string, readonly object[], string]>([
    ['one address is down', [quietPort('refused', null), { ...faultyPort, address: '2001:db8::1' }], 'unknown denied'],
    ['one path fails', [answeredPort([secureAnswer('/', { status: 500 }), secureFault('/api'), errorPage()])], 'unknown timeout'],
  ])('%s and another could not be seen: it fails, and not all was measured', (_what, addresses, literal) => {
    expect(verdictOf(judge('intent', addresses))).toBe('fail');
    expect(verdictOf(judge('literal', addresses))).toBe(literal);
  });

  test('the limit is a parameter, one of those that answers are filed under', () => {
    const at = (responseWithin: number, answeredWithin: number) =>
      verdictOf(judge('intent', [answering({ answeredWithin })], { parameters: { responseWithin } }));
    expect([at(1, 1), at(1, 2.5), at(10, 10), at(0.1, 0.25)]).toEqual(['pass', 'fail', 'pass', 'fail']);
    expect(() => check.parameters.parse({ responseWithin: 2 })).toThrow();
  });
});

test('each path can be repeated by hand', () => {
  expect(check.repeat({ ...shop, host: '2001:db8::1', httpPaths: ['/'] })).toBe(
    "curl -sSk -m 15 -o /dev/null -w '%{remote_ip} %{http_code} %{time_starttransfer}\\n' 'https://[2001:db8::1]/'",
  );
});
