import { afterEach, describe, expect, it } from 'vitest';
import { type AttemptEvent, createOutbox, type Outbox, type OutboxNeeds } from '../../src/alerts/outbox.ts';
import type { Notification } from '../../src/domain/alert.ts';
import type { Delivery, DeliveryResult, Receiver } from '../../src/domain/ports.ts';
import { epochMs, timestamp } from '../../src/domain/time.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { type Ended, makeMemoryOutbox } from '../support/memory-outbox.ts';
import { makeRecordingLog } from '../support/recording-log.ts';
import { notification, startMs } from './fixtures.ts';

const accepted: DeliveryResult = { kind: 'accepted', receipt: 'taken' };
const refused: DeliveryResult = { kind: 'failed', reason: 'network', mayHaveArrived: false, error: 'ECONNREFUSED', retryAfterMs: null };
const never = new Promise<DeliveryResult>(() => {});

interface FakeReceiver extends Receiver {
  readonly deliveries: readonly Delivery[];
  readonly signals: readonly AbortSignal[];
}

function receiverThat(name: string, answer: (delivery: Delivery, count: number) => DeliveryResult | Promise<DeliveryResult>): FakeReceiver {
  const deliveries: Delivery[] = [];
  const signals: AbortSignal[] = [];
  return {
    name,
    deliveries,
    signals,
    send: async (delivery, signal) => {
      deliveries.push(delivery);
      signals.push(signal);
      return answer(delivery, deliveries.length);
    },
  };
}

let running: Outbox | null = null;

function setUp(receivers: readonly Receiver[], notifications: readonly Notification[], changes: Partial<OutboxNeeds> = {}) {
  const clock = makeFakeClock(startMs);
  const store = makeMemoryOutbox();
  const log = makeRecordingLog();
  const attempts: AttemptEvent[] = [];
  store.add(notifications);
  const outbox = createOutbox({
    store,
    clock,
    log,
    receivers: new Map(receivers.map((receiver) => [receiver.name, receiver])),
    random: () => 0.5,
    onAttempt: (attempt) => attempts.push(attempt),
    ...changes,
  });
  running = outbox;
  outbox.start();
  return { clock, store, log, attempts, outbox };
}

afterEach(async () => {
  await running?.stop(0);
  running = null;
});

function nth(number: number) {
  return (_ended: Ended, index: number) => index === number;
}

function dueMs(ended: Ended): number {
  if (ended.result.kind !== 'failed') throw new Error('it was accepted');
  return epochMs(ended.result.nextAttemptAt);
}

