import { describe, expect, test } from 'vitest';
import { check } from '../../src/checks/monitoring-coverage.ts';
import { judgeOne, resourceOf, verdictOf } from '../support/judge.ts';

const subject = resourceOf('microsoft.operationalinsights/workspaces', 'log-prod');
const asOf = '2026-11-24T08:00:00.000Z';
const at = (time: string) => `2026-11-24T${time}.000Z`;
const table = (...silences: readonly (readonly [from: string | null, to: string | null])[]) => ({
  is: {
    isThere: true,
    retentionDays: 90,
    totalRetentionDays: 365,
    silences: silences.map(([from, to]) => ({ from, to })),
    slowestIngestionMinutes: 5,
  },
});
const missing = { is: { ...table().is, isThere: false } };
const moreFault = { code: 'denied', message: 'not all can be listed' };
const unreadable = (code: string) => ({ fault: { code, message: 'it cannot be read' } });
const three = { SecurityAlert: table(), Perf: table(), AppAvailabilityResults: table() };
const tablesOf = (tables: object, more: object = {}) => ({ workspaces: ['log-prod'], hours: 24, resolutionMinutes: 30, tables, ...more });
const looksOf = (...looks: readonly (readonly [name: string, due: number, done: number])[]) => ({
  from: '2026-11-23T08:00:00.000Z',
  to: asOf,
  looks: looks.map(([name, due, done]) => ({ name, due, done, late: 0 })),
});
const allDone = looksOf(['azure', 96, 96], ['logs', 288, 288]);

const monitor = (kind: string, of: string, more: object = {}) => ({ name: of.toLowerCase(), kind, owner: 'platform', table: of, ...more });
const security = monitor('security', 'SecurityAlert');
const performance = monitor('performance', 'Perf');
const availability = monitor('availability', 'AppAvailabilityResults');
const monitors = [security, performance, availability];
const judge = (tables: object, looks: object = allDone, parameters: object = { monitors }) =>
  judgeOne(check, 'literal', { resource: { id: subject.id }, 'log-tables': tables, 'own-looks': looks }, { subject, parameters, asOf });
const judgePerf = (perf: object) => judge(tablesOf({ ...three, Perf: perf }));

