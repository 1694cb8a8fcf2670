import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MirrorTrouble } from '../support/fake-alertmanager.ts';
import { openMirrorWorld } from '../support/mirror-world.ts';

const quarterHour = 15 * 60;

describe('a mirror', () => {
  it('tells what opens and what ends at once, and all of it again every minute', async () => {
    const world = await openMirrorWorld();
    await world.settled();
    const atStart = world.target.requests();
    await world.fail(['a', 'b']);
    await world.settled();
    expect(world.target.firing()).toEqual(['a', 'b']);
    await world.fail(['b', 'c']);
    await world.settled();
    expect(world.target.firing()).toEqual(['b', 'c']);
    expect(world.target.requests()).toBe(atStart + 2);
    expect(world.target.lastPosted()).toHaveLength(2);
    await world.pass(59);
    expect(world.target.requests()).toBe(atStart + 2);
    await world.pass(1);
    expect(world.target.requests()).toBe(atStart + 3);
    expect(world.target.lastPosted()).toHaveLength(3);
  });

  it('tells an end again for a quarter of an hour after it was taken, then forgets it', async () => {
    const world = await openMirrorWorld();
    await world.fail(['a']);
    await world.settled();
    await world.fail([]);
    await world.pass(quarterHour - 60);
    expect(world.target.lastPosted().map(({ labels }) => labels['subject'])).toEqual(['a']);
    await world.pass(120);
    expect([world.target.lastPosted(), await world.ledger()]).toEqual([[], []]);
  });

  it('what was open for a moment is open there for the least time, and then ends at once', async () => {
    const world = await openMirrorWorld({ firesAtLeast: '20s' });
    await world.fail(['a']);
    await world.settled();
    await world.fail([]);
    await world.pass(19);
    expect(world.target.firing()).toEqual(['a']);
    await world.pass(1);
    expect(world.target.firing()).toEqual([]);
  });

  it('what opened and ended while nobody was there is told all the same', async () => {
    const world = await openMirrorWorld();
    world.target.setTrouble(500);
    await world.fail(['a']);
    await world.pass(30);
    await world.fail([]);
    await world.pass(30);
    world.target.setTrouble('none');
    await world.pass(60);
    expect(world.target.told()).toEqual(['firing a', 'resolved a']);
  });

  it('what opened and ended while it waits before it tries again is told all the same', async () => {
    const world = await openMirrorWorld();
    await world.settled();
    world.target.setTrouble(500);
    await world.fail(['x']);
    await world.settled();
    await world.fail(['x', 'a']);
    await world.fail(['x']);
    world.target.setTrouble('none');
    await world.pass(60);
    expect(world.target.told().toSorted()).toEqual(['firing a', 'firing x', 'resolved a']);
  });

  it.each([0, 30])('an alert that ends %i s after its target was killed is told as open once more, then as ended', async (seconds) => {
    const world = await openMirrorWorld({ firesAtLeast: '5s' });
    await world.fail(['a', 'b']);
    await world.pass(10);
    world.target.forget();
    await world.pass(seconds);
    await world.fail(['b']);
    await world.pass(70);
    expect(world.target.told().filter((line) => line.endsWith(' a'))).toEqual(['firing a', 'firing a', 'resolved a']);
    expect(world.target.firing()).toEqual(['b']);
  });

  it('is successful only where it was asked and took all', async () => {
    const world = await openMirrorWorld();
    world.target.setTrouble(500);
    await world.restart();
    await world.settled();
    expect(world.rounds.at(-1)?.isAccepted).toBe(false);
    world.target.setTrouble('none');
    await world.pass(15);
    expect(world.rounds.at(-1)).toMatchObject({ isAccepted: true, firing: 0 });
  });
});

