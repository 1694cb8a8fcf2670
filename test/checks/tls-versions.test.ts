import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-versions.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

const offered = { outcome: 'offered' };
const refused = { outcome: 'refused', by: 'alert', alert: 70 };
const closed = { outcome: 'refused', by: 'close' };
const reset = { outcome: 'refused', by: 'reset' };
const fault = (code: string) => ({ outcome: 'fault', fault: { code, message: `no answer (${code})` } });

const good = { SSLv3: refused, TLSv1: refused, 'TLSv1.1': refused, 'TLSv1.2': offered, 'TLSv1.3': offered };
type Protocols = { readonly [version: string]: unknown };
const at = (protocols: Protocols, address = '192.0.2.1', plaintext: string | null = null) => ({
  address,
  plaintext,
  protocols: { ...good, ...protocols },
});
const allOf = (probe: unknown) => ({ SSLv3: probe, TLSv1: probe, 'TLSv1.1': probe, 'TLSv1.2': probe, 'TLSv1.3': probe });

interface Row {
  readonly what: string;
  readonly addresses: readonly unknown[];
  readonly literal: string;
  readonly intent: string;
  readonly observed?: string;
}

const rows: readonly Row[] = [
  { what: 'TLS 1.2 and 1.3', addresses: [at({})], literal: 'pass', intent: 'pass' },
  { what: 'TLS 1.2 alone', addresses: [at({ 'TLSv1.3': refused })], literal: 'pass', intent: 'pass' },
  { what: 'TLS 1.3 alone', addresses: [at({ 'TLSv1.2': refused })], literal: 'pass', intent: 'pass' },
  { what: 'TLS 1.3 could not be tried', addresses: [at({ 'TLSv1.3': fault('timeout') })], literal: 'pass', intent: 'pass' },
  { what: 'old versions refused by close and reset', addresses: [at({ SSLv3: closed, TLSv1: reset })], literal: 'pass', intent: 'pass' },
  {
    what: 'TLS 1.1 too',
    addresses: [at({ 'TLSv1.1': offered })],
    literal: 'pass',
    intent: 'fail',
    observed: 'at 192.0.2.1: TLS 1.1 accepted',
  },
  { what: 'TLS 1.0 too', addresses: [at({ TLSv1: offered })], literal: 'pass', intent: 'fail', observed: 'at 192.0.2.1: TLS 1.0 accepted' },
  { what: 'SSL 3.0 too', addresses: [at({ SSLv3: offered })], literal: 'pass', intent: 'fail', observed: 'at 192.0.2.1: SSL 3.0 accepted' },
  {
    what: 'only SSL 3.0',
    addresses: [at({ ...allOf(refused), SSLv3: offered })],
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: SSL 3.0 accepted; none of TLS 1.2, TLS 1.3 accepted',
  },
  { what: 'only TLS 1.1', addresses: [at({ ...allOf(refused), 'TLSv1.1': offered })], literal: 'pass', intent: 'fail' },
  { what: 'no version, told by alert', addresses: [at(allOf(refused))], literal: 'fail', intent: 'fail' },
  {
    what: 'plain HTTP on the TLS port',
    addresses: [at(allOf(closed), '192.0.2.1', 'HTTP/1.1 400 Bad Request')],
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: answers without TLS ("HTTP/1.1 400 Bad Request")',
  },
  { what: 'plain HTTP and TLS on one port', addresses: [at({}, '192.0.2.1', 'HTTP/1.1 200 OK')], literal: 'fail', intent: 'fail' },
  { what: 'every hello closed', addresses: [at(allOf(closed))], literal: 'unknown unreachable', intent: 'unknown unreachable' },
  { what: 'every hello reset', addresses: [at(allOf(reset))], literal: 'unknown unreachable', intent: 'unknown unreachable' },
  { what: 'every hello timed out', addresses: [at(allOf(fault('timeout')))], literal: 'unknown timeout', intent: 'unknown timeout' },
  { what: 'SSL 3.0 could not be tried', addresses: [at({ SSLv3: fault('unsupported') })], literal: 'pass', intent: 'unknown unsupported' },
  { what: 'TLS 1.0 could not be tried', addresses: [at({ TLSv1: fault('timeout') })], literal: 'pass', intent: 'unknown timeout' },
  {
    what: 'TLS 1.0 could not be tried, TLS 1.1 is accepted',
    addresses: [at({ TLSv1: fault('timeout'), 'TLSv1.1': offered })],
    literal: 'pass',
    intent: 'fail',
  },
  {
    what: 'TLS 1.2 refused, TLS 1.3 could not be tried',
    addresses: [at({ 'TLSv1.2': refused, 'TLSv1.3': fault('throttled') })],
    literal: 'unknown throttled',
    intent: 'unknown throttled',
  },
  {
    what: 'SSL 3.0 could not be tried, no TLS accepted',
    addresses: [at({ ...allOf(refused), SSLv3: fault('unsupported') })],
    literal: 'fail',
    intent: 'fail',
  },
  {
    what: 'one address of two could not be seen',
    addresses: [at({}), at(allOf(fault('unreachable')), '2001:db8::1')],
    literal: 'unknown unreachable',
    intent: 'unknown unreachable',
    observed: 'at 2001:db8::1: SSL 3.0 could not be tried: no answer (unreachable); TLS 1.2 could not be tried: no answer (unreachable)',
  },
  {
    what: 'one address of three fails, another could not be seen',
    addresses: [at({}), at(allOf(fault('timeout')), '192.0.2.2'), at({ TLSv1: offered }, '2001:db8::1')],
    literal: 'unknown timeout',
    intent: 'fail',
    observed: 'at 2001:db8::1: TLS 1.0 accepted',
  },
  { what: 'no address', addresses: [], literal: 'unknown none-seen', intent: 'unknown none-seen' },
];

