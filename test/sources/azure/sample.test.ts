import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRotation, type Rotation } from '../../../src/sources/azure/sample.ts';

function chooseFrom(rotation: Rotation, ids: readonly string[], count: number) {
  const sample = rotation.begin<string>(count);
  const passed = ids.flatMap((id) => sample.offer(id, id) ?? []);
  return { passed, chosen: sample.choose() };
}

const idsOf = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 40 });

describe('a choice of a few in turn', () => {
  it('loses nobody and holds back no more than so many', () => {
    fc.assert(
      fc.property(idsOf, fc.integer({ min: 0, max: 8 }), fc.string(), (ids, count, start) => {
        const sample = createRotation(start).begin<string>(count);
        let held = 0;
        const passed: string[] = [];
        for (const id of ids) {
          const left = sample.offer(id, id);
          held += 1;
          if (left !== null) {
            held -= 1;
            passed.push(left);
          }
          expect(held).toBeLessThanOrEqual(count);
        }
        const chosen = sample.choose();
        expect(chosen).toHaveLength(Math.min(count, ids.length));
        expect([...passed, ...chosen].sort()).toEqual(ids.toSorted());
      }),
    );
  });

  it('gives every one exactly one turn in each round, whatever the order in which they come', () => {
    fc.assert(
      fc.property(idsOf, fc.integer({ min: 1, max: 8 }), fc.string(), fc.func(fc.nat()), (ids, count, start, order) => {
        const rotation = createRotation(start);
        const few = Math.min(count, ids.length);
        const rounds = Math.ceil(ids.length / few);
        const seen = Array.from({ length: rounds }, (_, round) => {
          const shuffled = ids.toSorted((a, b) => order(a, round) - order(b, round));
          return chooseFrom(rotation, shuffled, few).chosen;
        }).flat();
        expect(new Set(seen)).toEqual(new Set(ids));
        expect(new Set(seen.slice(0, ids.length)).size).toBe(ids.length);
      }),
    );
  });

  it('goes on where others came and went', () => {
    const rotation = createRotation('');
    const ids = Array.from({ length: 20 }, (_, index) => `card-${index}`);
    const first = chooseFrom(rotation, ids, 5).chosen;
    const rest = ids.filter((id) => !first.slice(0, 3).includes(id));
    const then = [1, 2, 3].flatMap(() => chooseFrom(rotation, [...rest, 'new'], 5).chosen);
    for (const id of ids) if (!first.includes(id)) expect(then).toContain(id);
  });

  it('begins elsewhere from another start', () => {
    const ids = Array.from({ length: 500 }, (_, index) => `card-${index}`);
    const begun = ['a', 'b', 'c', 'd'].map((start) => chooseFrom(createRotation(start), ids, 3).chosen.join());
    expect(new Set(begun).size).toBe(4);
  });

  it('an empty choice keeps its place', () => {
    const rotation = createRotation('a');
    expect(chooseFrom(rotation, [], 3)).toEqual({ passed: [], chosen: [] });
    expect(chooseFrom(rotation, ['x'], 0)).toEqual({ passed: ['x'], chosen: [] });
    expect(chooseFrom(rotation, ['x'], 1).chosen).toEqual(['x']);
    expect(chooseFrom(rotation, ['x'], 1).chosen).toEqual(['x']);
  });
});
