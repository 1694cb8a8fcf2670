import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { fingerprintOf, type MirrorContext, mirrorAlerts, mirroredSubjects } from '../../src/alerts/mirror-alerts.ts';
import { damageTrouble, decideStateNotice } from '../../src/alerts/state-notice.ts';
import type { Alert } from '../../src/domain/alert.ts';
import { timestamp } from '../../src/domain/time.ts';
import { apply, blind, fails, makeContext, minuteMs, onlyUnknown, receivers, run, startMs, told } from './fixtures.ts';

const mirror = { name: 'am', kind: 'alertmanager', responses: ['page', 'ticket', 'report'], isMirror: true } as const;
const withMirror = (changes: object = {}) => makeContext({ receivers: [...receivers, mirror], ...changes });
const context: MirrorContext = { receiver: 'am', vantage: 'office', describe: withMirror().describe };
const subjectsOf = (open: readonly Alert[], own = context) => mirrorAlerts(open, own).map(({ labels }) => labels['subject']);

describe('deciding with a mirror', () => {
  it('notes that it knows, and makes no message for it', () => {
    const decision = decideRun([], run({ failing: [fails('a:443')] }), withMirror());
    expect(told(decision)).toEqual(['all firing', 'log firing', 'tickets firing']);
    expect(decision.alerts[0]?.toldTo).toContain('am');
  });

  it('makes none for updates and ends either', () => {
    const open = apply([], decideRun([], run({ failing: [fails('a:443')] }), withMirror()));
    expect(told(decideRun(open, run({ failing: [fails('a:443'), fails('b:443')] }), withMirror()))).not.toContain('am update');
    expect(told(decideRun(open, run({}), withMirror())).filter((line) => line.startsWith('am'))).toEqual([]);
  });

  it('an alert that only a mirror hears is told all the same', () => {
    const only = makeContext({ receivers: [mirror] });
    const open = apply([], decideRun([], run({ failing: [fails('a:443')] }), only));
    expect(subjectsOf(open)).toEqual(['a:443']);
    expect(apply(open, decideRun(open, run({}), only))).toEqual([]);
  });

  it('gives it notices, which nobody could take from the open alerts', () => {
    expect(told(decideStateNotice(damageTrouble('state.sqlite', ['page 3']), withMirror()))).toContain('am notice');
  });
});

describe('what a mirror holds', () => {
  const failing = apply([], decideRun([], run({ failing: [fails('a:443', { response: 'page' }), fails('b:443')] }), withMirror()));

  it('is one alert per check, interpretation and subject, who it is in its labels', () => {
    const [first, second] = mirrorAlerts(failing, context);
    expect(first?.labels).toEqual({
      alertname: 'ClaimwatchFail',
      check: 'tls-versions',
      interpretation: 'intent',
      subject: 'a:443',
      response: 'page',
      severity: 'critical',
      vantage: 'office',
    });
    expect(second?.labels).toMatchObject({ subject: 'b:443', response: 'ticket', severity: 'warning' });
    expect(first?.startsAt).toBe(timestamp(startMs));
    expect(first?.annotations).toMatchObject({
      summary: 'tls-versions (intent) fails on a:443',
      description: 'expected: TLS 1.2 or later; observed: TLS 1.0 offered (RFC 8996)',
      claims: 'CLM-1: "All connections are encrypted."',
      mend: 'Mend it.',
      repeat: 'openssl s_client -connect a:443',
    });
    expect(first?.annotations).not.toHaveProperty('last_seen');
  });

  it.each<[string, MirrorContext, readonly Alert[]]>([
    ['another receiver', { ...context, receiver: 'other' }, failing],
    ['what is closed', context, failing.map((alert) => ({ ...alert, closedAt: timestamp(startMs) }))],
    ['what nobody was told of', context, failing.map((alert) => ({ ...alert, toldTo: [] }))],
  ])('is nothing of %s', (_what, own, open) => {
    expect(subjectsOf(open, own)).toEqual([]);
  });

  it('does not change its labels with what was observed, nor when it cannot be seen', () => {
    const later = run({
      failing: [fails('a:443', { response: 'page', observed: 'TLS 1.1', lastSeen: timestamp(startMs) }), fails('b:443')],
    });
    const now = apply(failing, decideRun(failing, later, withMirror({ nowMs: startMs + minuteMs })));
    expect(mirrorAlerts(now, context).map(fingerprintOf)).toEqual(mirrorAlerts(failing, context).map(fingerprintOf));
    expect(mirrorAlerts(now, context)[0]?.annotations).toMatchObject({ last_seen: timestamp(startMs) });
  });

  it('is of a check that is not configured any more, too', () => {
    expect(subjectsOf(failing, { ...context, describe: () => null })).toEqual(['a:443', 'b:443']);
  });

  it.each([
    [mirroredSubjects, mirroredSubjects, undefined],
    [mirroredSubjects + 1, mirroredSubjects + 1, 'and 1 more'],
    [1_000, mirroredSubjects + 1, 'and 900 more'],
  ])('of %i subjects is %i alerts', (count, expected, last) => {
    const many = Array.from({ length: count }, (_, index) => fails(`host-${index}:443`));
    const subjects = subjectsOf(apply([], decideRun([], run({ failing: many }), withMirror())));
    expect(subjects).toHaveLength(expected);
    if (last !== undefined) expect(subjects.at(-1)).toBe(last);
  });

  it('of what cannot be known: nothing before it lasts, then each check and subject with the cause', () => {
    const first = apply([], decideRun([], run({ unknown: [blind(['a:443', 'b:443'])] }), withMirror()));
    expect(subjectsOf(first)).toEqual([]);
    const late = startMs + 31 * minuteMs;
    const second = run({ unknown: [blind(['a:443', 'b:443'])] }, { dataAsOf: timestamp(late) });
    const open = apply(first, decideRun(first, second, withMirror({ nowMs: late })));
    expect(mirrorAlerts(open, context).map(({ labels }) => labels)).toMatchObject([
      { alertname: 'ClaimwatchUnknown', check: 'tls-versions', interpretation: 'intent', subject: 'a:443', cause: 'tls: timeout' },
      { alertname: 'ClaimwatchUnknown', subject: 'b:443' },
    ]);
    const { toldSubjects: _subjects, toldMembers: _members, ...ofBefore } = onlyUnknown(open);
    expect(subjectsOf([ofBefore])).toEqual(['a:443', 'b:443']);
  });
});
