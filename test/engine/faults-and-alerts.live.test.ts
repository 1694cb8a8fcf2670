import { describe, expect, it } from 'vitest';
import { faultCodes } from '../../src/domain/fault.ts';
import type { Seen } from '../../src/domain/look.ts';
import { bad, endpoint, faulty, good, makeFakeSource, stateCheck } from '../support/engine-fixtures.ts';
import { type RunningEngine, startTestEngine } from '../support/running-engine.ts';

const [a, b] = [endpoint('a'), endpoint('b')];
const checks = { 'state-good': stateCheck(['state']) };

/** `firing fail:state-good:intent`, in the order in which it was decided. */
function toldAbout(running: RunningEngine, prefix: string): readonly string[] {
  return running.told
    .filter(({ message }) => message.alertKey?.startsWith(prefix))
    .map(({ kind, message }) => `${kind} ${message.alertKey}`);
}

const bothInterpretations = (kind: string): readonly string[] => [`${kind} fail:state-good:literal`, `${kind} fail:state-good:intent`];

/** What may stand in place of a fact: each fault, nothing at all, and what the check cannot read. */
const blindness: readonly (readonly [string, () => Seen | null])[] = [
  ...faultCodes.map((code) => [code, () => faulty(code)] as const),
  ['a forgotten fact', () => null],
  ['a fact that does not fit', () => ({ fact: { state: 7 } })],
  [
    'a source that throws',
    () => {
      throw new Error('boom');
    },
  ],
];

describe.each([
  ['every subject', new Set([a.id, b.id, endpoint('c').id])],
  ['the failing subject', new Set([a.id])],
] as const)('blind for %s', (_title, blinded) => {
  it.each(blindness)('%s: the open alert stays, says nothing, and closes only when the failure is healed', async (_code, blind) => {
    const source = makeFakeSource('state');
    const running = await startTestEngine({ sources: [source], checks });
    const show = (state: () => Seen | null): void => {
      source.answer = (subject) => (blinded.has(subject.id) && state === blind ? blind() : subject.id === a.id ? state() : good);
    };
    show(() => bad);
    await running.step();
    expect(toldAbout(running, 'fail')).toEqual(bothInterpretations('firing'));
    const firstSeen = (await running.runs())[0]?.dataAsOf;

    show(blind);
    await running.minutes(4);
    for (const run of (await running.runs()).slice(1)) {
      expect(run.counts.intent?.fail).toBe(1);
      // A source that throws also blinds for whom it had not come to yet.
      expect(run.counts.intent?.pass).toBeLessThanOrEqual(3 - blinded.size);
      const findings = await running.store().findings(run);
      expect(findings.filter(({ subject }) => subject === a.id)).toMatchObject([
        { status: 'fail', observed: 'bad', lastSeen: { at: firstSeen } },
        { status: 'fail', observed: 'bad', lastSeen: { at: firstSeen } },
      ]);
    }
    show(() => bad);
    await running.minutes(2);
    expect(toldAbout(running, 'fail')).toEqual(bothInterpretations('firing'));
    expect((await running.store().openAlerts()).filter(({ kind }) => kind === 'fail')).toHaveLength(2);

    show(() => good);
    await running.minutes(2);
    expect(toldAbout(running, 'fail')).toEqual([...bothInterpretations('firing'), ...bothInterpretations('resolved')]);
    expect(await running.store().openAlerts()).toEqual([]);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});

describe('blindness that no fact shows', () => {
  it.each([
    ['looks that end badly until the data are past their limit', 'expired'],
    ['a restart in the midst of it', 'restart'],
    ['a judge that throws', 'throws'],
  ] as const)('%s: the open alert stays', async (_title, way) => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a.id ? bad : good);
    let isBlind = false;
    const check = stateCheck(['state']);
    const running = await startTestEngine({
      sources: [source],
      checks: {
        'state-good': stateCheck(['state'], {
          judge: (subject, facts, context) => {
            if (isBlind && way === 'throws') throw new Error('boom');
            return check.judge(subject, facts, context);
          },
        }),
      },
      around: (world) => ({
        ...world,
        look: (request) => (isBlind && way !== 'throws' ? Promise.reject(new Error('stuck')) : world.look(request)),
      }),
    });
    await running.step();
    isBlind = true;
    await running.minutes(8);
    if (way === 'restart') await running.restart();
    await running.minutes(8);
    const [last] = (await running.runs()).slice(-1);
    if (last === undefined) throw new Error('expected a run');
    expect(last.trigger).toBe(way === 'throws' ? 'looked' : 'expired');
    expect(last.counts.intent).toEqual({ pass: 0, fail: 1, unknown: 2, waived: 0 });
    expect((await running.store().findings(last)).filter(({ subject }) => subject === a.id)).toMatchObject([
      { status: 'fail', lastSeen: {} },
      { status: 'fail', lastSeen: {} },
    ]);
    expect(toldAbout(running, 'fail')).toEqual(bothInterpretations('firing'));
    isBlind = false;
    source.answer = () => good;
    await running.minutes(1);
    expect(toldAbout(running, 'fail')).toEqual([...bothInterpretations('firing'), ...bothInterpretations('resolved')]);
    expect(way === 'throws' ? [] : await running.changedWhenRejudged()).toEqual([]);
  });

  it('blindness on top of a failure is told by itself, and ends by itself', async () => {
    const source = makeFakeSource('state');
    source.answer = () => bad;
    const running = await startTestEngine({ sources: [source], checks });
    await running.step();
    source.answer = () => faulty('unreachable');
    await running.minutes(40);
    expect(toldAbout(running, 'unknown')).toEqual(['firing unknown:state: unreachable']);
    source.answer = () => bad;
    await running.minutes(2);
    expect(toldAbout(running, 'unknown')).toEqual(['firing unknown:state: unreachable', 'resolved unknown:state: unreachable']);
    expect(toldAbout(running, 'fail')).toEqual(bothInterpretations('firing'));
  });

  it('another subject that fails while the first cannot be seen is told by an update', async () => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a.id ? bad : good);
    const running = await startTestEngine({ sources: [source], checks });
    await running.step();
    source.answer = (subject) => (subject.id === a.id ? faulty('timeout') : subject.id === b.id ? bad : good);
    await running.minutes(3);
    expect(toldAbout(running, 'fail')).toEqual([...bothInterpretations('firing'), ...bothInterpretations('update')]);
  });
});

