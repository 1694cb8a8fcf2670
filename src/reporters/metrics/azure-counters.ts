import { Counter, type Registry } from 'prom-client';

/** One number that a source counted or set during one look. */
export interface Metered {
  readonly kind: 'count' | 'set';
  /** Without the prefix of all our metrics. */
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

interface CounterRow {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** However many there are, no more series are made. */
  readonly most: number;
}

export const meteredCounters: readonly CounterRow[] = [
  {
    name: 'azure_requests_total',
    help: 'Requests to Azure, by what was asked and by the status of the answer; network, timeout: there was none.',
    labels: ['api', 'code'],
    most: 250,
  },
  {
    name: 'azure_throttle_wait_seconds_total',
    help: 'Time that requests to Azure waited so as not to ask for too much, or because Azure said so; of several at a time it adds up.',
    labels: ['api'],
    most: 30,
  },
  {
    name: 'azure_endpoint_names_refused_total',
    help: 'Host names in resources that cannot be host names, counted at each look, by type of the resource.',
    labels: ['type'],
    most: 20,
  },
  {
    name: 'azure_effective_rules_total',
    help: 'Network interfaces of which Azure was asked for the rules in effect; read: it told; refused: it tells none, as of a machine that does not run; changed: they changed meanwhile; else the fault.',
    labels: ['outcome'],
    most: 12,
  },
];
export const mostCounterSeries = meteredCounters.reduce((sum, { most }) => sum + most, 0);

/** Any other status is `other`. */
const codes: ReadonlySet<string> = new Set([
  ...['200', '201', '202', '204', '304', '400', '401', '403', '404', '405', '408', '409', '410', '412', '429'],
  ...['500', '501', '502', '503', '504', 'network', 'timeout'],
]);

export function hasLabels({ labels }: Metered, wanted: readonly string[] | undefined): boolean {
  return wanted !== undefined && Object.keys(labels).sort().join() === wanted.toSorted().join();
}

/** Gives false where the number was left out. */
export function createBoundedCounter(registry: Registry, { name, help, labels, most }: CounterRow): (one: Metered) => boolean {
  const counter = new Counter({ name: `claimwatch_${name}`, help, labelNames: [...labels], registers: [registry] });
  const known = new Set<string>();
  return (one) => {
    if (!hasLabels(one, labels)) return false;
    const code = one.labels['code'];
    const own = code === undefined || codes.has(code) ? one.labels : { ...one.labels, code: 'other' };
    const key = JSON.stringify(labels.map((label) => own[label]));
    if (!known.has(key) && known.size >= most) return false;
    known.add(key);
    counter.inc(own, one.value);
    return true;
  };
}
