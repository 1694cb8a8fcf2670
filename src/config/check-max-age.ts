import type { FactKind } from '../domain/look.ts';
import type { CheckPlan, LookPlan } from '../domain/plan.ts';
import { type FactNeeds, originOf } from './check-needs.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { durationText, roundedUpText } from './duration.ts';
import { longestMaxAgeMs } from './settings-schema.ts';

export interface GapNeeds {
  /** The longest time between two scheduled times of a cron expression, milliseconds. */
  readonly longestGapMs: (schedule: string) => number;
}

/** A fact lives until the next look has ended: with a shorter maxAge a check would be unknown between any two looks, and never settle. */
export function checkMaxAges(
  plans: readonly CheckPlan[],
  looks: readonly LookPlan[],
  needs: Pick<FactNeeds, 'checks' | 'sources' | 'derivations'> & GapNeeds,
  file: ConfigurationFile,
): void {
  const paces = looks.map((look) => ({
    ...look,
    brings: needs.sources.get(look.source)?.create().brings ?? [],
    gapMs: needs.longestGapMs(look.schedule),
  }));
  for (const { id, maxAgeMs } of plans) {
    const kinds = new Set<FactKind>(Object.keys(needs.checks.get(id)?.needs ?? {}).map((kind) => originOf(kind, needs.derivations)));
    for (const { name, brings, gapMs, deadlineMs } of paces) {
      if (!brings.some((kind) => kinds.has(kind)) || maxAgeMs > gapMs + deadlineMs) continue;
      const message = `${durationText(maxAgeMs)} is not longer than the look "${name}" takes to come again (${durationText(gapMs)}) and to end (${durationText(deadlineMs)})`;
      file.report(['checks', id, 'maxAge'], { message, remedy: remedyFor(gapMs + deadlineMs) });
    }
  }
}

function remedyFor(leastMs: number): string {
  return leastMs >= longestMaxAgeMs ? 'look more often' : `write at least "${roundedUpText(leastMs)}", or look more often`;
}
