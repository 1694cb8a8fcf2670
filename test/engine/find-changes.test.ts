import { describe, expect, it, test } from 'vitest';
import type { FailAlert } from '../../src/domain/alert.ts';
import type { RawChange } from '../../src/domain/change.ts';
import type { ChangeLog, Clock, Pseudonyms } from '../../src/domain/ports.ts';
import { normaliseIdentifier, type Pseudonym } from '../../src/domain/pseudonym.ts';
import { timestamp } from '../../src/domain/time.ts';
import { canHaveTurned, findChanges, newlyFailing } from '../../src/engine/find-changes.ts';
import { fails, result, run } from '../alerts/fixtures.ts';
import { exampleAlert } from '../support/example-alert.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { makeRecordingLog } from '../support/recording-log.ts';

const anna: Pseudonym = 'person-0123456789abcdef';

const change = (target: string, changes: Partial<RawChange> = {}): RawChange => ({
  target,
  at: '2026-11-24T08:00:00.000Z',
  by: { kind: 'person', identifier: 'anna@contoso.example' },
  operation: 'Microsoft.Storage/storageAccounts/write',
  clientType: null,
  properties: [],
  ...changes,
});

const knowsAnna: Pseudonyms = {
  pseudonymOf: async (identifiers) => new Map(identifiers.map((identifier) => [normaliseIdentifier(identifier), anna])),
};
/** Time that stands still, and time that is over. */
const standing: Pick<Clock, 'sleep'> = makeFakeClock(0);
const over: Pick<Clock, 'sleep'> = { sleep: async () => undefined };

function needs(changeLog: ChangeLog, pseudonyms: Pseudonyms = knowsAnna, clock: Pick<Clock, 'sleep'> = standing) {
  const log = makeRecordingLog();
  return { needs: { changeLog, pseudonyms, clock, log }, log };
}

const telling = (...changes: readonly RawChange[]): ChangeLog => ({ recentChanges: async () => changes });
const signal = new AbortController().signal;
const refuse = (): never => {
  throw new Error('this must not be asked');
};

describe('what was found', () => {
  it('is the last change of each subject, with its person under a pseudonym', async () => {
    const own = needs(
      telling(
        change('/a', { at: '2026-11-24T07:00:00.000Z', by: { kind: 'system' } }),
        change('/a'),
        change('/b', { by: { kind: 'app', id: '1' } }),
      ),
    );
    const changeOf = await findChanges(own.needs, ['/a', '/b', '/c'], signal);
    expect([changeOf('/a'), changeOf('/b')?.by, changeOf('/c')]).toEqual([{ ...change('/a'), by: anna }, 'app 1', null]);
    expect(own.log.lines).toEqual([]);
  });

  it('needs nobody where nothing newly fails, and no pseudonym where no person is named', async () => {
    const idle = needs({ recentChanges: refuse }, { pseudonymOf: refuse });
    expect((await findChanges(idle.needs, [], signal))('/a')).toBeNull();
    const system = needs(telling(change('/a', { by: { kind: 'system' } })), { pseudonymOf: refuse });
    expect((await findChanges(system.needs, ['/a'], signal))('/a')?.by).toBe('System');
  });

  const hanging: ChangeLog = { recentChanges: () => new Promise(() => undefined) };
  test.each<[string, ReturnType<typeof needs>, AbortSignal, string]>([
    ['fails', needs({ recentChanges: async () => refuse() }), signal, 'Error: this must not be asked'],
    ['throws', needs({ recentChanges: refuse }), signal, 'Error: this must not be asked'],
    ['hangs and heeds nothing', needs(hanging, knowsAnna, over), signal, 'Error: no answer within 5 seconds'],
    ['hangs while the daemon stops', needs(hanging), AbortSignal.abort(), 'Error: no answer within 5 seconds'],
    [
      'gives a person whom the store refuses',
      needs(telling(change('/a')), { pseudonymOf: async () => refuse() }),
      signal,
      'Error: this must not be asked',
    ],
  ])('is nothing where the origin %s; it is told once', async (_what, { needs: own, log }, stopping, error) => {
    const changeOf = await findChanges(own, ['/a'], stopping);
    expect(changeOf('/a')).toBeNull();
    expect(log.lines).toMatchObject([{ level: 'warn', fields: { subjects: 1, error } }]);
    expect(JSON.stringify(log.lines)).not.toContain('anna@');
  });

  it('lets go of what it asked when it is late', async () => {
    let given: AbortSignal | null = null;
    const slow = needs(
      {
        recentChanges: (_subjects, asked) => {
          given = asked;
          return new Promise(() => undefined);
        },
      },
      knowsAnna,
      over,
    );
    await findChanges(slow.needs, ['/a'], signal);
    expect(given).toMatchObject({ aborted: true });
  });
});

test.each([
  ['at the time of the run before', '2026-11-24T09:00:00.000Z', true],
  ['between both', '2026-11-24T09:10:00.000Z', true],
  ['after the look, when it was asked', '2026-11-24T09:16:00.000Z', true],
  ['as long before as a failure is held back and the index lags', '2026-11-24T08:15:00.000Z', true],
  ['longer before', '2026-11-24T08:14:59.999Z', false],
])('a change of a row behind a verdict, %s', (_when, at, canTurn) => {
  const [dataAsOf, previousAsOf] = [timestamp(Date.parse('2026-11-24T09:15:00Z')), timestamp(Date.parse('2026-11-24T09:00:00Z'))];
  expect(canHaveTurned({ at: timestamp(Date.parse(at)) }, dataAsOf, previousAsOf)).toBe(canTurn);
  expect(canHaveTurned({ at: timestamp(Date.parse(at)) }, dataAsOf, null)).toBe(true);
});

describe('whom to ask about', () => {
  const alert = (changes: Partial<FailAlert> = {}): FailAlert => {
    const example = exampleAlert();
    if (example.kind !== 'fail') throw new Error('the example is a fail alert');
    return { ...example, check: 'tls-versions', interpretation: 'intent', failing: [fails('/a')], ...changes };
  };
  const now = run({ failing: [fails('/a'), fails('/b')] });

  test.each<[string, readonly FailAlert[], readonly string[]]>([
    ['no alert is open', [], ['/a', '/b']],
    ['one of this interpretation is open', [alert()], ['/b']],
    ['one of the other interpretation is open', [alert({ interpretation: 'literal' })], ['/a', '/b']],
    ['one of another check is open', [alert({ check: 'other' })], ['/a', '/b']],
    ['it is closed', [alert({ closedAt: '2026-11-24T08:00:00.000Z' })], ['/a', '/b']],
  ])('where %s', (_what, open, expected) => {
    expect(newlyFailing(open, now)).toEqual(expected);
  });

  it('each once, whatever interpretations it fails', () => {
    const both = { ...now, interpretations: { literal: result({ failing: [fails('/b')] }), intent: result({ failing: [fails('/b')] }) } };
    expect(newlyFailing([], both)).toEqual(['/b']);
  });
});
