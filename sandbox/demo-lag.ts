import { mutations } from './azure/mutations.ts';
import { waitForAzureCycles } from './demo-cycles.ts';
import type { Scene } from './demo-scene.ts';
import { readTold } from './told-message.ts';

/** Changed and undone at once while the index keeps the bad row: nothing may be told. @throws Error where it is. */
export async function tellLateIndex(scene: Scene, name: string): Promise<void> {
  const { estate } = scene.world.azure;
  const sinceMs = Date.now();
  estate.mutate(name);
  estate.lag(true);
  estate.undo(name);
  scene.say(`Resource Graph lags: "${name}" was done and undone at once, but its index still shows the bad row`);
  await sitThrough(scene, name, sinceMs);
  estate.lag(false);
}

/** The index shows the good row again although it is as bad as ever: the alert must stay. @throws Error where it does not. */
export async function tellEarlyEnd(scene: Scene, name: string): Promise<void> {
  const { estate } = scene.world.azure;
  const sinceMs = Date.now();
  estate.undo(name);
  estate.lag(true);
  estate.mutate(name);
  scene.say('Resource Graph lags again: its index shows the good row, but nothing was mended');
  await sitThrough(scene, name, sinceMs);
  estate.lag(false);
}

async function sitThrough({ world, say, over }: Scene, name: string, sinceMs: number): Promise<void> {
  await waitForAzureCycles(world, { sinceMs, count: 2 }, over);
  const asked = countOriginReads(world.azure.azure.requests.recent(), name, sinceMs);
  const told = world.inbox.arrivals().flatMap(({ body, arrivedAtMs }) => (arrivedAtMs >= sinceMs ? (readTold(body) ?? []) : []));
  if (asked === 0) throw new Error('the old row was taken without asking Azure Resource Manager');
  if (told.length > 0) throw new Error(`told on an old row: ${told.map(({ message }) => message.title).join('; ')}`);
  say(`two looks later nobody was told anything: Azure Resource Manager was asked itself, ${asked} times`);
}

/** How often Azure Resource Manager was asked for the resources that the mutation touches. */
function countOriginReads(
  requests: ReturnType<Scene['world']['azure']['azure']['requests']['recent']>,
  name: string,
  sinceMs: number,
): number {
  const ids = new Set((mutations[name]?.edits ?? []).flatMap((edit) => ('id' in edit ? [edit.id.toLowerCase()] : [])));
  return requests.filter(({ method, path, atMs }) => method === 'GET' && atMs >= sinceMs && ids.has(path.toLowerCase())).length;
}
