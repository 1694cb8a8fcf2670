import { type ZodType, z } from 'zod';
import type { Fault } from '../domain/fault.ts';
import type { AddressVerdict } from '../domain/judge-addresses.ts';
import type { ChainOrder, ChainProblem } from './chain-order.ts';
import { fault } from './tls-fact-schemas.ts';

/** What a check reads of one address of the fact `certificates` to judge every chain that it shows; `certificate` holds the fields that it judges. */
export const chainsOfAddress = <Certificate extends ZodType>(certificate: Certificate) =>
  z.object({
    address: z.string(),
    chain: z.array(certificate),
    fault: fault.exactOptional(),
    served: z
      .array(
        z.object({
          keyKind: z.enum(['rsa', 'rsa-pss', 'ecdsa', 'eddsa', 'other']),
          certificates: z.array(z.object({ facts: certificate.nullable() })),
          order: z.object({
            leafIndex: z.number().nullable(),
            path: z.array(z.number()),
            end: z.enum(['self-signed', 'issuer-not-sent']).nullable(),
            problems: z.array(z.object({ kind: z.string(), indexes: z.array(z.number()) })),
          }),
        }),
      )
      .default([]),
    servedFault: fault.nullable().default(null),
    servedLooked: z.boolean().default(false),
  });

interface Fingerprinted {
  /** Absent: it is like no other. */
  readonly fingerprintSha256?: string | undefined;
}

export interface ChainsOfAddress<Certificate> {
  readonly address: string;
  /** As node:tls saw it, leaf first. */
  readonly chain: readonly Certificate[];
  readonly fault?: Fault;
  readonly served: readonly ServedChain<Certificate>[];
  readonly servedFault: Fault | null;
  /** False: a fact of an older run, which holds nothing of `served`, and is judged by what it holds. */
  readonly servedLooked: boolean;
}

interface ServedChain<Certificate> {
  readonly keyKind: string;
  readonly certificates: readonly { readonly facts: Certificate | null }[];
  readonly order: Pick<ChainOrder, 'leafIndex' | 'path' | 'end'> & {
    readonly problems: readonly { readonly kind: ChainProblem['kind'] | (string & {}); readonly indexes: readonly number[] }[];
  };
}

/** A chain as a check judges it: the leaf, and what issued it. */
export interface ShownChain<Certificate> {
  /** `ecdsa chain`; null where the address shows one chain only. */
  readonly name: string | null;
  readonly certificates: readonly [Certificate, ...Certificate[]];
}

export interface ShownChains<Certificate> {
  readonly chains: readonly ShownChain<Certificate>[];
  /** Why there may be more than these; where there is none, there is a reason. */
  readonly unseen: readonly Fault[];
}

/**
 * Every chain that an address shows: the one of the whole handshake, and those on the wire, each from its leaf upward. A certificate of the same leaf may stand
 * in both. What belongs to no path of a leaf is left out: it proves nothing to anybody.
 */
export function findShownChains<Certificate extends Fingerprinted>(seen: ChainsOfAddress<Certificate>): ShownChains<Certificate> {
  const nameOf = namesOfChains(seen);
  const [leaf, ...above] = seen.chain;
  const ofHandshake = leaf === undefined ? [] : [{ name: nameOf(leaf), certificates: [leaf, ...above] as const }];
  const ofWire = seen.served.map((chain) => readServed(chain, seen.chain, nameOf));
  return {
    chains: [...ofHandshake, ...ofWire.flatMap(({ chains }) => chains)],
    unseen: [...blindnessOf(seen), ...ofWire.flatMap(({ unseen }) => unseen)],
  };
}

function blindnessOf<Certificate>({
  chain,
  fault: own,
  served,
  servedFault,
  servedLooked,
}: ChainsOfAddress<Certificate>): readonly Fault[] {
  const ofHandshake = own ?? (chain.length === 0 ? { code: 'malformed' as const, message: 'no certificate was seen' } : null);
  const ofWire = servedFault ?? (served.length === 0 ? { code: 'partial' as const, message: 'none was seen on the wire' } : null);
  const moreChains = ofWire && { ...ofWire, message: `not all chains are known: ${ofWire.message}` };
  return [ofHandshake, servedLooked ? moreChains : null].filter((each) => each !== null);
}

