import { expect } from 'vitest';
import type { LookRequest, Observation, Seen } from '../../src/domain/look.ts';
import type { Endpoint } from '../../src/domain/subject.ts';
import { httpSource } from '../../src/sources/http/http-source.ts';
import type { PortFact } from '../../src/sources/http/look-at-port.ts';

export interface HttpLook extends Partial<Endpoint> {
  readonly resolver?: readonly string[];
  readonly subjectDeadlineMs?: number;
  readonly addressFamilies?: readonly string[];
}

/** One look at one endpoint, 127.0.0.1 unless named; what the source throws is a failure of the test. */
export async function lookHttp({ resolver = ['system'], subjectDeadlineMs = 30_000, addressFamilies, ...endpoint }: HttpLook) {
  const request: LookRequest = {
    subjects: [{ kind: 'endpoint', id: 'the endpoint', host: '127.0.0.1', port: 1, httpPort: 1, httpPaths: ['/'], ...endpoint }],
    options: addressFamilies === undefined ? {} : { addressFamilies },
    vantage: { name: 'test', external: false, egressAddress: null, resolver },
    concurrency: 1,
    subjectDeadlineMs,
    signal: new AbortController().signal,
  };
  const observations = await Array.fromAsync(httpSource.create().look(request));
  expect(observations).toHaveLength(1);
  const [observation] = observations;
  expect(observation?.thrown).toBeUndefined();
  return { seen: seenOf(observation), phases: Object.keys(observation?.phaseSeconds ?? {}) };
}

/** The addresses of a look that brought a fact. */
export async function lookHttpAddresses(look: HttpLook): Promise<readonly PortFact[]> {
  const { seen } = await lookHttp(look);
  if (!('fact' in seen)) throw new Error(`expected a fact, got ${JSON.stringify(seen)}`);
  return (seen.fact as unknown as { readonly addresses: readonly PortFact[] }).addresses;
}

function seenOf(observation: Observation | undefined): Seen {
  const seen = observation?.seen['http'];
  if (seen === undefined) throw new Error('expected the kind http');
  return seen;
}
