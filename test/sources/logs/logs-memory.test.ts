import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import { epochMs, timestamp } from '../../../src/domain/time.ts';
import type { LogRow } from '../../../src/sources/logs/logs-client.ts';
import { createTableMemories } from '../../../src/sources/logs/read-table.ts';
import { makePretendWorkspaces, type PretendWorkspaces } from './pretend-workspaces.ts';

const minuteMs = 60_000;
const startMs = epochMs('2026-11-24T12:00:00.000Z');
const options = { tables: ['SigninLogs'], hours: 12, resolution: '10m' };

/** Rows of half a day before the first look and three after it, most of them soon there and some hours later. */
const anyRow = fc
  .record({
    atMs: fc.integer({ min: startMs - 800 * minuteMs, max: startMs + 180 * minuteMs }),
    tookMs: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 0, max: 9 * minuteMs }) }, fc.integer({ min: 0, max: 300 * minuteMs })),
    application: fc.constantFrom('a', 'b', 'c'),
  })
  .map(({ atMs, tookMs, application }): LogRow => {
    const columns = { AppId: application, AppDisplayName: `${application}${atMs % 2}`, ResourceDisplayName: 'r' };
    return { generatedAt: timestamp(atMs), ingestedAt: timestamp(atMs + tookMs), columns };
  });
/** How many minutes after the one before, and whether it fails in between. */
const anyLook = fc.record({ afterMinutes: fc.integer({ min: 0, max: 60 }), fails: fc.boolean() });

function showUntilNow(world: PretendWorkspaces, rows: readonly LogRow[]): void {
  world.rows['SigninLogs'] = rows.filter(({ ingestedAt }) => epochMs(ingestedAt) <= world.nowMs);
}

test('however often and however badly it was looked before, a whole look says what a first one would', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { maxLength: 60 }), fc.array(anyLook, { maxLength: 8 }), async (rows, looks) => {
      const world = makePretendWorkspaces(startMs);
      for (const { afterMinutes, fails } of looks) {
        world.nowMs += afterMinutes * minuteMs;
        showUntilNow(world, rows);
        let calls = 0;
        world.beforeRows = () => {
          calls += 1;
          if (fails && calls > 1) throw new FaultError('throttled', 'too much');
        };
        await world.fact(options);
      }
      world.beforeRows = () => undefined;
      const fresh = makePretendWorkspaces(world.nowMs);
      for (const one of [world, fresh]) showUntilNow(one, rows);
      expect(await world.fact(options)).toEqual(await fresh.fact(options));
    }),
    { numRuns: 200 },
  );
});

test('what was read of workspaces that are gone is not kept for ever', () => {
  const memoryOf = createTableMemories();
  const [gone, there] = [memoryOf('gone', minuteMs), memoryOf('there', minuteMs)];
  gone.lookedAtMs = startMs;
  there.lookedAtMs = startMs + 72 * 60 * minuteMs;
  memoryOf('new', minuteMs);
  expect(memoryOf('gone', minuteMs)).toBe(gone);
  there.lookedAtMs = startMs + 97 * 60 * minuteMs;
  memoryOf('another', minuteMs);
  expect(memoryOf('gone', minuteMs)).not.toBe(gone);
  expect(memoryOf('there', minuteMs)).toBe(there);
});
