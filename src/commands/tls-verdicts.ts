import type { Fault } from '../domain/fault.ts';
import type { Status } from '../domain/status.ts';
import { epochMs, type Timestamp } from '../domain/time.ts';
import { findChainWeaknesses, type TrustOfLeaf } from '../transport/chain-weaknesses.ts';
import { clientProfiles } from '../transport/client-profiles.ts';
import { compareWithProfile } from '../transport/compare-with-profile.ts';
import { findWeaknesses } from '../transport/connection-weaknesses.ts';
import { type Negotiation, negotiate } from '../transport/negotiate.ts';
import { type DescribedChain, describeServedChain } from '../transport/served-chains.ts';
import { fallsShort, join, none, notSeen, type Shortcomings } from '../transport/shortcomings.ts';
import { type TlsProfile, type TlsProfileId, tlsProfiles } from '../transport/tls-profiles.ts';
import type { AuditedTlsAddress, SeenAddress } from './tls-audit.ts';
import { type ChainTrust, judgeChainTrust } from './tls-trust.ts';

export type TlsStatus = Extract<Status, 'pass' | 'fail' | 'unknown'>;

/** What one address showed, and what is to be said of it. */
export interface TlsAddressReport {
  readonly facts: SeenAddress;
  readonly chains: readonly JudgedChain[];
  readonly status: TlsStatus;
  /** What decides the status; what is to be reported only stands in `notes`. */
  readonly shortcomings: Shortcomings;
  /** Against a rule, and borne by clients of today. */
  readonly notes: Shortcomings['found'];
  readonly profiles: readonly ComparedProfile[];
  readonly clients: readonly ClientResult[];
  /** Why nothing at all is known of it; null where something is. */
  readonly blindness: Fault | null;
}

/** A chain as it was served, and whether it is trusted. */
export interface JudgedChain {
  readonly chain: DescribedChain;
  readonly trust: ChainTrust;
  /** False: only a handshake of Node's showed it, which tells neither its order on the wire nor what is stapled. */
  readonly isServed: boolean;
}

export interface ComparedProfile {
  readonly id: TlsProfileId;
  readonly name: string;
  /** Unknown where nothing differs as far as it was seen. */
  readonly status: TlsStatus;
  readonly shortcomings: Shortcomings;
}

export interface ClientResult {
  readonly name: string;
  readonly released: string;
  readonly result: Negotiation;
}

export function reportAddress({ facts, trusts }: AuditedTlsAddress, host: string, asOf: Timestamp): TlsAddressReport {
  return judgeAddress(facts, describeChains(facts, trusts), host, asOf);
}

export function judgeAddress(facts: SeenAddress, chains: readonly JudgedChain[], host: string, asOf: Timestamp): TlsAddressReport {
  const all = facts.plaintext === null ? judgeAll(facts, chains, host, asOf) : answersPlainly(facts.plaintext);
  const shortcomings = { ...all, found: all.found.filter(({ response }) => response !== 'report') };
  return {
    facts,
    chains,
    status: statusOf(shortcomings),
    shortcomings,
    notes: all.found.filter(({ response }) => response === 'report'),
    profiles: facts.plaintext === null ? compareProfiles(facts, chains) : [],
    clients:
      facts.plaintext === null
        ? clientProfiles.map(({ name, released, ...client }) => ({
            name,
            released,
            result: negotiate({ name, released, ...client }, facts),
          }))
        : [],
    blindness: blindnessOf(facts),
  };
}

const notAsked: Fault = { code: 'partial', message: 'not asked for' };

