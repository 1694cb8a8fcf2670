import type { Meter } from '../domain/look.ts';

/** What a source counted or set while it looked; one per name and labels. */
export interface Metered {
  readonly kind: 'count' | 'set';
  /** Without the prefix of all our metrics. */
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

export interface CollectingMeter extends Meter {
  taken(): readonly Metered[];
}

/** Plain data that can cross the threads. */
export function createMeter(): CollectingMeter {
  const metered = new Map<string, Metered>();
  const keyOf = (name: string, labels: Metered['labels']) =>
    JSON.stringify([name, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return {
    count: (name, labels, by = 1) => {
      const key = keyOf(name, labels);
      metered.set(key, { kind: 'count', name, labels, value: (metered.get(key)?.value ?? 0) + by });
    },
    set: (name, labels, value) => {
      metered.set(keyOf(name, labels), { kind: 'set', name, labels, value });
    },
    taken: () => [...metered.values()],
  };
}