describe('the outbox', () => {
  it('sends what waits once, and what comes later when it is woken', async () => {
    const ops = receiverThat('ops', () => accepted);
    const { store, outbox, attempts } = setUp([ops], [notification()]);
    await store.whenEnded(nth(0));
    store.add([notification({ sequence: 1, kind: 'resolved' })]);
    outbox.wake();
    await store.whenEnded(nth(1));
    expect(ops.deliveries.map((delivery) => delivery.id)).toEqual(['ops-alert-1-0', 'ops-alert-1-1']);
    expect(store.pending()).toEqual([]);
    expect(attempts).toEqual([
      { receiver: 'ops', kind: 'accepted', reason: null, seconds: 0, notifications: 1 },
      { receiver: 'ops', kind: 'accepted', reason: null, seconds: 0, notifications: 1 },
    ]);
  });

  it('finds by itself what nobody woke it for, and does not look in between', async () => {
    const ops = receiverThat('ops', () => accepted);
    const { clock, store } = setUp([ops], []);
    expect(await clock.whenSleeping(() => true)).toBe(30_000);
    store.add([notification()]);
    clock.advance(29_999);
    expect(clock.sleepers()).toBe(1);
    clock.advance(1);
    await store.whenEnded(nth(0));
  });

  it('a receiver down for six hours gets one message per alert, in order, with the time that it was decided', async () => {
    let isUp = false;
    const ops = receiverThat('ops', () => (isUp ? accepted : refused));
    const { clock, store } = setUp([ops], [notification({ lane: 'open' }), notification({ lane: 'closed' })]);
    let ends = 0;
    while (clock.now() < startMs + 6 * 3_600_000) {
      ends += 2;
      const last = await store.whenEnded(nth(ends - 1));
      if (ends === 40) store.add([notification({ lane: 'closed', sequence: 1, kind: 'resolved', at: timestamp(clock.now()) })]);
      clock.advanceTo(dueMs(last));
    }
    expect(ends).toBeLessThan(200);
    isUp = true;
    const before = ops.deliveries.length;
    await store.whenEnded((ended) => ended.ids.includes('ops-open-0') && ended.result.kind === 'accepted');
    await store.whenEnded((ended) => ended.ids.includes('ops-closed-0') && ended.result.kind === 'accepted');
    const sent = ops.deliveries.filter((_, index) => index >= before - 2).filter((delivery) => delivery.delayed);
    const last = new Map(sent.map((delivery) => [delivery.id, delivery]));
    expect(last.get('ops-open-0')?.notifications.map((one) => one.kind)).toEqual(['firing']);
    expect(last.get('ops-closed-0')?.notifications.map((one) => one.kind)).toEqual(['firing', 'resolved']);
    expect(store.results().filter((ended) => ended.result.kind === 'accepted')).toHaveLength(2);
    expect(store.pending()).toEqual([]);
  });

  it('sends what may have arrived alone, under its own id, before what follows', async () => {
    const ops = receiverThat('ops', (_, count) => (count === 1 ? { ...refused, mayHaveArrived: true } : accepted));
    const { clock, store } = setUp([ops], [notification()]);
    const end = await store.whenEnded(nth(0));
    store.add([notification({ sequence: 1, kind: 'update' }), notification({ sequence: 2, kind: 'resolved' })]);
    clock.advanceTo(dueMs(end));
    await store.whenEnded(nth(2));
    expect(ops.deliveries.map(({ id, notifications }) => [id, notifications.length])).toEqual([
      ['ops-alert-1-0', 1],
      ['ops-alert-1-0', 1],
      ['ops-alert-1-1', 2],
    ]);
  });

  it('a later refusal does not undo that an earlier attempt may have arrived', async () => {
    const ops = receiverThat('ops', (_, count) => ({ ...refused, mayHaveArrived: count === 1 }));
    const { clock, store } = setUp([ops], [notification()]);
    clock.advanceTo(dueMs(await store.whenEnded(nth(0))));
    expect((await store.whenEnded(nth(1))).result).toMatchObject({ mayHaveArrived: true });
  });

  it('a receiver that hangs takes no place from the others, and ends at the deadline', async () => {
    const slow = receiverThat('slow', () => never);
    const ops = receiverThat('ops', () => accepted);
    const many = Array.from({ length: 1000 }, (_, number) => notification({ receiver: 'slow', lane: `lane-${number}` }));
    const { clock, store } = setUp([slow, ops], [...many, notification()]);
    await store.whenEnded((ended) => ended.ids.includes('ops-alert-1-0'));
    expect(clock.now()).toBe(startMs);
    expect(slow.deliveries).toHaveLength(4);
    expect(slow.signals.some((signal) => signal.aborted)).toBe(false);
    clock.advance(15_000);
    const end = await store.whenEnded((ended) => ended.ids[0] === 'slow-lane-0-0');
    expect(end.result).toMatchObject({
      kind: 'failed',
      mayHaveArrived: true,
      error: 'no answer within 15 s',
      nextAttemptAt: timestamp(startMs + 16_000),
    });
    expect(slow.signals.slice(0, 4).every((signal) => signal.aborted)).toBe(true);
  });

  it('a receiver that asks for time gets it for all its lanes', async () => {
    const ops = receiverThat('ops', (_, count) => (count === 1 ? { ...refused, reason: 'throttled', retryAfterMs: 60_000 } : accepted));
    const { clock, store, outbox } = setUp([ops], [notification()], { random: () => 0 });
    const end = await store.whenEnded(nth(0));
    expect(dueMs(end)).toBe(startMs + 60_000);
    store.add([notification({ lane: 'alert-2' })]);
    outbox.wake();
    await clock.whenSleeping((ms) => ms === 30_000);
    clock.advance(30_000);
    await clock.whenSleeping((ms) => ms === 30_000);
    expect(ops.deliveries).toHaveLength(1);
    clock.advance(30_000);
    await store.whenEnded(nth(2));
    expect(ops.deliveries.map((delivery) => delivery.id).toSorted()).toEqual(['ops-alert-1-0', 'ops-alert-1-0', 'ops-alert-2-0']);
  });

  it('keeps what waits for a receiver that is not configured, says so once, and serves the others', async () => {
    const ops = receiverThat('ops', () => accepted);
    const lost = Array.from({ length: 300 }, (_, number) => notification({ receiver: 'old', lane: `lane-${number}` }));
    const { store, log } = setUp([ops], [...lost, notification()]);
    await store.whenEnded((ended) => ended.ids.includes('ops-alert-1-0'));
    await store.whenEnded((_ended, index) => index === 300);
    expect(store.pending()).toHaveLength(300);
    const told = log.lines.filter((line) => line.message.startsWith('undeliverable'));
    expect(told).toHaveLength(1);
    expect(told[0]?.fields).toMatchObject({ receiver: 'old', remedy: expect.stringContaining('configure a receiver named old') });
  });

  it('a receiver that throws is a defect that loses nothing', async () => {
    const ops = receiverThat('ops', (_, count) => {
      if (count === 1) throw new Error('a bug');
      return accepted;
    });
    const { clock, store, log } = setUp([ops], [notification()]);
    clock.advanceTo(dueMs(await store.whenEnded(nth(0))));
    await store.whenEnded(nth(1));
    expect(store.pending()).toEqual([]);
    expect(log.lines.some((line) => line.level === 'error' && line.message.startsWith('defect'))).toBe(true);
  });
});

