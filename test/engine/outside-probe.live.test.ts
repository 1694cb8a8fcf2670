import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { check } from '../../src/checks/network-outside-probe.ts';
import { loadRegister } from '../../src/config/load-register.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import type { Source } from '../../src/domain/ports.ts';
import { timestamp } from '../../src/domain/time.ts';
import { exposureDerivation } from '../../src/network/exposure-derivation.ts';
import { createOutsideProbe, outsideProbeSource } from '../../src/sources/outside-probe/outside-probe-source.ts';
import { makeKey, makeResult, signResult } from '../sources/outside-probe/probe-world.ts';
import { checkPlan, lookPlan, startMs } from '../support/engine-fixtures.ts';
import { failing } from '../support/estate-checks.ts';
import { type FakeEstate, makeFakeEstate, resourceOf, scopeA, typePlan } from '../support/fake-estate.ts';
import { type EngineOptions, type RunningEngine, startTestEngine } from '../support/running-engine.ts';
import { stateFileInNewFolder } from '../support/state-folder.ts';

const [web, admin] = ['203.0.113.7', '203.0.113.8'];
const key = makeKey();

interface Scene extends RunningEngine {
  /** A new result of the vantage: which ports accept at which address; null: no file. */
  see(accepted: { readonly [address: string]: readonly number[] } | null): Promise<void>;
}

const group = `${scopeA.id}/resourceGroups/shop/providers/Microsoft.Network`;
const pipOf = (address: string): string => `${group}/publicIPAddresses/pip-${address.replaceAll('.', '-')}`;
const [network, rules, card] = [
  `${group}/virtualNetworks/vnet`,
  `${group}/networkSecurityGroups/nsg-web`,
  `${group}/networkInterfaces/nic-web`,
];
const allowHttps = {
  protocol: 'Tcp',
  sourceAddressPrefix: 'Internet',
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRange: '443',
  access: 'Allow',
  direction: 'Inbound',
  priority: 100,
};

/** By the rules 443 is open at the web address, whose server an NSG guards, and nothing at the others, which belong to nobody. */
const rows: { readonly [id: string]: JsonObject } = {
  [pipOf(web)]: {
    sku: { name: 'Standard' },
    properties: { ipAddress: web, publicIPAllocationMethod: 'Static', ipConfiguration: { id: `${card}/ipConfigurations/one` } },
  },
  ...Object.fromEntries(
    [admin, '203.0.113.9'].map((address) => [
      pipOf(address),
      { sku: { name: 'Standard' }, properties: { ipAddress: address, publicIPAllocationMethod: 'Static' } },
    ]),
  ),
  [network]: {
    properties: {
      addressSpace: { addressPrefixes: ['10.0.0.0/16'] },
      subnets: [{ id: `${network}/subnets/web`, name: 'web', properties: { addressPrefix: '10.0.0.0/24' } }],
    },
  },
  [rules]: { properties: { securityRules: [{ name: 'allow-https', properties: allowHttps }] } },
  [card]: {
    properties: {
      networkSecurityGroup: { id: rules },
      ipConfigurations: [
        {
          id: `${card}/ipConfigurations/one`,
          name: 'one',
          properties: { privateIPAddress: '10.0.0.4', subnet: { id: `${network}/subnets/web` }, publicIPAddress: { id: pipOf(web) } },
        },
      ],
    },
  },
};

function makeNetwork(): FakeEstate {
  const estate = makeFakeEstate();
  estate.truth.set(scopeA.id, { properties: { state: 'Enabled' } });
  for (const [id, row] of Object.entries(rows)) {
    const resource = resourceOf(id);
    estate.truth.set(resource.id, { id, name: resource.name, type: resource.type, ...row });
  }
  estate.catchUp();
  return estate;
}

function planOf(path: string, addresses: readonly string[]): NonNullable<EngineOptions['plan']> {
  const from = { kind: 'file', path, publicKey: key.publicKey, vantage: 'outside' };
  const options = outsideProbeSource.options.parse({ addresses, from, ports: ['22, 443'], maxResultAge: '10m' }) as JsonObject;
  return {
    looks: [lookPlan('estate'), lookPlan('outside-probe', { schedule: '*/2 * * * *', options })],
    register,
    subjects: [],
    scopes: [scopeA],
    resourceTypes: [...Object.keys(exposureDerivation.reads), scopeA.type].map((type) => typePlan(type)),
    checks: [checkPlan('network-outside-probe', { maxAgeMs: 600_000 })],
  };
}

