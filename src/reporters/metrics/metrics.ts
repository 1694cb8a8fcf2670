import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Clock } from '../../domain/ports.ts';
import { createAzureSeries } from './azure-series.ts';
import { createObservations, type Observations } from './counters.ts';
import { createSnapshotReader, type SnapshotNeeds } from './snapshot.ts';
import { standingSeries } from './standing-series.ts';
import { statusSeries } from './status-series.ts';
import { createMeasureSeries } from './subject-measures.ts';

export interface MetricsNeeds extends SnapshotNeeds {
  readonly clock: Pick<Clock, 'now'>;
  /** By look, in milliseconds: how old it may be before no check relies on it. */
  readonly lookAgeLimits: ReadonlyMap<string, number>;
  readonly version: { readonly version: string; readonly revision: string };
}

export interface Metrics extends Observations {
  /**
   * The Prometheus text format. Whatever has a status is read from the store now and measured against its age limit now.
   * Rejects where the store cannot be read.
   */
  render(): Promise<{ readonly body: string; readonly contentType: string }>;
}

/** Gauges whose names end like a counter's; `promtool check metrics` refuses them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

export function createMetrics(needs: MetricsNeeds): Metrics {
  const registry = new Registry();
  const readSnapshot = createSnapshotReader(needs);
  const gauges = [...statusSeries, ...standingSeries].map(({ name, help, labels, samples }) => ({
    gauge: new Gauge({ name, help, labelNames: [...labels], registers: [registry] }),
    samples,
  }));
  const build = new Gauge({
    name: 'claimwatch_build_info',
    help: 'What runs.',
    labelNames: ['version', 'revision'],
    registers: [registry],
  });
  build.set(needs.version, 1);
  const observations = createObservations(registry, needs.plan);
  const measures = createMeasureSeries(registry, needs.lookAgeLimits);
  const azure = createAzureSeries(registry, needs.plan, needs.lookAgeLimits);
  collectDefaultMetrics({ register: registry });
  for (const name of misnamed) registry.removeSingleMetric(name);

  return {
    ...observations,
    lookEnded: (look, ended) => {
      observations.lookEnded(look, ended);
      measures.lookEnded(look, ended.measures);
      if (azure.lookEnded(look, ended.metered) > 0) observations.defect(`look ${look.name}`);
    },
    render: async () => {
      const nowMs = needs.clock.now();
      const snapshot = await readSnapshot(nowMs);
      measures.refresh(nowMs);
      azure.refresh(nowMs);
      for (const { gauge, samples } of gauges) {
        gauge.reset();
        for (const { labels, value } of samples(snapshot, needs.plan)) gauge.set(labels, value);
      }
      return { body: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
