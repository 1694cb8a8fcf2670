import { z } from 'zod';
import type { FactChange, FactFollower } from '../domain/fact-follower.ts';
import type { Json } from '../domain/json.ts';
import {
  compareTls,
  type FactWithFeatures,
  type FollowedTls,
  followTls,
  keepSeenMs,
  type TlsBaseline,
  type TlsChange,
} from './tls-drift.ts';
import { answered, fault, groups, listed, protocols, version } from './tls-fact-schemas.ts';

const factWithFeatures = z.object({
  addresses: z.array(
    z.object({
      address: z.string(),
      protocols,
      suites: z.partialRecord(version, listed),
      groups,
      behaviour: z.record(z.string(), answered(z.union([z.boolean(), z.string()]))),
      served: z.object({ chains: z.array(z.object({ certificates: z.array(z.string()) })), fault: fault.nullable() }),
      plaintext: z.string().nullable(),
    }),
  ),
});

const knownBaseline = z.record(
  z.string(),
  z.object({
    features: z.record(z.string(), z.object({ seen: z.array(z.string()), isComplete: z.boolean() })),
    seenMs: z.number(),
    told: z.record(z.string(), z.array(z.number())).exactOptional(),
  }),
);

/** What changed at an endpoint, for the engine. Facts of an older shape, which hold no suites, are no change. */
export const tlsFollower: FactFollower = {
  kind: 'tls',
  label: 'TLS',
  againAfterMs: keepSeenMs,
  follow: (baseline, fact, nowMs) => {
    const seen = readFact(fact);
    if (seen === null) return { baseline, changes: [] };
    const known = readBaseline(baseline);
    return toFollowed(followTls(known && withoutUnwatched(known, nowMs), seen, nowMs));
  },
  compare: (before, after) => {
    const [left, right] = [readFact(before), readFact(after)];
    return left === null || right === null ? [] : compareTls(left, right).map(toChange);
  },
};

/** Null: a shape that is not read, whose next one in this shape is a first sight. */
function readBaseline(baseline: Json | null): TlsBaseline | null {
  return knownBaseline.safeParse(baseline).data ?? null;
}

function readFact(fact: Json): FactWithFeatures | null {
  return factWithFeatures.safeParse(fact).data ?? null;
}

/**
 * Time in which nobody looked, or nothing was seen at all, makes no address forgotten: of a name with many addresses the first look afterwards shows a few.
 * When one was seen is kept rounded, and a look at what did not change is noted as seldom.
 */
function withoutUnwatched(baseline: TlsBaseline, nowMs: number): TlsBaseline {
  const lastSeenMs = Math.max(...Object.values(baseline).map(({ seenMs }) => seenMs));
  const unwatchedMs = Math.floor((nowMs - lastSeenMs) / keepSeenMs - 2) * keepSeenMs;
  if (!(unwatchedMs > 0 && Number.isFinite(unwatchedMs))) return baseline;
  return Object.fromEntries(
    Object.entries(baseline).map(([address, known]) => [address, { ...known, seenMs: known.seenMs + unwatchedMs }]),
  );
}

function toFollowed({ baseline, changes }: FollowedTls): ReturnType<FactFollower['follow']> {
  // Plain data; its interfaces have no index signature.
  return { baseline: baseline as unknown as Json, changes: changes.map(toChange) };
}

function toChange({ text, addresses }: TlsChange): FactChange {
  return { text, places: addresses };
}
