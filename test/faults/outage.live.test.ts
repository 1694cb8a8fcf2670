import { describe, expect, it } from 'vitest';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import type { RunDigestForAlerts } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import { fails, minuteMs, result, startMs } from '../alerts/fixtures.ts';
import { openOutboxWorld } from '../support/outbox-world.ts';
import { expectToldOnce, messageOf, withoutRepeats } from '../support/state-laws.ts';
import { startTroubledInbox, type TroubledInbox } from '../support/troubled-inbox.ts';

const hourMs = 60 * minuteMs;

/** A run of this check in which these subjects fail. */
function runOf(check: string, ...failing: readonly string[]): RunDigestForAlerts {
  const intent = result({ failing: failing.map((subject) => fails(subject)) });
  return { check, dataAsOf: timestamp(startMs), trigger: 'looked', interpretations: { intent } };
}

/** One line per message: its type, whose it is, and the kinds of its notifications. */
function summaryOf(inbox: TroubledInbox): readonly string[] {
  return withoutRepeats(inbox.accepted()).map((arrival) => {
    const { type, data } = messageOf(arrival);
    return `${String(data['check'])}: ${type.replace('claimwatch.alert.', '')} (${data.notifications.map((one) => one.kind).join(', ')})`;
  });
}

describe('a receiver that is down for six hours', () => {
  it('gets each alert once, in order, with what became of it meanwhile, marked delayed with its own time, over a restart too', async () => {
    const port = await findFreePort();
    const world = await openOutboxWorld(startMs, { ops: `http://${loopback}:${port}/hook` });
    for (let minute = 0; minute < 360; minute += 5) {
      if (minute === 180) await world.restart();
      await world.record(runOf('steady', 'a'));
      await world.record(minute >= 10 && minute < 120 ? runOf('over', 'a') : runOf('over'));
      await world.record(minute < 240 ? runOf('growing', 'a') : runOf('growing', 'a', 'b'));
      await world.record(minute % 150 < 75 ? runOf('again', 'a') : runOf('again'));
      await world.pass(5 * minuteMs);
    }
    const inbox = await startTroubledInbox('none', port);
    await world.pass(10 * minuteMs);

    expect(summaryOf(inbox).toSorted()).toEqual([
      'again: firing (firing)',
      'again: resolved (firing, resolved)',
      'again: resolved (firing, resolved)',
      'growing: firing (firing, update)',
      'over: resolved (firing, resolved)',
      'steady: firing (firing)',
    ]);
    expect(inbox.accepted()).toHaveLength(6);
    await expectToldOnce(world.path, 'ops', inbox.accepted());
    for (const arrival of inbox.accepted()) {
      const { timestamp: decidedAt, data } = messageOf(arrival);
      expect(data.delayed).toBe(true);
      expect([data.decidedAt, data['openedAt']]).toEqual([decidedAt, decidedAt]);
      expect(Date.parse(data.sentAt)).toBeGreaterThanOrEqual(startMs + 6 * hourMs);
    }
    const openedAt = (check: string) =>
      inbox.accepted().flatMap((arrival) => (messageOf(arrival).data['check'] === check ? [messageOf(arrival).timestamp] : []));
    expect(openedAt('over')).toEqual([timestamp(startMs + 10 * minuteMs)]);
    expect(openedAt('steady')).toEqual([timestamp(startMs)]);

    await world.pass(6 * hourMs);
    expect(inbox.accepted()).toHaveLength(6);
  });

  it('that answers 500 all the while gets the firing before the resolve, each unchanged under its own id', async () => {
    const inbox = await startTroubledInbox(500);
    const world = await openOutboxWorld(startMs, { ops: inbox.url });
    await world.record(runOf('over', 'a'));
    await world.pass(3 * hourMs);
    await world.record(runOf('over'));
    await world.restart();
    await world.pass(3 * hourMs);
    inbox.setTrouble('none');
    await world.pass(10 * minuteMs);
    expect(summaryOf(inbox)).toEqual(['over: firing (firing)', 'over: resolved (resolved)']);
    expect(new Set(withoutRepeats(inbox.arrivals()).map((arrival) => arrival.id)).size).toBe(2);
    await expectToldOnce(world.path, 'ops', inbox.accepted());
  });
});

