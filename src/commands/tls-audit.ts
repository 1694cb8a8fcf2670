import { type Fault, FaultError } from '../domain/fault.ts';
import { resolveForProbes } from '../sources/dns/resolve-addresses.ts';
import { type LookedAtAddress, lookAtAddress } from '../sources/tls/look-at-address.ts';
import { gentlePacing } from '../sources/tls/pacing.ts';
import type { Peer } from '../sources/tls/probe-limits.ts';
import type { TrustStore } from '../sources/tls/trust-store.ts';
import type { TlsAddress, TrustOfChain } from '../transport/tls-facts.ts';
import type { TlsTarget } from './tls-target.ts';
import type { ChainTrust } from './tls-trust.ts';

/** What one address showed, as the fact `tls` has it. */
export type SeenAddress = TlsAddress & Pick<LookedAtAddress, 'handshake'>;

export interface AuditedTlsAddress {
  readonly facts: SeenAddress;
  /** Of the chains in `facts.served`, in their order. */
  readonly trusts: readonly ChainTrust[];
}

export type TlsAudit = { readonly addresses: readonly AuditedTlsAddress[] } | { readonly fault: Fault };

/** Every address of the target; a fault where its addresses are not known. Never throws for what a peer does. */
export async function auditTarget(target: TlsTarget, store: TrustStore, signal: AbortSignal): Promise<TlsAudit> {
  try {
    const addresses = await findAddresses(target, signal);
    return { addresses: await Promise.all(addresses.map((one) => auditOne(one, target, store, signal))) };
  } catch (error) {
    if (error instanceof FaultError) return { fault: error.fault };
    throw error;
  }
}

type FoundAddress = Awaited<ReturnType<typeof resolveForProbes>>[number];

async function findAddresses(target: TlsTarget, stopped: AbortSignal): Promise<readonly FoundAddress[]> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(target.totalMs)]);
  const needs = { resolver: ['system'], families: target.families, signal };
  const found = await Promise.all((target.addresses ?? [target.host]).map((host) => resolveForProbes(host, needs)));
  return [...new Map(found.flat().map((one) => [one.address, one])).values()];
}

async function auditOne(resolved: FoundAddress, target: TlsTarget, store: TrustStore, signal: AbortSignal): Promise<AuditedTlsAddress> {
  const peer: Peer = { address: resolved.address, port: target.port, serverName: target.serverName };
  const pacing = { ...gentlePacing, inFlight: target.connections };
  const {
    phaseSeconds: _measured,
    trustOfChains,
    ...shown
  } = await lookAtAddress(peer, store, { totalMs: target.totalMs, signal, pacing });
  return { facts: { ...resolved, ...shown }, trusts: trustOfChains.map((trust) => trustOf(trust, store)) };
}

function trustOf(trust: TrustOfChain, store: TrustStore): ChainTrust {
  return 'fault' in trust ? { fault: trust.fault } : { trusted: trust.trusted, code: trust.code, store: store.name };
}
