import { describe, expect, it } from 'vitest';
import { findFreePort, loopback } from '../../sandbox/listen.ts';
import type { RunDigestForAlerts } from '../../src/domain/run.ts';
import { timestamp } from '../../src/domain/time.ts';
import { fails, minuteMs, result, startMs } from '../alerts/fixtures.ts';
import { openOutboxWorld } from '../support/outbox-world.ts';
import { expectToldOnce, hasNothingToSend, messageOf, withoutRepeats } from '../support/state-laws.ts';
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