describe('a retry', () => {
  it('wakes the outbox at its time, not at the safety poll', async () => {
    const ops = receiverThat('ops', (_, count) => (count === 1 ? refused : accepted));
    const { clock, store } = setUp([ops], [notification()]);
    await store.whenEnded(nth(0));
    await clock.whenSleeping((ms) => ms === 1_000);
    clock.advance(1_000);
    expect((await store.whenEnded(nth(1))).result.kind).toBe('accepted');
  });
});

describe('a store that fails', () => {
  it('to be quick: an answer that was overtaken by the end of a send sends nothing twice', async () => {
    const store = makeMemoryOutbox();
    const first = Promise.withResolvers<DeliveryResult>();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    let looks = 0;
    const slow = {
      ...store,
      dueNotifications: async (now: string, limit: number) => {
        const lanes = await store.dueNotifications(now, limit);
        looks += 1;
        if (looks === 2) {
          asked.resolve();
          await answer.promise;
        }
        return lanes;
      },
    };
    const ops = receiverThat('ops', () => first.promise);
    store.add([notification()]);
    const { clock, outbox } = setUp([ops], [], { store: slow });
    await clock.whenSleeping((ms) => ms === 30_000);
    outbox.wake();
    await asked.promise;
    first.resolve(accepted);
    await store.whenEnded(nth(0));
    await new Promise((resolve) => setImmediate(resolve));
    answer.resolve();
    await clock.whenSleeping((ms) => ms === 30_000);
    expect(ops.deliveries).toHaveLength(1);
  });

  it('to read: is asked again', async () => {
    const store = makeMemoryOutbox();
    let failures = 1;
    const failing = {
      ...store,
      dueNotifications: async (now: string, limit: number) => (failures-- > 0 ? fail() : store.dueNotifications(now, limit)),
    };
    const ops = receiverThat('ops', () => accepted);
    store.add([notification()]);
    const { clock } = setUp([ops], [], { store: failing });
    await clock.whenSleeping((ms) => ms === 5_000);
    clock.advance(5_000);
    await store.whenEnded(nth(0));
  });

  it('to note the start: nothing is sent, and it is tried again', async () => {
    const store = makeMemoryOutbox();
    let failures = 1;
    const failing = {
      ...store,
      startAttempt: async (ids: readonly string[], now: string) => (failures-- > 0 ? fail() : store.startAttempt(ids, now)),
    };
    const ops = receiverThat('ops', () => accepted);
    store.add([notification()]);
    const { clock } = setUp([ops], [], { store: failing });
    await clock.whenSleeping((ms) => ms === 5_000);
    expect(ops.deliveries).toEqual([]);
    clock.advance(5_000);
    await store.whenEnded(nth(0));
    expect(ops.deliveries).toHaveLength(1);
  });

  it('to note the end: what was accepted is not sent again', async () => {
    const store = makeMemoryOutbox();
    let failures = 3;
    const failing = {
      ...store,
      finishAttempt: async (...given: Parameters<typeof store.finishAttempt>) => (failures-- > 0 ? fail() : store.finishAttempt(...given)),
    };
    const ops = receiverThat('ops', () => accepted);
    store.add([notification()]);
    const { clock, outbox } = setUp([ops], [], { store: failing });
    for (let left = 3; left > 0; left -= 1) {
      await clock.whenSleeping((ms) => ms === 5_000);
      outbox.wake();
      clock.advance(5_000);
    }
    await store.whenEnded(nth(0));
    expect(ops.deliveries).toHaveLength(1);
  });
});

