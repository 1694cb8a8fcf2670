import { setImmediate as turn } from 'node:timers/promises';
import type { FactFollower, FollowedFact, FollowedUntil, KnownFact } from '../domain/fact-follower.ts';
import type { FactKind } from '../domain/look.ts';
import type { StoreReader } from '../domain/ports.ts';
import { epochMs, timestamp } from '../domain/time.ts';
import { readKept } from './kept-fact.ts';
import type { LookedAt } from './look-at-world.ts';

/** What a look brought, of the kinds that its source brings. */
export interface LookToFollow extends Pick<LookedAt, 'entries' | 'values'> {
  readonly brings: readonly FactKind[];
  readonly nowMs: number;
}

export interface FollowingFacts {
  /** One step for each fact that is another one than before, or that was not followed for long. A fault is not followed. */
  follow(looked: LookToFollow): Promise<readonly FollowedFact[]>;
}

/** Certificates are parsed: a few milliseconds, then others get their turn. */
const factsAtATime = 5;

/**
 * Remembers what the store said last, so that a look at what did not change asks nothing of it. What is followed is forgotten and read back at the next
 * look: by then it was recorded, or it was not and is followed anew.
 */
export function createFollowingFacts(followers: readonly FactFollower[], reader: Pick<StoreReader, 'followedFacts'>): FollowingFacts {
  const remembered = new Map(followers.map(({ kind }) => [kind, new Map<string, FollowedUntil>()]));

  async function followKind(follower: FactFollower, { entries, values, nowMs }: LookToFollow): Promise<readonly FollowedFact[]> {
    const known = remembered.get(follower.kind) ?? new Map<string, FollowedUntil>();
    const isDone = (digest: string, until: FollowedUntil | undefined): boolean =>
      until?.digest === digest && isRecent(until, nowMs, follower.againAfterMs);
    const open = digestsOf(entries, follower.kind).filter(({ subject, digest }) => !isDone(digest, known.get(subject)));
    const stored = await reader.followedFacts(
      follower.kind,
      open.map(({ subject }) => subject),
    );
    const followed: FollowedFact[] = [];
    for (const { subject, digest } of open) {
      const until = stored.get(subject);
      const kept = values.get(digest);
      if (until !== undefined && isDone(digest, until)) known.set(subject, { digest: until.digest, at: until.at });
      else known.delete(subject);
      if (known.has(subject) || kept === undefined) continue;
      followed.push(step(follower, { subject, digest, until, nowMs }, readKept(kept)));
      if (followed.length % factsAtATime === 0) await turn();
    }
    return followed;
  }

  return {
    follow: async (looked) => {
      const followed: FollowedFact[] = [];
      for (const follower of followers) if (looked.brings.includes(follower.kind)) followed.push(...(await followKind(follower, looked)));
      return followed;
    },
  };
}

interface Step {
  readonly subject: string;
  readonly digest: string;
  readonly until: KnownFact | undefined;
  readonly nowMs: number;
}

function step(follower: FactFollower, { subject, digest, until, nowMs }: Step, fact: Parameters<FactFollower['follow']>[1]): FollowedFact {
  const { baseline, changes } = follower.follow(until?.baseline ?? null, fact, nowMs);
  return {
    kind: follower.kind,
    label: follower.label,
    subject,
    before: until === undefined ? null : { digest: until.digest, at: until.at },
    digest,
    at: timestamp(nowMs),
    baseline: JSON.stringify(baseline),
    changes,
  };
}

/** What lies ahead was written before the clock was set back. */
function isRecent({ at }: FollowedUntil, nowMs: number, againAfterMs: number): boolean {
  const ageMs = nowMs - epochMs(at);
  return ageMs >= 0 && ageMs < againAfterMs;
}

function digestsOf(entries: LookedAt['entries'], kind: FactKind): readonly { readonly subject: string; readonly digest: string }[] {
  return Object.entries(entries).flatMap(([subject, { [kind]: reference }]) =>
    reference !== undefined && 'digest' in reference ? [{ subject, digest: reference.digest }] : [],
  );
}
