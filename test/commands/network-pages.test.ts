import { describe, expect, it } from 'vitest';
import { createNetworkPages } from '../../src/commands/network-pages.ts';
import { timestamp } from '../../src/domain/time.ts';
import { resourceKind } from '../../src/engine/resource-index.ts';
import type { World } from '../../src/engine/world.ts';
import { checkPlan } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';

const atMs = Date.parse('2026-11-24T08:00:00.000Z');
const maxAgeMs = 3_000_000;

interface Given {
  readonly latest?: () => number | null;
  readonly nowMs?: number;
  readonly look?: string | null;
}

function pagesOf(draw: World['drawEstate'], { latest = () => 1, nowMs = atMs, look = 'azure' }: Given = {}) {
  let asked = 0;
  const pages = createNetworkPages({
    plan: { checks: [checkPlan('network-exposure', { maxAgeMs })] },
    sources: { lookOfKind: new Map(look === null ? [] : [[resourceKind, look]]) },
    store: {
      latestLook: async () => {
        const id = latest();
        return id === null ? null : { ...exampleLook(), id };
      },
    },
    clock: { now: () => nowMs },
    draw: () => {
      asked += 1;
      return draw();
    },
  });
  return { pages, asked: () => asked };
}

const drawn = (look: number) => ({ look, dataAsOf: timestamp(atMs), drawn: `picture ${look}` });

describe('what the page shows', () => {
  it('is nothing where no look brings resources, or none has ended: nobody is asked', async () => {
    for (const given of [{ look: null }, { latest: () => null }]) {
      const { pages, asked } = pagesOf(async () => drawn(1), given);
      expect([await pages(), asked()]).toEqual([null, 0]);
    }
  });

  it.each([
    ['at its age', maxAgeMs, false],
    ['a millisecond later', maxAgeMs + 1, true],
    ['from the future', -60_000, true],
  ])('is stale %s: %i ms, %s', async (_name, ageMs, isStale) => {
    const { pages } = pagesOf(async () => drawn(1), { nowMs: atMs + ageMs });
    expect(await pages()).toEqual({ dataAsOf: timestamp(atMs), isStale, body: 'picture 1' });
  });

  it('is drawn once for each look, however many ask at the same time', async () => {
    let latest = 1;
    const { pages, asked } = pagesOf(async () => drawn(latest), { latest: () => latest });
    await Promise.all([pages(), pages(), pages()]);
    expect([(await pages())?.body, asked()]).toEqual(['picture 1', 1]);
    latest = 2;
    expect([(await pages())?.body, asked()]).toEqual(['picture 2', 2]);
  });

  it('of a look that could not be drawn is not tried again, and of the next one is', async () => {
    let latest = 1;
    const draw = async () => (latest === 1 ? Promise.reject(new Error('it hangs')) : drawn(latest));
    const { pages, asked } = pagesOf(draw, { latest: () => latest });
    await expect(pages()).rejects.toThrow('it hangs');
    await expect(pages()).rejects.toThrow('it hangs');
    expect(asked()).toBe(1);
    latest = 2;
    expect((await pages())?.body).toBe('picture 2');
  });

  it('is asked for again where the thread had not taken up the latest look yet', async () => {
    const answers = [drawn(1), null, drawn(2)];
    const { pages, asked } = pagesOf(async () => answers.shift() ?? null, { latest: () => 2 });
    expect([(await pages())?.body, await pages(), (await pages())?.body, (await pages())?.body]).toEqual([
      'picture 1',
      null,
      'picture 2',
      'picture 2',
    ]);
    expect(asked()).toBe(3);
  });
});
