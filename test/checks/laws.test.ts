import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Check, interpretationsOf } from '../../src/domain/check.ts';
import type { Judgement } from '../../src/domain/finding.ts';
import { changeIn, factsOf, fault, isKnownKind, type World, withPart, worldOf } from '../support/arbitrary-facts.ts';
import { judgeAll } from '../support/judge.ts';

const folder = new URL('../../src/checks/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
const checks = await Promise.all(
  files.map(async (file): Promise<{ readonly id: string; readonly check: Check }> => {
    const loaded: { readonly check: Check } = await import(new URL(file, folder).href);
    return { id: file.replace(/\.ts$/, ''), check: loaded.check };
  }),
);
const canBeMade = ({ check }: { readonly check: Check }): boolean => {
  const kinds = Object.keys(check.needs);
  if (!kinds.every(isKnownKind)) return false;
  const [sample] = fc.sample(worldOf(kinds), 1);
  const facts = sample === undefined ? {} : factsOf(kinds, sample);
  return Object.entries(check.needs).every(([kind, schema]) => schema.safeParse(facts[kind]).success);
};
const covered = checks.filter(canBeMade);
/** Those of resources have laws of their own (`resource-laws.test.ts`). */
const others = checks.filter((each) => !covered.includes(each) && each.check.subjects === 'endpoint');

test.skip.each(others)('$id (skipped: no facts can be made up for what it needs)', () => {});

test.each([
  'https-redirect',
  'tls-certificate-expiry',
  'tls-certificate-trust',
  'tls-cipher-strength',
  'tls-profile',
  'tls-versions',
  'tls-weaknesses',
])('%s: the made-up facts hold passes and fails, so that the laws below say something', (id) => {
  const check = covered.find((each) => each.id === id)?.check;
  if (check === undefined) throw new Error(`no facts can be made up for ${id}`);
  const kinds = Object.keys(check.needs);
  const judgements = fc.sample(worldOf(kinds), 5_000).flatMap((seen) => judgeAll(check, factsOf(kinds, seen)));
  const found = new Set(judgements.filter(({ interpretation }) => interpretation === 'intent').map(({ status }) => status));
  expect([...found]).toEqual(expect.arrayContaining(['pass', 'fail']));
});

describe.each(covered)('$id', ({ check }) => {
  const kinds = Object.keys(check.needs);
  const world = worldOf(kinds);
  const judge = (seen: World): readonly Judgement[] => judgeAll(check, factsOf(kinds, seen));
  const statusOf = (judgements: readonly Judgement[], index: number) => judgements[index]?.status;

  test('gives exactly one judgement per interpretation, the same one each time', () => {
    fc.assert(
      fc.property(world, (seen) => {
        const judgements = judge(seen);
        expect(judgements.map(({ interpretation }) => interpretation).sort()).toEqual([...interpretationsOf(check)].sort());
        expect(judge(seen)).toEqual(judgements);
      }),
    );
  });

  test('the order of the addresses changes nothing', () => {
    const shuffled = world.chain((seen) =>
      fc.tuple(fc.constant(seen), fc.shuffledSubarray([...seen.addresses], { minLength: seen.addresses.length })),
    );
    fc.assert(
      fc.property(shuffled, ([seen, addresses]) => {
        expect(judge({ ...seen, addresses })).toEqual(judge(seen));
      }),
    );
  });

  /** Whatever is said in spite of a fault must be true whatever the fault hides. */
  test('a fault in place of anything seen never gives a verdict that depended on it', () => {
    const hidden = world.chain((seen) => fc.tuple(fc.constant(seen), changeIn(kinds, seen), fault));
    fc.assert(
      fc.property(hidden, ([seen, { place, other }, cause]) => {
        const blind = judge(withPart(seen, place, { fault: cause }));
        const revealed = judge(withPart(seen, place, other));
        blind.forEach((judgement, index) => {
          if (judgement.status === 'pass' || judgement.status === 'fail') expect(statusOf(revealed, index)).toBe(judgement.status);
          if (judgement.status === 'unknown' && judgement.reason === 'not-provable')
            expect(revealed[index]).toMatchObject({ reason: 'not-provable' });
        });
      }),
      { numRuns: 2_000 },
    );
  });

  test('faults in place of everything are unknown', () => {
    fc.assert(
      fc.property(world, fault, (seen, cause) => {
        const blind = { ...seen, parts: new Map([...seen.parts.keys()].map((place) => [place, { fault: cause }])) };
        for (const judgement of judge(blind)) expect(judgement).toMatchObject({ status: 'unknown', reason: cause.code });
      }),
    );
  });

  test('a sentence that can only be refuted never passes', () => {
    const literals = fc.sample(world, 2_000).flatMap((seen) => judge(seen).filter(({ interpretation }) => interpretation === 'literal'));
    const isProvable = literals.every((judgement) => judgement.status !== 'unknown' || judgement.reason !== 'not-provable');
    if (!isProvable) expect(literals.filter(({ status }) => status === 'pass')).toEqual([]);
    if (check.claims.some(({ claim }) => claim === 'unreadable-in-transit')) expect(isProvable).toBe(false);
  });
});
