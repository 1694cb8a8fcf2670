import { metricsOf, observeSomething, someState } from '../reporters/metrics-fixtures.ts';

/** Metric name as Prometheus knows it -> its labels, out of what the daemon exposes. */
export async function ownMetrics(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = metricsOf(someState);
  observeSomething(metrics);
  const { body } = await metrics.render();
  const known = new Map<string, Set<string>>();
  for (const line of body.split('\n')) {
    const [, name, labels = ''] = /^([a-zA-Z_]\w*)(?:\{(.*)\})? /.exec(line) ?? [];
    if (name === undefined) continue;
    const own = known.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) own.add(label);
    known.set(name, own);
  }
  return known;
}
