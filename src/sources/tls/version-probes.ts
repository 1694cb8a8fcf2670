import type { Fault } from '../../domain/fault.ts';
import { type ProtocolVersion, wireVersionOf } from '../../transport/protocol-versions.ts';
import type { HelloAnswer } from './hello.ts';

/** What an address does about one version, as the fact holds it. */
export type VersionProbe =
  | { readonly outcome: 'offered' }
  | { readonly outcome: 'refused'; readonly by: 'alert'; readonly alert: number }
  /** `other-version`: it answered with a version that was not asked for. */
  | { readonly outcome: 'refused'; readonly by: 'close' | 'reset' | 'other-version' }
  | { readonly outcome: 'fault'; readonly fault: Fault };

export type Refused = Extract<VersionProbe, { outcome: 'refused' }>;
export type Faulty = Extract<VersionProbe, { outcome: 'fault' }>;
export type VersionProbes = { readonly [V in ProtocolVersion]: VersionProbe };

/** RFC 8446 section 6.2: this alert speaks of the version itself, whatever else was offered with it. */
export const protocolVersionAlert = 70;

/** OpenSSL's only word for a version that it has, and that its security level lets nobody complete. */
export const internalErrorAlert = 80;

/**
 * Alerts with which a peer says that it takes nothing of a hello: unexpected_message, handshake_failure, illegal_parameter, decode_error,
 * protocol_version, insufficient_security, missing_extension. Others (internal_error, unrecognized_name, access_denied) say nothing of the version.
 */
const refusals: ReadonlySet<number> = new Set([10, 40, 47, 50, protocolVersionAlert, 71, 109]);

export function probeOfAlert(alert: number): VersionProbe {
  if (refusals.has(alert)) return { outcome: 'refused', by: 'alert', alert };
  return {
    outcome: 'fault',
    fault: { code: 'denied', message: `the peer answers with TLS alert ${alert}, which says nothing of the version` },
  };
}

export function probeOfHello(version: ProtocolVersion, hello: HelloAnswer): VersionProbe {
  switch (hello.kind) {
    case 'hello':
      return hello.wireVersion === wireVersionOf(version) ? { outcome: 'offered' } : { outcome: 'refused', by: 'other-version' };
    case 'alert':
      return probeOfAlert(hello.alert);
    case 'close':
    case 'reset':
      return { outcome: 'refused', by: hello.kind };
    case 'foreign':
      return { outcome: 'fault', fault: { code: 'malformed', message: 'the peer does not speak TLS' } };
    case 'fault':
      return { outcome: 'fault', fault: hello.fault };
  }
}

/** It refused without a word: this may as well be the network, or a limit on how often we may ask. */
export function isSilentRefusal(probe: { readonly outcome: string; readonly by?: string }): boolean {
  return probe.outcome === 'refused' && (probe.by === 'close' || probe.by === 'reset');
}

/** It refused without naming the version: whoever has had enough of us says the same. */
export function isDoubtful(probe: { readonly outcome: string; readonly by?: string; readonly alert?: number }): boolean {
  return isSilentRefusal(probe) || (probe.outcome === 'refused' && probe.by === 'alert' && probe.alert !== protocolVersionAlert);
}

/** The newest version that the address accepts; null where it accepts none. */
export function newestOffered(probes: VersionProbes): ProtocolVersion | null {
  const newestFirst = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1', 'SSLv3'] as const;
  return newestFirst.find((version) => probes[version].outcome === 'offered') ?? null;
}

/**
 * Takes back refusals that prove nothing. Where another hello was accepted, one that names no version counts only if that hello, asked again last, still is
 * (`isStillAccepted`). Where none was, a silent one never counts, and a spoken one only where the address also answered another hello with TLS.
 */
export function withProvenRefusals(probes: VersionProbes, isStillAccepted: boolean): VersionProbes {
  const spoken = Object.values(probes).filter(isSpoken).length;
  const wasAccepted = newestOffered(probes) !== null;
  const prove = (probe: VersionProbe): VersionProbe => {
    if (probe.outcome !== 'refused') return probe;
    if (!wasAccepted && probe.by === 'alert' && probe.alert === internalErrorAlert) return probeOfAlert(probe.alert);
    if (isSilentRefusal(probe) || (wasAccepted && isDoubtful(probe))) return isStillAccepted ? probe : unprovenRefusal(probe, wasAccepted);
    return spoken > 1 ? probe : { outcome: 'fault', fault: { code: 'partial', message: 'it refused this hello, but answered no other' } };
  };
  return {
    SSLv3: prove(probes.SSLv3),
    TLSv1: prove(probes.TLSv1),
    'TLSv1.1': prove(probes['TLSv1.1']),
    'TLSv1.2': prove(probes['TLSv1.2']),
    'TLSv1.3': prove(probes['TLSv1.3']),
  };
}

function isSpoken(probe: VersionProbe): boolean {
  return probe.outcome === 'offered' || (probe.outcome === 'refused' && !isSilentRefusal(probe));
}

/** What a refusal is where it proves nothing; `wasAccepted`: the address had accepted another hello. */
function unprovenRefusal(probe: Refused, wasAccepted: boolean): Faulty {
  const act = probe.by === 'alert' ? 'refused' : probe.by === 'reset' ? 'reset' : 'closed';
  if (wasAccepted) {
    const message = `the peer ${act} the connection, and then no longer took a hello that it had accepted`;
    return { outcome: 'fault', fault: { code: 'throttled', message } };
  }
  return { outcome: 'fault', fault: { code: 'unreachable', message: `the peer ${act} the connection, and has taken no hello at all` } };
}
