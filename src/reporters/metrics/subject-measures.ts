import { Gauge, type Registry } from 'prom-client';
import type { Look, Measures } from '../../domain/look.ts';
import { isStale } from '../../domain/status.ts';

/** Beyond it a series per subject costs more than it tells. */
export const measuredSubjectsShown = 50;

interface ShownMeasure {
  readonly measure: string;
  readonly label: string;
  /** Which values are shown where there are too many. */
  readonly first: 'smallest' | 'largest';
  readonly help: string;
}

/** What sources measure that gets a series per subject. Any other measure is not shown. */
const shownMeasures: readonly ShownMeasure[] = [
  {
    measure: 'certificate_expiry_timestamp_seconds',
    label: 'endpoint',
    first: 'smallest',
    help: `When the certificate of an endpoint expires, as last seen; only the ${measuredSubjectsShown} that expire soonest.`,
  },
  {
    measure: 'activity_log_listed_events',
    label: 'subscription',
    first: 'largest',
    help: `Settled events that the activity log of a subscription lists, each looked for in the workspaces; only the ${measuredSubjectsShown} subscriptions with the most.`,
  },
  {
    measure: 'activity_log_missing_events',
    label: 'subscription',
    first: 'largest',
    help: `Settled events of a subscription that are in no workspace; only the ${measuredSubjectsShown} subscriptions with the most.`,
  },
  {
    measure: 'activity_log_ingestion_seconds',
    label: 'subscription',
    first: 'largest',
    help: `How long the slowest event of a subscription took until a workspace could be asked for it, in whole five minutes; only the ${measuredSubjectsShown} slowest subscriptions.`,
  },
];

export interface MeasureSeries {
  lookEnded(look: Pick<Look, 'name' | 'extent' | 'dataAsOf'>, measures: { readonly [subjectId: string]: Measures }): void;
  /** Makes the series anew, out of the looks that are not too old. */
  refresh(nowMs: number): void;
}

/**
 * The last measures of each look. Only metrics read them, so they are not stored: after a start there are none until a look has ended.
 * A whole look replaces them, a partial one those of its subjects, so that nobody who is gone or was not seen keeps an old value.
 */
export function createMeasureSeries(registry: Registry, maxAgeMsOfLook: ReadonlyMap<string, number>): MeasureSeries {
  const looks = new Map<string, { readonly dataAsOf: string; readonly measures: ReadonlyMap<string, Measures> }>();
  const gauges = shownMeasures.map((shown) => ({
    ...shown,
    gauge: new Gauge({ name: `claimwatch_${shown.measure}`, help: shown.help, labelNames: [shown.label], registers: [registry] }),
  }));
  return {
    lookEnded: ({ name, extent, dataAsOf }, measures) => {
      const kept = new Map(extent.kind === 'some' ? looks.get(name)?.measures : []);
      if (extent.kind === 'some') for (const subject of extent.subjects) kept.delete(subject);
      for (const [subject, own] of Object.entries(measures)) kept.set(subject, own);
      looks.set(name, { dataAsOf, measures: kept });
    },
    refresh: (nowMs) => {
      const fresh = [...looks].flatMap(([name, look]) =>
        isStale(look.dataAsOf, maxAgeMsOfLook.get(name) ?? 0, nowMs) ? [] : [look.measures],
      );
      for (const { gauge, label, ...shown } of gauges) {
        gauge.reset();
        for (const [subject, value] of firstOf(fresh, shown)) gauge.set({ [label]: subject.replace(/^\/subscriptions\//, '') }, value);
      }
    },
  };
}

/** A subject of several looks has the value that comes first of them. */
function firstOf(
  looks: readonly ReadonlyMap<string, Measures>[],
  { measure, first }: Pick<ShownMeasure, 'measure' | 'first'>,
): readonly (readonly [string, number])[] {
  const order = (one: number, other: number): number => (first === 'smallest' ? one - other : other - one);
  const found = new Map<string, number>();
  for (const look of looks) {
    for (const [subject, { [measure]: value }] of look) {
      const known = found.get(subject);
      if (value !== undefined && (known === undefined || order(value, known) < 0)) found.set(subject, value);
    }
  }
  return [...found].sort(([a, one], [b, other]) => order(one, other) || (a < b ? -1 : 1)).slice(0, measuredSubjectsShown);
}
