import type { Clock } from '../domain/ports.ts';
import { createWorld } from '../engine/create-world.ts';
import type { World } from '../engine/world.ts';
import { openStoreReader } from '../store/open-store.ts';
import { networkDrawing } from './network-drawing.ts';
import type { WorldData } from './roof.ts';
import { openRooms } from './rooms.ts';

/** Builds the world for the worker thread: sources, derivations, checks, and a read-only connection of its own. */
export async function wireWorld(data: WorldData, clock: Clock): Promise<World> {
  const rooms = await openRooms();
  const used = new Set(data.plan.looks.map((look) => look.source));
  const sources = new Map([...rooms.sources].filter(([name]) => used.has(name)).map(([name, kind]) => [name, kind.create()]));
  return createWorld({
    plan: data.plan,
    checks: rooms.checks,
    sources,
    derivations: rooms.derivations,
    estateDerivations: rooms.estateDerivations,
    followers: rooms.followers,
    drawing: networkDrawing(data.plan),
    reader: data.statePath === null ? null : await openStoreReader(data.statePath),
    clock,
    codeVersion: data.codeVersion,
  });
}
