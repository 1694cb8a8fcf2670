import { z } from 'zod';
import { type Fault, FaultError } from '../../domain/fault.ts';
import type { Json } from '../../domain/json.ts';
import type { LookRequest } from '../../domain/look.ts';
import type { SourceKind } from '../../domain/ports.ts';
import type { Endpoint } from '../../domain/subject.ts';
import { differencesOf } from '../../transport/address-differences.ts';
import type { TlsAddress, TlsFact } from '../../transport/tls-facts.ts';
import { literalOf, type ResolvedAddress, resolveForProbes } from '../dns/resolve-addresses.ts';
import { type EndpointLook, lookAtEach } from '../look-at-each.ts';
import { earliestExpiry } from './earliest-expiry.ts';
import type { AddressLimits, LookedAtAddress } from './look-at-address.ts';
import { gentlePacing } from './pacing.ts';
import { findRootProblem, rememberTrustStore, type TrustStore } from './trust-store.ts';

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
  /** Connections to one address at the same time; more than a few look like a scan. */
  connectionsAtOnce: z.int().min(1).max(32).default(gentlePacing.inFlight),
});

type Options = z.infer<typeof optionsSchema>;

/** Brings the fact `tls`: per address of an endpoint, everything that it would agree to, and what it shows in a whole handshake. */
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
  const totalMs = shareDeadline(request.subjectDeadlineMs - (performance.now() - startedMs));
  const limits = { totalMs, signal, pacing: { ...gentlePacing, inFlight: chosen.connectionsAtOnce } };
  const seen = await Promise.all(addresses.map((resolved) => lookAtResolved(endpoint, resolved, store, limits)));
  const looked = seen.map((each) => each.looked);
  const sameFault = findSameFault(looked);
  if (sameFault !== null) throw new FaultError(sameFault.code, sameFault.message);
  const facts = seen.map(({ resolved, looked: { phaseSeconds: _measured, ...shown } }) => ({ ...resolved, ...shown }));
  return { fact: factOf(facts), ...slowestPhases(looked), ...earliestExpiry(looked) };
}

/** Plain data, though interfaces say it. */
function factOf(addresses: readonly (TlsAddress & Pick<LookedAtAddress, 'handshake' | 'trustOfChains'>)[]): Json {
  const fact: TlsFact = { addresses, differences: differencesOf(addresses) };
  return fact as unknown as Json;
}

interface SeenAddress {
  readonly resolved: ResolvedAddress;
  readonly looked: LookedAtAddress;
}

async function lookAtResolved(
  endpoint: Endpoint,
  resolved: ResolvedAddress,
  store: TrustStore,
  limits: AddressLimits,
): Promise<SeenAddress> {
  // With the first look: the main thread never looks.
  const { lookAtAddress } = await import('./look-at-address.ts');
  const serverName = literalOf(endpoint.host) === null ? endpoint.host.replace(/\.$/, '') : null;
  return { resolved, looked: await lookAtAddress({ address: resolved.address, port: endpoint.port, serverName }, store, limits) };
}

/** A tenth is left for what is no connection. */
function shareDeadline(leftMs: number): number {
  return Math.max(1, leftMs * 0.9);
}

/**
 * Where nothing at all was seen, and for one reason. An answer that is no TLS was seen. That a refusal proves nothing (`partial`) is a reason only where
 * there is no other.
 */
function findSameFault(looked: readonly LookedAtAddress[]): Fault | null {
  const faults = looked.flatMap(faultsOf).filter((fault) => fault?.code !== 'partial');
  const [first = looked.flatMap(faultsOf)[0]] = faults;
  if (first === undefined || first === null) return null;
  return faults.every((fault) => fault?.code === first.code) ? first : null;
}

/** Null stands for what was no fault. */
function faultsOf({ protocols, plaintext, handshake }: LookedAtAddress): readonly (Fault | null)[] {
  if (plaintext !== null) return [null];
  const ofVersions = Object.values(protocols).map((probe) => (probe.outcome === 'fault' ? probe.fault : null));
  return [...ofVersions, 'fault' in handshake ? handshake.fault : null];
}

function slowestPhases(looked: readonly LookedAtAddress[]): Pick<EndpointLook, 'phaseSeconds'> {
  const all = looked.flatMap(({ phaseSeconds }) => (phaseSeconds === undefined ? [] : [phaseSeconds]));
  const slowest = all.toSorted((a, b) => b.connect + b.handshake - a.connect - a.handshake)[0];
  return slowest === undefined ? {} : { phaseSeconds: slowest };
}
