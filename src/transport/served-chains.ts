import { z } from 'zod';
import { type Fault, FaultError, faultCodes } from '../domain/fault.ts';
import { type CertificateExtensions, describeExtensions } from './certificate-extensions.ts';
import { type CertificateFacts, describeCertificate } from './certificate-facts.ts';
import { verifyIssuance } from './certificate-issuance.ts';
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts';
import { type ChainOrder, describeChainOrder } from './chain-order.ts';
import { describeStaple, type StapleFacts } from './ocsp-staple.ts';
import { protocolVersions } from './protocol-versions.ts';

/** What is read of `TlsAddress.served`. */
export const served = z.object({
  chains: z.array(
    z.object({
      keyKind: z.enum(['rsa', 'rsa-pss', 'ecdsa', 'eddsa', 'other']),
      version: z.enum(protocolVersions.map(({ name }) => name)),
      certificates: z.array(z.string()),
      staple: z.string().nullable(),
    }),
  ),
  fault: z.object({ code: z.enum(faultCodes), message: z.string() }).nullable(),
});

export type Served = z.infer<typeof served>;
type Chain = Served['chains'][number];

/** One chain as it came over the wire, and what it says. */
export interface DescribedChain extends Pick<Chain, 'keyKind' | 'version'> {
  /** In their order on the wire. */
  readonly certificates: readonly DescribedCertificate[];
  readonly order: ChainOrder;
  /** Of the leaf; null where its extensions cannot be read. */
  readonly mustStaple: boolean | null;
  /** Where the leaf says that its status can be asked for; empty where its extensions cannot be read. */
  readonly ocspUrls: readonly string[];
  /** Timestamps of logs that stand in the leaf (others may come in the handshake or in the staple); null where they cannot be read. */
  readonly certificateTimestamps: number | null;
  /** Null: none came. Whether it is still valid is for whoever knows the time. */
  readonly staple: StapleFacts | null;
}

/** Each part by itself: what OpenSSL can read we may not, as ours is stricter. */
export interface DescribedCertificate {
  readonly facts: CertificateFacts | null;
  readonly extensions: CertificateExtensions | null;
  /** Why one of them is null. */
  readonly fault: Fault | null;
}

/** Never throws: what cannot be read is said where it stands. `others`: DERs that may hold an issuer that the chain lacks. */
export function describeServedChain({ keyKind, version, certificates, staple }: Chain, others: readonly Buffer[]): DescribedChain {
  const ders = certificates.map((base64) => Buffer.from(base64, 'base64'));
  const parts = ders.map((der) => attempt(() => readCertificateParts(der)).value);
  const order = describeChainOrder(ders);
  const leaf = parts[order.leafIndex ?? 0] ?? null;
  const extensions = leaf === null ? null : attempt(() => describeExtensions(leaf)).value;
  return {
    keyKind,
    version,
    certificates: certificates.map((base64, index) => describeOne(base64, parts[index] ?? null)),
    order,
    mustStaple: extensions?.mustStaple ?? null,
    ocspUrls: extensions?.ocspUrls ?? [],
    certificateTimestamps: extensions === null ? null : countTimestamps(extensions),
    staple: staple === null ? null : describeStapleOf(staple, leaf, [...ders, ...others]),
  };
}

function describeOne(base64: string, parts: CertificateParts | null): DescribedCertificate {
  const facts = attempt(() => describeCertificate(base64));
  const extensions = attempt(() => describeExtensions(parts ?? readCertificateParts(Buffer.from(base64, 'base64'))));
  return { facts: facts.value, extensions: extensions.value, fault: facts.fault ?? extensions.fault };
}

function countTimestamps({ timestamps }: CertificateExtensions): number {
  return timestamps === null ? 0 : timestamps.timestamps.length + timestamps.ofOtherVersions;
}

function describeStapleOf(staple: string, leaf: CertificateParts | null, possibleIssuers: readonly Buffer[]): StapleFacts {
  if (leaf === null) return { kind: 'malformed', fault: { code: 'malformed', message: 'the certificate that it is about cannot be read' } };
  return describeStaple(Buffer.from(staple, 'base64'), leaf, findIssuer(leaf, possibleIssuers));
}

/** No path of a chain has more. */
const mostPossibleIssuers = 32;

function findIssuer(leaf: CertificateParts, possible: readonly Buffer[]): CertificateParts | null {
  for (const der of possible.slice(0, mostPossibleIssuers)) {
    const { value } = attempt(() => readCertificateParts(der));
    if (value !== null && verifyIssuance(leaf, value) === 'valid') return value;
  }
  return null;
}

type Attempt<Value> = { readonly value: Value; readonly fault: null } | { readonly value: null; readonly fault: Fault };

/** What cannot be read is said where it stands. */
export function attempt<Value>(read: () => Value): Attempt<Value> {
  try {
    return { value: read(), fault: null };
  } catch (error) {
    if (error instanceof FaultError) return { value: null, fault: error.fault };
    throw error;
  }
}
