import type { Plan } from '../domain/plan.ts';
import { type FactSources, factSourcesOf } from '../engine/fact-sources.ts';
import type { Rooms } from './rooms.ts';

/** Which look of the plan brings which fact, and what follows from it. */
export function roomSources(plan: Plan, rooms: Pick<Rooms, 'sources' | 'derivations' | 'estateDerivations'>): FactSources {
  const sources = new Map([...rooms.sources].map(([name, kind]) => [name, kind.create()]));
  return factSourcesOf(plan, sources, rooms.derivations, rooms.estateDerivations);
}
