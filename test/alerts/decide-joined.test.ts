import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { decideWithdrawn } from '../../src/alerts/decide-withdrawn.ts';
import type { Alert, Notification } from '../../src/domain/alert.ts';
import { timestamp } from '../../src/domain/time.ts';
import { apply, blind, fails, makeContext, minuteMs, onlyUnknown, run, startMs } from './fixtures.ts';

/** Decides a run at each minute, with who is blind then; what the receiver `tickets` was told, and when. */
function tellOver(blindAt: (minute: number) => readonly string[], minutes: number): readonly string[] {
  let open: readonly Alert[] = [];
  const told: string[] = [];
  for (let minute = 0; minute <= minutes; minute += 1) {
    const nowMs = startMs + minute * minuteMs;
    const subjects = blindAt(minute);
    const unknown = subjects.length === 0 ? [] : [blind(subjects)];
    const decision = decideRun(open, run({ unknown }, { dataAsOf: timestamp(nowMs) }), makeContext({ nowMs }));
    expect(
      decideRun(apply(open, decision), run({ unknown }, { dataAsOf: timestamp(nowMs) }), makeContext({ nowMs })).notifications,
    ).toEqual([]);
    open = apply(open, decision);
    told.push(...decision.notifications.filter((one) => one.receiver === 'tickets').map((one) => describeOne(minute, one)));
  }
  return told;
}

function describeOne(minute: number, one: Notification): string {
  return `${minute} ${one.kind} ${one.message.subjectCount}: ${one.message.subjects.map(({ subject }) => subject).join(' ')}`;
}

describe('a clock that is set back while somebody is blind', () => {
  /** Told at these minutes of the monotonic clock; the wall clock is set at minute 10. */
  function toldAt(jumpMs: number): readonly number[] {
    let open: readonly Alert[] = [];
    const minutes: number[] = [];
    for (let minute = 0; minute <= 120; minute += 1) {
      const nowMs = startMs + minute * minuteMs + (minute < 10 ? 0 : jumpMs);
      const decision = decideRun(open, run({ unknown: [blind(['a:443'])] }, { dataAsOf: timestamp(nowMs) }), makeContext({ nowMs }));
      open = apply(open, decision);
      minutes.push(...decision.notifications.filter((one) => one.receiver === 'tickets').map(() => minute));
    }
    return minutes;
  }

  it.each([
    ['not at all', 0, 30],
    ['by two seconds', -2_000, 31],
    ['by five minutes', -5 * minuteMs, 35],
    ['to before it became blind', -11 * minuteMs, 10],
    ['by an hour', -60 * minuteMs, 10],
    ['by ten years', -3_653 * 1_440 * minuteMs, 10],
    ['forward by an hour', 60 * minuteMs, 10],
  ])('%s: it is told once', (_title, jumpMs, expected) => {
    expect(toldAt(jumpMs)).toEqual([expected]);
  });
});

describe('who becomes blind by a cause that was told already', () => {
  it('is told once, after the same limits; whoever was told is not told again', () => {
    const blindAt = (minute: number) => (minute < 60 ? ['old:443'] : ['b:443', 'c:443', 'old:443']);
    expect(tellOver(blindAt, 200)).toEqual(['30 firing 1: old:443', '90 update 3: b:443 c:443']);
  });

  it('is not told where it sees again before the limits', () => {
    const blindAt = (minute: number) => (minute >= 60 && minute < 89 ? ['b:443', 'old:443'] : ['old:443']);
    expect(tellOver(blindAt, 200)).toEqual(['30 firing 1: old:443']);
  });

  it('counts anew where it saw in between', () => {
    const blindAt = (minute: number) => (minute >= 60 && minute !== 80 ? ['b:443', 'old:443'] : ['old:443']);
    expect(tellOver(blindAt, 120)).toEqual(['30 firing 1: old:443', '111 update 2: b:443']);
  });

  it('is told even when the first one sees again meanwhile, and the end is told once nobody is blind', () => {
    const blindAt = (minute: number) => (minute < 50 ? ['old:443'] : minute < 60 ? ['b:443', 'old:443'] : minute < 100 ? ['b:443'] : []);
    expect(tellOver(blindAt, 110)).toEqual(['30 firing 1: old:443', '80 update 1: b:443', '100 resolved 1: b:443']);
  });
});

/** Who is blind by one cause in a run of a check; null where the check does not run at that minute. */
type BlindAt = (minute: number) => readonly string[] | null;

interface Played {
  readonly told: readonly string[];
  readonly open: readonly Alert[];
}

