import { z } from 'zod';
import type { Derivation } from '../domain/check.ts';
import { type Fault, faultCodes } from '../domain/fault.ts';
import { type CertificateFacts, describeCertificate } from './certificate-facts.ts';
import { type DescribedChain, describeServedChain, served } from './served-chains.ts';

const handshake = z.union([
  z.object({ chain: z.array(z.string()) }),
  z.object({ fault: z.object({ code: z.enum(faultCodes), message: z.string() }) }),
]);
const tlsFact = z.object({ addresses: z.array(z.object({ address: z.string(), handshake, served: served.optional() })) });

type TlsFact = z.infer<typeof tlsFact>;

export interface CertificatesFact {
  readonly addresses: readonly CertificatesOfAddress[];
}

/** What one address showed, leaf first; an empty chain has its fault beside it. */
export interface CertificatesOfAddress {
  readonly address: string;
  readonly chain: readonly CertificateFacts[];
  readonly fault?: Fault;
  /** Every chain that it serves, in the order on the wire, with what lies in it beside certificates. */
  readonly served: readonly DescribedChain[];
  /** Why `served` may lack something; null: nothing. Facts of older runs lack all of it. */
  readonly servedFault: Fault | null;
  /** False for a fact of an older run, which looked at one chain only. */
  readonly servedLooked: boolean;
}

/** The fact `certificates`: what the certificates of a `tls` fact say. */
export const certificateChains: Derivation<TlsFact, CertificatesFact> = {
  kind: 'certificates',
  from: 'tls',
  schema: tlsFact,
  derive: ({ addresses }) => ({ addresses: addresses.map(describeAddress) }),
};

function describeAddress(seen: TlsFact['addresses'][number]): CertificatesOfAddress {
  return { address: seen.address, ...describeVerified(seen), ...describeServed(seen) };
}

function describeVerified({ handshake: seen }: TlsFact['addresses'][number]): Pick<CertificatesOfAddress, 'chain' | 'fault'> {
  if ('fault' in seen) return { chain: [], fault: seen.fault };
  if (seen.chain.length === 0) return { chain: [], fault: { code: 'unsupported', message: 'the peer showed no certificate' } };
  return { chain: seen.chain.map(describeCertificate) };
}

function describeServed({
  handshake: seen,
  served: chains,
}: TlsFact['addresses'][number]): Pick<CertificatesOfAddress, 'served' | 'servedFault' | 'servedLooked'> {
  if (chains === undefined) return { served: [], servedFault: notLookedAt, servedLooked: false };
  // An issuer that one chain lacks may be in another, or in what Node completed.
  const others = [...('fault' in seen ? [] : seen.chain), ...chains.chains.flatMap(({ certificates }) => certificates)];
  const ders = [...new Set(others)].map((base64) => Buffer.from(base64, 'base64'));
  return { served: chains.chains.map((chain) => describeServedChain(chain, ders)), servedFault: chains.fault, servedLooked: true };
}

const notLookedAt: Fault = { code: 'partial', message: 'the order on the wire was not looked at' };