function readServed<Certificate extends Fingerprinted>(
  { certificates, order }: ServedChain<Certificate>,
  handshake: readonly Certificate[],
  nameOf: (leaf: Certificate) => string | null,
): ShownChains<Certificate> {
  const path = order.path.map((index) => certificates[index]?.facts ?? null);
  const [leaf, ...above] = path.filter((facts) => facts !== null);
  const isJudgedAnyway = (index: number): boolean => {
    const facts = certificates[index]?.facts ?? null;
    return facts !== null && handshake.some((each) => isSame(each, facts));
  };
  const maybeOnPath = leaf === undefined ? [0] : indexesNotRead(order);
  const isUnread = path.includes(null) || maybeOnPath.some((index) => !isJudgedAnyway(index));
  const unread: readonly Fault[] = isUnread ? [unreadable] : [];
  return { chains: leaf === undefined ? [] : [{ name: nameOf(leaf), certificates: [leaf, ...above] }], unseen: unread };
}

const unreadable: Fault = { code: 'malformed', message: 'a certificate of a chain cannot be read' };

/** Those that may belong to the path, for all we can read. A path that came to its anchor has no further ones. */
export function indexesNotRead({ end, problems }: Pick<ServedChain<never>['order'], 'end' | 'problems'>): readonly number[] {
  if (end === 'self-signed') return [];
  return problems.flatMap(({ kind, indexes }) => (kind === 'unreadable' || kind === 'too-many' ? indexes : []));
}

function isSame(one: Fingerprinted, other: Fingerprinted): boolean {
  return one.fingerprintSha256 !== undefined && one.fingerprintSha256 === other.fingerprintSha256;
}

/** By the key of the leaf; where two leaves have the same kind of key, by the leaf too. */
function namesOfChains<Certificate extends Fingerprinted>(seen: ChainsOfAddress<Certificate>): (leaf: Certificate) => string | null {
  const onWire = seen.served.flatMap(({ keyKind, certificates, order }) => {
    const facts = certificates[order.leafIndex ?? 0]?.facts ?? null;
    return facts === null ? [] : [{ keyKind, facts }];
  });
  const unique = onWire.filter(({ facts }, index) => onWire.findIndex((other) => isSame(other.facts, facts)) >= index);
  const shownElsewhere = seen.chain.slice(0, 1).filter((leaf) => !onWire.some(({ facts }) => isSame(facts, leaf)));
  if (unique.length + shownElsewhere.length < 2) return () => null;
  return (leaf) => {
    const own = unique.find(({ facts }) => facts === leaf || isSame(facts, leaf));
    if (own === undefined) return 'chain of the handshake';
    const isAlone = unique.filter(({ keyKind }) => keyKind === own.keyKind).length === 1;
    return `${own.keyKind} chain${isAlone ? '' : ` ${own.facts.fingerprintSha256?.slice(0, 8) ?? 'without a fingerprint'}`}`;
  };
}

/** Of the chain of the handshake, and of those on the wire in their order; null where there is one chain only. */
export function nameChains<Certificate extends Fingerprinted>(
  seen: ChainsOfAddress<Certificate>,
): { readonly ofHandshake: string | null; readonly ofServed: readonly (string | null)[] } {
  const nameOf = namesOfChains(seen);
  const [leaf] = seen.chain;
  const nameOfServed = ({ keyKind, certificates, order }: ServedChain<Certificate>): string | null => {
    const facts = certificates[order.leafIndex ?? 0]?.facts ?? null;
    return facts === null ? `${keyKind} chain` : nameOf(facts);
  };
  return { ofHandshake: leaf === undefined ? null : nameOf(leaf), ofServed: seen.served.map(nameOfServed) };
}

/** What a check says of one chain. */
export type ChainVerdict = WithoutAddress<AddressVerdict>;
type WithoutAddress<Verdict> = Verdict extends unknown ? Omit<Verdict, 'address'> : never;

/** Every chain that an address shows is judged; what nobody saw is unknown. */
export function judgeShownChains<Certificate extends Fingerprinted>(
  seen: ChainsOfAddress<Certificate>,
  judge: (certificates: readonly [Certificate, ...Certificate[]]) => readonly ChainVerdict[],
): readonly AddressVerdict[] {
  const { address } = seen;
  const { chains, unseen } = findShownChains(seen);
  return [
    ...chains.flatMap(({ name, certificates }) =>
      judge(certificates).map((verdict) => ({ ...verdict, address, observed: withName(name, verdict.observed) })),
    ),
    ...unseen.map(({ code, message }): AddressVerdict => ({ address, observed: message, status: 'unknown', reason: code })),
  ];
}

export function withName(name: string | null, observed: string): string {
  return name === null ? observed : `${name}: ${observed}`;
}
