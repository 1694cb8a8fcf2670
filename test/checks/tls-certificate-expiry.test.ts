import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/tls-certificate-expiry.ts';
import { besideEcdsa, blindToMore, onlyFirst, showing } from '../support/chains-of-address.ts';
import { judgeOne, verdictOf } from '../support/judge.ts';

/** 100 days: a hundredth of the lifetime is a day. */
const validFrom = '2026-09-01T00:00:00.000Z';
const validTo = '2026-12-10T00:00:00.000Z';
const leaf = { subject: 'CN=shop.example.com', validFrom, validTo, selfSigned: false };
const intermediate = {
  ...leaf,
  subject: 'C=XX\nCN=Intermediate',
  validFrom: '2020-01-01T00:00:00.000Z',
  validTo: '2040-01-01T00:00:00.000Z',
};
const expiredRoot = { subject: 'CN=Root', validFrom: '2000-01-01T00:00:00.000Z', validTo: '2020-01-01T00:00:00.000Z', selfSigned: true };
const at = (chain: readonly unknown[], address = '192.0.2.1') => ({ address, chain });
const unseen = (address = '192.0.2.1') => ({ address, chain: [], fault: { code: 'timeout', message: 'no answer within the deadline' } });

interface Row {
  readonly what: string;
  readonly asOf?: string;
  readonly addresses?: readonly unknown[];
  readonly literal: string;
  readonly intent: string;
  readonly observed?: string;
}

