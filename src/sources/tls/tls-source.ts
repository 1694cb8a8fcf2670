import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { JsonObject } from '../../domain/json.ts';
import type { LookRequest } from '../../domain/look.ts';
import type { SourceKind } from '../../domain/ports.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { literalOf, type ResolvedAddress, resolveForProbes } from '../dns/resolve-addresses.ts';
import { type EndpointLook, lookAtEach } from '../look-at-each.ts';
import { earliestExpiry } from './earliest-expiry.ts';
import { mostProbesInARow, type ProbedAddress, probeAddress } from './probe-address.ts';
import type { ProbeLimits } from './probe-limits.ts';
import type { SuiteProbe, SuiteProbes } from './suite-probes.ts';
import { findRootProblem, rememberTrustStore, type TrustStore } from './trust-store.ts';
import type { VersionProbe, VersionProbes } from './version-probes.ts';

/** A path written instead of its content would be dropped without a word, and every private authority be untrusted. */
const rootsSchema = z.string().superRefine((pem, context) => {
  const problem = findRootProblem(pem);
  const remedy = 'write "${file:ca.pem}", with the name of your file';
  if (problem !== null) context.addIssue({ code: 'custom', message: `${problem}; remedy: ${remedy}` });
});

const optionsSchema = z.strictObject({
  /** PEM text; null: the roots that come with claimwatch. */
  rootBundle: rootsSchema.nullable().default(null),
  /** PEM texts of roots to trust besides. */
  extraRoots: z.array(rootsSchema).readonly().default([]),
  addressFamilies: z
    .array(z.enum(['ipv4', 'ipv6']))
    .min(1)
    .readonly()
    .default(['ipv4', 'ipv6']),
});

type Options = z.infer<typeof optionsSchema>;

/** Brings the fact `tls`: per address of an endpoint, which protocol versions it accepts and what it shows in a handshake. */
export const tlsSource: SourceKind = {
  name: 'tls',
  options: optionsSchema,
  create: () => {
    const openStore = rememberTrustStore();
    return {
      name: 'tls',
      brings: ['tls'],
      look: (request) => lookAtEach(request, 'tls', (endpoint, signal) => lookAtEndpoint(endpoint, request, openStore, signal)),
    };
  },
};

async function lookAtEndpoint(
  endpoint: Endpoint,
  request: LookRequest,
  openStore: (options: Options) => TrustStore,
  signal: AbortSignal,
): Promise<EndpointLook> {
  const startedMs = performance.now();
  const chosen = optionsSchema.parse(request.options);
  const families = chosen.addressFamilies.map((family) => (family === 'ipv4' ? 4 : 6));
  const store = openStore(chosen);
  const addresses = await resolveForProbes(endpoint.host, { resolver: request.vantage.resolver, families, signal });
  const timeoutMs = shareDeadline(request.subjectDeadlineMs - (performance.now() - startedMs));
  const seen = await Promise.all(addresses.map((address) => lookAtAddress(endpoint, address, store, { timeoutMs, signal })));
  const sameFault = findSameFault(seen.map(({ probed }) => probed));
  if (sameFault !== null) throw new FaultError(sameFault.code, sameFault.message);
  const probed = seen.map((each) => each.probed);
  return { fact: { addresses: seen.map(asFact) }, ...slowestPhases(probed), ...earliestExpiry(probed) };
}

interface SeenAddress {
  readonly resolved: ResolvedAddress;
  readonly probed: ProbedAddress;
}

async function lookAtAddress(endpoint: Endpoint, resolved: ResolvedAddress, store: TrustStore, limits: ProbeLimits): Promise<SeenAddress> {
  const serverName = literalOf(endpoint.host) === null ? endpoint.host.replace(/\.$/, '') : null;
  return { resolved, probed: await probeAddress({ address: resolved.address, port: endpoint.port, serverName }, store, limits) };
}

/** A tenth is left for what is no connection. */
function shareDeadline(leftMs: number): number {
  return Math.max(1, (leftMs * 0.9) / mostProbesInARow);
}

function asFact({ resolved, probed }: SeenAddress): JsonObject {
  const { protocols, suites, plaintext, handshake } = probed;
  const ofVersions = Object.entries(suites).map(([version, probes]): readonly [string, JsonObject] => [version, asProbes(probes)]);
  return {
    ...resolved,
    protocols: asProbes(protocols),
    suites: Object.fromEntries(ofVersions),
    plaintext,
    handshake: 'fault' in handshake ? { fault: { ...handshake.fault } } : { ...handshake },
  };
}

function asProbes(probes: VersionProbes | NonNullable<SuiteProbes['TLSv1.2']>): JsonObject {
  const copies = Object.entries(probes).map(
    ([name, probe]: readonly [string, VersionProbe | SuiteProbe]): readonly [string, JsonObject] => [
      name,
      'fault' in probe ? { ...probe, fault: { ...probe.fault } } : probe,
    ],
  );
  return Object.fromEntries(copies);
}

/** Where nothing at all was seen, and for one reason. An answer that is no TLS was seen. */
function findSameFault(probed: readonly ProbedAddress[]): Fault | null {
  const faults = probed.flatMap(faultsOf);
  const [first] = faults;
  if (first === undefined || first === null) return null;
  return faults.every((fault) => fault?.code === first.code) ? first : null;
}

/** Null stands for what was no fault. */
function faultsOf({ protocols, plaintext, handshake }: ProbedAddress): readonly (Fault | null)[] {
  if (plaintext !== null) return [null];
  const ofVersions = Object.values(protocols).map((probe) => (probe.outcome === 'fault' ? probe.fault : null));
  return [...ofVersions, 'fault' in handshake ? handshake.fault : null];
}

function slowestPhases(probed: readonly ProbedAddress[]): Pick<EndpointLook, 'phaseSeconds'> {
  const all = probed.flatMap(({ phaseSeconds }) => (phaseSeconds === undefined ? [] : [phaseSeconds]));
  const slowest = all.toSorted((a, b) => b.connect + b.handshake - a.connect - a.handshake)[0];
  return slowest === undefined ? {} : { phaseSeconds: slowest };
}
