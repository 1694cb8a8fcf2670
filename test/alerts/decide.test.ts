import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { FaultCode } from '../../src/domain/fault.ts';
import type { UnknownReason } from '../../src/domain/finding.ts';
import { timestamp } from '../../src/domain/time.ts';
import {
  apply,
  blind,
  bothBind,
  fails,
  first,
  makeContext,
  minuteMs,
  onlyFail,
  onlyUnknown,
  receivers,
  result,
  run,
  startMs,
  told,
} from './fixtures.ts';

const context = makeContext();

function opened(...failing: Parameters<typeof fails>[]): readonly Alert[] {
  return decideRun([], run({ failing: failing.map((one) => fails(...one)) }), context).alerts;
}

describe('a fail alert', () => {
  it('opens with the first failing subject and tells each routed receiver', () => {
    const decision = decideRun([], run({ failing: [fails('a:443')] }), context);
    expect(told(decision)).toEqual(['all firing', 'log firing', 'tickets firing']);
    const alert = onlyFail(decision.alerts);
    expect(alert).toMatchObject({
      key: 'fail:tls-versions:intent',
      response: 'ticket',
      closedAt: null,
      toldAt: timestamp(startMs),
      sequence: 1,
    });
    expect(alert.id).toMatch(/^[0-9a-f]{32}$/);
    expect(first(decision.notifications).message).toMatchObject({
      title: 'tls-versions (intent) fails on a:443',
      reason: '1 subject fails',
      subjectCount: 1,
      mend: 'Mend it.',
      subjects: [
        {
          subject: 'a:443',
          expected: 'TLS 1.2 or later',
          observed: 'TLS 1.0 offered',
          isNew: true,
          repeat: 'openssl s_client -connect a:443',
        },
      ],
    });
  });

  it('opens nothing for an interpretation that does not bind', () => {
    const literal = { ...run({}), interpretations: { literal: result({ failing: [fails('a:443')], unknown: [blind(['b:443'])] }) } };
    expect(decideRun([], literal, context)).toEqual({ alerts: [], notifications: [] });
  });

  it('is one per interpretation', () => {
    const failing = result({ failing: [fails('a:443')] });
    const decision = decideRun([], { ...run({}), interpretations: { literal: failing, intent: failing } }, bothBind());
    expect(decision.alerts.map((alert) => alert.key)).toEqual(['fail:tls-versions:literal', 'fail:tls-versions:intent']);
  });

  it('tells a subject that newly fails by one update, new ones first', () => {
    const open = opened(['a:443']);
    const decision = decideRun(open, run({ failing: [fails('a:443'), fails('b:443'), fails('c:443')] }), context);
    expect(told(decision)).toEqual(['all update', 'log update', 'tickets update']);
    const { message } = first(decision.notifications);
    expect(message.title).toBe('tls-versions (intent) also fails on 2 subjects');
    expect(message.reason).toBe('2 subjects began to fail; 3 fail now');
    expect(message.subjects.map(({ subject, isNew }) => [subject, isNew])).toEqual([
      ['b:443', true],
      ['c:443', true],
      ['a:443', false],
    ]);
  });

  it('shows at most 20 subjects and counts all', () => {
    const failing = Array.from({ length: 57 }, (_, number) => fails(`host-${number}:443`));
    const { message } = first(decideRun([], run({ failing }), context).notifications);
    expect(message.subjectCount).toBe(57);
    expect(message.subjects).toHaveLength(20);
    expect(message.title).toBe('tls-versions (intent) fails on 57 subjects');
  });

  it('tells a graver response: the firing to who is routed only now, an update to who knows', () => {
    const open = opened(['a:443']);
    const decision = decideRun(open, run({ failing: [fails('a:443', { response: 'page' })] }), context);
    expect(told(decision)).toEqual(['all update', 'log update', 'pager firing', 'tickets update']);
    expect(first(decision.alerts).response).toBe('page');
    const milder = decideRun(apply(open, decision), run({ failing: [fails('a:443')] }), context);
    expect(milder.notifications).toEqual([]);
    expect(first(milder.alerts).response).toBe('page');
    const closed = decideRun(apply(apply(open, decision), milder), run({}), context);
    expect(told(closed)).toEqual(['all resolved', 'log resolved', 'pager resolved', 'tickets resolved']);
  });

  it('keeps quiet about a subject that passes while others fail, and counts it at the end', () => {
    let open = opened(['a:443'], ['b:443'], ['c:443'], ['d:443']);
    const quiet = decideRun(open, run({ failing: [fails('b:443'), fails('c:443'), fails('d:443')] }), context);
    expect(quiet.notifications).toEqual([]);
    open = apply(open, quiet);
    open = apply(open, decideRun(open, run({ failing: [fails('c:443'), fails('d:443')], waived: ['b:443'] }), context));
    const closing = decideRun(open, run({ waived: ['b:443'], gone: ['c:443'] }), context);
    expect(told(closing)).toEqual(['all resolved', 'log resolved', 'tickets resolved']);
    expect(first(closing.alerts)).toMatchObject({
      closedAt: timestamp(startMs),
      sequence: 2,
      closedBecause: '2 subjects were looked at and no longer fail, 1 subject is waived, 1 subject is gone',
    });
    expect(first(closing.notifications).message.title).toBe('resolved: tls-versions (intent) no longer fails on 2 subjects');
  });

  it('counts a subject that failed again once', () => {
    let open = opened(['a:443'], ['b:443']);
    open = apply(open, decideRun(open, run({ failing: [fails('b:443')] }), context));
    open = apply(open, decideRun(open, run({ failing: [fails('a:443'), fails('b:443')] }), context));
    expect(onlyFail(open).left).toEqual({});
    expect(onlyFail(decideRun(open, run({}), context).alerts).closedBecause).toBe('2 subjects were looked at and no longer fail');
  });

  it('says nothing more when the same run comes again', () => {
    const again = run({ failing: [fails('a:443'), fails('b:443')] });
    expect(decideRun(apply([], decideRun([], again, context)), again, context)).toEqual({ alerts: [], notifications: [] });
  });

  it.each([{ observed: 'TLS 1.1 offered' }, { expected: 'TLS 1.3' }, { rule: 'RFC 8997' }, { lastSeen: timestamp(startMs) }])(
    'keeps %j without telling it',
    (changes) => {
      const decision = decideRun(opened(['a:443']), run({ failing: [fails('a:443', changes)] }), context);
      expect(decision.notifications).toEqual([]);
      expect(onlyFail(decision.alerts).failing).toEqual([fails('a:443', changes)]);
    },
  );

  it('has a new id when it opens again', () => {
    const open = opened(['a:443']);
    const closed = decideRun(open, run({}), context);
    const later = makeContext({ nowMs: startMs + minuteMs });
    const reopened = decideRun(apply(open, closed), run({ failing: [fails('a:443')] }), later);
    expect(onlyFail(reopened.alerts).id).not.toBe(onlyFail(open).id);
    expect(told(reopened)).toEqual(['all firing', 'log firing', 'tickets firing']);
  });
});

