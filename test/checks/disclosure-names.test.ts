import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/disclosure-names.ts';
import { besideEcdsa, blindToMore, showing } from '../support/chains-of-address.ts';
import { judgeAll, judgeOne, shop, verdictOf } from '../support/judge.ts';

const leaf = { subject: 'CN=shop.example.com', issuer: 'C=US, O=Example Trust, CN=R10', subjectAltNames: ['DNS:shop.example.com'] };
const authority = { subject: 'CN=R10, O=West Europe', issuer: 'CN=root.corp', subjectAltNames: [] };
const timeout = { code: 'timeout', message: 'no answer within the deadline' };

interface Seen {
  readonly name?: string;
  readonly cnames?: readonly string[];
  readonly addresses?: readonly unknown[];
  /** Of the one address, where `addresses` names none. */
  readonly leaf?: Partial<typeof leaf>;
}

const factsOf = ({ name = 'shop.example.com', cnames = [], addresses, leaf: changes = {} }: Seen) => ({
  dns: { name, cnames },
  certificates: { addresses: addresses ?? [{ address: '192.0.2.1', chain: [{ ...leaf, ...changes }, authority] }] },
});

interface Row {
  readonly what: string;
  readonly seen: Seen;
  readonly literal: string;
  readonly intent: string;
  readonly observed?: string;
  readonly rule?: string;
}

const at = (address: string, changes: Partial<typeof leaf> = {}) => ({ address, chain: [{ ...leaf, ...changes }] });
const names = (...subjectAltNames: readonly string[]): Partial<typeof leaf> => ({ subjectAltNames: [...subjectAltNames] });

const telling = { ...leaf, ...names('DNS:db01.corp') };
const otherNames = (none: object, unknown: object = none) => ({ otherNames: { none, unknown } });
const shown = (facts: object) => ({ leaf: { fingerprintSha256: 'ff', ...facts }, fault: null });

