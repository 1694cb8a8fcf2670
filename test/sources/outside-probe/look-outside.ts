import type { Fault } from '../../../src/domain/fault.ts';
import type { Json } from '../../../src/domain/json.ts';
import type { LookRequest } from '../../../src/domain/look.ts';
import { createOutsideProbe, outsideProbeSource } from '../../../src/sources/outside-probe/outside-probe-source.ts';
import { resourceOf } from '../../support/judge.ts';
import { readAt } from './probe-world.ts';

const type = 'microsoft.network/publicipaddresses';
export const outside = { name: 'outside', external: true, egressAddress: '198.51.100.20', resolver: ['system'] };

/** Real time for waits, and the time at which the tests' results are read. */
export const clock = {
  now: () => performance.now(),
  wallNow: () => Date.parse(readAt),
  sleep: (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener('abort', () => clearTimeout(timer));
    }),
};

export function requestOf(addresses: readonly string[], options: object, changes: Partial<LookRequest> = {}): LookRequest {
  const subjects = addresses.map((address) => resourceOf(type, `pip-${address}`));
  const rows = new Map<string, Json>(subjects.map((subject, index) => [subject.id, { properties: { ipAddress: addresses[index] ?? '' } }]));
  return {
    subjects,
    rows,
    options: outsideProbeSource.options.parse({
      addresses,
      connectionsPerSecond: 100,
      timeout: '250ms',
      ...options,
    }) as LookRequest['options'],
    vantage: outside,
    concurrency: 2,
    subjectDeadlineMs: 10_000,
    signal: new AbortController().signal,
    ...changes,
  };
}

/** By address: the fact, or the fault. */
export async function lookOutside(request: LookRequest): Promise<{ readonly [address: string]: Json | { readonly fault: Fault } }> {
  const found: { [address: string]: Json | { readonly fault: Fault } } = {};
  for await (const { subject, seen, thrown } of createOutsideProbe(clock).look(request)) {
    if (thrown !== undefined) throw thrown;
    const one = seen['outside-probe'];
    if (one === undefined || subject.kind !== 'resource') throw new Error(`nothing was said of ${subject.id}`);
    found[subject.name.replace(/^pip-/, '')] = 'fact' in one ? one.fact : one;
  }
  return found;
}
