import { expect } from 'vitest';
import type { LookRequest, Observation, Seen } from '../../src/domain/look.ts';
import type { SourceKind } from '../../src/domain/ports.ts';
import type { Endpoint } from '../../src/domain/subject.ts';
import { httpSource } from '../../src/sources/http/http-source.ts';
import type { PortFact } from '../../src/sources/http/look-at-port.ts';
import { httpsSource } from '../../src/sources/https/https-source.ts';
import type { SecurePortFact } from '../../src/sources/https/look-at-secure-port.ts';

export interface HttpLook extends Partial<Endpoint> {
  readonly resolver?: readonly string[];
  readonly subjectDeadlineMs?: number;
  readonly addressFamilies?: readonly string[];
}

/** One look over plain HTTP at one endpoint, 127.0.0.1 unless named; what the source throws is a failure of the test. */
export function lookHttp(look: HttpLook) {
  return lookOnce(httpSource, look);
}

/** The addresses of a look that brought a fact. */
export async function lookHttpAddresses(look: HttpLook): Promise<readonly PortFact[]> {
  return addressesOf(await lookHttp(look));
}

/** As `lookHttp`, over HTTPS. */
export function lookHttps(look: HttpLook) {
  return lookOnce(httpsSource, look);
}

export async function lookHttpsAddresses(look: HttpLook): Promise<readonly SecurePortFact[]> {
  return addressesOf(await lookHttps(look));
}

async function lookOnce(
  source: SourceKind,
  { resolver = ['system'], subjectDeadlineMs = 30_000, addressFamilies, ...endpoint }: HttpLook,
): Promise<{ readonly seen: Seen; readonly phases: readonly string[] }> {
  const request: LookRequest = {
    subjects: [{ kind: 'endpoint', id: 'the endpoint', host: '127.0.0.1', port: 1, httpPort: 1, httpPaths: ['/'], ...endpoint }],
    options: addressFamilies === undefined ? {} : { addressFamilies },
    vantage: { name: 'test', external: false, egressAddress: null, resolver },
    concurrency: 1,
    subjectDeadlineMs,
    signal: new AbortController().signal,
  };
  const observations = await Array.fromAsync(source.create().look(request));
  expect(observations).toHaveLength(1);
  const [observation] = observations;
  expect(observation?.thrown).toBeUndefined();
  return { seen: seenOf(observation, source.name), phases: Object.keys(observation?.phaseSeconds ?? {}) };
}

function addressesOf<Fact>({ seen }: { readonly seen: Seen }): readonly Fact[] {
  if (!('fact' in seen)) throw new Error(`expected a fact, got ${JSON.stringify(seen)}`);
  return (seen.fact as unknown as { readonly addresses: readonly Fact[] }).addresses;
}

function seenOf(observation: Observation | undefined, kind: string): Seen {
  const seen = observation?.seen[kind];
  if (seen === undefined) throw new Error(`expected the kind ${kind}`);
  return seen;
}
