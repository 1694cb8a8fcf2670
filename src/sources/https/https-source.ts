import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { SourceKind } from '../../domain/ports.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { type ResolvedAddress, resolveForProbes } from '../dns/resolve-addresses.ts';
import { type EndpointLook, lookAtEach } from '../look-at-each.ts';
import type { SecurePortFact, SecurePortLook, SecurePortNeeds } from './look-at-secure-port.ts';

const optionsSchema = z.strictObject({
  addressFamilies: z
    .array(z.enum(['ipv4', 'ipv6']))
    .min(1)
    .default(['ipv4', 'ipv6']),
});

/** Brings the fact `https`: what each address of an endpoint answers over HTTPS, path by path, and what its headers and error pages tell. */
export const httpsSource: SourceKind = {
  name: 'https',
  options: optionsSchema,
  create: () => ({
    name: 'https',
    brings: ['https'],
    look: (request) => {
      const { addressFamilies } = optionsSchema.parse(request.options);
      const families = addressFamilies.map((family) => (family === 'ipv4' ? 4 : 6));
      const waitMs = request.subjectDeadlineMs / waitsInARow;
      return lookAtEach(request, 'https', async (endpoint, signal) => {
        const startedMs = performance.now();
        const addresses = await resolveForProbes(endpoint.host, { resolver: request.vantage.resolver, families, signal });
        const resolveSeconds = (performance.now() - startedMs) / 1_000;
        const needs = {
          connectTimeoutMs: Math.min(longestConnectMs, waitMs),
          answerTimeoutMs: Math.min(longestAnswerMs, waitMs * waitsForAnswer),
          signal,
        };
        return lookAtAddresses(endpoint, addresses, resolveSeconds, needs);
      });
    },
  }),
};

/** Room for two repeats of a lost SYN (after 1 s and 3 s). */
const longestConnectMs = 5_000;
/** As long as the answer times that a check can ask for. */
const longestAnswerMs = 10_000;
/** Connection, second connection, two for handshake and answer, and two for the name: all of them fit into the subject's deadline. */
const waitsInARow = 6;
const waitsForAnswer = 2;

async function lookAtAddresses(
  endpoint: Endpoint,
  addresses: readonly ResolvedAddress[],
  resolveSeconds: number,
  needs: SecurePortNeeds,
): Promise<EndpointLook> {
  // Loaded by who looks: the main thread, which knows the source by name only, is spared its HTTP client.
  const { lookAtSecurePort } = await import('./look-at-secure-port.ts');
  const looks = await Promise.all(addresses.map((address) => lookAtSecurePort(endpoint, address, needs)));
  const fault = commonFault(
    endpoint,
    looks.map((look) => look.fact),
  );
  if (fault !== null) throw new FaultError(fault.code, fault.message);
  return {
    fact: { addresses: looks.map((look) => look.fact) },
    phaseSeconds: {
      resolve: resolveSeconds,
      ...slowest('connect', looks, (look) => look.connectSeconds),
      ...slowest('handshake', looks, (look) => look.handshakeSeconds),
      ...slowest('response', looks, (look) => look.responseSeconds),
    },
  };
}

function slowest(phase: string, looks: readonly SecurePortLook[], secondsOf: (look: SecurePortLook) => number | null) {
  const known = looks.flatMap((look) => secondsOf(look) ?? []);
  return known.length === 0 ? {} : { [phase]: Math.max(...known) };
}

/** Where no address showed anything, and all for the same reason, nothing was seen of the endpoint. */
function commonFault(endpoint: Endpoint, facts: readonly SecurePortFact[]): Fault | null {
  const faults = facts.map((fact) => blindnessOf(endpoint, fact));
  const [first = null] = faults;
  return faults.every((fault) => fault?.code === first?.code) ? first : null;
}

function blindnessOf(endpoint: Endpoint, fact: SecurePortFact): Fault | null {
  if (fact.outcome === 'silent' && fact.otherPortAnswers !== true) {
    return { code: 'timeout', message: `neither port ${endpoint.port} nor port ${endpoint.httpPort} of ${endpoint.host} answers` };
  }
  return fact.outcome === 'fault' ? (fact.fault ?? null) : null;
}
