import type { SeenAddress } from '../../src/commands/tls-audit.ts';
import { type JudgedChain, judgeAddress, type TlsAddressReport } from '../../src/commands/tls-verdicts.ts';
import type { TlsAddress } from '../../src/transport/tls-facts.ts';
import { servedChain } from './served-chain.ts';
import { tlsAddress } from './tls-address.ts';

export const auditHost = 'shop.example.com';
export const auditedAt = '2026-11-24T08:00:00.000Z';

/** An address as a whole look shows it, with what a test wants otherwise. */
export function seenAddress(change: Partial<SeenAddress> = {}): SeenAddress {
  const answered = {
    outcome: 'answered',
    version: 'TLSv1.3',
    suite: 'TLS_AES_256_GCM_SHA384',
    certificate: null,
    moreVersions: [],
  } as const;
  return {
    ...tlsAddress({ otherNames: { none: answered, unknown: { outcome: 'refused', by: 'alert' } } }),
    handshake: {
      protocol: 'TLSv1.3',
      cipherSuite: 'TLS_AES_256_GCM_SHA384',
      keyExchange: { type: 'ECDH', name: 'X25519', bits: 253 },
      alpn: 'h2',
      clientCertificateRequested: false,
      chain: [],
      trust: { trusted: true, code: null, store: { name: 'pinned roots', sha256: 'ab' } },
    },
    ...change,
  };
}

export function judgedChain(change: Partial<JudgedChain> = {}): JudgedChain {
  return { chain: servedChain(), trust: { trusted: true, code: null, store: 'pinned roots' }, isServed: true, ...change };
}

export function judged(change: Partial<SeenAddress> = {}, chains: readonly JudgedChain[] = [judgedChain()]): TlsAddressReport {
  return judgeAddress(seenAddress(change), chains, auditHost, auditedAt);
}

const silence = { code: 'timeout', message: 'no answer in time' } as const;
const unseen = { outcome: 'fault', fault: silence } as const;
const unanswered = { fault: silence } as const;

/** Of an address that never said a word. */
export const blind: Partial<SeenAddress> & Pick<TlsAddress, 'protocols'> = {
  protocols: { SSLv3: unseen, TLSv1: unseen, 'TLSv1.1': unseen, 'TLSv1.2': unseen, 'TLSv1.3': unseen },
  suites: {},
  groups: {},
  behaviour: {
    refusesFallback: unanswered,
    secureRenegotiation: unanswered,
    compression: unanswered,
    extendedMasterSecret: unanswered,
    downgradeSentinel: unanswered,
    alpn: unanswered,
  },
  served: { chains: [], fault: silence },
  otherNames: { none: unseen, unknown: unseen },
  handshake: { fault: silence },
};