const rows: readonly Row[] = [
  { what: 'plain names', seen: {}, literal: 'pass', intent: 'pass' },
  { what: 'aliases that tell nothing', seen: { cnames: ['www.example.net', 'azure.example.net'] }, literal: 'pass', intent: 'pass' },
  {
    what: 'an alias on a service',
    seen: { cnames: ['shop.azurewebsites.net'] },
    literal: 'fail',
    intent: 'pass',
    observed: 'at DNS: shop.azurewebsites.net: service azurewebsites.net (App Service)',
    rule: 'cnames',
  },
  {
    what: 'an alias in a region',
    seen: { cnames: ['www.example.net', 'shop.westeurope.cloudapp.azure.com'] },
    literal: 'fail',
    intent: 'fail',
    observed:
      'at DNS: shop.westeurope.cloudapp.azure.com: region westeurope, service cloudapp.azure.com (public address of a virtual network)',
    rule: 'cnames',
  },
  { what: 'the host in a region', seen: { name: 'shop-germanywestcentral.example.com' }, literal: 'fail', intent: 'fail' },
  { what: 'the host on a service', seen: { name: 'shop.azurefd.net' }, literal: 'fail', intent: 'pass' },
  { what: 'an alias into the inner network', seen: { cnames: ['lb01.corp'] }, literal: 'fail', intent: 'pass' },
  {
    what: 'a certificate that names a service',
    seen: { leaf: names('DNS:shop.example.com', 'DNS:shop.azurewebsites.net') },
    literal: 'fail',
    intent: 'pass',
    rule: 'subjectAltName',
  },
  { what: 'a certificate that names a region', seen: { leaf: names('DNS:*.westeurope.example.com') }, literal: 'fail', intent: 'fail' },
  {
    what: 'a certificate that names the inner network',
    seen: { leaf: names('DNS:db01.corp') },
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: db01.corp: name of an inner network',
    rule: 'subjectAltName',
  },
  { what: 'a certificate with a private address', seen: { leaf: names('IP Address:10.0.0.4') }, literal: 'fail', intent: 'fail' },
  { what: 'a version in the subject', seen: { leaf: { subject: 'O=nginx/1.22.1' } }, literal: 'fail', intent: 'fail', rule: 'subject' },
  { what: 'a product without a version', seen: { leaf: { subject: 'O=nginx' } }, literal: 'pass', intent: 'pass' },
  { what: 'an inner authority', seen: { leaf: { issuer: 'DC=local, DC=corp, CN=ca' } }, literal: 'fail', intent: 'fail', rule: 'issuer' },
  {
    what: 'a name that cannot be read',
    seen: { leaf: names('othername:<unsupported>') },
    literal: 'unknown unsupported',
    intent: 'unknown unsupported',
  },
  {
    what: 'a name that cannot be read beside one that tells',
    seen: { leaf: names('othername:<unsupported>', 'DNS:db01.corp') },
    literal: 'fail',
    intent: 'fail',
  },
  { what: 'no address', seen: { addresses: [] }, literal: 'unknown none-seen', intent: 'unknown none-seen' },
  {
    what: 'no certificate',
    seen: { addresses: [{ address: '192.0.2.1', chain: [] }] },
    literal: 'unknown malformed',
    intent: 'unknown malformed',
  },
  {
    what: 'a certificate that could not be seen',
    seen: { addresses: [{ address: '192.0.2.1', chain: [], fault: timeout }] },
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  {
    what: 'a certificate that could not be seen, behind an alias that tells',
    seen: { cnames: ['a.westeurope.example.com'], addresses: [{ address: '192.0.2.1', chain: [], fault: timeout }] },
    literal: 'fail',
    intent: 'fail',
  },
  { what: 'two chains that tell nothing', seen: { addresses: [besideEcdsa([leaf], [leaf])] }, literal: 'pass', intent: 'pass' },
  {
    what: 'a second chain that tells',
    seen: { addresses: [besideEcdsa([leaf], [telling])] },
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: ecdsa chain: db01.corp: name of an inner network',
    rule: 'subjectAltName',
  },
  {
    what: 'chains that nobody saw',
    seen: { addresses: [showing([{ certificates: [leaf] }], blindToMore)] },
    literal: 'unknown throttled',
    intent: 'unknown throttled',
  },
  {
    what: 'other names that get nothing',
    seen: { addresses: [showing([{ certificates: [leaf] }], otherNames({ leaf: null, fault: null }))] },
    literal: 'pass',
    intent: 'pass',
  },
  {
    what: 'other names that get what tells nothing',
    seen: { addresses: [showing([{ certificates: [leaf] }], otherNames(shown({ ...leaf, subject: 'CN=www.example.com' })))] },
    literal: 'pass',
    intent: 'pass',
  },
  {
    what: 'a certificate that tells to whoever gives no name',
    seen: { addresses: [showing([{ certificates: [leaf] }], otherNames(shown(telling), shown(leaf)))] },
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: without a name: db01.corp: name of an inner network',
    rule: 'subjectAltName',
  },
  {
    what: 'a certificate of a service under an unknown name',
    seen: { addresses: [showing([{ certificates: [leaf] }], otherNames(shown(leaf), shown({ ...leaf, ...names('DNS:a.azurefd.net') })))] },
    literal: 'fail',
    intent: 'pass',
  },
  {
    what: 'what other names get could not be seen',
    seen: { addresses: [showing([{ certificates: [leaf] }], otherNames({ leaf: null, fault: timeout }, shown(leaf)))] },
    literal: 'unknown timeout',
    intent: 'unknown timeout',
    observed: 'at 192.0.2.1: without a name: no answer within the deadline',
  },
  {
    what: 'the own certificate under other names is told once',
    seen: {
      addresses: [
        showing([{ certificates: [{ ...telling, fingerprintSha256: 'aa' }] }], otherNames(shown({ ...telling, fingerprintSha256: 'aa' }))),
      ],
    },
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.1: db01.corp: name of an inner network',
  },
  {
    what: 'no other name to ask with',
    seen: { addresses: [showing([{ certificates: [leaf] }], { otherNames: null })] },
    literal: 'pass',
    intent: 'pass',
  },
  { what: 'two addresses that tell nothing', seen: { addresses: [at('192.0.2.1'), at('192.0.2.2')] }, literal: 'pass', intent: 'pass' },
  {
    what: 'two addresses with different certificates, one of which tells',
    seen: { addresses: [at('192.0.2.1'), at('192.0.2.2', names('DNS:origin.internal'))] },
    literal: 'fail',
    intent: 'fail',
    observed: 'at 192.0.2.2: origin.internal: name of an inner network',
  },
  {
    what: 'one address of two could not be seen',
    seen: { addresses: [at('192.0.2.1'), { address: '192.0.2.2', chain: [], fault: timeout }] },
    literal: 'unknown timeout',
    intent: 'unknown timeout',
  },
  {
    what: 'one tells, the other could not be seen',
    seen: { addresses: [at('192.0.2.1', names('DNS:a.lan')), { address: '192.0.2.2', chain: [], fault: timeout }] },
    literal: 'fail',
    intent: 'fail',
  },
];

describe.each(rows)('$what', ({ seen, literal, intent, observed, rule }) => {
  const facts = factsOf(seen);

  test('literal', () => {
    const judgement = judgeOne(check, 'literal', facts);
    expect(verdictOf(judgement)).toBe(literal);
    if (observed !== undefined) expect(judgement.observed).toBe(observed);
    if (rule !== undefined) expect(judgement.rule).toBe(rule);
  });

  test('intent', () => {
    expect(verdictOf(judgeOne(check, 'intent', facts))).toBe(intent);
  });
});

test('names that tell are listed up to five, and the rest is counted', () => {
  const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `DNS:${name}.corp`);
  const observedOf = (entries: readonly string[]): string => judgeOne(check, 'intent', factsOf({ leaf: names(...entries) })).observed;
  expect(observedOf(six.slice(0, 5))).toMatch(/e\.corp: name of an inner network$/);
  expect(observedOf(six)).toMatch(/e\.corp: name of an inner network; and 1 more$/);
});

