import { FaultError } from '../domain/fault.ts';
import { describeExtensions } from './certificate-extensions.ts';
import { verifyIssuance } from './certificate-issuance.ts';
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts';

/** How the certificates of a chain stand to one another, by their indexes on the wire. */
export interface ChainOrder {
  /** Which is the peer's own: the first, unless that is an authority and another is not. Null where none could be read. */
  readonly leafIndex: number | null;
  /** From the leaf upward, as far as the issuers came. */
  readonly path: readonly number[];
  /** What the path ends with. `issuer-not-sent` is right for the last authority below a root. */
  readonly end: 'self-signed' | 'issuer-not-sent' | null;
  readonly problems: readonly ChainProblem[];
}

export interface ChainProblem {
  readonly kind: ChainProblemKind;
  /** Certificates that it is about, smallest first. */
  readonly indexes: readonly number[];
}

/**
 * `leaf-not-first` and `out-of-order` are against TLS 1.2 (RFC 5246 7.4.2), clients of today bear them. `superfluous`: belongs to no path of the leaf, of which there may be several.
 * `missing-intermediate`: nothing came that issued the leaf. Where an authority issues leaves with its root, that is nothing missing: only whether the chain
 * is trusted tells. A gap further up cannot be told from a root that was rightly left out. `too-many`: those behind the sixteenth were not looked at.
 */
export type ChainProblemKind =
  | 'unreadable'
  | 'duplicate'
  | 'leaf-not-first'
  | 'out-of-order'
  | 'superfluous'
  | 'missing-intermediate'
  | 'root-included'
  | 'too-many';

/** Each is verified against each whose name fits, so what a peer can make us do is bounded. */
const mostCertificates = 16;

interface Member {
  readonly index: number;
  readonly parts: CertificateParts;
  readonly isAuthority: boolean;
  readonly isSelfSigned: boolean;
}

/** `chain`: DERs in their order on the wire. */
export function describeChainOrder(chain: readonly Buffer[]): ChainOrder {
  const looked = chain.slice(0, mostCertificates);
  const duplicates = looked.flatMap((der, index) => (looked.findIndex((other) => other.equals(der)) < index ? [index] : []));
  const members = looked.flatMap((der, index) => (duplicates.includes(index) ? [] : readMember(der, index)));
  const seen = new Set([...duplicates, ...members.map(({ index }) => index)]);
  const leaf = findLeaf(members);
  const path = leaf === null ? [] : followIssuers(leaf, members);
  return {
    leafIndex: leaf?.index ?? null,
    path: path.map(({ index }) => index),
    end: endOfPath(path),
    problems: [
      problem(
        'unreadable',
        looked.flatMap((_der, index) => (seen.has(index) ? [] : [index])),
      ),
      problem(
        'too-many',
        chain.flatMap((_der, index) => (index < mostCertificates ? [] : [index])),
      ),
      problem('duplicate', duplicates),
      ...(leaf === null ? [] : problemsOfPath(leaf, path, members)),
    ].filter(({ indexes }) => indexes.length > 0),
  };
}

function readMember(der: Buffer, index: number): readonly Member[] {
  try {
    const parts = readCertificateParts(der);
    const isAuthority = describeExtensions(parts).basicConstraints?.isAuthority === true;
    return [{ index, parts, isAuthority, isSelfSigned: verifyIssuance(parts, parts) !== 'invalid' }];
  } catch (error) {
    if (error instanceof FaultError) return [];
    throw error;
  }
}

function findLeaf(members: readonly Member[]): Member | null {
  return members.find(({ isAuthority }) => !isAuthority) ?? members[0] ?? null;
}

/** Of several issuers the one that comes next is taken. */
function followIssuers(leaf: Member, members: readonly Member[]): readonly Member[] {
  const path = [leaf];
  let current: Member | undefined = leaf;
  while (current !== undefined && !current.isSelfSigned) {
    current = findIssuer(
      current,
      members.filter((member) => !path.includes(member)),
    );
    if (current !== undefined) path.push(current);
  }
  return path;
}

/** The leaf and whatever issued it, or what issued it: a root may come beside its cross-signed twin, for clients that know only one of them. */
function findAllIssuers(leaf: Member, members: readonly Member[]): ReadonlySet<Member> {
  const found = new Set([leaf]);
  for (const { parts } of found) {
    for (const other of members) if (!found.has(other) && verifyIssuance(parts, other.parts) !== 'invalid') found.add(other);
  }
  return found;
}

function findIssuer({ index, parts }: Member, others: readonly Member[]): Member | undefined {
  const behind = others.filter((other) => other.index > index);
  const before = others.filter((other) => other.index < index);
  return [...behind, ...before].find((other) => verifyIssuance(parts, other.parts) !== 'invalid');
}

function endOfPath(path: readonly Member[]): ChainOrder['end'] {
  const top = path.at(-1);
  if (top === undefined) return null;
  return top.isSelfSigned ? 'self-signed' : 'issuer-not-sent';
}

function problemsOfPath(leaf: Member, path: readonly Member[], members: readonly Member[]): readonly ChainProblem[] {
  const top = path.at(-1) ?? leaf;
  const ofAnyPath = findAllIssuers(leaf, members);
  const misplaced = path.filter(({ index }, at) => index < (path[at - 1]?.index ?? 0));
  return [
    problem('leaf-not-first', leaf.index === 0 ? [] : [leaf.index]),
    problem('out-of-order', indexesOf(misplaced)),
    problem('superfluous', indexesOf(members.filter((member) => !ofAnyPath.has(member)))),
    problem('missing-intermediate', path.length === 1 && !leaf.isSelfSigned ? [leaf.index] : []),
    problem('root-included', path.length > 1 && top.isSelfSigned ? [top.index] : []),
  ];
}

function indexesOf(members: readonly Member[]): readonly number[] {
  return members.map(({ index }) => index).toSorted((one, other) => one - other);
}

function problem(kind: ChainProblemKind, indexes: readonly number[]): ChainProblem {
  return { kind, indexes };
}
