import { fileURLToPath } from 'node:url';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { loadPlan } from '../../src/config/load-plan.ts';
import type { Check } from '../../src/domain/check.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { findScheduleError, longestGapMs } from '../../src/engine/schedule.ts';

export interface ShippedPlan {
  readonly plan: Plan;
  readonly checks: ReadonlyMap<string, Check>;
}

/** The plan of the configuration that comes with the program, which names every check. */
export async function loadShippedPlan(): Promise<ShippedPlan> {
  const rooms = await openRooms();
  const plan = await loadPlan({
    ...rooms,
    path: fileURLToPath(new URL('../../config/', import.meta.url)),
    environment: {},
    derivations: new Map([...rooms.derivations].map(([kind, { from }]) => [kind, from])),
    azure: azureNeeds,
    validateSchedule: findScheduleError,
    longestGapMs,
  });
  return { plan, checks: rooms.checks };
}