async function fail(): Promise<never> {
  throw new Error('database is locked');
}

describe('stopping', () => {
  it('lets a send end within the grace time', async () => {
    const answered = Promise.withResolvers<DeliveryResult>();
    const asked = Promise.withResolvers<void>();
    const ops = receiverThat('ops', () => {
      asked.resolve();
      return answered.promise;
    });
    const { store, outbox } = setUp([ops], [notification()]);
    await asked.promise;
    const stopped = outbox.stop(10_000);
    answered.resolve(accepted);
    await stopped;
    expect(store.pending()).toEqual([]);
  });

  it('aborts it after the grace time: it stays pending, may have arrived, and goes again under the same id', async () => {
    const asked = Promise.withResolvers<void>();
    const hanging = receiverThat('ops', () => {
      asked.resolve();
      return never;
    });
    const { clock, store, log, outbox } = setUp([hanging], [notification()]);
    await asked.promise;
    const stopped = outbox.stop(10_000);
    await clock.whenSleeping((ms) => ms === 10_000);
    clock.advance(10_000);
    await stopped;
    expect(store.results()).toEqual([]);
    expect(store.pending()).toMatchObject([{ attempts: 1, mayHaveArrived: true }]);
    expect(hanging.signals.every((signal) => signal.aborted)).toBe(true);
    expect(log.lines).toEqual([]);
    expect(clock.sleepers()).toBe(0);

    const ops = receiverThat('ops', () => accepted);
    setUp([ops], [], { store, clock });
    await store.whenEnded(nth(0));
    expect(ops.deliveries).toMatchObject([{ id: 'ops-alert-1-0', attempt: 2 }]);
  });

  it('starts nothing that the store names only now', async () => {
    const store = makeMemoryOutbox();
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const slow = {
      ...store,
      dueNotifications: async (now: string, limit: number) => {
        asked.resolve();
        await answer.promise;
        return store.dueNotifications(now, limit);
      },
    };
    const ops = receiverThat('ops', () => accepted);
    store.add([notification()]);
    const { outbox } = setUp([ops], [], { store: slow });
    await asked.promise;
    const stopped = outbox.stop(10_000);
    answer.resolve();
    await stopped;
    expect(ops.deliveries).toEqual([]);
  });

  it('starts nothing new', async () => {
    const ops = receiverThat('ops', () => accepted);
    const { clock, store, outbox } = setUp([ops], []);
    await clock.whenSleeping(() => true);
    await outbox.stop(10_000);
    store.add([notification()]);
    outbox.wake();
    clock.advance(60_000);
    expect(ops.deliveries).toEqual([]);
  });
});
