import { describe, expect, it, vi } from 'vitest';
import { currentStatuses } from '../../src/domain/claim-status.ts';
import { timestamp } from '../../src/domain/time.ts';
import { startRunningTime } from '../../src/engine/running-time.ts';
import { type ClockJump, startScheduler } from '../../src/engine/scheduler.ts';
import { bad, checkPlan, good, lookPlan, makeFakeSource, minuteMs, startMs, stateCheck } from '../support/engine-fixtures.ts';
import { type MachineTime, takeMachineTime } from '../support/machine-time.ts';
import { startTestEngine } from '../support/running-engine.ts';

// The real schedule, engine, world, store and alert rules on one machine whose time the test makes.

const hourMs = 60 * minuteMs;
const tenYearsMs = 3_653 * 24 * hourMs;
const maxAgeMs = 5 * minuteMs;
const checks = { 'state-good': stateCheck(['state']), 'both-good': stateCheck(['state', 'other']) };
const plan = {
  looks: [lookPlan('state', { jitterMs: 5_000 }), lookPlan('other', { jitterMs: 5_000 })],
  checks: [checkPlan('state-good', { maxAgeMs }), checkPlan('both-good', { maxAgeMs })],
};

/** A daemon on its machine: what it did, in time in which it could do anything, and what it showed when that was not true. */
async function startMachine() {
  let settle = async (): Promise<void> => undefined;
  const machine = takeMachineTime(startMs, () => settle());
  const ranMs = startRunningTime(machine.clock);
  const sources = [makeFakeSource('state'), makeFakeSource('other')];
  const began = new Map<string, number[]>();
  /** Data as of -> when that was, truly. */
  const seenAt = new Map<string, number>();
  let isStuck = false;
  let suspendedMs = 0;
  const running = await startTestEngine({
    clock: machine.clock,
    ranMs,
    plan,
    checks,
    sources,
    around: (world) => ({
      ...world,
      look: async (request) => {
        if (isStuck) throw new Error('stuck');
        began.set(request.name, [...(began.get(request.name) ?? []), machine.trueMs() - suspendedMs]);
        seenAt.set(timestamp(machine.clock.now()), machine.trueMs());
        return await world.look(request);
      },
    }),
  });
  settle = () => running.engine().settled();
  const jumps: ClockJump[] = [];
  const blocked: number[] = [];
  const scheduler = startScheduler({
    clock: machine.clock,
    onTick: () => running.engine().tick(),
    onClockJump: (jump) => jumps.push(jump),
    onBlocked: (ms) => blocked.push(ms),
  });
  const statusChecks = new Map(plan.checks.map(({ id }) => [id, { ...checks[id as keyof typeof checks], maxAgeMs }]));
  const dishonest: string[] = [];
  let passes = 0;

  async function look(): Promise<void> {
    for (const { check, status, recorded } of currentStatuses(statusChecks, await running.store().statuses(), machine.clock.now())) {
      const ageMs = machine.trueMs() - (seenAt.get(recorded?.dataAsOf ?? '') ?? 0);
      if (status === 'pass') passes += 1;
      if (status === 'pass' && Date.parse(recorded?.dataAsOf ?? '') > machine.clock.now() + 2_000)
        dishonest.push(`${check} passes on data from the future`);
      // A tick comes once a second.
      if (status === 'pass' && ageMs > maxAgeMs + 2_000) dishonest.push(`${check} passes on data ${ageMs} ms old`);
    }
  }

  return {
    machine,
    running,
    sources,
    jumps,
    blocked,
    stop: () => scheduler.stop(),
    stick: () => {
      isStuck = true;
    },
    suspend: (ms: number, monotonic: 'goes on' | 'stands still') => {
      machine.suspend(ms, monotonic);
      suspendedMs += ms;
    },
    /** Looks at what is shown before and after every second. */
    live: async (seconds: number): Promise<void> => {
      for (let second = 0; second < seconds; second += 1) {
        await look();
        await machine.pass(1_000);
      }
      await look();
    },
    dishonest,
    passes: () => passes,
    expectCalm: async (catchUps: number): Promise<void> => {
      const endMs = machine.trueMs() - suspendedMs;
      for (const [name, times] of began) {
        const gaps = [...times, endMs].map((at, index) => at - (times[index - 1] ?? 0));
        expect(Math.max(...gaps), name).toBeLessThanOrEqual(2 * minuteMs);
        expect(times.length, name).toBeLessThanOrEqual(endMs / minuteMs + 1 + catchUps);
      }
      expect(began.size).toBe(2);
      const runs = await running.runs();
      for (const { id } of plan.checks) {
        const looked = runs.filter((run) => run.check === id && run.trigger === 'looked').map((run) => JSON.stringify(run.looks));
        expect(new Set(looked).size).toBe(looked.length);
        expect(runs.filter((run) => run.check === id && run.trigger !== 'looked').length).toBeLessThanOrEqual(catchUps);
      }
      expect(runs.map((run) => run.entry)).toEqual(runs.map((_run, index) => index));
      expect(await running.changedWhenRejudged()).toEqual([]);
      expect(running.told).toEqual([]);
    },
    statuses: async () =>
      currentStatuses(statusChecks, await running.store().statuses(), machine.clock.now()).map(({ status, because }) => because ?? status),
  };
}

type Befall = (machine: Pick<MachineTime, 'setWall'> & { suspend(ms: number, monotonic: 'goes on' | 'stands still'): void }) => void;

