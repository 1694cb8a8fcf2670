import type { Clock } from '../domain/ports.ts';
import { createWorld } from '../engine/create-world.ts';
import type { World } from '../engine/world.ts';
import { openStoreReader } from '../store/open-store.ts';
import type { WorldData } from './roof.ts';
import { openRoomsFor } from './rooms.ts';

/** Builds the world for the worker thread: sources, derivations, checks, and a read-only connection of its own. */
export async function wireWorld(data: WorldData, clock: Clock): Promise<World> {
  const rooms = await openRoomsFor(data.plan);
  const sources = new Map([...rooms.sources].map(([name, kind]) => [name, kind.create()]));
  // Drawn is what is derived of listed resources: where nothing is, there is nothing to draw.
  const drawing = rooms.estateDerivations.length === 0 ? {} : { drawing: (await import('./network-drawing.ts')).networkDrawing(data.plan) };
  return createWorld({
    plan: data.plan,
    checks: rooms.checks,
    sources,
    derivations: rooms.derivations,
    estateDerivations: rooms.estateDerivations,
    followers: rooms.followers,
    ...drawing,
    reader: data.statePath === null ? null : await openStoreReader(data.statePath),
    clock,
    codeVersion: data.codeVersion,
  });
}
