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
import type { Look } from '../../src/domain/look.ts';
import type { Plan } from '../../src/domain/plan.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { createWorld } from '../../src/engine/create-world.ts';
import { factSourcesOf } from '../../src/engine/fact-sources.ts';
import { looksOf } from '../../src/engine/run-input.ts';
import { azureSettingsSchema } from '../../src/sources/azure/azure-settings.ts';
import { examplePlan, lookPlan, startMs } from '../support/engine-fixtures.ts';
import { makeFakeClock } from '../support/fake-clock.ts';
import { roleParameters, roleSources, startAccess } from '../support/role-world.ts';

const role = JSON.parse(await readFile(rolePath, 'utf8')) as RoleDefinition;
const rooms = await openRooms();
/** The canary is a second identity, whose marks nobody looks for unless it is set up. */
const checks = new Map([...rooms.checks].filter(([id]) => id !== 'audit-canary'));
const configured = (await planDefaults(checks)).checks.map((plan) => {
  const defaults = checks.get(plan.id)?.parameters.parse(roleParameters[plan.id] ?? {}) as JsonObject;
  return { ...plan, parameters: { ...plan.parameters, defaults } };
});
const known = await knowAzure(configured, checks, azureNeeds);
const defaultLooks = looksWithDefaults(rooms.sources);
const looked = lookedFactsOf(defaultLooks, rooms.sources);
/** Those that follow the look at Azure. */
const laterLooks = ['activity-log', 'diagnostic-settings', 'heartbeats', 'logs', 'own-looks'] as const;
const optionsOf = (name: string): JsonObject => defaultLooks.find(({ source }) => source === name)?.options ?? {};
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
    cloud: { resourceManager, authority: authorityHost, scope, logAnalytics: azure.logAnalytics },
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
    looks: [
      lookPlan('azure', { options: { effectiveRulesSample: 0 } }),
      ...laterLooks.map((name) => lookPlan(name, { options: optionsOf(name), concurrency: 64 })),
    ],
  });
  whole = await lookAndJudge();
});

afterAll(async () => {
  await azure.close();
  await rm(folder, { recursive: true });
});

type Judged = ReadonlyMap<string, readonly Finding[]>;

/** One look of a new daemon with the role as it stands, judged by every check; nobody looks at endpoints, but some may be missing. */
async function lookAndJudge(later: readonly string[] = laterLooks): Promise<Judged> {
  const sources = roleSources(startAccess());
  const world = createWorld({
    plan,
    checks,
    sources,
    derivations: new Map(),
    estateDerivations: rooms.estateDerivations,
    reader: null,
    clock: makeFakeClock(startMs),
    codeVersion: '0.1.0',
  });
  const when = { extent: { kind: 'all' }, scheduledFor: '2026-11-24T08:00:00.000Z' } as const;
  const looks: { [name: string]: Look } = {};
  for (const name of ['azure', ...later]) {
    const { token, look, defects } = await world.look({ name, ...when });
    expect(defects).toEqual([]);
    const made = { ...look, id: 1 };
    await world.adoptLook(token, made);
    looks[name] = made;
  }
  const asked = { ...when, trigger: 'looked', nowMs: startMs, looks, previous: null, declaredDigest: '' } as const;
  const judged = new Map<string, readonly Finding[]>();
  const factSources = factSourcesOf(plan, sources, new Map(), rooms.estateDerivations);
  for (const [check, definition] of checks) {
    const needed = definition.subjects === 'endpoint' ? [] : looksOf(definition, factSources);
    if (needed.some((name) => looks[name] === undefined)) continue;
    const own = Object.fromEntries(Object.entries(looks).filter(([name]) => needed.includes(name)));
    const { findings } = await world.judge({ ...asked, looks: own, check, hungInput: null, withFindings: true });
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

/** What each action lets a check read of its own subjects and of what is related to them, not what facts are derived from, or what else looks ask. */
const direct = new Map(neededActions(known, checks, [], []).map((one) => [one.action, one.checks]));
const asked = new Set(looked.flatMap(({ actions }) => actions.map((one) => one.action)));
const bringing = new Map(laterLooks.map((name) => [name, rooms.sources.get(name)?.create().brings ?? []]));

/** Those that any of these checks needs: each takes its time. */
function laterLooksFor(ids: readonly string[]): readonly string[] {
  const kinds = new Set(ids.flatMap((id) => Object.keys(checks.get(id)?.needs ?? {})));
  return laterLooks.filter((name) => bringing.get(name)?.some((kind) => kinds.has(kind)));
}

test.each(needed.map((one) => [one.action, one] as const))(
  'without %s its checks are unknown, and name it; those that only derive from it know no more than before, the others as much',
  async (action, { checks: ids }) => {
    azure.setRole({ ...role, Actions: role.Actions.filter((one) => one !== action) });
    const without = await lookAndJudge(laterLooksFor(ids));
    const own = direct.get(action) ?? [];
    const blind = [...without].filter(([, findings]) => denied(findings).length > 0);
    expect(blind.map(([check]) => check)).toEqual(expect.arrayContaining([...own]));
    // What a look asks besides is of some of the checks that need its fact.
    if (asked.has(action)) expect(blind.length).toBeGreaterThan(0);
    for (const [, findings] of blind)
      for (const { observed } of denied(findings)) expect(observed.toLowerCase()).toContain(action.toLowerCase());
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
  const without = await lookAndJudge([]);
  for (const check of ['network-exposure', 'access-management-ports']) {
    const unknown = (without.get(check) ?? []).filter(({ status, observed }) => status === 'unknown' && observed.includes(action));
    expect(unknown.length, check).toBeGreaterThan(0);
  }
});
