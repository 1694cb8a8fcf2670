import type { Fault } from '../../src/domain/fault.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';

const refused = { outcome: 'refused', by: 'alert', alert: 70 } as const;

/** An address with TLS 1.2 and 1.3 and nothing wrong, with what a test wants otherwise. */
export function tlsAddress(change: Partial<TlsAddress> = {}): TlsAddress {
  return {
    address: '192.0.2.1',
    family: 4,
    addressClass: 'public',
    protocols: { SSLv3: refused, TLSv1: refused, 'TLSv1.1': refused, 'TLSv1.2': { outcome: 'offered' }, 'TLSv1.3': { outcome: 'offered' } },
    suites: {
      'TLSv1.2': {
        accepted: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
        fault: null,
        order: 'server',
        preferred: 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
      },
      'TLSv1.3': {
        accepted: ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'],
        fault: null,
        order: 'server',
        preferred: 'TLS_AES_256_GCM_SHA384',
      },
    },
    groups: {
      'TLSv1.2': { accepted: ['secp256r1', 'x25519'], fault: null },
      'TLSv1.3': { accepted: ['secp256r1', 'x25519'], fault: null },
    },
    dhBits: [],
    behaviour: {
      refusesFallback: { is: true },
      secureRenegotiation: { is: true },
      compression: { is: false },
      extendedMasterSecret: { is: true },
      downgradeSentinel: { is: true },
      alpn: { is: 'h2' },
    },
    served: { chains: [], fault: null },
    otherNames: null,
    oddities: [],
    plaintext: null,
    ...change,
  };
}

export const noAnswer: Fault = { code: 'timeout', message: 'no answer in time' };
