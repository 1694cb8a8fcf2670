import type { Fault } from '../../domain/fault.ts';
import type { TrustOfChain } from '../../transport/tls-facts.ts';
import { askPatiently } from './ask-patiently.ts';
import { type AuditedAddress, auditAddress, type ModernView } from './audit-address.ts';
import { askTrustOfChains } from './chain-trust.ts';
import { readModernChain } from './modern-chain.ts';
import { completeOtherNames, type ModernAsker, readModernChains, viewOfChains } from './modern-served.ts';
import { createAsker } from './pace.ts';
import { isHangUp, type Pacing } from './pacing.ts';
import { type HandshakeFacts, type HandshakeOutcome, type PhaseSeconds, probeHandshake } from './probe-handshake.ts';
import type { Peer } from './probe-limits.ts';
import { withHandshake } from './seen-by-handshake.ts';
import { type SecureVersion, secureVersions, type TrustStore } from './trust-store.ts';
import { isDoubtful } from './version-probes.ts';

/** What one address showed. */
export interface LookedAtAddress extends AuditedAddress {
  readonly handshake: HandshakeFacts | { readonly fault: Fault };
  /** Of the chains in `served`, in their order. Facts of older runs lack it. */
  readonly trustOfChains: readonly TrustOfChain[];
  /** Of the handshake that the facts are from. */
  readonly phaseSeconds?: PhaseSeconds;
}

export interface AddressLimits {
  /** For everything that is asked of the address. */
  readonly totalMs: number;
  readonly signal: AbortSignal;
  readonly pacing: Pacing;
}

/** Share of the time for what is asked by hellos; the rest is for the whole handshakes. */
const auditShare = 0.7;
/** So many silences in a row fit into either. */
const silencesInARow = 4;

/** Everything that one address would agree to, and a whole handshake by Node for the verdict of trust. Never throws for what the peer does. */
export async function lookAtAddress(peer: Peer, store: TrustStore, limits: AddressLimits): Promise<LookedAtAddress> {
  const startedMs = performance.now();
  const { totalMs, signal } = limits;
  const asked = await auditPeer(peer, startedMs + totalMs * auditShare, limits);
  const rest = { endsAtMs: startedMs + totalMs, signal };
  const shown = await completeHandshake(peer, asked, store, rest);
  const audited = 'fault' in shown.handshake ? asked : withHandshake(asked, shown.handshake);
  const trustOfChains = await askTrustOfChains(peer, audited.served.chains, shown.handshake, store, rest);
  return { ...audited, ...shown, trustOfChains };
}

async function auditPeer(peer: Peer, endsAtMs: number, { signal, pacing }: AddressLimits): Promise<AuditedAddress> {
  const { serverName } = peer;
  const totalMs = endsAtMs - performance.now();
  const timeoutMs = totalMs / silencesInARow;
  const asker = createAsker(peer, { timeoutMs, totalMs, signal }, pacing);
  const askOnce: ModernAsker = (hello) => readModernChain(peer, hello, { timeoutMs: Math.min(timeoutMs, leftMs(endsAtMs)), signal });
  const askModern: ModernAsker = (hello) => askPatiently(() => askOnce(hello), isHangUp, { endsAtMs, signal });
  const readModern = async (): Promise<ModernView> => viewOfChains(await readModernChains(askModern, serverName));
  const audited = await auditAddress(asker, { serverName, asksOtherNames: true, readModern });
  return { ...audited, otherNames: await completeOtherNames(audited.otherNames, askModern) };
}

/** No timer is shorter. */
function leftMs(endsAtMs: number): number {
  return Math.max(1, endsAtMs - performance.now());
}

type Shown = Pick<LookedAtAddress, 'handshake' | 'phaseSeconds'>;

/** In the newest version that comes to an end. The newest is tried again last: what failed may have been the network. */
async function completeHandshake(
  peer: Peer,
  { protocols, plaintext }: AuditedAddress,
  store: TrustStore,
  { endsAtMs, signal }: { readonly endsAtMs: number; readonly signal: AbortSignal },
): Promise<Shown> {
  const worthTrying = versionsToTry(protocols, plaintext);
  const tries = [...worthTrying, ...worthTrying.slice(0, 1)];
  const timeoutMs = leftMs(endsAtMs) / Math.max(silencesInARow, tries.length);
  const failed: HandshakeOutcome[] = [];
  for (const version of tries) {
    const probe = (): Promise<HandshakeOutcome> =>
      probeHandshake(peer, version, store, { timeoutMs: Math.min(timeoutMs, leftMs(endsAtMs)), signal });
    const isNewest = failed.length === 0 && protocols[version].outcome === 'offered';
    const outcome = isNewest ? await askPatiently(probe, hungUp, { endsAtMs, signal }) : await probe();
    if (outcome.kind === 'completed') return { handshake: outcome.facts, phaseSeconds: outcome.phaseSeconds };
    failed.push(outcome);
  }
  return { handshake: { fault: whyNone(protocols, failed) } };
}

/** Another version in its place would be another fact. */
function hungUp(outcome: HandshakeOutcome): boolean {
  if (outcome.kind === 'failed') return outcome.reason === 'reset' || outcome.reason === 'closed';
  return outcome.kind === 'fault' && outcome.fault.code === 'unreachable';
}

/** Where nothing is accepted for certain: what is not refused by name, and one that could not be tried. */
function versionsToTry(protocols: AuditedAddress['protocols'], plaintext: string | null): readonly SecureVersion[] {
  if (plaintext !== null) return [];
  const offered = secureVersions.filter((version) => protocols[version].outcome === 'offered');
  if (offered.length > 0) return offered;
  const untried = secureVersions.filter((version) => protocols[version].outcome === 'fault');
  return [...untried.slice(0, 1), ...secureVersions.filter((version) => isDoubtful(protocols[version]))];
}

/** The peer wants what our OpenSSL cannot do, or the gravest fault there was, or it refuses everything. */
function whyNone(protocols: AuditedAddress['protocols'], failed: readonly HandshakeOutcome[]): Fault {
  const isAnyOffered = Object.values(protocols).some(({ outcome }) => outcome === 'offered');
  const faults = isAnyOffered
    ? failed.flatMap((outcome) => (outcome.kind === 'fault' ? [outcome.fault] : []))
    : secureVersions.map((version) => protocols[version]).flatMap((probe) => (probe.outcome === 'fault' ? [probe.fault] : []));
  const [first] = faults;
  if (first !== undefined) return first;
  if (isAnyOffered) return { code: 'unsupported', message: 'a version is accepted, but our OpenSSL could not complete a handshake in it' };
  return { code: 'denied', message: 'the peer refuses every version that our OpenSSL can complete a handshake in' };
}