describe('blindness never closes or opens a fail', () => {
  const codes: readonly FaultCode[] = ['timeout', 'unreachable', 'denied', 'throttled', 'malformed', 'partial', 'unsupported', 'defect'];
  const lastSeen = timestamp(startMs - minuteMs);

  it.each(codes)('%s with the fail carried on', (reason) => {
    const open = opened(['a:443']);
    const cause = `tls: ${reason}`;
    const decision = decideRun(
      open,
      run({ failing: [fails('a:443', { lastSeen })], unknown: [blind(['a:443', 'b:443'], { cause, reason })] }),
      context,
    );
    expect(decision.notifications).toEqual([]);
    expect(onlyFail(decision.alerts)).toMatchObject({ closedAt: null, failing: [{ subject: 'a:443', lastSeen }] });
    expect(onlyUnknown(decision.alerts).blinded['tls-versions:intent']?.subjects).toEqual(['a:443', 'b:443']);
  });

  it.each(codes)('%s even where the run forgot the fail', (reason) => {
    const open = opened(['a:443'], ['b:443']);
    const decision = decideRun(open, run({ unknown: [blind(['a:443'], { cause: null, reason })] }), context);
    expect(decision.notifications).toEqual([]);
    const alert = onlyFail(decision.alerts);
    expect(alert.failing.map((failing) => failing.subject)).toEqual(['a:443']);
    expect(alert.left).toEqual({ 'b:443': 'passed' });
  });

  it.each(['expired', 'hung'] as const)('a run that is %s says of nobody that it passes', (trigger) => {
    const open = opened(['a:443'], ['b:443']);
    const decision = decideRun(open, run({ waived: ['b:443'] }, { trigger }), context);
    expect(decision.notifications).toEqual([]);
    expect(onlyFail(decision.alerts)).toMatchObject({ closedAt: null, failing: [{ subject: 'a:443' }], left: { 'b:443': 'waived' } });
  });

  it('what was seen and could not be refuted is no blindness', () => {
    const decision = decideRun(opened(['a:443']), run({ unknown: [blind(['a:443'], { cause: null, reason: 'not-provable' })] }), context);
    expect(onlyFail(decision.alerts).closedAt).not.toBeNull();
    expect(decision.alerts).toHaveLength(1);
  });
});

