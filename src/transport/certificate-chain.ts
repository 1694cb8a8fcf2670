import { z } from 'zod';
import type { Derivation } from '../domain/check.ts';
import { type Fault, faultCodes } from '../domain/fault.ts';
import { type CertificateFacts, describeCertificate } from './certificate-facts.ts';

const handshake = z.union([
  z.object({ chain: z.array(z.string()) }),
  z.object({ fault: z.object({ code: z.enum(faultCodes), message: z.string() }) }),
]);
const tlsFact = z.object({ addresses: z.array(z.object({ address: z.string(), handshake })) });

type TlsFact = z.infer<typeof tlsFact>;

export interface CertificatesFact {
  readonly addresses: readonly CertificatesOfAddress[];
}

/** What one address showed, leaf first; an empty chain has its fault beside it. */
export interface CertificatesOfAddress {
  readonly address: string;
  readonly chain: readonly CertificateFacts[];
  readonly fault?: Fault;
}

/** The fact `certificates`: what the certificates of a `tls` fact say. */
export const certificateChains: Derivation<TlsFact, CertificatesFact> = {
  kind: 'certificates',
  from: 'tls',
  schema: tlsFact,
  derive: ({ addresses }) => ({ addresses: addresses.map(describeAddress) }),
};

function describeAddress({ address, handshake: seen }: TlsFact['addresses'][number]): CertificatesOfAddress {
  if ('fault' in seen) return { address, chain: [], fault: seen.fault };
  if (seen.chain.length === 0) return { address, chain: [], fault: { code: 'unsupported', message: 'the peer showed no certificate' } };
  return { address, chain: seen.chain.map(describeCertificate) };
}
