import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadRegister } from '../../src/config/load-register.ts';
import {
  mapSentences,
  missingQuotes,
  privacyPolicyOf,
  securityPolicyOf,
  splitSentences,
  unmappedSentences,
} from '../support/policy-sentences.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../${name}`, import.meta.url));
const file = readFileSync(pathOf('config/policy/published-policies.txt'), 'utf8');
const policy = securityPolicyOf(file);
const register = await loadRegister(pathOf('config/claims.yaml'));

describe('the splitting', () => {
  test.each([
    ['All Cloud Shopstoresync. servers are run from here. They hum.', ['All Cloud Shopstoresync. servers are run from here.', 'They hum.']],
    ['All Shopstoresync. data is encrypted.', ['All Shopstoresync. data is encrypted.']],
    ['We update Cloud Shopstoresync. We mend it.', ['We update Cloud Shopstoresync.', 'We mend it.']],
    ['We never look, unless asked. we ask first.', ['We never look, unless asked.', 'we ask first.']],
    ['DATA SAFETY\nOur data, safe! Is it?', ['DATA SAFETY', 'Our data, safe!', 'Is it?']],
  ])('%j', (text, sentences) => {
    expect(splitSentences(text)).toEqual(sentences);
  });

  test('the Security Policy has 38 sentences, its title and its five headings included', () => {
    expect(splitSentences(policy)).toHaveLength(38);
    expect(splitSentences(policy).at(0)).toBe('Security Policy');
    expect(splitSentences(policy).at(-1)).toMatch(/^We never access your data in Cloud Shopstoresync\., unless/);
  });
});

describe('the register', () => {
  test.each(mapSentences(policy, register))('covers: $sentence', ({ claims, notTestable, uncovered }) => {
    expect(uncovered).toEqual([]);
    expect(claims.length + notTestable.length).toBeGreaterThan(0);
  });

  test('quotes to the letter, each in its own document', () => {
    const security = register.claims.filter((claim) => claim.document === 'security-policy').flatMap((claim) => claim.quotes);
    const privacy = register.claims.filter((claim) => claim.document === 'privacy-policy').flatMap((claim) => claim.quotes);
    expect(missingQuotes(policy, [...security, ...register.notTestable.map(({ quote }) => quote)])).toEqual([]);
    expect(missingQuotes(privacyPolicyOf(file), privacy)).toEqual([]);
    expect(privacy).not.toHaveLength(0);
  });

  test('no two claims promise the same words', () => {
    const quotes = [...register.claims.flatMap((claim) => claim.quotes), ...register.notTestable.map(({ quote }) => quote)];
    expect(quotes.filter((quote, index) => quotes.indexOf(quote) !== index)).toEqual([]);
  });
});

describe('a policy that changed', () => {
  test('a new sentence is unmapped, also one that speaks of the document or begins with a small letter', () => {
    for (const added of ['We also mend bicycles.', 'This Security Policy is perfect.', 'we encrypt all backups.', 'NEW HEADING']) {
      expect(unmappedSentences(`${policy} ${added}`, register).join(' ')).toContain(added);
      expect(unmappedSentences(`${policy}\n${added}`, register)).toEqual([added]);
    }
  });

  const words = [...policy.matchAll(/[\p{L}\p{N}]+/gu)].map((word) => ({ start: word.index, end: word.index + word[0].length }));

  test('every word that is replaced leaves an unmapped sentence', () => {
    expect(words.length).toBeGreaterThan(500);
    const unnoticed = words.filter(
      ({ start, end }) => unmappedSentences(`${policy.slice(0, start)}zebra${policy.slice(end)}`, register).length === 0,
    );
    expect(unnoticed).toEqual([]);
  });

  test('every word that is put in leaves an unmapped sentence', () => {
    const unnoticed = words.filter(
      ({ start }) => unmappedSentences(`${policy.slice(0, start)}hardly ${policy.slice(start)}`, register).length === 0,
    );
    expect(unnoticed).toEqual([]);
  });

  test('every sentence that is taken out leaves a quote without its text', () => {
    const quotes = [
      ...register.claims.filter((claim) => claim.document === 'security-policy').flatMap((claim) => claim.quotes),
      ...register.notTestable.map(({ quote }) => quote),
    ];
    const sentences = splitSentences(policy).filter((sentence) => sentence !== 'Security Policy');
    expect(sentences.filter((sentence) => missingQuotes(policy.replace(sentence, ''), quotes).length === 0)).toEqual([]);
  });
});

/** The closed list of the register of claims, by what it calls them. */
const closedList: Readonly<Record<string, readonly string[]>> = {
  'customer satisfaction, "would not be proud of"': ['Our top priority is customer satisfaction'],
  'physical location of the data centre': ['The exact physical location'],
  '"only those within Azure know"': ['Only those within Azure'],
  'controls of the data centre': ['Additionally, data centers are secured'],
  '"prevents anyone"': ['This is the standard technology'],
  '"preventing hackers"': ['preventing hackers'],
  '"thus preventing attackers"': ['thus preventing attackers'],
  'the backup disclaimer': ['(though we can’t offer backup'],
  'recommendations to read other documents': ['For more specific details', 'We recommend you also review'],
  headings: ['DATA SAFETY', 'DATA CENTER SECURITY', 'INFRASTRUCTURE SECURITY', 'APPLICATION SECURITY', 'OPERATIONAL SECURITY'],
  '"applies only to your data"': ['This Security Policy applies only'],
  '"many years of experience"': ['They have many years of experience'],
};

describe('the closed list', () => {
  test('is the whole not-testable list', () => {
    const expected = Object.values(closedList).flat();
    const unexpected = register.notTestable.filter(({ quote }) => !expected.some((beginning) => quote.startsWith(beginning)));
    expect(unexpected).toEqual([]);
    expect(expected.filter((beginning) => register.notTestable.filter(({ quote }) => quote.startsWith(beginning)).length !== 1)).toEqual(
      [],
    );
  });

  test('names the only literal sentences that cannot be tested; every intent can', () => {
    const literal = register.claims.filter((claim) => claim.literal.kind === 'not-testable').map(({ id }) => id);
    expect(literal).toEqual(['azure-security-features', 'provider-assurance', 'bank-grade', 'fixed-quickly']);
    expect(register.claims.filter((claim) => claim.intent.kind === 'not-testable')).toEqual([]);
  });

  test('the text defects are those that the register of claims names', () => {
    const defects = register.claims.filter((claim) => claim.literal.kind === 'text-defect').map(({ id }) => id);
    expect(defects).toEqual([
      'not-publicized',
      'key-2048',
      'cipher-256',
      'unreadable-in-transit',
      'sha256-with-rsa',
      'residency',
      'retention',
    ]);
  });
});

const sharedPolicy = pathOf('../shared/policy/published-policies.txt');
const isShared = existsSync(sharedPolicy);
describe.skipIf(!isShared)(`the published policy${isShared ? '' : ' (skipped: ../shared/policy is not there)'}`, () => {
  test('is what stands in config/policy', () => {
    expect(file).toBe(readFileSync(sharedPolicy, 'utf8'));
  });
});

const sharedClaims = pathOf('../shared/design/claims.md');
const isDesigned = existsSync(sharedClaims);
describe.skipIf(!isDesigned)(`the design of the register${isDesigned ? '' : ' (skipped: ../shared/design is not there)'}`, () => {
  test('has the same claims', () => {
    const rows = [...readFileSync(sharedClaims, 'utf8').matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id]) => id ?? '');
    expect(rows.toSorted()).toEqual(register.claims.map(({ id }) => id).toSorted());
  });
});
