import type { Look } from '../domain/look.ts';
import { type Timestamp, timestamp } from '../domain/time.ts';
import type { EngineNeeds } from './engine-needs.ts';
import type { LookAges } from './look-ages.ts';
import { lookAndRecord } from './record-look.ts';

export interface ToConfirm {
  readonly name: string;
  readonly subjects: readonly string[];
  /** The look whose news are asked after. */
  readonly base: Look;
}

/**
 * Asks the origin, and records what it says as a look; null where it failed, which is logged: what is not confirmed waits. An origin that answered for
 * nobody is not asked again before the next complete look: each question may take half a minute, in which nothing else is judged.
 */
export async function confirmAtOrigin(
  needs: Pick<EngineNeeds, 'store' | 'world' | 'log' | 'clock' | 'observer' | 'rules' | 'onRecorded'> & {
    readonly ages: LookAges;
    /** By look: the time of the complete look since which its origin has answered for nobody. */
    readonly silentSince: Map<string, Timestamp>;
  },
  { name, subjects, base }: ToConfirm,
  stopping: AbortSignal,
): Promise<Look | null> {
  if (needs.silentSince.get(name) === base.dataAsOf) return null;
  const begunMs = needs.clock.monotonic();
  try {
    const made = { name, scheduledFor: timestamp(needs.clock.now()), some: { subjects, base } };
    const ended = await lookAndRecord(needs, made, stopping);
    if (ended === null) return null;
    needs.ages.recorded(ended.look, begunMs);
    needs.observer.lookEnded(ended.look, ended.reply);
    const { extent } = ended.look;
    if (extent.kind === 'some' && extent.subjects.length === 0) needs.silentSince.set(name, base.dataAsOf);
    return ended.look;
  } catch (error) {
    if (stopping.aborted) return null;
    needs.log.error({ err: error, look: name }, 'the origin could not be asked; what is not confirmed waits');
    needs.observer.defect(`look ${name}`);
    return null;
  }
}
