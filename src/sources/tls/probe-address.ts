import PQueue from 'p-queue';
import type { Fault } from '../../domain/fault.ts';
import { suiteOfName } from '../../transport/cipher-suites.ts';
import type { ProtocolVersion } from '../../transport/protocol-versions.ts';
import { suitesWith } from './client-hello.ts';
import { type HandshakeFacts, type HandshakeOutcome, type PhaseSeconds, probeHandshake } from './probe-handshake.ts';
import { type HelloOutcome, probeHello } from './probe-hello.ts';
import type { Peer, ProbeLimits } from './probe-limits.ts';
import { type AskedOffer, offersFor, probeOfOffer, type SuiteProbe, type SuiteProbes, withProvenSuites } from './suite-probes.ts';
import { type SecureVersion, secureVersions, type TrustStore } from './trust-store.ts';
import {
  internalErrorAlert,
  isDoubtful,
  newestOffered,
  probeOfAlert,
  probeOfHello,
  protocolVersionAlert,
  type VersionProbe,
  type VersionProbes,
  withProvenRefusals,
} from './version-probes.ts';

/** What one address showed. */
export interface ProbedAddress {
  readonly protocols: VersionProbes;
  /** Of the versions that are accepted. */
  readonly suites: SuiteProbes;
  readonly plaintext: string | null;
  readonly handshake: HandshakeFacts | { readonly fault: Fault };
  /** Of the handshake that the facts are from. */
  readonly phaseSeconds?: PhaseSeconds;
}

/** Connections to one address at the same time: more looks like a scan. */
const mostInFlight = 4;

/**
 * At most this many connections to one address follow one another: for the versions four (a handshake and a hello, SSL 3.0 twice), for the suites of all
 * five versions three, for the proofs two. The deadline is shared out by it.
 */
export const mostProbesInARow = 9;

/** What asking for one version came to, with what was learnt on the way. */
interface AskedVersion {
  readonly version: ProtocolVersion;
  readonly probe: VersionProbe;
  readonly handshake: HandshakeOutcome | null;
  readonly firstLine: string | null;
}

/**
 * Asks one address for every version: a whole handshake in each that Node can still do, a hello of our own for SSL 3.0 and wherever a refusal may only mean
 * that Node could not offer what the peer wants (RC4, 3DES). Facts are those of the newest version that came to an end.
 */
export async function probeAddress(peer: Peer, store: TrustStore, limits: ProbeLimits): Promise<ProbedAddress> {
  const queue = new PQueue({ concurrency: mostInFlight });
  const versions = [...secureVersions, 'SSLv3'] as const;
  const asked = await Promise.all(versions.map((version) => queue.add(() => askVersion(peer, version, store, limits))));
  const accepted = probesOf(asked);
  const offers = await Promise.all(offersFor(accepted).map((offer) => queue.add(() => askOffer(peer, offer, limits))));
  const newest = newestOffered(accepted);
  const toProve = versionsToProve(accepted, offers);
  const answers = await Promise.all(
    toProve.map((version) => queue.add(() => isStillAccepted(peer, version, suiteOf(asked, version), limits))),
  );
  const proven: ReadonlySet<ProtocolVersion> = new Set(toProve.filter((_version, index) => answers[index] === true));
  const protocols = withProvenRefusals(accepted, newest !== null && proven.has(newest));
  const completed = asked.find((one) => one.handshake?.kind === 'completed')?.handshake;
  return {
    protocols,
    suites: withProvenSuites(offers, proven),
    plaintext: asked.find((one) => one.firstLine !== null)?.firstLine ?? null,
    ...(completed?.kind === 'completed'
      ? { handshake: completed.facts, phaseSeconds: completed.phaseSeconds }
      : { handshake: { fault: faultOfHandshake(protocols) } }),
  };
}

async function askVersion(peer: Peer, version: ProtocolVersion, store: TrustStore, limits: ProbeLimits): Promise<AskedVersion> {
  if (version === 'SSLv3') return await askByHello(peer, version, limits, null);
  const handshake = await probeHandshake(peer, version, store, limits);
  switch (handshake.kind) {
    case 'completed':
      return { version, handshake, probe: { outcome: 'offered' }, firstLine: null };
    case 'fault':
      return { version, handshake, probe: { outcome: 'fault', fault: handshake.fault }, firstLine: null };
    case 'alert':
      if (handshake.alert === protocolVersionAlert) return { version, handshake, probe: probeOfAlert(handshake.alert), firstLine: null };
      return await askByHello(peer, version, limits, handshake);
    case 'failed':
      return await askByHello(peer, version, limits, handshake);
  }
}

