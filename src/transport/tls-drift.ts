import { labelOfVersion, protocolVersions } from './protocol-versions.ts';
import { type AddressWithFeatures, type Feature, type Features, featuresOf } from './tls-features.ts';

/** What is read of a `TlsFact`. */
export interface FactWithFeatures {
  readonly addresses: readonly AddressWithFeatures[];
}

/** What is known of an endpoint, by address: each part as it was last seen. */
export type TlsBaseline = { readonly [address: string]: KnownAddress };

export interface KnownAddress {
  readonly features: Features;
  /** Rounded down to `keepSeenMs`, so that it does not change at each look. Milliseconds since the epoch. */
  readonly seenMs: number;
  /** When each change was told, of the last day. Absent in what was kept before this was. */
  readonly told?: { readonly [text: string]: readonly number[] };
}

/** One change in words, and where it was seen; no address: at all that are compared. */
export interface TlsChange {
  readonly text: string;
  readonly addresses: readonly string[];
}

export interface FollowedTls {
  readonly baseline: TlsBaseline;
  readonly changes: readonly TlsChange[];
}

/** How exactly it is kept when an address was seen, and how long one that is not seen counts as one of the endpoint's: names with many addresses show a few at a time. */
export const keepSeenMs = 6 * 3_600_000;
export const forgetAfterMs = 48 * 3_600_000;
/** The same change of an address is told so often in a day: servers behind one address that differ would else be told at each look. */
const mostToldADay = 3;
export const dayMs = 24 * 3_600_000;