describe('routing', () => {
  it('in observe only log receivers are told; once active, the others hear of what is open', () => {
    const observe = makeContext({ mode: { kind: 'observe' } });
    const failing = run({ failing: [fails('a:443', { response: 'page' })] });
    const decision = decideRun([], failing, observe);
    expect(told(decision)).toEqual(['log firing']);
    expect(first(decision.alerts).toldAt).toBeNull();
    const active = decideRun(decision.alerts, failing, context);
    expect(told(active)).toEqual(['all firing', 'pager firing']);
    expect(first(active.alerts)).toMatchObject({ toldAt: timestamp(startMs), toldTo: ['log', 'pager', 'all'], sequence: 2 });
  });

  it('a receiver that is gone from the configuration is told nothing', () => {
    const open = opened(['a:443']);
    const fewer = makeContext({ receivers: receivers.filter((receiver) => receiver.name !== 'tickets') });
    expect(told(decideRun(open, run({}), fewer))).toEqual(['all resolved', 'log resolved']);
  });

  it('ids are the same however often the same is decided, and differ by receiver and sequence', () => {
    const open = opened(['a:443']);
    const next = run({ failing: [fails('a:443'), fails('b:443')] });
    const ids = [
      ...decideRun([], run({ failing: [fails('a:443')] }), context).notifications,
      ...decideRun(open, next, context).notifications,
    ].map((one) => one.id);
    expect(new Set(ids).size).toBe(6);
    expect(decideRun(open, next, context)).toEqual(decideRun(open, next, context));
  });
});