describe('a message of several notifications that may have arrived', () => {
  it.each(['restart', 'go on'])('is sent again as it was, under its id (%s)', async (how) => {
    const port = await findFreePort();
    const world = await openOutboxWorld(startMs, { ops: `http://${loopback}:${port}/hook` });
    await world.record(runOf('over', 'a'));
    await world.settled();
    await world.record(runOf('over'));
    const inbox = await startTroubledInbox(500, port);
    await world.pass(minuteMs);
    expect(inbox.arrivals().length).toBeGreaterThan(0);
    if (how === 'restart') await world.restart();
    inbox.setTrouble('none');
    await world.pass(10 * minuteMs);
    expect(new Set(inbox.arrivals().map((arrival) => arrival.id)).size).toBe(1);
    expect(summaryOf(inbox)).toEqual(['over: resolved (firing, resolved)']);
    await expectToldOnce(world.path, 'ops', inbox.arrivals());
  });
});

describe('receivers in trouble', () => {
  it('do not keep a healthy one waiting, and get everything once they are well', async () => {
    const troubled = {
      throttling: await startTroubledInbox(429),
      failing: await startTroubledInbox(500),
      hanging: await startTroubledInbox('hang'),
      dripping: await startTroubledInbox('drip'),
    };
    const healthy = await startTroubledInbox('none');
    const inboxes = { ...troubled, healthy };
    const urls = Object.fromEntries(Object.entries(inboxes).map(([name, inbox]) => [name, inbox.url]));
    const world = await openOutboxWorld(startMs, urls);
    const checks = Array.from({ length: 40 }, (_, index) => `check-${index}`);
    for (const check of checks) await world.record(runOf(check, 'a'));
    // No time passes: whoever hangs has not even been given up yet.
    await healthy.whenRead(checks.length);
    expect(healthy.accepted()).toHaveLength(checks.length);
    for (const inbox of Object.values(troubled)) expect(inbox.accepted()).toEqual([]);

    for (const check of checks) await world.record(runOf(check));
    await healthy.whenRead(2 * checks.length);
    for (const inbox of Object.values(troubled)) inbox.setTrouble('none');
    // What hangs and drips is given up at its deadline.
    world.clock.advance(16_000);
    await world.pass(10 * minuteMs);
    for (const [name, inbox] of Object.entries(inboxes)) {
      // What a 429 turned away has not arrived, and may grow by what is decided meanwhile.
      await expectToldOnce(world.path, name, name === 'throttling' ? inbox.accepted() : inbox.arrivals());
      expect(new Set(inbox.arrivals().map((arrival) => arrival.id)).size).toBeLessThanOrEqual(2 * checks.length);
    }
  });
});

describe('a restart with 500 open alerts', () => {
  it('tells nothing of what has not changed', async () => {
    const inbox = await startTroubledInbox('none');
    const world = await openOutboxWorld(startMs, { ops: inbox.url });
    const checks = Array.from({ length: 500 }, (_, index) => `check-${index}`);
    for (const check of checks) await world.record(runOf(check, 'a', 'b'));
    await inbox.whenRead(500);
    await world.settled();
    await world.restart();
    for (const check of checks) await world.record(runOf(check, 'a', 'b'));
    await world.pass(hourMs);
    expect(await world.store().openAlerts()).toHaveLength(500);
    expect(inbox.arrivals()).toHaveLength(500);
    await world.record(runOf('check-7', 'a', 'b', 'c'));
    await world.settled();
    expect(summaryOf(inbox).slice(500)).toEqual(['check-7: update (update)']);
    await expectToldOnce(world.path, 'ops', inbox.arrivals());
  });
});