/** What changed at an endpoint since each part was last seen. Null: nothing was known of it, so nothing is a change. */
export function followTls(before: TlsBaseline | null, { addresses }: FactWithFeatures, nowMs: number): FollowedTls {
  const seenMs = Math.floor(nowMs / keepSeenMs) * keepSeenMs;
  const known = before ?? {};
  const now = new Map(addresses.map((address) => [address.address, featuresOf(address)]));
  const kept = Object.entries(known).filter(([address]) => !now.has(address));
  const isForgotten = ([, { seenMs: lastMs }]: readonly [string, KnownAddress]): boolean => nowMs - lastMs > forgetAfterMs;
  const looked = [...now].map(([address, features]) => lookAgain(address, known[address], features, nowMs));
  const merged = looked.map(({ address, features, told }): readonly [string, KnownAddress] => [address, { features, seenMs, told }]);
  const baseline = Object.fromEntries([...kept.filter((each) => !isForgotten(each)), ...merged].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  if (before === null) return { baseline, changes: [] };
  const changed = looked.flatMap(({ address, texts }) => texts.map((text) => ({ address, text })));
  const left = kept.filter(isForgotten).map(([address]) => ({ address, text: 'this address is no longer one of the endpoint' }));
  return { baseline, changes: gather([...changed, ...left]) };
}

interface LookedAgain extends Pick<KnownAddress, 'features'> {
  readonly address: string;
  readonly told: NonNullable<KnownAddress['told']>;
  readonly texts: readonly string[];
}

function lookAgain(address: string, known: KnownAddress | undefined, seen: Features, nowMs: number): LookedAgain {
  const lately = Object.entries(known?.told ?? {}).map(
    ([text, times]) => [text, times.filter((toldMs) => nowMs - toldMs < dayMs)] as const,
  );
  const told = new Map(lately.filter(([, times]) => times.length > 0));
  const changes = known === undefined ? ['this address is new'] : describeChanges(known.features, seen);
  const texts = changes.filter((text) => (told.get(text)?.length ?? 0) < mostToldADay);
  for (const text of known === undefined ? [] : texts) told.set(text, [...(told.get(text) ?? []), nowMs]);
  return {
    address,
    features: mergeFeatures(known?.features ?? {}, seen),
    told: Object.fromEntries(told),
    texts: texts.map((text) => withRest(text, told)),
  };
}

function withRest(text: string, told: ReadonlyMap<string, readonly number[]>): string {
  return told.get(text)?.length === mostToldADay ? `${text} (it comes and goes: not told again for a day)` : text;
}

/** Between two looks, for the addresses that both saw; which addresses are new or gone is said too. */
export function compareTls(before: FactWithFeatures, after: FactWithFeatures): readonly TlsChange[] {
  const { baseline } = followTls(null, before, 0);
  return followTls(baseline, after, 2 * forgetAfterMs).changes;
}

function gather(changes: readonly { readonly address: string; readonly text: string }[]): readonly TlsChange[] {
  const addresses = new Map<string, string[]>();
  for (const { address, text } of changes) addresses.set(text, [...(addresses.get(text) ?? []), address]);
  return [...addresses].map(([text, places]) => ({ text, addresses: places.toSorted() }));
}

/** What was not seen whole keeps what was known of it. */
function mergeFeatures(before: Features, after: Features): Features {
  const merged = Object.entries(after).map(([part, feature]): readonly [string, Feature] => [part, mergeFeature(before[part], feature)]);
  return { ...before, ...Object.fromEntries(merged) };
}

function mergeFeature(before: Feature | undefined, after: Feature): Feature {
  if (after.isComplete || before === undefined) return after;
  return { seen: [...new Set([...before.seen, ...after.seen])].toSorted(), isComplete: before.isComplete };
}

function describeChanges(before: Features, after: Features): readonly string[] {
  const moved = new Set(protocolVersions.map(({ name }) => name).filter((version) => isMoved(before, after, `protocol ${version}`)));
  return Object.entries(after).flatMap(([part, feature]) => {
    const old = before[part];
    const [kind = '', name = ''] = part.split(' ');
    // Whoever reads that a version is new needs no line for each of its suites.
    const isImplied = (kind === 'suites' || kind === 'groups') && [...moved].some((version) => version === name);
    return old === undefined || isImplied ? [] : describeChange(kind, name, old, feature);
  });
}

function isMoved(before: Features, after: Features, part: string): boolean {
  const [old, now] = [before[part], after[part]];
  return old?.isComplete === true && now?.isComplete === true && old.seen.length !== now.seen.length;
}

/** What is there for certain is new where nothing was missing before, and gone where nothing is missing now. */
function describeChange(kind: string, name: string, before: Feature, after: Feature): readonly string[] {
  const added = before.isComplete ? after.seen.filter((word) => !before.seen.includes(word)) : [];
  const removed = after.isComplete ? before.seen.filter((word) => !after.seen.includes(word)) : [];
  const version = labelOfPart(name);
  switch (kind) {
    case 'protocol':
      return [...added.map(() => `${version} is accepted now`), ...removed.map(() => `${version} is no longer accepted`)];
    case 'suites':
    case 'groups':
      return [
        ...listed(added, (words) => `${version} accepts ${words} now`),
        ...listed(removed, (words) => `${version} no longer accepts ${words}`),
      ];
    case 'keys':
      return replaced(added, removed, 'the key of the certificate');
    case 'issuers':
      return replaced(added, removed, 'the issuer of the certificate');
    case 'plaintext':
      return [...added.map((line) => `it answers without TLS now ("${line}")`), ...removed.map(() => 'it no longer answers without TLS')];
    default:
      return replaced(added, removed, behaviourWords[name] ?? name);
  }
}

const behaviourWords: { readonly [name: string]: string } = {
  refusesFallback: 'whether it refuses a fallback (RFC 7507)',
  secureRenegotiation: 'whether it renegotiates securely (RFC 5746)',
  compression: 'whether it compresses',
  extendedMasterSecret: 'whether it binds the session to its keys (RFC 7627)',
  downgradeSentinel: 'whether it shows that it was downgraded (RFC 8446 4.1.3)',
  alpn: 'the protocol that it chooses (ALPN)',
};

function labelOfPart(name: string): string {
  const version = protocolVersions.find((each) => each.name === name);
  return version === undefined ? name : labelOfVersion(version.name);
}

function listed(words: readonly string[], say: (text: string) => string): readonly string[] {
  return words.length === 0 ? [] : [say(words.join(', '))];
}

function replaced(added: readonly string[], removed: readonly string[], what: string): readonly string[] {
  if (added.length === 0 && removed.length === 0) return [];
  if (removed.length === 0) return [`${what}: ${added.join(' and ')} besides`];
  return [`${what}: ${added.length === 0 ? 'no longer' : `${added.join(' and ')} instead of`} ${removed.join(' and ')}`];
}