const register = await loadRegister(fileURLToPath(new URL('../../config/claims.yaml', import.meta.url)));

async function startScene(addresses: readonly string[] = [web, admin]): Promise<Scene> {
  const path = join(dirname(stateFileInNewFolder()), 'probe.json');
  const time = { nowMs: () => startMs };
  const probe: Source = createOutsideProbe({ now: () => 0, wallNow: () => time.nowMs(), sleep: async () => {} });
  const running = await startTestEngine({
    plan: planOf(path, addresses),
    checks: { 'network-outside-probe': check },
    sources: [makeNetwork(), probe],
    estateDerivations: [exposureDerivation],
  });
  time.nowMs = () => running.clock.now();
  return {
    ...running,
    see: async (accepted) => {
      if (accepted === null) return await rm(path);
      const at = timestamp(running.clock.now());
      const probed = Object.entries(accepted).map(([address, open]) => ({ address, ports: '22, 443', accepted: [...open], refused: [] }));
      await writeFile(path, signResult(makeResult({ startedAt: at, finishedAt: at, probed }), key));
    },
  };
}

async function lastFindings(running: RunningEngine) {
  const run = (await running.runs('network-outside-probe')).at(-1);
  return run === undefined ? null : { counts: run.counts.intent, findings: await running.store().findings(run) };
}

const adminFails = ['pip-203-0-113-8'];

it('while no address is named nothing is read, and nobody is told', async () => {
  const scene = await startScene([]);
  await scene.minutes(35);
  expect(await lastFindings(scene)).toMatchObject({ findings: [{ status: 'unknown', reason: 'none-seen' }] });
  expect([scene.told, scene.defects]).toEqual([[], []]);
});

it('a port that answers though the model says closed pages with both proofs, and ends when it is silent to a vantage that hears', async () => {
  const scene = await startScene();
  await scene.see({ [web]: [443], [admin]: [] });
  await scene.minutes(4);
  expect(await lastFindings(scene)).toMatchObject({
    counts: { pass: 1, fail: 0, unknown: 1 },
    findings: [{ status: 'unknown', reason: 'not-provable', unrefuted: true }],
  });
  expect(await failing(scene)).toEqual([]);
  await scene.see({ [web]: [443], [admin]: [22] });
  await scene.minutes(4);
  expect(await failing(scene)).toEqual(adminFails);
  expect((await lastFindings(scene))?.findings).toMatchObject([
    {
      status: 'fail',
      response: 'page',
      observed: expect.stringMatching(/at 203\.0\.113\.8, connections are accepted at port 22; the model says closed/),
    },
  ]);
  await scene.see({ [web]: [443], [admin]: [] });
  await scene.minutes(4);
  expect(await failing(scene)).toEqual([]);
  expect(await scene.changedWhenRejudged()).toEqual([]);
});

it.each<[what: string, accepted: { readonly [address: string]: readonly number[] } | null]>([
  ['the vantage hears nothing anywhere', { [web]: [], [admin]: [] }],
  ['the result says nothing of the address', { [web]: [443] }],
  ['there is no result any more', null],
])('a failure stays where %s, and that is told', async (_what, accepted) => {
  const scene = await startScene();
  await scene.see({ [web]: [443], [admin]: [22] });
  await scene.minutes(4);
  expect(await failing(scene)).toEqual(adminFails);
  await scene.see(accepted);
  await scene.minutes(6);
  expect(await failing(scene)).toEqual(adminFails);
  const before = scene.told.length;
  for (let turn = 0; turn < 10; turn += 1) {
    if (accepted !== null) await scene.see(accepted);
    await scene.minutes(4);
  }
  expect(await failing(scene)).toEqual(adminFails);
  expect(scene.told.slice(before).some(({ kind }) => kind === 'firing')).toBe(true);
});

it('a result that nobody renews blinds once it is too old, and is told', async () => {
  const scene = await startScene();
  await scene.see({ [web]: [443], [admin]: [] });
  await scene.minutes(4);
  expect(await lastFindings(scene)).toMatchObject({ counts: { pass: 1, unknown: 1 } });
  await scene.minutes(12);
  expect(await lastFindings(scene)).toMatchObject({ counts: { pass: 0, unknown: 2 } });
});
