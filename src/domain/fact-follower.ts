import type { Json } from './json.ts';
import type { FactKind } from './look.ts';
import type { Timestamp } from './time.ts';

/**
 * Follows the facts of one kind from look to look, subject by subject, and says what changed. Pure, and throws for no fact and no baseline: what it
 * cannot read, an older version's for example, is no change.
 */
export interface FactFollower {
  readonly kind: FactKind;
  /** What people call it: `TLS`. */
  readonly label: string;
  /** A fact that stays the same is followed again after this long, so that it can be noted when it was seen last. */
  readonly againAfterMs: number;
  /** `baseline`: what was known so far; null at the first sight, which is no change. */
  follow(baseline: Json | null, fact: Json, nowMs: number): { readonly baseline: Json; readonly changes: readonly FactChange[] };
  /** Between two looks, with nothing known beside them. */
  compare(before: Json, after: Json): readonly FactChange[];
}

/** One change in words, and where at the subject it was seen (addresses), sorted. */
export interface FactChange {
  readonly text: string;
  readonly places: readonly string[];
}

/** How far a fact was followed. */
export interface FollowedUntil {
  readonly digest: string;
  readonly at: Timestamp;
}

/** What is stored of a fact that is followed. */
export interface KnownFact extends FollowedUntil {
  readonly baseline: Json;
}

/** One step on from what was stored. */
export interface FollowedFact extends FollowedUntil {
  readonly kind: FactKind;
  readonly label: string;
  readonly subject: string;
  /** What it is a step on from; null at the first sight. */
  readonly before: FollowedUntil | null;
  /** JSON text: it is made where it holds nobody up. */
  readonly baseline: string;
  readonly changes: readonly FactChange[];
}
