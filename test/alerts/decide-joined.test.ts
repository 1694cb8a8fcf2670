import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import type { Alert, Notification } from '../../src/domain/alert.ts';
import { timestamp } from '../../src/domain/time.ts';
import { apply, blind, fails, makeContext, minuteMs, run, startMs } from './fixtures.ts';

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

describe('a mode that becomes observe while an alert is open', () => {
  it('who heard the beginning hears the end', () => {
    const open = apply([], decideRun([], run({ failing: [fails('a:443')] }), makeContext()));
    const end = decideRun(open, run({ failing: [] }), makeContext({ mode: { kind: 'observe' } }));
    expect(end.notifications.map((one) => `${one.receiver} ${one.kind}`)).toEqual(['log resolved', 'tickets resolved', 'all resolved']);
  });
});
