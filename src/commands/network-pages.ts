import type { Plan } from '../domain/plan.ts';
import type { Clock, StoreReader } from '../domain/ports.ts';
import { isStale } from '../domain/status.ts';
import type { FactSources } from '../engine/fact-sources.ts';
import { resourceKind } from '../engine/resource-index.ts';
import type { World } from '../engine/world.ts';
import type { DrawnNetwork } from '../reporters/web/network-page.ts';
import { exposureCheck } from './network-drawing.ts';

export interface NetworkPagesNeeds {
  readonly plan: Pick<Plan, 'checks'>;
  readonly sources: Pick<FactSources, 'lookOfKind'>;
  readonly store: Pick<StoreReader, 'latestLook'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly draw: World['drawEstate'];
}

/**
 * What the page shows, drawn once for each look, whoever asks how often. A look that could not be drawn is not tried again: what hangs there takes the
 * thread along that looks and judges.
 */
export function createNetworkPages({ plan, sources, store, clock, draw }: NetworkPagesNeeds): () => Promise<DrawnNetwork | null> {
  const maxAgeMs = plan.checks.find(({ id }) => id === exposureCheck)?.maxAgeMs ?? 0;
  const lookName = sources.lookOfKind.get(resourceKind);
  let asked: { readonly look: number; readonly answer: ReturnType<World['drawEstate']> } | null = null;
  return async () => {
    const latest = lookName === undefined ? null : await store.latestLook(lookName);
    if (latest === null) return null;
    if (asked?.look !== latest.id) asked = { look: latest.id, answer: draw() };
    const mine = asked;
    const drawn = await mine.answer;
    // The thread had not taken up the latest look yet: whoever asks next is told of it.
    if (drawn?.look !== latest.id && asked === mine) asked = null;
    return drawn && { dataAsOf: drawn.dataAsOf, isStale: isStale(drawn.dataAsOf, maxAgeMs, clock.now()), body: drawn.drawn };
  };
}
