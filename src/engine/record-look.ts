import type { Look } from '../domain/look.ts';
import type { Log, Store } from '../domain/ports.ts';
import type { Timestamp } from '../domain/time.ts';
import type { EngineNeeds } from './engine-needs.ts';
import type { World, WorldLook, WorldLookRequest } from './world.ts';
import { WorldLost } from './world-thread.ts';

export interface LookToMake {
  readonly name: string;
  readonly scheduledFor: Timestamp;
  readonly some: { readonly subjects: readonly string[]; readonly base: Look } | null;
}

/** Looks, writes the new facts, then the look: a look that is recorded has all its facts. Null where the process is stopping. */
export async function lookAndRecord(
  needs: Pick<EngineNeeds, 'store' | 'world' | 'log' | 'clock' | 'rules' | 'onRecorded'>,
  make: LookToMake,
  stopping: AbortSignal,
): Promise<{ readonly look: Look; readonly reply: WorldLook } | null> {
  const extent: WorldLookRequest['extent'] = make.some === null ? { kind: 'all' } : { kind: 'some', ...make.some };
  const reply = await lookAgainWhenLost(needs, { name: make.name, extent, scheduledFor: make.scheduledFor });
  if (stopping.aborted) return null;
  for (const defect of reply.defects) needs.log.error({ look: make.name, defect }, 'a source failed');
  await needs.store.putBodies(reply.bodies);
  const look = await recordWithNews(needs, reply);
  await needs.world.adoptLook(reply.token, look);
  return { look, reply };
}

/** What changed is moved on, told and recorded at once: a process that dies loses no change and tells none again. */
async function recordWithNews(
  { store, clock, rules, onRecorded }: Pick<EngineNeeds, 'store' | 'clock' | 'rules' | 'onRecorded'>,
  reply: WorldLook,
): Promise<Look> {
  const changed = reply.followed.filter(({ changes }) => changes.length > 0);
  await store.followFacts(reply.followed.filter(({ changes }) => changes.length === 0));
  const look = await store.recordLook(reply.look, changed, (recorded, moved) => rules.decideDrift(recorded, moved, clock.now()));
  if (changed.length > 0) onRecorded();
  return look;
}

/** A world that was replaced while this look was in flight is asked once more. */
async function lookAgainWhenLost(
  needs: { readonly store: Store; readonly world: World; readonly log: Log },
  request: WorldLookRequest,
): Promise<WorldLook> {
  try {
    return await needs.world.look(request, (bodies) => needs.store.putBodies(bodies));
  } catch (error) {
    if (!(error instanceof WorldLost) || error.reason === 'closed') throw error;
    needs.log.warn({ look: request.name, reason: error.reason }, 'the world was replaced while looking; the look begins again');
    return await needs.world.look(request, (bodies) => needs.store.putBodies(bodies));
  }
}
