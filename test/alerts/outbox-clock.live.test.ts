import { describe, expect, it } from 'vitest';
import type { RunDigestForAlerts } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import { openOutboxWorld } from '../support/outbox-world.ts';
import { expectToldOnce } from '../support/state-laws.ts';
import { startTroubledInbox } from '../support/troubled-inbox.ts';
import { fails, minuteMs, result, startMs } from './fixtures.ts';

const yearMs = 365 * 24 * 60 * minuteMs;

function runOf(check: string): RunDigestForAlerts {
  return { check, dataAsOf: timestamp(startMs), trigger: 'looked', interpretations: { intent: result({ failing: [fails('a')] }) } };
}

describe('a clock that is set while messages wait', () => {
  it.each([
    ['back one hour', -60 * minuteMs],
    ['back ten years', -10 * yearMs],
    ['forward ten years', 10 * yearMs],
  ])('%s: a receiver that asked for time, and one that refused, get everything once, within minutes', async (_title, jumpMs) => {
    const throttling = await startTroubledInbox(429);
    const failing = await startTroubledInbox(500);
    const world = await openOutboxWorld(startMs, { throttling: throttling.url, failing: failing.url });
    await world.record(runOf('before'));
    await world.pass(10_000);
    world.clock.jump(jumpMs);
    await world.record(runOf('after'));
    await world.pass(10_000);
    for (const inbox of [throttling, failing]) inbox.setTrouble('none');
    await world.pass(5 * minuteMs);
    for (const [name, inbox] of Object.entries({ throttling, failing })) {
      expect([name, inbox.accepted().length]).toEqual([name, 2]);
      await expectToldOnce(world.path, name, inbox.accepted());
    }
  });
});