describe('what does not do what it should', () => {
  it.each<[MirrorTrouble, string, number]>([
    [500, 'server', 15],
    [503, 'throttled', 15],
    [429, 'throttled', 60],
    [302, 'rejected', 15],
    [401, 'rejected', 15],
    ['reset', 'network', 15],
  ])('%s is %s, and tried again after %i s, however much is recorded', async (trouble, reason, seconds) => {
    const world = await openMirrorWorld();
    await world.settled();
    world.target.setTrouble(trouble);
    await world.fail(['a']);
    await world.settled();
    expect(world.failures).toEqual([reason]);
    world.target.setTrouble('none');
    const before = world.target.requests();
    await world.pass(seconds - 1);
    await world.fail(['a', 'b']);
    await world.settled();
    expect(world.target.requests()).toBe(before);
    await world.pass(1);
    expect(world.target.firing()).toEqual(['a', 'b']);
  });

  it.each(['hang', 'drip'] as const)('%s ends at the total deadline', async (trouble) => {
    const world = await openMirrorWorld();
    await world.settled();
    world.target.setTrouble(trouble);
    const before = world.target.requests();
    await world.fail(['a']);
    await world.target.whenRequested(before + 1);
    world.target.setTrouble('none');
    world.clock.advance(15_000);
    await world.settled();
    expect(world.failures).toEqual(['timeout']);
    await world.pass(15);
    expect(world.target.firing()).toEqual(['a']);
  });

  it('one that does not say which life of it this is gets its alerts and ends all the same', async () => {
    const world = await openMirrorWorld();
    world.target.setTrouble('no-status');
    await world.fail(['a']);
    await world.settled();
    await world.fail([]);
    await world.pass(60);
    expect(world.target.told()).toEqual(['firing a', 'resolved a']);
  });

  it('one that never answers which life it is gets them after a total deadline', async () => {
    const world = await openMirrorWorld();
    await world.settled();
    world.target.setTrouble('silent-status');
    const before = world.target.requests();
    await world.fail(['a']);
    await world.clock.whenSleeping((ms) => ms === 15_000);
    world.clock.advance(15_000);
    await world.target.whenRequested(before + 1);
    expect(world.target.firing()).toEqual(['a']);
  });

  it('a bad alert hides none of the others, is logged once, and is not tried hot', async () => {
    const world = await openMirrorWorld();
    await world.settled();
    world.target.refuse('bad');
    const many = Array.from({ length: 30 }, (_, index) => `host-${String(index).padStart(2, '0')}`);
    await world.fail([...many, 'bad']);
    await world.settled();
    expect(world.target.firing()).toEqual(many);
    const complaints = () => world.log.lines.filter(({ level }) => level === 'error');
    expect(complaints()).toMatchObject([{ fields: { labels: { subject: 'bad' } } }]);
    const before = world.target.requests();
    for (let run = 0; run < 10; run += 1) {
      await world.fail([...many, 'bad']);
      await world.pass(1);
    }
    expect(world.target.requests()).toBe(before);
    await world.pass(110);
    expect(world.target.requests() - before).toBeLessThanOrEqual(4);
    expect(complaints()).toHaveLength(1);
    expect(world.rounds.at(-1)?.isAccepted).toBe(false);
    world.target.refuse(null);
    await world.pass(60);
    expect(world.target.firing()).toEqual(['bad', ...many]);
    expect(world.rounds.at(-1)?.isAccepted).toBe(true);
  });

  it('no URL and no answer of it is in the log', async () => {
    const world = await openMirrorWorld();
    world.target.setTrouble(500);
    await world.fail(['a']);
    await world.pass(60);
    expect(world.log.text()).not.toContain('127.0.0.1');
  });
});

type Step =
  | { readonly kind: 'fail'; readonly subjects: readonly string[] }
  | { readonly kind: 'trouble'; readonly trouble: MirrorTrouble }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'forget' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.subarray(['a', 'b', 'c', 'd']).map((subjects) => ({ kind: 'fail', subjects }) as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<MirrorTrouble>(500, 'reset', 429, 'none').map((trouble) => ({ kind: 'trouble', trouble }) as const),
    },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 90 }).map((seconds) => ({ kind: 'pass', seconds }) as const) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'restart' } as const, { kind: 'forget' } as const) },
  ),
  { maxLength: 14 },
);

it('whatever happens in between: in the end it holds what is open, was told of all that ever was, and of every end', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(steps, fc.constantFrom('0s', '60s'), async (taken, firesAtLeast) => {
      const world = await openMirrorWorld({ firesAtLeast });
      const ever = new Set<string>();
      let failing: readonly string[] = [];
      for (const step of taken) {
        if (step.kind === 'fail') {
          failing = step.subjects;
          for (const subject of failing) ever.add(subject);
          await world.fail(failing);
        } else if (step.kind === 'trouble') world.target.setTrouble(step.trouble);
        else if (step.kind === 'pass') await world.pass(step.seconds);
        else if (step.kind === 'forget') world.target.forget();
        else await world.restart();
      }
      world.target.setTrouble('none');
      await world.pass(180);
      expect(world.target.firing()).toEqual(failing.toSorted());
      const lastTold = new Map(world.target.told().map((line) => line.split(' ').toReversed() as [string, string]));
      expect(Object.fromEntries(lastTold)).toEqual(
        Object.fromEntries([...ever].map((subject) => [subject, failing.includes(subject) ? 'firing' : 'resolved'])),
      );
      await world.pass(quarterHour);
      expect((await world.ledger()).map(({ alert }) => alert.labels['subject'] ?? '').toSorted()).toEqual(failing.toSorted());
    }),
    { numRuns: 25 },
  );
});
