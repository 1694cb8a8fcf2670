import type { Look } from '../domain/look.ts';
import { timestamp } from '../domain/time.ts';
import type { EngineNeeds } from './engine.ts';
import type { LookAges } from './look-ages.ts';
import { lookAndRecord } from './record-look.ts';

export interface ToConfirm {
  readonly name: string;
  readonly subjects: readonly string[];
  /** The look whose news are asked after. */
  readonly base: Look;
}

/** A look at the origin, recorded; null where it failed, which is logged: what is not confirmed waits. */
export async function confirmAtOrigin(
  needs: Pick<EngineNeeds, 'store' | 'world' | 'log' | 'clock' | 'observer'> & { readonly ages: LookAges },
  { name, subjects, base }: ToConfirm,
  stopping: AbortSignal,
): Promise<Look | null> {
  const begunMs = needs.clock.monotonic();
  try {
    const made = { name, scheduledFor: timestamp(needs.clock.now()), some: { subjects, base } };
    const ended = await lookAndRecord(needs, made, stopping);
    if (ended === null) return null;
    needs.ages.recorded(ended.look, begunMs);
    needs.observer.lookEnded(ended.look, ended.reply);
    return ended.look;
  } catch (error) {
    if (stopping.aborted) return null;
    needs.log.error({ err: error, look: name }, 'the origin could not be asked; what is not confirmed waits');
    needs.observer.defect(`look ${name}`);
    return null;
  }
}
