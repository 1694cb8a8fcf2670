import { describe, expect, it } from 'vitest';
import { decideRun } from '../../src/alerts/decide.ts';
import { decideWithdrawn } from '../../src/alerts/decide-withdrawn.ts';
import { timestamp } from '../../src/domain/time.ts';
import { apply, blind, fails, first, makeContext, minuteMs, onlyFail, onlyUnknown, run, startMs, told } from './fixtures.ts';

const context = makeContext();
const failing = decideRun([], run({ failing: [fails('a:443')] }), context).alerts;

/** What is not configured any more is described by nobody. */
const forgetful = makeContext({
  describe: (check) => {
    throw new Error(`nobody knows ${check}`);
  },
});

describe('withdrawn', () => {
  it('a check that is no longer configured ends its alert, and says that this is no pass', () => {
    const decision = decideWithdrawn(failing, ['tls-certificate-trust'], forgetful);
    expect(told(decision)).toEqual(['all resolved', 'log resolved', 'tickets resolved']);
    expect(first(decision.notifications).message).toMatchObject({
      title: 'withdrawn: tls-versions (intent) is no longer asked',
      reason: 'the check tls-versions is no longer configured; this does not say that it passes',
    });
    expect(onlyFail(decision.alerts)).toMatchObject({ closedAt: timestamp(startMs), failing: [] });
  });

  it('keeps what is still configured and binding', () => {
    expect(decideWithdrawn(failing, ['tls-versions'], context)).toEqual({ alerts: [], notifications: [] });
  });

  it('ends an alert whose interpretation no longer binds', () => {
    const loosened = { ...context, describe: (check: string) => ({ ...context.describe(check), standing: () => 'text-defect' as const }) };
    expect(onlyFail(decideWithdrawn(failing, ['tls-versions'], loosened).alerts).closedBecause).toContain('no longer binds');
  });

  it('takes its members out of a cause and ends it with the last one', () => {
    let open = decideRun([], run({ unknown: [blind(['a:443'])] }), context).alerts;
    const late = makeContext({ nowMs: startMs + 31 * minuteMs });
    open = apply(open, decideRun(open, run({ unknown: [blind(['a:443'])] }, { dataAsOf: timestamp(startMs + minuteMs) }), late));
    open = apply(open, decideRun(open, run({ unknown: [blind(['a:443'])] }, { check: 'tls-certificate-trust' }), late));
    const one = decideWithdrawn(open, ['tls-versions'], context);
    expect(one.notifications).toEqual([]);
    expect(Object.keys(onlyUnknown(one.alerts).blinded)).toEqual(['tls-versions:intent']);
    const last = decideWithdrawn(apply(open, one), [], forgetful);
    expect(told(last)).toEqual(['all resolved', 'log resolved', 'tickets resolved']);
  });
});
