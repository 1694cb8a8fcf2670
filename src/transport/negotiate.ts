import type { Fault } from '../domain/fault.ts';
import { type CipherSuite, suiteOfName } from './cipher-suites.ts';
import type { ClientProfile } from './client-profiles.ts';
import { groupOfName } from './named-groups.ts';
import { labelOfVersion, type ProtocolVersion } from './protocol-versions.ts';
import type { SuitesOfVersion, TlsAddress } from './tls-facts.ts';

/** What a client and an address would agree on. */
export interface Agreement {
  readonly version: ProtocolVersion;
  readonly suite: string;
  readonly keyBits: number;
  /** Groups, one of which the keys are exchanged in; null where that is not known, or the suite exchanges them in no named group. */
  readonly groups: readonly string[] | null;
}

export type Negotiation =
  /** One of these: only one where the facts tell which. Whatever is said of it must hold for all. `doubt`: why it may be refused all the same. */
  | { readonly outcome: 'agreed'; readonly possible: readonly [Agreement, ...Agreement[]]; readonly doubt: Fault | null }
  | { readonly outcome: 'refused' }
  /** `possible`: what is known to be possible; something else may be as well, or nothing. */
  | { readonly outcome: 'unknown'; readonly possible: readonly Agreement[]; readonly fault: Fault };

/** Of a version no more is needed than whether it is accepted. */
export type SeenVersion =
  | { readonly outcome: 'offered' }
  | { readonly outcome: 'refused' }
  | { readonly outcome: 'fault'; readonly fault: Fault };
export interface NegotiationFacts extends Pick<TlsAddress, 'suites' | 'groups'> {
  readonly protocols: { readonly [V in ProtocolVersion]: SeenVersion };
}

/**
 * What this client would get, from the facts alone. A server takes the newest version of both (RFC 8446 4.2.1), and where nothing else fits in that
 * version it refuses (4.1.1). Kinds and curves of certificates that a client cannot read are not looked at: such a client gets less than this says.
 */
export function negotiate(client: ClientProfile, address: NegotiationFacts): Negotiation {
  const [version, ...older] = client.versions;
  if (version === undefined) return { outcome: 'refused' };
  const seen = address.protocols[version];
  if (seen.outcome === 'offered') return negotiateIn(version, client, address);
  const otherwise = negotiate({ ...client, versions: older }, address);
  if (seen.outcome === 'refused') return otherwise;
  return { outcome: 'unknown', possible: otherwise.outcome === 'refused' ? [] : otherwise.possible, fault: seen.fault };
}

function negotiateIn(version: ProtocolVersion, client: ClientProfile, address: NegotiationFacts): Negotiation {
  const own = address.suites[version];
  if (own === undefined)
    return { outcome: 'unknown', possible: [], fault: partial(`the suites of ${labelOfVersion(version)} were not asked for`) };
  const candidates = client.suites.flatMap((name) => candidateOf(name, version, client, address));
  const agreements = candidates.map(({ agreement }) => agreement);
  if (own.fault !== null) return { outcome: 'unknown', possible: agreements, fault: own.fault };
  const doubt = candidates.find((each) => each.doubt !== null)?.doubt ?? null;
  const [first, ...others] = doubt === null ? choose(agreements, client, own) : agreements;
  return first === undefined ? { outcome: 'refused' } : { outcome: 'agreed', possible: [first, ...others], doubt };
}

interface Candidate {
  readonly agreement: Agreement;
  /** Why it is not known whether both have a group for it. */
  readonly doubt: Fault | null;
}

/** None where the address does not accept the suite, or no group is common to both. */
function candidateOf(
  name: string,
  version: ProtocolVersion,
  client: ClientProfile,
  { suites, groups }: NegotiationFacts,
): readonly Candidate[] {
  const suite = suiteOfName(name);
  if (suite === null || suites[version]?.accepted.includes(name) !== true) return [];
  const agreement = { version, suite: name, keyBits: suite.keyBits, groups: null };
  if (!needsGroup(suite)) return [{ agreement, doubt: null }];
  const listed = version === 'TLSv1.2' || version === 'TLSv1.3' ? groups[version] : undefined;
  if (listed === undefined) return [{ agreement, doubt: partial(`the groups of ${labelOfVersion(version)} were not asked for`) }];
  const common = client.groups.filter((group) => listed.accepted.includes(group) && isUsable(group, suite));
  if (common.length > 0) return [{ agreement: { ...agreement, groups: common }, doubt: null }];
  return listed.fault === null ? [] : [{ agreement, doubt: listed.fault }];
}

function needsGroup({ isModern, name }: CipherSuite): boolean {
  return isModern || /^TLS_ECDHE?_/.test(name);
}

/** Before TLS 1.3 keys of these suites are exchanged on curves only. */
function isUsable(group: string, { isModern }: CipherSuite): boolean {
  return isModern || groupOfName(group)?.kind === 'ec';
}

/** OpenSSL and what is built on it can put ChaCha20 first for a client that wants it most, whatever the server's own order is. */
function choose(agreements: readonly Agreement[], client: ClientProfile, own: SuitesOfVersion): readonly Agreement[] {
  if (own.order === 'client') return agreements.slice(0, 1);
  const isPreferred = ({ suite }: Agreement): boolean => suite === own.preferred;
  if (own.order === null || !agreements.some(isPreferred)) return agreements;
  const wantsChaCha = client.suites[0]?.includes('CHACHA20') === true;
  return agreements.filter((each) => isPreferred(each) || (wantsChaCha && each.suite.includes('CHACHA20')));
}

function partial(message: string): Fault {
  return { code: 'partial', message };
}
