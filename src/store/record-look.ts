import type { FollowedFact } from '../domain/fact-follower.ts';
import type { Look } from '../domain/look.ts';
import type { Decision } from '../domain/ports.ts';
import { writeDecision } from './alerts.ts';
import type { Trx } from './database.ts';
import { moveFollowed } from './followed-facts.ts';
import { insertLook } from './looks.ts';

/** `decide` is synchronous, so that nothing else can come in between. */
export async function recordLook(
  trx: Trx,
  look: Omit<Look, 'id'>,
  changed: readonly FollowedFact[] = [],
  decide?: (look: Look, moved: readonly FollowedFact[]) => Decision,
): Promise<Look> {
  const recorded = await insertLook(trx, look);
  const moved = await moveFollowed(trx, changed);
  if (decide !== undefined && moved.length > 0) await writeDecision(trx, decide(recorded, moved));
  return recorded;
}
