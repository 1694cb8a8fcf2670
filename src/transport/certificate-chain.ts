import { z } from 'zod';
import type { Derivation } from '../domain/check.ts';
import type { Fault } from '../domain/fault.ts';
import { type CertificateFacts, describeCertificate } from './certificate-facts.ts';
import { attempt, type DescribedChain, describeServedChain, served } from './served-chains.ts';
import { fault } from './tls-fact-schemas.ts';

const handshake = z.union([z.object({ chain: z.array(z.string()) }), z.object({ fault })]);
const nameAnswer = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('answered'), certificate: z.string().nullable() }),
  z.object({ outcome: z.literal('refused') }),
  z.object({ outcome: z.literal('fault'), fault }),
]);
const otherNames = z.object({ none: nameAnswer, unknown: nameAnswer }).nullable();
const tlsFact = z.object({
  addresses: z.array(z.object({ address: z.string(), handshake, served: served.optional(), otherNames: otherNames.optional() })),
});

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
  /** What it shows to a client that names no host, and one that it cannot know; null: no client names one. Absent for a fact of an older run. */
  readonly otherNames?: { readonly none: OtherLeaf; readonly unknown: OtherLeaf } | null;
}

/** Both null: it shows none. */
export interface OtherLeaf {
  readonly leaf: CertificateFacts | null;
  readonly fault: Fault | null;
}

/** The fact `certificates`: what the certificates of a `tls` fact say. */
export const certificateChains: Derivation<TlsFact, CertificatesFact> = {
  kind: 'certificates',
  from: 'tls',
  schema: tlsFact,
  derive: ({ addresses }) => ({ addresses: addresses.map(describeAddress) }),
};

function describeAddress(seen: TlsFact['addresses'][number]): CertificatesOfAddress {
  return { address: seen.address, ...describeVerified(seen), ...describeServed(seen), ...describeOtherNames(seen) };
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

function describeOtherNames({ otherNames: names }: TlsFact['addresses'][number]): Pick<CertificatesOfAddress, 'otherNames'> {
  if (names === undefined || names === null) return names === null ? { otherNames: null } : {};
  return { otherNames: { none: describeOtherLeaf(names.none), unknown: describeOtherLeaf(names.unknown) } };
}

function describeOtherLeaf(answer: z.infer<typeof nameAnswer>): OtherLeaf {
  if (answer.outcome === 'refused') return { leaf: null, fault: null };
  if (answer.outcome === 'fault') return { leaf: null, fault: answer.fault };
  const { certificate } = answer;
  if (certificate === null) return { leaf: null, fault: { code: 'partial', message: 'its certificate was not seen' } };
  const { value, fault: unread } = attempt(() => describeCertificate(certificate));
  return { leaf: value, fault: unread };
}