/** Several checks, each run in the order given at each minute; `from` takes up what an earlier play left open. */
function playChecks(checks: Readonly<Record<string, BlindAt>>, minutes: number, from: readonly Alert[] = [], firstMinute = 0): Played {
  let open = from;
  const told: string[] = [];
  for (let minute = firstMinute; minute <= minutes; minute += 1) {
    const nowMs = startMs + minute * minuteMs;
    for (const [check, blindAt] of Object.entries(checks)) {
      const subjects = blindAt(minute);
      if (subjects === null) continue;
      const unknown = subjects.length === 0 ? [] : [blind(subjects)];
      const decision = decideRun(open, run({ unknown }, { check, dataAsOf: timestamp(nowMs) }), makeContext({ nowMs }));
      open = apply(open, decision);
      told.push(...decision.notifications.filter((one) => one.receiver === 'tickets').map((one) => describeOne(minute, one)));
    }
  }
  return { told, open };
}

describe('several checks that one cause blinds', () => {
  it('a subject that another check goes on to be blind of is told all the same', () => {
    const passing: BlindAt = (minute) => (minute === 60 ? ['b:443', 'old:443'] : []);
    const staying: BlindAt = (minute) => (minute < 60 ? ['old:443'] : ['b:443', 'old:443']);
    const { told } = playChecks({ 'https-redirect': passing, 'tls-versions': staying }, 200);
    expect(told).toEqual(['30 firing 1: old:443', '90 update 2: b:443']);
  });

  it('a check that becomes blind later is told once, after the same limits', () => {
    const late: BlindAt = (minute) => (minute < 60 ? [] : ['old:443']);
    const { told } = playChecks({ 'tls-versions': () => ['old:443'], 'https-redirect': late }, 200);
    expect(told).toEqual(['30 firing 1: old:443', '90 update 1: old:443']);
  });

  it('says which checks and how many subjects', () => {
    const before = playChecks({ 'tls-versions': () => ['old:443'] }, 59).open;
    const both = { 'tls-versions': () => ['old:443'], 'https-redirect': () => ['b:443', 'old:443'] };
    const open = playChecks(both, 89, before, 60).open;
    const nowMs = startMs + 90 * minuteMs;
    const later = run({ unknown: [blind(['b:443', 'old:443'])] }, { check: 'https-redirect', dataAsOf: timestamp(nowMs) });
    const reasons = decideRun(open, later, makeContext({ nowMs })).notifications.map((one) => one.message.reason);
    expect(new Set(reasons)).toEqual(
      new Set(['1 subject became blind too, https-redirect (intent) is blinded too; 2 are blind now: no answer in time']),
    );
  });

  it('who saw in between counts anew, even where no other check ran then', () => {
    const rare: BlindAt = (minute) => (minute <= 50 ? ['old:443'] : null);
    const flickering: BlindAt = (minute) => (minute < 60 || minute === 80 ? [] : ['b:443']);
    const { told } = playChecks({ 'tls-versions': rare, 'https-redirect': flickering }, 200);
    expect(told).toEqual(['30 firing 1: old:443', '111 update 2: b:443']);
  });
});

describe('an open alert of before it was kept who was told', () => {
  it('tells once, after the limits, whoever is blind: nobody is taken for told', () => {
    const kept = onlyUnknown(playChecks({ 'tls-versions': () => ['old:443'] }, 59).open);
    const { toldSubjects: _, toldMembers: __, joined: ___, ...rest } = kept;
    const stored = { ...rest, blinded: { 'tls-versions:intent': { runs: 60, subjects: ['old:443'] } } };
    const { told } = playChecks({ 'tls-versions': () => ['b:443', 'old:443'] }, 200, [stored], 60);
    expect(told).toEqual(['90 update 2: b:443 old:443']);
  });
});

describe('a mode that becomes observe while an alert is open', () => {
  it('who heard the beginning hears the end', () => {
    const open = apply([], decideRun([], run({ failing: [fails('a:443')] }), makeContext()));
    const end = decideRun(open, run({ failing: [] }), makeContext({ mode: { kind: 'observe' } }));
    expect(end.notifications.map((one) => `${one.receiver} ${one.kind}`)).toEqual(['log resolved', 'tickets resolved', 'all resolved']);
  });

  it('who was paged hears that the check is withdrawn, too', () => {
    const open = apply([], decideRun([], run({ failing: [fails('a:443', { response: 'page' })] }), makeContext()));
    const end = decideWithdrawn(open, [], makeContext({ mode: { kind: 'observe' } }));
    expect(end.notifications.map((one) => `${one.receiver} ${one.kind}`)).toEqual(['log resolved', 'pager resolved', 'all resolved']);
  });

  it('hears no updates, and no firing', () => {
    const open = apply([], decideRun([], run({ failing: [fails('a:443')] }), makeContext()));
    const later = decideRun(open, run({ failing: [fails('a:443'), fails('b:443')] }), makeContext({ mode: { kind: 'observe' } }));
    expect(later.notifications.map((one) => `${one.receiver} ${one.kind}`)).toEqual(['log update']);
  });
});
