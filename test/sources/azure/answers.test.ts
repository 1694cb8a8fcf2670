import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { isGone, readArmError, refusalFault } from '../../../src/sources/azure/answer-fault.ts';
import { readClaims } from '../../../src/sources/azure/claims-challenge.ts';
import { placeOf } from '../../../src/sources/azure/request-area.ts';
import { readRetryAfter, readTimeSpan } from '../../../src/sources/azure/retry-after.ts';

const nowMs = Date.UTC(2026, 10, 24, 10, 0, 0);

describe('how long an answer asks us to wait', () => {
  it.each<[{ readonly [name: string]: string }, number | null]>([
    [{}, null],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '17' }, 17_000],
    [{ 'retry-after': '-1' }, null],
    [{ 'retry-after': '1.5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': 'Tue, 24 Nov 2026 10:00:05 GMT' }, 5_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 09:00:00 GMT' }, 0],
    [{ 'retry-after-ms': '120', 'retry-after': '9' }, 120],
    [{ 'x-ms-retry-after-ms': '130', 'retry-after': '9' }, 130],
    [{ 'retry-after-ms': '', 'retry-after': '9' }, 9_000],
  ])('%j', (headers, expected) => {
    expect(readRetryAfter({ get: (name) => headers[name] }, nowMs)).toBe(expected);
  });

  it.each([
    ['00:00:05', 5_000],
    ['01:02:03.5', 3_723_500],
    ['5', null],
    ['', null],
    [undefined, null],
  ])('a span %s', (text, expected) => {
    expect(readTimeSpan(text)).toBe(expected);
  });
});

describe('a claims challenge', () => {
  const claims = Buffer.from('{"access_token":{}}').toString('base64');
  it.each([
    [`Bearer realm="", error="insufficient_claims", claims="${claims}"`, '{"access_token":{}}'],
    [`Bearer error="invalid_token", claims="${claims}"`, null],
    ['Bearer error="insufficient_claims", claims="bm90IGpzb24="', null],
    ['Bearer error="insufficient_claims"', null],
    [undefined, null],
  ])('%s', (header, expected) => {
    expect(readClaims(header)).toBe(expected);
  });
});

describe('where a request is counted', () => {
  it.each([
    ['/providers/Microsoft.ResourceGraph/resources', 'resource-graph', '', true],
    ['/subscriptions/A/providers/Microsoft.Storage/storageAccounts', 'storage', 'a', true],
    ['/subscriptions/a/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/x', 'storage', 'a', false],
    [
      '/subscriptions/a/resourceGroups/r/providers/Microsoft.Web/sites/x/providers/Microsoft.Insights/diagnosticSettings',
      'insights',
      'a',
      true,
    ],
    ['/subscriptions/a/providers/Evil.Name/things', 'arm', 'a', true],
    ['/subscriptions', 'arm', '', false],
  ])('%s', (path, area, subscription, isList) => {
    expect(placeOf(path)).toEqual({ area, subscription, isList, isAction: false });
  });

  it('a POST about a subscription is counted with the writes, a question to Resource Graph is not', () => {
    const network = '/subscriptions/a/resourceGroups/r/providers/Microsoft.Network/virtualNetworks/x/list';
    expect(placeOf(network, 'POST')).toMatchObject({ area: 'network', subscription: 'a', isAction: true });
    expect(placeOf('/providers/Microsoft.ResourceGraph/resources', 'POST')).toMatchObject({ isAction: false });
  });
});

describe('what a refusal says', () => {
  it('keeps nobody’s name', () => {
    const body = JSON.stringify({ error: { code: 'BadRequest', message: "The client 'Jane.Doe+ops@example.com' asked for too much" } });
    const { message } = refusalFault({ status: 400, body }, 'management.azure.com');
    expect(message).toBe("Azure does not accept what was asked (BadRequest): The client '...' asked for too much");
  });

  it('keeps no token, time or id of a request', () => {
    const message = `Bearer abc.def.ghi x timestamp = 2026-11-24T10:00:00Z, correlationId = 5f2f1c9e-aaaa, then ${'eyJ'.repeat(40)} end`;
    const { message: told } = readArmError(JSON.stringify({ error: { code: 'Bad', message } })) ?? {};
    expect(told).toBe('x then ... end');
  });

  it.each(['', 'null', '[]', '<html>', '{}', '{"error":"x"}', '{"error":{"code":"<b>"}}', '{"message":"x"}'])(
    '%j is no error of Azure',
    (body) => {
      expect(readArmError(body)).toBeNull();
      expect(isGone({ status: 404, body })).toBe(false);
      expect(refusalFault({ status: 404, body }, 'h').fault.code).toBe('malformed');
    },
  );

  it.each([
    ['ResourceNotFound', true],
    ['ResourceGroupNotFound', true],
    ['ParentResourceNotFound', true],
    ['NotFound', true],
    ['SubscriptionNotFound', false],
    ['TenantNotFound', false],
    ['InvalidSubscriptionNotFound', false],
    ['NoRegisteredProviderFound', false],
    ['InvalidResourceType', false],
  ])('404 %s says that the resource is gone: %j', (code, gone) => {
    const body = JSON.stringify({ error: { code, message: 'x' } });
    expect(isGone({ status: 404, body })).toBe(gone);
    expect(isGone({ status: 403, body })).toBe(false);
  });

  it.each(['{"code":"NotFound","message":"x"}', '{"Code":"NotFound","Message":"x"}'])(
    '%j may come from what stands between: not gone',
    (body) => {
      expect(readArmError(body)).toEqual({ code: 'NotFound', message: 'x', isWrapped: false });
      expect(isGone({ status: 404, body })).toBe(false);
      expect(refusalFault({ status: 404, body }, 'h').fault.code).toBe('partial');
    },
  );

  it.each([400, 405, 409, 410, 412, 501, 505, 202, 206])('%d is no answer', (status) => {
    const body = JSON.stringify({ error: { code: 'Some', message: 'text' } });
    expect(['unsupported', 'unreachable']).toContain(refusalFault({ status, body }, 'h').fault.code);
  });
});

/** Recorded answers of the real Azure stand beside the project, where they are. */
const folder = join(import.meta.dirname, '../../../../shared/azure/recorded');
const recordingSchema = z.looseObject({ status: z.unknown(), body: z.unknown() });

describe.skipIf(!existsSync(folder))('recorded refusals', () => {
  const refusals = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.json'))
        .map((name) => ({ name, ...recordingSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))) }))
        .filter(({ status, body }) => JSON.stringify(status).match(/4\d\d/) !== null && body !== null)
    : [];

  it('are errors of Azure, each with its meaning', () => {
    const found = refusals.map(({ name, status, body }) => {
      const number = Number(/\d{3}/.exec(JSON.stringify(status))?.[0]);
      const answer = { status: number, body: typeof body === 'string' ? body : JSON.stringify(body) };
      return { name, number, isGone: isGone(answer), code: readArmError(answer.body)?.code };
    });
    expect(found.length).toBeGreaterThan(0);
    for (const { number, isGone: gone, code } of found) {
      expect(code).toBeDefined();
      if (gone) expect(number).toBe(404);
    }
  });
});
