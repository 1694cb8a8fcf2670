import { Gauge, type Registry } from 'prom-client';
import type { Look } from '../../domain/look.ts';
import { isStale } from '../../domain/status.ts';
import type { Metered } from './azure-counters.ts';

/** The number by which a look says how long rows of logs took, and its labels. */
export const logDelay = { name: 'log_ingestion_delay_seconds', labels: ['workspace', 'table'] } as const;
/** However many tables are looked at, no more series are shown. */
export const mostLogDelays = 500;

export interface LogDelays {
  lookEnded(look: Pick<Look, 'name' | 'extent' | 'dataAsOf'>, delays: readonly Metered[]): void;
  /** Makes the series anew, out of looks that are not too old. */
  refresh(nowMs: number): void;
}

/** A table in which nothing arrived since the look before has none. */
export function createLogDelays(registry: Registry, maxAgeMsOfLook: ReadonlyMap<string, number>): LogDelays {
  const looks = new Map<string, { readonly dataAsOf: string; readonly delays: readonly Metered[] }>();
  const gauge = new Gauge({
    name: `claimwatch_${logDelay.name}`,
    help: `How long the slowest row took from when it happened until it could be asked for, of those that arrived since the look before; at most ${mostLogDelays}.`,
    labelNames: [...logDelay.labels],
    registers: [registry],
  });
  return {
    lookEnded({ name, extent, dataAsOf }, delays) {
      if (extent.kind === 'all' && (delays.length > 0 || looks.has(name))) looks.set(name, { dataAsOf, delays });
    },
    refresh(nowMs) {
      gauge.reset();
      const relied = [...looks].filter(([name, { dataAsOf }]) => !isStale(dataAsOf, maxAgeMsOfLook.get(name) ?? 0, nowMs));
      for (const { labels, value } of relied.flatMap(([, { delays }]) => delays).slice(0, mostLogDelays)) gauge.set(labels, value);
    },
  };
}