describe('a failure that leaves in another way', () => {
  it('waived, then blind, then the waiver ends: the failure is told again', async () => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a.id ? bad : good);
    const waiver = {
      id: 'w1',
      check: 'state-good',
      subject: a.id,
      interpretations: ['literal', 'intent'] as const,
      reason: 'being replaced',
      requestedBy: 'Jane Doe',
      approvedBy: 'John Roe',
      from: '2026-11-01T00:00:00.000Z',
      until: '2026-11-24T08:05:00.000Z',
    };
    const running = await startTestEngine({ sources: [source], checks, plan: { waivers: [waiver] } });
    await running.step();
    expect((await running.runs())[0]?.counts.intent).toEqual({ pass: 2, fail: 0, unknown: 0, waived: 1 });
    source.answer = (subject) => (subject.id === a.id ? faulty('timeout') : good);
    await running.minutes(2);
    expect((await running.runs()).at(-1)?.counts.intent).toEqual({ pass: 2, fail: 0, unknown: 0, waived: 1 });
    expect(toldAbout(running, 'fail')).toEqual([]);
    await running.minutes(4);
    expect((await running.runs()).at(-1)?.counts.intent).toEqual({ pass: 2, fail: 1, unknown: 0, waived: 0 });
    expect(toldAbout(running, 'fail')).toEqual(bothInterpretations('firing'));
    expect(await running.changedWhenRejudged()).toEqual([]);
  });

  it('gone from the configuration: one resolve', async () => {
    const source = makeFakeSource('state');
    source.answer = (subject) => (subject.id === a.id ? bad : good);
    const running = await startTestEngine({ sources: [source], checks });
    await running.step();
    await running.restart({ plan: { subjects: [b] } });
    await running.minutes(1);
    expect(toldAbout(running, 'fail')).toEqual([...bothInterpretations('firing'), ...bothInterpretations('resolved')]);
    expect(running.told.at(-1)?.message.reason).toMatch(/no longer|gone|configur/);
    expect(await running.changedWhenRejudged()).toEqual([]);
  });
});
