import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { SourceKind } from '../../domain/ports.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { type ResolvedAddress, resolveForProbes } from '../dns/resolve-addresses.ts';
import { type EndpointLook, lookAtEach } from '../look-at-each.ts';
import type { AskNeeds } from './exchange.ts';
import type { PortFact } from './look-at-port.ts';

const optionsSchema = z.strictObject({
  addressFamilies: z
    .array(z.enum(['ipv4', 'ipv6']))
    .min(1)
    .default(['ipv4', 'ipv6']),
});

/** Brings the fact `http`: what each address of an endpoint answers over plain HTTP, path by path. */
export const httpSource: SourceKind = {
  name: 'http',
  options: optionsSchema,
  create: () => ({
    name: 'http',
    brings: ['http'],
    look: (request) => {
      const { addressFamilies } = optionsSchema.parse(request.options);
      const families = addressFamilies.map((family) => (family === 'ipv4' ? 4 : 6));
      const timeoutMs = Math.min(longestWaitMs, request.subjectDeadlineMs / waitsInARow);
      return lookAtEach(request, 'http', async (endpoint, signal) => {
        const startedMs = performance.now();
        const addresses = await resolveForProbes(endpoint.host, { resolver: request.vantage.resolver, families, signal });
        const resolveSeconds = (performance.now() - startedMs) / 1_000;
        return lookAtAddresses(endpoint, addresses, resolveSeconds, { timeoutMs, signal });
      });
    },
  }),
};

/** Milliseconds for one answer to a connection attempt or a request: room for two repeats of a lost SYN (after 1 s and 3 s). */
const longestWaitMs = 5_000;
/** Connection, second connection, answer, other port, and two for the name: all of them fit into the subject's deadline. */
const waitsInARow = 6;

async function lookAtAddresses(
  endpoint: Endpoint,
  addresses: readonly ResolvedAddress[],
  resolveSeconds: number,
  needs: AskNeeds,
): Promise<EndpointLook> {
  // Loaded by who looks: the main thread, which knows the source by name only, is spared its HTTP client.
  const { lookAtPort } = await import('./look-at-port.ts');
  const looks = await Promise.all(addresses.map((address) => lookAtPort(endpoint, address, needs)));
  const fault = commonFault(
    endpoint,
    looks.map((look) => look.fact),
  );
  if (fault !== null) throw new FaultError(fault.code, fault.message);
  const responseSeconds = looks.flatMap((look) => look.responseSeconds ?? []);
  return {
    fact: { addresses: looks.map((look) => look.fact) },
    phaseSeconds: {
      resolve: resolveSeconds,
      connect: Math.max(...looks.map((look) => look.connectSeconds)),
      ...(responseSeconds.length === 0 ? {} : { response: Math.max(...responseSeconds) }),
    },
  };
}

/** Where no address showed anything, and all for the same reason, nothing was seen of the endpoint. */
function commonFault(endpoint: Endpoint, facts: readonly PortFact[]): Fault | null {
  const faults = facts.map((fact) => blindnessOf(endpoint, fact));
  const [first = null] = faults;
  return faults.every((fault) => fault?.code === first?.code) ? first : null;
}

function blindnessOf(endpoint: Endpoint, fact: PortFact): Fault | null {
  if (fact.otherPortAnswers === true) return null;
  if (fact.outcome === 'silent') {
    return { code: 'timeout', message: `neither port ${fact.port} nor port ${endpoint.port} of ${endpoint.host} answers` };
  }
  return fact.outcome === 'fault' ? (fact.fault ?? null) : null;
}
