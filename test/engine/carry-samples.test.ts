import { describe, expect, it } from 'vitest';
import type { FactMap, Look } from '../../src/domain/look.ts';
import { carrySamples, mostCarried } from '../../src/engine/carry-samples.ts';
import { type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';

const ids = Array.from({ length: mostCarried + 10 }, (_, index) => `/card-${String(index).padStart(5, '0')}`);
const row = { digest: 'row' } as const;
const remember = (map: FactMap): RememberedLook => rememberLook({ name: 'estate' } as Look, map, new Map(), undefined);
/** A look that asked these, and listed all. */
const lookAt = (asked: readonly string[], digest: string): FactMap =>
  Object.fromEntries(ids.map((id) => [id, asked.includes(id) ? { resource: row, rules: { digest } } : { resource: row }]));
const carriedIn = (map: FactMap): readonly string[] => ids.filter((id) => map[id]?.['rules'] !== undefined);

describe('samples of earlier looks', () => {
  it('stay, but for whom was asked anew or is gone', () => {
    const before = remember(lookAt(ids.slice(0, 3), 'old'));
    const { [ids[1] ?? '']: _gone, ...now } = lookAt(ids.slice(2, 4), 'new');
    const carried = carrySamples(now, before, ['rules']);
    expect(carriedIn(carried)).toEqual([ids[0], ids[2], ids[3]]);
    expect(carried[ids[0] ?? '']?.['rules']).toMatchObject({ digest: 'old' });
    expect(carried[ids[2] ?? '']?.['rules']).toEqual({ digest: 'new' });
  });

  it('are the newest, where there are more than can be kept', () => {
    let map = lookAt(ids.slice(0, 5), 'first');
    map = carrySamples(lookAt(ids.slice(5, mostCarried + 5), 'second'), remember(map), ['rules']);
    expect(carriedIn(map)).toEqual(ids.slice(0, mostCarried + 5));
    map = carrySamples(lookAt(ids.slice(mostCarried + 5), 'third'), remember(map), ['rules']);
    expect(carriedIn(map)).toEqual(ids.slice(5));
    map = carrySamples(lookAt([], 'fourth'), remember(map), ['rules']);
    expect(carriedIn(map)).toHaveLength(mostCarried);
    expect(carriedIn(map)).toEqual(expect.arrayContaining(ids.slice(mostCarried + 5)));
  });
});
