import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openEstate } from '../../sandbox/azure/estate.ts';
import { type PretendAzure, startPretendAzure } from '../../sandbox/azure/pretend-azure.ts';
import { makeAuthority } from '../../sandbox/certificates.ts';
import { rolePath } from '../../scripts/build-role.ts';
import { azureNeeds } from '../../src/commands/azure-needs.ts';
import type { RoleDefinition } from '../../src/commands/least-role.ts';
import { lookedFactsOf, looksWithDefaults } from '../../src/commands/looked-facts.ts';
import { neededActions } from '../../src/commands/needed-actions.ts';
import { planDefaults } from '../../src/commands/plan-for-endpoints.ts';
import { openRooms } from '../../src/commands/rooms.ts';
import { knowAzure } from '../../src/config/know-azure.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import { azureSettingsSchema } from '../../src/sources/azure/azure-settings.ts';
import { azureSource } from '../../src/sources/azure/azure-source.ts';
import { examplePlan, lookPlan, startMs } from '../support/engine-fixtures.ts';
import { makeFakeClock } from '../support/fake-clock.ts';

const role = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;
const rooms = await openRooms();
const { checks } = rooms;
const known = await knowAzure((await planDefaults(checks)).checks, checks, azureNeeds);
const looked = lookedFactsOf(looksWithDefaults(rooms.sources), rooms.sources);
const needed = neededActions(known, checks, looked);
const estate = await openEstate();

let folder: string;
let azure: PretendAzure;
let plan: Plan;
let whole: Judged;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimwatch-role-'));
  const authority = await makeAuthority();
  azure = await startPretendAzure({ estate, authority, role });
  await writeFile(join(folder, 'ca.pem'), authority.certificatePem);
  await writeFile(join(folder, 'secret'), azure.clientSecret);
  const { origin: resourceManager, authorityHost, scope, tenantId, clientId } = azure;
  const settings = azureSettingsSchema.parse({
    cloud: { resourceManager, authority: authorityHost, scope },
    identity: { kind: 'client-secret', tenantId, clientId, secretFile: join(folder, 'secret') },
    subscriptions: estate.subscriptions.map(({ id }) => id),
    certificateAuthority: join(folder, 'ca.pem'),
    limits: { resourceGraphPer5Seconds: 1_000_000, readsAtOnce: 1_000_000, readsPerSecond: 1_000_000 },
  });
  plan = examplePlan({
    ...known,
    subjects: [],
    azure: settings as unknown as JsonObject,
    scopes: settings.subscriptions.map(subscriptionResource),
    // What is only compared blinds nothing, and takes its time.
    looks: [lookPlan('azure', { options: { effectiveRulesSample: 0 } })],
  });
  whole = await lookAndJudge();
});

afterAll(async () => {
  await azure.close();
  await rm(folder, { recursive: true });
});

type Judged = ReadonlyMap<string, readonly Finding[]>;

/** One look of a new daemon with the role as it stands, judged by every check; nobody looks at endpoints, but some may be missing. */
async function lookAndJudge(): Promise<Judged> {
  const world = createWorld({
    plan,
    checks,
    sources: new Map([['azure', azureSource.create()]]),
    derivations: new Map(),
    estateDerivations: rooms.estateDerivations,
    reader: null,
    clock: makeFakeClock(startMs),
    codeVersion: '0.1.0',
  });
  const when = { extent: { kind: 'all' }, scheduledFor: '2026-11-24T08:00:00.000Z' } as const;
  const { token, look, defects } = await world.look({ name: 'azure', ...when });
  expect(defects).toEqual([]);
  const made = { ...look, id: 1 };
  await world.adoptLook(token, made);
  const asked = { ...when, trigger: 'looked', nowMs: startMs, looks: { azure: made }, previous: null, declaredDigest: '' } as const;
  const judged = new Map<string, readonly Finding[]>();
  for (const [check, { subjects }] of checks) {
    const looks = subjects === 'endpoint' ? {} : asked.looks;
    const { findings } = await world.judge({ ...asked, looks, check, hungInput: null, withFindings: true });
    judged.set(check, findings ?? []);
  }
  return judged;
}

/** Findings that say that the identity is not allowed something. */
function denied(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.status === 'unknown' && finding.reason === 'denied');
}

test('with the role as it is committed nothing is denied', () => {
  const blind = [...whole].flatMap(([check, findings]) =>
    denied(findings).map(({ subject, observed }) => `${check} ${subject} ${observed}`),
  );
  expect(blind).toEqual([]);
  expect([...whole.values()].every((findings) => findings.length > 0)).toBe(true);
});

/** What each action lets a check read of its own subjects and of what is related to them, not what facts are derived from. */
const direct = new Map(neededActions(known, checks, looked, []).map((one) => [one.action, one.checks]));

test.each(needed.map((one) => [one.action, one] as const))(
  'without %s its checks are unknown, and name it; those that only derive from it know no more than before, the others as much',
  async (action, { checks: ids }) => {
    azure.setRole({ ...role, Actions: role.Actions.filter((one) => one !== action) });
    const without = await lookAndJudge();
    const own = direct.get(action) ?? [];
    const blind = [...without].filter(([, findings]) => denied(findings).length > 0);
    expect(blind.map(([check]) => check)).toEqual(expect.arrayContaining([...own]));
    for (const [, findings] of blind) for (const { observed } of denied(findings)) expect(observed).toContain(action);
    for (const [check, findings] of without) {
      const before = whole.get(check) ?? [];
      if (!ids.includes(check)) expect(findings, check).toEqual(before);
      else if (!own.includes(check))
        expect(
          findings.filter((finding) => !isNoNews(finding, before)),
          check,
        ).toEqual([]);
    }
  },
);

/** Unknown, or what was known before: in other words perhaps, since less of the ways is known. */
function isNoNews({ status, subject, interpretation }: Finding, before: readonly Finding[]): boolean {
  const isSame = (one: Finding) => one.subject === subject && one.interpretation === interpretation && one.status === status;
  return status === 'unknown' || before.some(isSame);
}

test.each([
  'Microsoft.Network/networkSecurityGroups/read',
  'Microsoft.Network/virtualNetworks/listNetworkManagerEffectiveSecurityAdminRules/action',
])('without %s nobody says that nothing can be reached', async (action) => {
  azure.setRole({ ...role, Actions: role.Actions.filter((one) => one !== action) });
  const without = await lookAndJudge();
  for (const check of ['network-exposure', 'access-management-ports']) {
    const unknown = (without.get(check) ?? []).filter(({ status, observed }) => status === 'unknown' && observed.includes(action));
    expect(unknown.length, check).toBeGreaterThan(0);
  }
});