/** Those that were served, and one that only the handshake showed. */
function describeChains({ served, handshake }: SeenAddress, trusts: readonly ChainTrust[]): readonly JudgedChain[] {
  const completed = 'fault' in handshake ? [] : handshake.chain;
  // An issuer that one chain lacks may be in another, or in what Node completed.
  const ders = [...new Set([...completed, ...served.chains.flatMap(({ certificates }) => certificates)])].map((der) =>
    Buffer.from(der, 'base64'),
  );
  const chains = served.chains.map(
    ({ certificates, ...chain }, index): JudgedChain => ({
      chain: describeServedChain({ ...chain, certificates: [...certificates] }, ders),
      trust: trusts[index] ?? { fault: notAsked },
      isServed: true,
    }),
  );
  const isServed = served.chains.some(({ certificates: [leaf] }) => leaf === completed[0]);
  if ('fault' in handshake || completed.length === 0 || isServed) return chains;
  const { trusted, code, store } = handshake.trust;
  const chain = describeServedChain({ keyKind: 'other', version: handshake.protocol, certificates: [...completed], staple: null }, ders);
  return [...chains, { chain, trust: { trusted, code, store: store.name }, isServed: false }];
}

/** Where no version is known to be accepted or refused. */
function blindnessOf({ protocols, plaintext, handshake }: SeenAddress): Fault | null {
  const seen = Object.values(protocols);
  const [first] = seen.flatMap((one) => (one.outcome === 'fault' ? [one.fault] : []));
  const isBlind = plaintext === null && 'fault' in handshake && seen.every(({ outcome }) => outcome === 'fault');
  return isBlind ? (first ?? null) : null;
}

function statusOf({ found, unseen }: Shortcomings): TlsStatus {
  if (found.length > 0) return 'fail';
  return unseen.length > 0 ? 'unknown' : 'pass';
}

function answersPlainly(line: string): Shortcomings {
  return fallsShort(`answers without TLS ("${line}")`, 'plaintext');
}

function fingerprintOf({ certificates: [leaf] }: DescribedChain): string | undefined {
  return leaf?.facts?.fingerprintSha256;
}

function judgeAll(facts: SeenAddress, chains: readonly JudgedChain[], host: string, asOf: Timestamp): Shortcomings {
  const ofChains = chains.map(({ chain, trust, isServed }) =>
    isServed
      ? findChainWeaknesses({ served: [chain], servedFault: null }, trustOfLeaf(chain, trust), epochMs(asOf))
      : notSeen('the chain on the wire is not known', 'served', { code: 'partial', message: 'only a whole handshake showed it' }),
  );
  return withoutRepeats(
    join([
      findWeaknesses(facts),
      ...ofChains,
      ...chains.map(({ chain, trust }) => judgeChainTrust(chain, trust, host)),
      judgeServed(chains, facts.served.fault),
    ]),
  );
}

function judgeServed(chains: readonly JudgedChain[], servedFault: Fault | null): Shortcomings {
  if (servedFault !== null) return notSeen('not all chains are known', 'served', servedFault);
  return chains.length === 0 ? notSeen('no chain is known', 'served', { code: 'partial', message: 'none was seen' }) : none;
}

function trustOfLeaf(chain: DescribedChain, trust: ChainTrust): TrustOfLeaf | null {
  const fingerprintSha256 = fingerprintOf(chain);
  return 'fault' in trust || fingerprintSha256 === undefined ? null : { fingerprintSha256, trusted: trust.trusted };
}

/** Two chains may share an authority, and what was not seen may be against two rules. */
function withoutRepeats({ found, unseen }: Shortcomings): Shortcomings {
  return { found: onceEach(found), unseen: onceEach(unseen) };
}

function onceEach<One extends { readonly words: string }>(all: readonly One[]): readonly One[] {
  return [...Map.groupBy(all, ({ words }) => words).values()].flatMap((same) => same.slice(0, 1));
}

function compareProfiles(facts: SeenAddress, chains: readonly JudgedChain[]): readonly ComparedProfile[] {
  const served = { served: chains.map(({ chain }) => chain), servedFault: facts.served.fault };
  const all: readonly (readonly [string, TlsProfile])[] = Object.entries(tlsProfiles);
  return all.flatMap(([id, profile]) => {
    if (!isProfileId(id)) return [];
    const shortcomings = withoutRepeats(compareWithProfile(profile, facts, served));
    return [{ id, name: profile.name, status: statusOf(shortcomings), shortcomings }];
  });
}

function isProfileId(id: string): id is TlsProfileId {
  return id in tlsProfiles;
}