describe('tls-versions', () => {
  test.each(rows)('$what: literal $literal, intent $intent', ({ addresses, literal, intent, observed }) => {
    expect(verdictOf(judgeOne(check, 'literal', { tls: { addresses } }))).toBe(literal);
    const judgement = judgeOne(check, 'intent', { tls: { addresses } });
    expect(verdictOf(judgement)).toBe(intent);
    if (observed !== undefined) expect(judgement.observed).toBe(observed);
  });

  test('the rule that forbids the version is named', () => {
    expect(judgeOne(check, 'intent', { tls: { addresses: [at({ SSLv3: offered })] } }).rule).toBe('RFC 7568');
    expect(judgeOne(check, 'intent', { tls: { addresses: [at({ TLSv1: offered })] } }).rule).toBe('RFC 8996');
  });

  test('a version that a parameter refuses does not count as accepted', () => {
    const parameters = { refusedVersions: ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'] };
    const judge = (protocols: Protocols) => verdictOf(judgeOne(check, 'intent', { tls: { addresses: [at(protocols)] } }, { parameters }));
    expect(judge({})).toBe('fail');
    expect(judge({ 'TLSv1.2': refused })).toBe('pass');
    expect(judge({ 'TLSv1.2': refused, 'TLSv1.3': refused })).toBe('fail');
  });

  test('the parameters refuse an empty list and unknown names', () => {
    expect(check.parameters.safeParse({ refusedVersions: [] }).success).toBe(false);
    expect(check.parameters.safeParse({ refusedVersions: ['TLSv0'] }).success).toBe(false);
    expect(check.parameters.safeParse({ refused: [] }).success).toBe(false);
  });

  test('a fact without one of the versions does not fit', () => {
    const { 'TLSv1.1': _left, ...protocols } = good;
    expect(check.needs['tls']?.safeParse({ addresses: [{ address: '192.0.2.1', plaintext: null, protocols }] }).success).toBe(false);
  });
});