test('what fails the intent fails the literal; nothing unseen passes', () => {
  const name = fc.constantFrom('shop.example.com', 'a.azurefd.net', 'a.westeurope.example.com', 'db.corp');
  const entry = fc.oneof(
    name.map((each) => `DNS:${each}`),
    fc.constant('othername:<unsupported>'),
  );
  const address = fc.oneof(
    fc.array(entry, { maxLength: 3 }).map((entries) => ({ chain: [{ ...leaf, subjectAltNames: entries }] })),
    fc.constant({ chain: [], fault: timeout }),
  );
  fc.assert(
    fc.property(name, fc.array(name, { maxLength: 2 }), fc.array(address, { maxLength: 3 }), (host, cnames, seen) => {
      const addresses = seen.map((each, index) => ({ address: `192.0.2.${index}`, ...each }));
      const facts = factsOf({ name: host, cnames, addresses });
      const [literal, intent] = judgeAll(check, facts);
      if (intent?.status === 'fail') expect(literal?.status).toBe('fail');
      const isBlind = seen.length === 0 || seen.some((each) => 'fault' in each);
      if (isBlind) for (const judgement of [literal, intent]) expect(judgement?.status).not.toBe('pass');
    }),
  );
});

test('how to repeat it', () => {
  expect(check.repeat(shop)).toContain(
    'dig +noall +answer shop.example.com A shop.example.com AAAA; openssl s_client -connect shop.example.com:443',
  );
  expect(check.repeat({ ...shop, host: '2001:db8::1' })).toMatch(/^openssl s_client -connect \[2001:db8::1\]:443/);
});
