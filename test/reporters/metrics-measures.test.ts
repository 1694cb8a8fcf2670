import { describe, expect, test } from 'vitest';
import { timestamp } from '../../src/domain/time.ts';
import { measuredSubjectsShown } from '../../src/reporters/metrics/subject-measures.ts';
import { lookOf, metricsOf, nowMs } from './metrics-fixtures.ts';

const limitMs = 300_000;
const expiryS = nowMs / 1000;

interface LookGiven {
  readonly name?: string;
  /** Endpoint -> seconds until its certificate expires. */
  readonly expiries: { readonly [endpoint: string]: number };
  /** A partial look at these, measured or not. */
  readonly some?: readonly string[];
  readonly ageMs?: number;
}

function watch(now: () => number = () => nowMs) {
  const metrics = metricsOf({}, now, { lookAgeLimits: new Map([['tls', limitMs]]) });
  return {
    look: ({ name = 'tls', expiries, some, ageMs = 0 }: LookGiven) => {
      const at = timestamp(nowMs - ageMs);
      metrics.lookEnded(
        { ...lookOf(name, 3, 0), dataAsOf: at, extent: some === undefined ? { kind: 'all' } : { kind: 'some', subjects: some, base: 1 } },
        {
          phaseSeconds: {},
          faults: {},
          metered: [],
          measures: Object.fromEntries(
            Object.entries(expiries).map(([endpoint, seconds]) => [
              endpoint,
              { certificate_expiry_timestamp_seconds: expiryS + seconds, other: 1 },
            ]),
          ),
        },
      );
    },
    shown: async (): Promise<{ readonly [endpoint: string]: number }> => {
      const { body } = await metrics.render();
      const found = body.matchAll(/^claimwatch_certificate_expiry_timestamp_seconds\{endpoint="(.*)"\} (\d+)$/gm);
      return Object.fromEntries([...found].map(([, endpoint, value]) => [endpoint, Number(value) - expiryS]));
    },
  };
}

describe('when certificates expire', () => {
  test('nothing is shown before the first look', async () => {
    expect(await watch().shown()).toEqual({});
  });

  test('a whole look replaces all: who is gone or was not seen is dropped', async () => {
    const { look, shown } = watch();
    look({ expiries: { a: 1, b: 2 } });
    expect(await shown()).toEqual({ a: 1, b: 2 });
    look({ expiries: { b: 3, c: 4 } });
    expect(await shown()).toEqual({ b: 3, c: 4 });
    look({ expiries: {} });
    expect(await shown()).toEqual({});
  });

  test('a partial look replaces its subjects, those that it could not see too', async () => {
    const { look, shown } = watch();
    look({ expiries: { a: 1, b: 2, c: 3 } });
    look({ expiries: { b: 9, d: 4 }, some: ['b', 'c', 'd'] });
    expect(await shown()).toEqual({ a: 1, b: 9, d: 4 });
  });

  test('a partial look without a look before it', async () => {
    const { look, shown } = watch();
    look({ expiries: { b: 9 }, some: ['b'] });
    expect(await shown()).toEqual({ b: 9 });
  });

  test.each([
    [0, { a: 1 }],
    [limitMs, { a: 1 }],
    [limitMs + 1, {}],
    [-limitMs - 1, {}],
  ])('a look of %i ms ago', async (ageMs, expected) => {
    const { look, shown } = watch();
    look({ expiries: { a: 1 }, ageMs });
    expect(await shown()).toEqual(expected);
  });

  test('values go while nothing but time passes', async () => {
    let now = nowMs;
    const { look, shown } = watch(() => now);
    look({ expiries: { a: 1 } });
    now += limitMs;
    expect(await shown()).toEqual({ a: 1 });
    now += 1;
    expect(await shown()).toEqual({});
  });

  test('a look that no check relies on shows nothing', async () => {
    const { look, shown } = watch();
    look({ name: 'http', expiries: { a: 1 }, ageMs: 1 });
    expect(await shown()).toEqual({});
  });

  test.each([measuredSubjectsShown - 1, measuredSubjectsShown, measuredSubjectsShown + 1, 1_000])(
    '%i endpoints: the soonest',
    async (count) => {
      const { look, shown } = watch();
      const all = Array.from({ length: count }, (_, index) => [`host-${index}`, count - index] as const);
      look({ expiries: Object.fromEntries(all) });
      const soonest = all.toReversed().slice(0, measuredSubjectsShown);
      expect(await shown()).toEqual(Object.fromEntries(soonest));
    },
  );

  test('one that is renewed makes room for the next', async () => {
    const { look, shown } = watch();
    look({ expiries: Object.fromEntries(Array.from({ length: measuredSubjectsShown + 1 }, (_, index) => [`host-${index}`, index])) });
    expect(await shown()).not.toHaveProperty(`host-${measuredSubjectsShown}`);
    look({ expiries: { 'host-0': 10_000 }, some: ['host-0'] });
    expect(await shown()).toHaveProperty(`host-${measuredSubjectsShown}`);
    expect(await shown()).not.toHaveProperty('host-0');
  });
});

describe('events of activity logs', () => {
  const show = async (measure: string, events: { readonly [subscription: string]: number }) => {
    const metrics = metricsOf({}, () => nowMs, { lookAgeLimits: new Map([['activity-log', limitMs]]) });
    const look = { ...lookOf('activity-log', 3, 0), dataAsOf: timestamp(nowMs), extent: { kind: 'all' } } as const;
    const measures = Object.fromEntries(Object.entries(events).map(([subscription, count]) => [subscription, { [measure]: count }]));
    metrics.lookEnded(look, { phaseSeconds: {}, faults: {}, metered: [], measures });
    const { body } = await metrics.render();
    const found = body.matchAll(new RegExp(`^claimwatch_${measure}\\{subscription="(.*)"\\} (\\d+)$`, 'gm'));
    return Object.fromEntries([...found].map(([, subscription = '', value]) => [subscription, Number(value)]));
  };

  test.each(['activity_log_listed_events', 'activity_log_missing_events', 'activity_log_ingestion_seconds'])(
    '%s: of too many the largest are shown, zero too where there is room',
    async (measure) => {
      expect(await show(measure, { a: 0, b: 7 })).toEqual({ a: 0, b: 7 });
      const all = Array.from({ length: measuredSubjectsShown + 2 }, (_, index) => [`s${index}`, index] as const);
      expect(await show(measure, Object.fromEntries(all))).toEqual(Object.fromEntries(all.slice(2)));
    },
  );
});
