import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { resourceFromId } from '../../../src/domain/resource-id.ts';
import { settingsOf } from '../../../src/sources/azure/azure-settings.ts';
import { readRow } from '../../../src/sources/azure/read-at-origin.ts';
import { createHeartbeatsSource, heartbeatsSource } from '../../../src/sources/logs/heartbeats-source.ts';
import { type LookWorld, minuteMs, startLookWorld } from './look-at-azure.ts';

const machineType = 'microsoft.compute/virtualmachines';
const workspaceType = 'microsoft.operationalinsights/workspaces';

function idsOf({ estate }: LookWorld, type: string): readonly string[] {
  return [...estate.all()].flatMap((resource) => (resource.type.toLowerCase() === type ? [resource.id.toLowerCase()] : [])).sort();
}

/** What is seen of each machine, by name. */
async function look(world: LookWorld, source: ReturnType<typeof createHeartbeatsSource>): Promise<{ readonly [name: string]: Seen }> {
  const [machines, beside] = [idsOf(world, machineType), idsOf(world, workspaceType)];
  const rows = new Map([...machines, ...beside].map((id): [string, Json] => [id, { properties: world.estate.get(id)?.properties ?? {} }]));
  const request: LookRequest = {
    subjects: machines.flatMap((id) => resourceFromId(id) ?? []),
    beside,
    rows,
    azure: world.settings,
    options: heartbeatsSource.options.parse({}) as JsonObject,
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
  const found: Record<string, Seen> = {};
  for await (const { subject, seen, thrown } of source.look(request)) {
    if (thrown !== undefined) throw thrown;
    found[subject.id.split('/').at(-1) ?? ''] = seen['heartbeat'] ?? { fault: { code: 'defect', message: 'nothing was seen' } };
  }
  return found;
}

it('hears every machine of the pretend Azure that runs, and says when one that is silent was heard last', async () => {
  const world = await startLookWorld();
  const source = createHeartbeatsSource(world.access);
  const before = await look(world, source);
  const silentBefore = Object.entries(before).filter(([, seen]) => !('fact' in seen && (seen.fact as { isHeard: boolean }).isHeard));
  expect(silentBefore.map(([name]) => name)).toEqual(['vm-build-1']);
  expect(before['vm-build-1']).toMatchObject({ fact: { isHeard: false, lastHeard: null } });

  world.estate.mutate('heartbeat-lost');
  const after = await look(world, createHeartbeatsSource(world.access));
  const { fact } = after['vm-search-2'] as { readonly fact: { readonly isHeard: boolean; readonly lastHeard: string } };
  const silentMs = world.nowMs() - Date.parse(fact.lastHeard);
  expect(fact.isHeard).toBe(false);
  expect(Math.round(silentMs / minuteMs)).toBeGreaterThanOrEqual(39);
  expect(Math.round(silentMs / minuteMs)).toBeLessThanOrEqual(43);
  const changed = Object.keys(after).filter((name) => JSON.stringify(after[name]) !== JSON.stringify(before[name]));
  expect(changed).toEqual(['vm-search-2']);
});

it('of a silent machine nothing is said where we may not read the table', async () => {
  const world = await startLookWorld();
  world.azure.setRole({ Actions: ['*/read'], NotActions: ['Microsoft.OperationalInsights/workspaces/query/Heartbeat/read'] });
  const seen = await look(world, createHeartbeatsSource(world.access));
  expect(seen['vm-build-1']).toMatchObject({
    fault: { code: 'denied', about: 'Microsoft.OperationalInsights/workspaces/query/Heartbeat/read' },
  });
});

it('the origin says as Resource Graph does whether a machine runs', async () => {
  const world = await startLookWorld();
  const arm = await world.access.arm(settingsOf(world.settings));
  const type = { type: machineType, table: 'resources', apiVersion: '2023-09-01', action: 'read', fields: ['extended'] };
  const stateOf = async (name: string) => {
    const machine = resourceFromId(idsOf(world, machineType).find((id) => id.endsWith(`/${name}`)) ?? '');
    return machine === null ? null : await readRow(arm, machine, type, { signal: new AbortController().signal, deadlineMs: 20_000 });
  };
  const extended = (code: string) => ({ properties: { extended: { instanceView: { powerState: { code } } } } });
  expect(await stateOf('vm-search-2')).toMatchObject(extended('PowerState/running'));
  expect(await stateOf('vm-build-1')).toMatchObject(extended('PowerState/deallocated'));
});