const notProvable = 'unknown not-provable';
const rows: readonly Row[] = [
  { what: 'fresh', literal: notProvable, intent: 'pass' },
  {
    what: 'exactly 20% left',
    asOf: '2026-11-20T00:00:00.000Z',
    addresses: [at([leaf])],
    literal: notProvable,
    intent: 'pass',
    observed:
      'at 192.0.2.1: certificate "CN=shop.example.com" expires at 2026-12-10T00:00:00.000Z (ticket after 2026-11-20T00:00:00.000Z, page after 2026-12-03T00:00:00.000Z)',
  },
  { what: 'a millisecond below 20%', asOf: '2026-11-20T00:00:00.001Z', literal: 'fail ticket', intent: 'fail ticket' },
  { what: 'exactly 7% left', asOf: '2026-12-03T00:00:00.000Z', literal: 'fail ticket', intent: 'fail ticket' },
  { what: 'a millisecond below 7%', asOf: '2026-12-03T00:00:00.001Z', literal: 'fail page', intent: 'fail page' },
  { what: 'the last valid millisecond', asOf: validTo, literal: 'fail page', intent: 'fail page' },
  {
    what: 'a millisecond expired',
    asOf: '2026-12-10T00:00:00.001Z',
    literal: 'fail page',
    intent: 'fail page',
    observed: 'at 192.0.2.1: certificate "CN=shop.example.com" expired at 2026-12-10T00:00:00.000Z',
  },
  { what: 'the first valid millisecond', asOf: validFrom, literal: notProvable, intent: 'pass' },
  {
    what: 'a millisecond before it is valid',
    asOf: '2026-08-31T23:59:59.999Z',
    literal: 'fail page',
    intent: 'fail page',
    observed: 'at 192.0.2.1: certificate "CN=shop.example.com" is not valid before 2026-09-01T00:00:00.000Z',
  },
  {
    what: 'the intermediate expired',
    addresses: [at([leaf, { ...intermediate, validTo: '2026-10-09T00:00:00.000Z' }])],
    literal: 'fail page',
    intent: 'fail page',
    observed: 'at 192.0.2.1: certificate "C=XX, CN=Intermediate" expired at 2026-10-09T00:00:00.000Z',
  },
  { what: 'a root that is sent along expired', addresses: [at([leaf, intermediate, expiredRoot])], literal: notProvable, intent: 'pass' },
  { what: 'a self-signed leaf expired', addresses: [at([expiredRoot])], literal: 'fail page', intent: 'fail page' },
  {
    what: 'leaf below 20%, intermediate below 7%',
    asOf: '2026-11-20T00:00:00.001Z',
    addresses: [at([leaf, { ...intermediate, validTo: '2026-11-21T00:00:00.000Z' }])],
    literal: 'fail page',
    intent: 'fail page',
    observed:
      'at 192.0.2.1: certificate "C=XX, CN=Intermediate" expires at 2026-11-21T00:00:00.000Z (ticket after 2025-07-05T19:12:00.000Z, page after 2026-05-28T21:07:12.000Z)',
  },
  { what: 'could not be seen', addresses: [unseen()], literal: 'unknown timeout', intent: 'unknown timeout' },
  { what: 'no certificate', addresses: [at([])], literal: 'unknown malformed', intent: 'unknown malformed' },
  { what: 'no address', addresses: [], literal: 'unknown none-seen', intent: 'unknown none-seen' },
  {
    what: 'one address could not be seen',
    addresses: [at([leaf]), unseen('2001:db8::1')],
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  {
    what: 'one address expired, another could not be seen',
    addresses: [at([expiredRoot], '192.0.2.2'), unseen(), at([leaf], '192.0.2.3')],
    literal: 'fail page',
    intent: 'fail page',
    observed: 'at 192.0.2.2: certificate "CN=Root" expired at 2020-01-01T00:00:00.000Z',
  },
  { what: 'two chains', addresses: [besideEcdsa([leaf, intermediate], [leaf, intermediate])], literal: notProvable, intent: 'pass' },
  {
    what: 'the second chain expired',
    addresses: [besideEcdsa([leaf, intermediate], [{ ...leaf, validTo: '2026-10-09T00:00:00.000Z' }])],
    literal: 'fail page',
    intent: 'fail page',
    observed: 'at 192.0.2.1: ecdsa chain: certificate "CN=shop.example.com" expired at 2026-10-09T00:00:00.000Z',
  },
  {
    what: 'an issuer in the second chain expired',
    addresses: [besideEcdsa([leaf], [leaf, { ...intermediate, validTo: '2026-10-09T00:00:00.000Z' }])],
    literal: 'fail page',
    intent: 'fail page',
  },
  {
    what: 'an anchor expired in the second chain',
    addresses: [besideEcdsa([leaf], [leaf, intermediate, expiredRoot])],
    literal: notProvable,
    intent: 'pass',
  },
  {
    what: 'the second chain is a leaf that signed itself, expired',
    addresses: [besideEcdsa([leaf], [expiredRoot])],
    literal: 'fail page',
    intent: 'fail page',
  },
  {
    what: 'what belongs to no path expired',
    addresses: [besideEcdsa([leaf], [leaf, { ...intermediate, validTo: '2026-10-09T00:00:00.000Z' }], {}, onlyFirst)],
    literal: notProvable,
    intent: 'pass',
  },
  {
    what: 'there may be more chains',
    addresses: [showing([{ certificates: [leaf] }], blindToMore)],
    literal: 'unknown throttled',
    intent: 'unknown throttled',
    observed: 'at 192.0.2.1: not all chains are known: it hung up',
  },
  {
    what: 'the second expired, and there may be more',
    addresses: [besideEcdsa([leaf], [expiredRoot], blindToMore)],
    literal: 'fail page',
    intent: 'fail page',
  },
];

describe('tls-certificate-expiry', () => {
  test.each(rows)('$what: literal $literal, intent $intent', ({ asOf, addresses, literal, intent, observed }) => {
    const facts = { certificates: { addresses: addresses ?? [at([leaf, intermediate])] } };
    const options = { asOf: asOf ?? '2026-10-10T00:00:00.000Z' };
    expect(verdictOf(judgeOne(check, 'literal', facts, options))).toBe(literal);
    const judgement = judgeOne(check, 'intent', facts, options);
    expect(verdictOf(judgement)).toBe(intent);
    if (observed !== undefined) expect(judgement.observed).toBe(observed);
  });

  test('a time that cannot be read is never a pass', () => {
    const facts = { certificates: { addresses: [at([leaf])] } };
    expect(judgeOne(check, 'intent', facts, { asOf: 'soon' }).status).not.toBe('pass');
    expect(check.needs['certificates']?.safeParse({ addresses: [at([{ ...leaf, validTo: 'Dec 10 2026' }])] }).success).toBe(false);
  });

  test('limits are parameters', () => {
    const facts = { certificates: { addresses: [at([leaf])] } };
    const judge = (asOf: string) =>
      verdictOf(judgeOne(check, 'intent', facts, { asOf, parameters: { ticketBelowRatio: 0.5, pageBelowRatio: 0.1 } }));
    expect(judge('2026-10-21T00:00:00.000Z')).toBe('pass');
    expect(judge('2026-10-21T00:00:00.001Z')).toBe('fail ticket');
    expect(judge('2026-11-30T00:00:00.000Z')).toBe('fail ticket');
    expect(judge('2026-11-30T00:00:00.001Z')).toBe('fail page');
  });

  test.each([{ ticketBelowRatio: 0.05 }, { pageBelowRatio: 0 }, { pageBelowRatio: 7 }, { ticketBelowRatio: 1 }, { ticketDays: 30 }])(
    'the parameters refuse %o',
    (parameters) => {
      expect(check.parameters.safeParse(parameters).success).toBe(false);
    },
  );
});