describe('what cannot be known', () => {
  function runAt(minute: number, unknown = [blind(['a:443'])], check = 'tls-versions') {
    return run({ unknown }, { check, dataAsOf: timestamp(startMs + minute * minuteMs) });
  }

  /** Decides a run at each minute; what the last one decided. */
  function runsAt(minutes: readonly number[]) {
    let open: readonly Alert[] = [];
    let decision = decideRun(open, runAt(0), context);
    for (const minute of minutes) {
      decision = decideRun(open, runAt(minute), makeContext({ nowMs: startMs + minute * minuteMs }));
      open = apply(open, decision);
    }
    return { open, decision };
  }

  it.each([
    [[0], []],
    [[0, 29], []],
    [
      [0, 30],
      ['all firing', 'log firing', 'tickets firing'],
    ],
    [[0, 1, 2, 3, 29], []],
    [
      [0, 10, 31],
      ['all firing', 'log firing', 'tickets firing'],
    ],
    [[0, 30, 31], []],
  ])('runs at minutes %j tell %j', (minutes, expected) => {
    expect(told(runsAt(minutes).decision)).toEqual(expected);
  });

  it('is recorded at once', () => {
    const alert = onlyUnknown(runsAt([0]).open);
    expect(alert).toMatchObject({ key: 'unknown:tls: timeout', cause: 'tls: timeout', toldAt: null, response: 'ticket' });
  });

  it('does not count a run on the same data twice, but counts each that finds its data expired', () => {
    const late = makeContext({ nowMs: startMs + 40 * minuteMs });
    const open = decideRun([], runAt(0), context).alerts;
    expect(decideRun(open, runAt(0), late)).toEqual({ alerts: [], notifications: [] });
    expect(told(decideRun(open, { ...runAt(0), trigger: 'expired' }, late))).toHaveLength(3);
  });

  it('is one alert per cause however many checks it blinds, and ends when none is left', () => {
    let { open } = runsAt([0, 31]);
    const late = makeContext({ nowMs: startMs + 32 * minuteMs });
    const joined = decideRun(open, runAt(32, [blind(['a:443', 'b:443'])], 'tls-certificate-expiry'), late);
    expect(joined.notifications).toEqual([]);
    open = apply(open, joined);
    expect(Object.keys(onlyUnknown(open).blinded)).toEqual(['tls-versions:intent', 'tls-certificate-expiry:intent']);
    const left = decideRun(open, runAt(33, []), late);
    expect(left.notifications).toEqual([]);
    open = apply(open, left);
    const closed = decideRun(open, runAt(33, [], 'tls-certificate-expiry'), late);
    expect(told(closed)).toEqual(['all resolved', 'log resolved', 'tickets resolved']);
    expect(first(closed.notifications).message.title).toBe('resolved: cannot look: tls: timeout');
    expect(apply(open, closed)).toEqual([]);
  });

  it.each(['expired', 'hung'] as const)('a run that is %s has not seen that the cause is gone', (trigger) => {
    const { open } = runsAt([0, 31]);
    const stale = run({ unknown: [blind(['a:443'], { cause: null, reason: 'stale', message: 'the last look is too old' })] }, { trigger });
    const decision = decideRun(open, stale, makeContext({ nowMs: startMs + 40 * minuteMs }));
    expect(decision.notifications).toEqual([]);
    expect(apply(open, decision).map((alert) => alert.key)).toEqual(['unknown:tls: timeout', 'unknown:tls-versions:intent']);
  });

  it('says of another cause that it is another', () => {
    const { open } = runsAt([0, 31]);
    const other = runAt(32, [blind(['a:443'], { cause: 'tls: unreachable', reason: 'unreachable' })]);
    const decision = decideRun(open, other, makeContext({ nowMs: startMs + 32 * minuteMs }));
    expect(told(decision)).toEqual(['all resolved', 'log resolved', 'tickets resolved']);
    expect(first(decision.notifications).message.reason).toContain('what is blind for another reason has an alert of its own');
    expect(onlyUnknown(apply(open, decision)).key).toBe('unknown:tls: unreachable');
  });

  it('ends quietly where nobody was told', () => {
    const { open } = runsAt([0, 1]);
    const closed = decideRun(open, runAt(2, []), context);
    expect(closed.notifications).toEqual([]);
    expect(onlyUnknown(closed.alerts).closedAt).not.toBeNull();
  });

  it('begins anew where the cause was away for one run', () => {
    let open = decideRun([], runAt(0), context).alerts;
    open = apply(open, decideRun(open, runAt(1, []), context));
    const again = decideRun(open, runAt(2), makeContext({ nowMs: startMs + 2 * minuteMs }));
    expect(onlyUnknown(again.alerts).blinded['tls-versions:intent']?.runs).toBe(1);
  });

  it('without a cause it is about the check alone, and both interpretations are members of one cause', () => {
    const both = result({ unknown: [blind(['a:443']), blind(['*'], { cause: null, reason: 'defect', message: 'the judgement threw' })] });
    const decision = decideRun([], { ...runAt(0), interpretations: { literal: both, intent: both } }, bothBind());
    expect(decision.alerts.map((alert) => alert.key)).toEqual([
      'unknown:tls: timeout',
      'unknown:tls-versions:literal',
      'unknown:tls-versions:intent',
    ]);
    const [cause] = decision.alerts;
    expect(cause?.kind === 'unknown' && Object.keys(cause.blinded)).toEqual(['tls-versions:literal', 'tls-versions:intent']);
  });

  it.each<UnknownReason>(['none-seen', 'not-provable'])('%s opens none', (reason) => {
    expect(decideRun([], runAt(0, [blind(['*'], { cause: null, reason })]), context)).toEqual({ alerts: [], notifications: [] });
  });

  it('says what is blind, to whom, and how to repeat the look', () => {
    const { message } = first(runsAt([0, 31]).decision.notifications);
    expect(message).toMatchObject({
      title: 'cannot look: tls: timeout',
      reason: `not known since ${timestamp(startMs)}: no answer in time; it blinds tls-versions (intent)`,
      subjectCount: 1,
      check: null,
      claims: [{ id: 'CLM-1' }],
      subjects: [{ subject: 'a:443', repeat: 'openssl s_client -connect a:443' }],
    });
  });
});