/** An internal error that answers handshake and hello alike is about this version, where another is accepted before and after. Silence is asked twice: here where nothing was asked before, else it was by the handshake. */
async function askByHello(
  peer: Peer,
  version: ProtocolVersion,
  limits: ProbeLimits,
  handshake: HandshakeOutcome | null,
): Promise<AskedVersion> {
  const first = await probeHello(peer, version, limits);
  const hello = handshake === null && isSilence(first) ? await probeHello(peer, version, limits) : first;
  const isTwiceInternal = [handshake, hello].every((one) => one?.kind === 'alert' && one.alert === internalErrorAlert);
  const probe: VersionProbe = isTwiceInternal
    ? { outcome: 'refused', by: 'alert', alert: internalErrorAlert }
    : probeOfHello(version, hello);
  return { version, handshake, probe, firstLine: hello.kind === 'foreign' ? hello.firstLine : null };
}

function isSilence(hello: HelloOutcome): boolean {
  return hello.kind === 'close' || hello.kind === 'reset';
}

interface AnsweredOffer {
  readonly asked: AskedOffer;
  readonly probe: SuiteProbe;
}

async function askOffer(peer: Peer, asked: AskedOffer, limits: ProbeLimits): Promise<AnsweredOffer> {
  return { asked, probe: probeOfOffer(asked, await probeHello(peer, asked.version, limits, asked.suites)) };
}

/**
 * The accepted versions that are asked for once more, last, with all suites: those that refused some suites, and the newest where a version was refused
 * without being named. Whoever takes no hello of ours, or no more of them, refuses nothing by refusing one.
 */
function versionsToProve(probes: VersionProbes, offers: readonly AnsweredOffer[]): readonly ProtocolVersion[] {
  const refusing = offers.filter(({ probe }) => probe.outcome === 'refused').map(({ asked }) => asked.version);
  const newest = newestOffered(probes);
  const isNewestNeeded = newest !== null && Object.values(probes).some(isDoubtful);
  return [...new Set([...(isNewestNeeded ? [newest] : []), ...refusing])];
}

/** The suite that the address chose in this version; null where no handshake in it came to an end. */
function suiteOf(asked: readonly AskedVersion[], version: ProtocolVersion): number | null {
  const { handshake = null } = asked.find((one) => one.version === version) ?? {};
  return handshake?.kind === 'completed' ? (suiteOfName(handshake.facts.cipherSuite)?.code ?? null) : null;
}

/** Not every suite has room in a hello: the one that it chose before must be there. */
async function isStillAccepted(peer: Peer, version: ProtocolVersion, suite: number | null, limits: ProbeLimits): Promise<boolean> {
  const suites = suite === null ? null : suitesWith(version, suite);
  return probeOfHello(version, await probeHello(peer, version, limits, suites)).outcome === 'offered';
}

function probesOf(asked: readonly AskedVersion[]): VersionProbes {
  const of = (version: ProtocolVersion): VersionProbe =>
    asked.find((one) => one.version === version)?.probe ?? { outcome: 'fault', fault: { code: 'defect', message: 'it was not asked for' } };
  return { SSLv3: of('SSLv3'), TLSv1: of('TLSv1'), 'TLSv1.1': of('TLSv1.1'), 'TLSv1.2': of('TLSv1.2'), 'TLSv1.3': of('TLSv1.3') };
}

/** Why no handshake came to an end: the peer wants what our OpenSSL cannot do, or the gravest fault there was, or it refuses everything. */
function faultOfHandshake(probes: VersionProbes): Fault {
  if (newestOffered(probes) !== null)
    return { code: 'unsupported', message: 'a version is accepted, but our OpenSSL could not complete a handshake in it' };
  const newestFirst: readonly SecureVersion[] = secureVersions;
  const faults = newestFirst.map((version) => probes[version]).filter((probe) => probe.outcome === 'fault');
  return faults[0]?.fault ?? { code: 'denied', message: 'the peer refuses every version that our OpenSSL can complete a handshake in' };
}
