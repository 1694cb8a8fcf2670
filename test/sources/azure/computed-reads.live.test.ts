import { expect, test } from 'vitest';
import { effectiveRules } from '../../../sandbox/azure/effective-rules.ts';
import type { Estate } from '../../../sandbox/azure/estate.ts';
import type { EstateResource } from '../../../sandbox/azure/estate-port.ts';
import type { AzureFault } from '../../../sandbox/azure/faults.ts';
import type { FaultCode } from '../../../src/domain/fault.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { FactMap } from '../../../src/domain/look.ts';
import { type AzureWorld, findingLines, startAzureWorld } from '../../support/azure-world.ts';

const adminType = 'microsoft.network/virtualnetworks/effectivesecurityadminrules';
const networkType = 'microsoft.network/virtualnetworks';

async function mapOf(world: AzureWorld): Promise<FactMap> {
  return await world.running.store().factMap(await world.latest());
}

/** Interfaces whose rules in effect were asked for in the look before: those of earlier looks keep theirs. */
function asked(world: AzureWorld): readonly string[] {
  const posts = world.azure.requests
    .recent()
    .filter(({ method, path }) => method === 'POST' && /\/effectiveNetworkSecurityGroups$/.test(path));
  return [...new Set(posts.map(({ path }) => path.toLowerCase().replace('/effectivenetworksecuritygroups', '')))];
}

async function lookAgain(world: AzureWorld) {
  world.azure.requests.clear();
  const picture = await world.look();
  expect(world.running.defects).toEqual([]);
  const map = await mapOf(world);
  const lists = Object.values(map).flatMap((kinds) => kinds[`list:${adminType}`] ?? []);
  const rows = Object.entries(map).filter(([id]) => id.includes('/effectivesecurityadminrules/'));
  return { picture, map, lists, rows };
}

test('each look asks of a few interfaces, others each time, and of every network', async () => {
  const world = await startAzureWorld({ checks: ['network-exposure'] });
  const seen = new Set<string>();
  for (const round of [1, 2, 3]) {
    const { map, lists, rows } = await lookAgain(world);
    const chosen = asked(world);
    expect(chosen).toHaveLength(3);
    for (const id of chosen) {
      expect(seen.has(id), `${id} a second time`).toBe(false);
      seen.add(id);
      // Azure tells of running machines only.
      expect('effective-rules' in (map[id] ?? {}), id).toBe(!id.endsWith('/nic-vm-build-1'));
      expect(map[id]?.['effective-rules'] ?? { digest: '' }).toHaveProperty('digest');
      expect(map[id]?.['resource']).toHaveProperty('digest');
    }
    const told = Object.values(map).filter((kinds) => 'effective-rules' in kinds);
    expect(told, `round ${round}: what earlier looks brought stays`).toHaveLength(
      [...seen].filter((id) => !id.endsWith('/nic-vm-build-1')).length,
    );
    const networks = [...world.estate.all()].filter(({ type }) => type.toLowerCase() === networkType);
    expect(rows).toHaveLength(networks.length);
    expect(lists.every((list) => 'digest' in list)).toBe(true);
  }
});

/** One of each kind; what each answer comes to is tested with the client. */
const ofAnswers: readonly (readonly [AzureFault['name'], FaultCode])[] = [
  ['throttled', 'throttled'],
  ['connection-reset', 'unreachable'],
  ['cut-body', 'malformed'],
  ['empty-object', 'malformed'],
  ['expired-token', 'denied'],
];

test('a fault of the rules in effect is nobody else’s, and of those of network managers makes their list incomplete', async () => {
  const world = await startAzureWorld({ checks: ['network-exposure'] });
  const { picture: before, rows } = await lookAgain(world);
  const toldIn = (map: FactMap) => Object.values(map).filter((kinds) => 'effective-rules' in kinds).length;
  let told = toldIn(await mapOf(world));
  for (const [name, code] of ofAnswers) {
    world.azure.faults.set({ name, path: /\/(operationResults\/|listNetworkManagerEffectiveSecurityAdminRules$)/i, api: 'arm' });
    const blind = await lookAgain(world);
    expect(blind.lists.map((list) => ('fault' in list ? list.fault.code : 'none'))).toEqual(Array(3).fill(code));
    expect(toldIn(blind.map), `${name}: no rules came of it`).toBe(told);
    world.azure.faults.set({ name, path: /\/effectiveNetworkSecurityGroups$/i, api: 'arm' });
    const healed = await lookAgain(world);
    expect(healed.rows.map(([id]) => id)).toEqual(rows.map(([id]) => id));
    expect(healed.lists.every((list) => 'digest' in list)).toBe(true);
    expect(findingLines(healed.picture), name).toEqual(findingLines(before));
    // An answer without a body cannot be cut.
    if (name !== 'cut-body') expect(toldIn(healed.map), `${name}: no rules came of it`).toBe(told);
    told = toldIn(healed.map);
  }
});

/** As if Azure did not deny what our rows deny. */
function letsEverythingIn(networkInterface: EstateResource, estate: Estate): Json {
  const answer = effectiveRules(networkInterface, estate) as readonly JsonObject[] | null;
  return (
    answer?.map(({ effectiveSecurityRules, ...rest }) => ({
      ...rest,
      effectiveSecurityRules: (effectiveSecurityRules as readonly JsonObject[]).map((rule) => ({ ...rule, access: 'Allow' })),
    })) ?? null
  );
}

test('what Azure says otherwise makes these interfaces unknown, with both', async () => {
  let isLying = false;
  const oracle = (card: EstateResource, estate: Estate) => (isLying ? letsEverythingIn(card, estate) : effectiveRules(card, estate));
  const world = await startAzureWorld({ checks: ['network-exposure'], oracle });
  const { picture: before } = await lookAgain(world);
  isLying = true;
  const { picture } = await lookAgain(world);
  const chosen = asked(world);
  const told = (picture.findings.get('network-exposure') ?? []).filter(
    ({ status, subject }) => status === 'unknown' && chosen.includes(subject),
  );
  expect(new Set(told.map(({ subject }) => subject))).toEqual(new Set(chosen));
  for (const { observed } of told) expect(observed).toMatch(/Azure lets .+ our own reading of the same rules does not/);
  expect(findingLines(picture).filter((line) => !chosen.some((id) => line.includes(id)))).toEqual(findingLines(before));
});
