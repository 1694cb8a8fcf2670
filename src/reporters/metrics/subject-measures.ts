import { Gauge, type Registry } from 'prom-client';
import type { Look, Measures } from '../../domain/look.ts';
import { isStale } from '../../domain/status.ts';

/** Beyond it a series per subject costs more than it tells. */
export const measuredSubjectsShown = 50;

/** What sources measure that gets a series per subject; the smallest values are shown. Any other measure is not shown. */
const shownMeasures = [
  {
    measure: 'certificate_expiry_timestamp_seconds',
    label: 'endpoint',
    help: `When the certificate of an endpoint expires, as last seen; only the ${measuredSubjectsShown} that expire soonest.`,
  },
] as const;

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
  const gauges = shownMeasures.map(({ measure, label, help }) => {
    const gauge = new Gauge({ name: `claimwatch_${measure}`, help, labelNames: [label], registers: [registry] });
    return { gauge, measure, label };
  });
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
      for (const { gauge, measure, label } of gauges) {
        gauge.reset();
        for (const [subject, value] of smallestOf(fresh, measure)) gauge.set({ [label]: subject }, value);
      }
    },
  };
}

function smallestOf(looks: readonly ReadonlyMap<string, Measures>[], measure: string): readonly (readonly [string, number])[] {
  const smallest = new Map<string, number>();
  for (const look of looks) {
    for (const [subject, { [measure]: value }] of look) {
      if (value !== undefined) smallest.set(subject, Math.min(value, smallest.get(subject) ?? value));
    }
  }
  return [...smallest].sort(([a, first], [b, second]) => first - second || (a < b ? -1 : 1)).slice(0, measuredSubjectsShown);
}
