import { describe, expect, it } from 'vitest';
import { classifyError, classifyStatus, parseRetryAfter } from '../../src/alerts/http-outcome.ts';
import { startMs } from './fixtures.ts';

describe('what an HTTP status says', () => {
  it.each([
    [200, 'accepted', null],
    [202, 'accepted', null],
    [204, 'accepted', null],
    [301, 'rejected', false],
    [304, 'rejected', false],
    [400, 'rejected', false],
    [401, 'rejected', false],
    [404, 'rejected', false],
    [410, 'rejected', false],
    [429, 'throttled', false],
    [500, 'server', true],
    [502, 'server', true],
    [503, 'throttled', false],
    [504, 'server', true],
  ])('%i: %s, may have arrived: %s', (status, expected, mayHaveArrived) => {
    const result = classifyStatus(status, undefined, startMs);
    expect(result).toEqual(
      expected === 'accepted'
        ? { kind: 'accepted', receipt: `HTTP ${status}` }
        : { kind: 'failed', reason: expected, mayHaveArrived, error: `HTTP ${status}`, retryAfterMs: null },
    );
  });

  it.each([
    ['30', 30_000],
    [' 30 ', 30_000],
    ['0', 0],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['99999999999999999999', 3_600_000],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
    [undefined, null],
    [['30', '40'], null],
    ['Tue, 24 Nov 2026 08:00:30 GMT', 30_000],
    ['Tue, 24 Nov 2026 07:59:59 GMT', null],
    ['Wed, 25 Nov 2026 08:00:00 GMT', 3_600_000],
    ['Tue, 99 Nov 2026 08:00:30 GMT', null],
  ])('Retry-After %j is %j ms', (header, expected) => {
    expect(parseRetryAfter(header, startMs)).toBe(expected);
  });
});

describe('what an error of the client says', () => {
  it.each([
    [{ code: 'ECONNREFUSED' }, 'network', false],
    [{ code: 'ENOTFOUND' }, 'network', false],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'timeout', false],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, 'timeout', true],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'timeout', false],
    [{ code: 'UND_ERR_HEADERS_TIMEOUT' }, 'timeout', true],
    [{ code: 'CERT_HAS_EXPIRED' }, 'network', false],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'network', false],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'network', false],
    [{ code: 'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC' }, 'network', true],
    [{ code: 'ECONNRESET' }, 'network', true],
    [{ code: 'UND_ERR_SOCKET' }, 'network', true],
    [new AggregateError([{ code: 'ECONNREFUSED' }]), 'network', false],
    [new Error('https://ops.example.com/secret-path?key=1'), 'network', true],
  ])('%o: %s, may have arrived: %s', (error, reason, mayHaveArrived) => {
    const result = classifyError(error, false);
    expect(result).toMatchObject({ kind: 'failed', reason, mayHaveArrived });
    expect(JSON.stringify(result)).not.toContain('secret-path');
  });

  it('an abort is a timeout that may have arrived', () => {
    expect(classifyError(new DOMException('', 'AbortError'), true)).toMatchObject({ reason: 'timeout', mayHaveArrived: true });
  });
});