const befalls: readonly (readonly [string, Befall, readonly number[]])[] = [
  ['set forward one hour', ({ setWall }) => setWall(hourMs), [hourMs]],
  ['set back one hour', ({ setWall }) => setWall(-hourMs), [-hourMs]],
  ['set forward ten years', ({ setWall }) => setWall(tenYearsMs), [tenYearsMs]],
  ['set back ten years', ({ setWall }) => setWall(-tenYearsMs), [-tenYearsMs]],
  ['set back three minutes', ({ setWall }) => setWall(-3 * minuteMs), [-3 * minuteMs]],
  ['set forward three minutes', ({ setWall }) => setWall(3 * minuteMs), [3 * minuteMs]],
  ['nudged by 1.9 s', ({ setWall }) => setWall(-1_900), []],
  ['suspended for ten minutes, and the monotonic clock went on', ({ suspend }) => suspend(10 * minuteMs, 'goes on'), []],
  [
    'suspended for ten minutes, and the monotonic clock stood still',
    ({ suspend }) => suspend(10 * minuteMs, 'stands still'),
    [10 * minuteMs],
  ],
];

describe('a machine whose clock is', () => {
  // At three places of the second, since the schedule, its beat and what sleeps are not in step.
  it.each(befalls.flatMap(([title, befall, jumpsMs]) => [0, 437, 999].map((ms) => [title, ms, befall, jumpsMs] as const)))(
    '%s, %i ms into a second: no silence, no burst, nothing twice, never an old pass, and recorded',
    async (_title, ms, befall, jumpsMs) => {
      const one = await startMachine();
      await one.live(200);
      await one.machine.pass(ms);
      befall({ setWall: one.machine.setWall, suspend: one.suspend });
      await one.live(60);
      expect(await one.statuses()).toEqual(['pass', 'pass', 'pass', 'pass']);
      await one.live(240);
      expect(one.jumps.map((jump) => jump.jumpMs)).toEqual(jumpsMs.map((jumpMs) => expect.closeTo(jumpMs, -1)));
      expect(one.blocked).toEqual(one.machine.trueMs() > 520_000 && jumpsMs.length === 0 ? [expect.closeTo(10 * minuteMs, -4)] : []);
      expect(one.dishonest).toEqual([]);
      expect(one.passes()).toBeGreaterThan(1_900);
      await one.expectCalm(1);
    },
  );

  it('set forward ten years and back again', async () => {
    const one = await startMachine();
    await one.live(200);
    one.machine.setWall(tenYearsMs);
    await one.live(200);
    one.machine.setWall(-tenYearsMs);
    await one.live(60);
    expect(await one.statuses()).toEqual(['pass', 'pass', 'pass', 'pass']);
    await one.live(140);
    expect(one.jumps.map(({ from, to }) => [from.slice(0, 4), to.slice(0, 4)])).toEqual([
      ['2026', '2036'],
      ['2036', '2026'],
    ]);
    expect(one.dishonest).toEqual([]);
    await one.expectCalm(2);
  });

  it.each([500, -500])('slewed by %i millionths for two hours: nothing happens', async (millionths) => {
    const one = await startMachine();
    one.machine.slew(millionths);
    await one.live(7_200);
    expect(one.jumps).toEqual([]);
    expect(one.dishonest).toEqual([]);
    await one.expectCalm(0);
    expect(await one.statuses()).toEqual(['pass', 'pass', 'pass', 'pass']);
  });
});

describe('looks that end no more, on a machine whose clock is', () => {
  it.each(befalls)('%s: what passed is unknown once it is too old by either clock', async (_title, befall) => {
    const one = await startMachine();
    await one.live(200);
    one.stick();
    await one.live(30);
    befall({ setWall: one.machine.setWall, suspend: one.suspend });
    await one.live(400);
    expect(one.dishonest).toEqual([]);
    expect(await one.statuses()).toEqual(expect.not.arrayContaining(['pass']));
    expect((await one.running.runs()).filter((run) => run.trigger === 'expired').length).toBeLessThanOrEqual(4);
  });
});

describe('alerts on a machine whose clock is', () => {
  it.each(befalls)('%s: what fails is told once, what is mended is resolved once', async (_title, befall) => {
    const one = await startMachine();
    let isBroken = false;
    for (const source of one.sources) source.answer = () => (isBroken ? bad : good);
    await one.live(130);
    isBroken = true;
    await one.live(70);
    befall({ setWall: one.machine.setWall, suspend: one.suspend });
    await one.live(200);
    const told = () => one.running.told.map(({ kind, message }) => `${message.alertKey} ${kind}`).toSorted((a, b) => a.localeCompare(b));
    const keys = ['both-good:intent', 'both-good:literal', 'state-good:intent', 'state-good:literal'];
    expect(told()).toEqual(keys.map((key) => `fail:${key} firing`));
    isBroken = false;
    await one.live(130);
    expect(told()).toEqual(keys.flatMap((key) => [`fail:${key} firing`, `fail:${key} resolved`]));
  });
});

describe.each([
  ['Europe/Vienna', '2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
])('in the time zone %s', (zone, ...changes) => {
  it.each(changes)('the hours around %s are like any other', async (change) => {
    vi.stubEnv('TZ', zone);
    const changeMs = Date.parse(change);
    expect(new Date(changeMs - 1).getTimezoneOffset()).not.toBe(new Date(changeMs).getTimezoneOffset());
    const one = await startMachine();
    one.machine.setWall(changeMs - startMs - hourMs);
    await one.live(7_500);
    expect(one.jumps).toHaveLength(1);
    expect(one.dishonest).toEqual([]);
    await one.expectCalm(1);
    vi.unstubAllEnvs();
  });
});