describe('monitoring-coverage', () => {
  const tables: readonly [what: string, perf: object, verdict: string][] = [
    ['without a silence', table(), 'pass'],
    ['silent for as long as it may be', table([at('05:00:00'), at('06:00:00')]), 'pass'],
    ['silent for a second longer', table([at('05:00:00'), at('06:00:01')]), 'fail ticket'],
    ['silent until now, for as long as it may be', table([at('07:00:00'), null]), 'pass'],
    ['silent until now, for a second longer', table([at('06:59:59'), null]), 'fail'],
    // An hour of the first ones may be before the hours of the look, which is known by its earliest time alone.
    ['silent since before the hours', table([null, '2026-11-23T10:00:00.000Z']), 'pass'],
    ['silent since before the hours, for longer', table([null, '2026-11-23T10:00:01.000Z']), 'fail ticket'],
    ['silent all the time', table([null, null]), 'fail'],
    ['silent twice, once for too long', table([at('01:00:00'), at('01:40:00')], [at('02:00:00'), at('04:00:00')]), 'fail ticket'],
    ['silent once and again now', table([at('02:00:00'), at('04:00:00')], [at('05:00:00'), null]), 'fail'],
    ['not there', missing, 'fail'],
    ['which we may not read', unreadable('denied'), 'unknown denied'],
    ['which came in part', unreadable('partial'), 'unknown partial'],
  ];
  test.each(tables)('a table %s', (_what, perf, verdict) => {
    expect(verdictOf(judgePerf(perf))).toBe(verdict);
  });

  const declared: readonly [what: string, monitors: readonly object[], more: object, verdict: string][] = [
    ['none', [], {}, 'unknown unsupported'],
    ['all three kinds', monitors, {}, 'pass'],
    ['a table in other letters', [...monitors, monitor('security', 'PERF')], {}, 'pass'],
    ['no availability', [security, performance], {}, 'fail ticket'],
    ['security alone', [security], {}, 'fail ticket'],
    ['a table that nobody looks at', [...monitors, monitor('security', 'Syslog')], {}, 'unknown unsupported'],
    ['as often as is seen', [...monitors, { ...performance, everyMinutes: 30 }], {}, 'pass'],
    ['more often than is seen', [...monitors, { ...performance, everyMinutes: 29 }], {}, 'unknown unsupported'],
    ['as seldom as the hours', [...monitors, { ...performance, everyMinutes: 1_440 }], {}, 'pass'],
    ['more seldom than the hours', [...monitors, { ...performance, everyMinutes: 1_441 }], {}, 'unknown unsupported'],
    ['this workspace', [...monitors, { ...performance, workspace: 'LOG-PROD' }], {}, 'pass'],
    ['this workspace by id', [...monitors, { ...performance, workspace: subject.id.toUpperCase() }], {}, 'pass'],
    ['a workspace that is not there', [...monitors, { ...performance, workspace: 'log-old' }], {}, 'fail'],
    ['a workspace that may yet be there', [...monitors, { ...performance, workspace: 'log-old' }], { moreFault }, 'unknown denied'],
    ['no workspace, where there may be several', monitors, { moreFault }, 'unknown denied'],
    ['this workspace, where there may be several', monitors.map((each) => ({ ...each, workspace: 'log-prod' })), { moreFault }, 'pass'],
    ['no workspace, of several', monitors, { workspaces: ['log-prod', 'log-test'] }, 'unknown unsupported'],
    [
      'all in another workspace',
      monitors.map((each) => ({ ...each, workspace: 'log-test' })),
      { workspaces: ['log-prod', 'log-test'], tables: {} },
      'pass',
    ],
  ];
  test.each(declared)('declared: %s', (_what, own, more, verdict) => {
    expect(verdictOf(judge(tablesOf(three, more), allDone, { monitors: own }))).toBe(verdict);
    expect(verdictOf(judge(tablesOf(three, more), allDone, { monitors: own.toReversed() }))).toBe(verdict);
  });

  const looks: readonly [what: string, looks: object, verdict: string][] = [
    ['all done', allDone, 'pass'],
    ['as many done as have to be', looksOf(['azure', 100, 95]), 'pass'],
    ['one fewer', looksOf(['azure', 100, 94]), 'unknown partial'],
    ['one of several seldom done', looksOf(['azure', 100, 100], ['tls', 20, 18]), 'unknown partial'],
    ['more done than were due', looksOf(['azure', 100, 120]), 'pass'],
    ['never done', looksOf(['azure', 1, 0]), 'unknown partial'],
    ['one that is not due yet', looksOf(['azure', 100, 100], ['outside', 0, 0]), 'pass'],
    ['none due yet', looksOf(['azure', 0, 0]), 'unknown partial'],
    ['none at all', looksOf(), 'unknown partial'],
  ];
  test.each(looks)('our own looks: %s', (_what, own, verdict) => {
    expect(verdictOf(judge(tablesOf(three), own))).toBe(verdict);
  });

  test('our own looks take nothing from a fail, and give nothing', () => {
    const silent = tablesOf({ ...three, Perf: table([null, null]) });
    expect(verdictOf(judge(silent, looksOf(['azure', 100, 0])))).toBe('fail');
    expect(verdictOf(judge(silent, allDone))).toBe('fail');
    expect(verdictOf(judge(tablesOf({ ...three, Perf: unreadable('denied') }), allDone))).toBe('unknown denied');
  });

  test('own looks that were missed end a failure which the logs do not show any more; a table that cannot be read does not', () => {
    const seldom = looksOf(['azure', 100, 50]);
    expect(judge(tablesOf(three), seldom)).toMatchObject({ status: 'unknown', unrefuted: true });
    expect(judge(tablesOf({ ...three, Perf: unreadable('denied') }), seldom)).not.toHaveProperty('unrefuted');
  });

  test("a coverage of one's own", () => {
    expect(verdictOf(judge(tablesOf(three), looksOf(['azure', 100, 99]), { monitors, ownCoverage: 1 }))).toBe('unknown partial');
    expect(verdictOf(judge(tablesOf(three), looksOf(['azure', 100, 50]), { monitors, ownCoverage: 0.5 }))).toBe('pass');
    expect(verdictOf(judge(tablesOf(three), looksOf(['azure', 100, 0]), { monitors, ownCoverage: 0.01 }))).toBe('unknown partial');
    for (const looks of [looksOf(['azure', 100, 0]), looksOf(['azure', 0, 0])])
      expect(verdictOf(judge(tablesOf(three), looks, { monitors, ownCoverage: 0 }))).toBe('pass');
    expect(verdictOf(judge(tablesOf(three), looksOf(['azure', 0, 0]), { monitors, ownCoverage: 0.01 }))).toBe('unknown partial');
  });

  test('says what is missing', () => {
    expect(judgePerf(table([at('02:00:00'), at('05:00:00')])).observed).toBe(
      `performance monitor perf: Perf is silent from ${at('02:00:00')} to ${at('05:00:00')}`,
    );
    expect(judge(tablesOf(three), allDone, { monitors: [security] }).observed).toBe(
      'no monitor of performance is declared; no monitor of availability is declared',
    );
    expect(judge(tablesOf(three), looksOf(['tls', 288, 12])).observed).toBe(
      `our own look tls was done 12 of 288 times from 2026-11-23T08:00:00.000Z to ${asOf}`,
    );
    expect(judge(tablesOf(three), allDone, {}).observed).toContain('into the parameter monitors of this check');
  });

  test('a list of looks that nobody can have made is refused', () => {
    expect(check.needs['own-looks']?.safeParse(looksOf(['azure', -1, 0])).success).toBe(false);
    expect(check.needs['own-looks']?.safeParse({ ...allDone, looks: null }).success).toBe(false);
  });
});
