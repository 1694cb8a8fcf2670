import type { Fault } from '../../domain/fault.ts';
import type { SuitesOfVersion, TlsAddress } from '../../transport/tls-facts.ts';
import type { AuditedAddress } from './audit-address.ts';
import type { HandshakeFacts } from './probe-handshake.ts';
import { isDoubtful, type VersionProbe } from './version-probes.ts';

/** What filters clients by the make of their hello refuses ours and takes that of Node. */
const ofAnotherMake: Fault = {
  code: 'partial',
  message: 'the peer refuses our hellos and accepts a handshake of another make, so that its refusals say nothing',
};

/**
 * What is left of an audit where a whole handshake came to an end in a version that no hello of ours was accepted in: that version, and the suite that
 * was selected. All else is unknown, but for what it said of a version by name.
 */
export function withHandshake(
  audited: AuditedAddress,
  { protocol, cipherSuite }: Pick<HandshakeFacts, 'protocol' | 'cipherSuite'>,
): AuditedAddress {
  if (audited.protocols[protocol].outcome === 'offered') return audited;
  const unsaid = { fault: ofAnotherMake };
  const suites: SuitesOfVersion = { accepted: [cipherSuite], fault: ofAnotherMake, order: null, preferred: null };
  const { protocols } = audited;
  return {
    ...audited,
    protocols: {
      SSLv3: unlessNamed(protocols.SSLv3),
      TLSv1: unlessNamed(protocols.TLSv1),
      'TLSv1.1': unlessNamed(protocols['TLSv1.1']),
      'TLSv1.2': unlessNamed(protocols['TLSv1.2']),
      'TLSv1.3': unlessNamed(protocols['TLSv1.3']),
      [protocol]: { outcome: 'offered' },
    },
    suites: { ...audited.suites, [protocol]: suites },
    groups: withGroups(audited.groups, protocol),
    behaviour: {
      refusesFallback: unsaid,
      secureRenegotiation: unsaid,
      compression: unsaid,
      extendedMasterSecret: unsaid,
      downgradeSentinel: unsaid,
      alpn: unsaid,
    },
    served: { chains: audited.served.chains, fault: ofAnotherMake },
  };
}

function unlessNamed(probe: VersionProbe): VersionProbe {
  return isDoubtful(probe) ? { outcome: 'fault', fault: ofAnotherMake } : probe;
}

function withGroups(groups: TlsAddress['groups'], protocol: HandshakeFacts['protocol']): TlsAddress['groups'] {
  const unseen = { accepted: [], fault: ofAnotherMake };
  return protocol === 'TLSv1.2' || protocol === 'TLSv1.3' ? { ...groups, [protocol]: unseen } : groups;
}
