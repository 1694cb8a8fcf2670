import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azureNeeds } from '../src/commands/azure-needs.ts';
import { realClock } from '../src/commands/real-clock.ts';
import { openRooms } from '../src/commands/rooms.ts';
import { loadPlan } from '../src/config/load-plan.ts';
import type { Look } from '../src/domain/look.ts';
import type { Plan } from '../src/domain/plan.ts';
import { createWorld } from '../src/engine/create-world.ts';
import { findScheduleError, longestGapMs } from '../src/engine/schedule.ts';
import type { JudgeReply, JudgeRequest, World } from '../src/engine/world.ts';
import { startAzure, writeConfiguration } from './azure.ts';
import type { Figure } from './report.ts';

/** One whose subjects are well, and the one with most subjects, of which thousands cannot be known. */
const wellCheck = 'network-private-access';
const largestCheck = 'hosting-regions';

/** One judgement over a large population of the estate, scaled to 100,000 subjects, and one resource that changed judged anew by its checks. */
export async function measureJudging(resources: number): Promise<readonly Figure[]> {
  const azure = await startAzure(resources, false);
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-bench-'));
  try {
    await writeConfiguration(folder, azure.address, { resources, schedule: '* * * * *' });
    const plan = await load(folder);
    const rooms = await openRooms();
    const sources = new Map([...rooms.sources].filter(([name]) => name === 'azure').map(([name, kind]) => [name, kind.create()]));
    const { checks, derivations, estateDerivations } = rooms;
    const world = createWorld({
      plan,
      checks,
      sources,
      derivations,
      estateDerivations,
      reader: null,
      clock: realClock,
      codeVersion: 'bench',
    });
    const look = await lookAt(world, null, 1);
    const well = await fastest(5, () => judge(world, look, wellCheck, null));
    const largest = await fastest(5, () => judge(world, look, largestCheck, null));
    return [
      { name: 'one check over 100,000 subjects (scaled)', value: per100k(well), unit: 'ms', budget: 150 },
      { name: 'the same, of which 6,000 cannot be known', value: per100k(largest), unit: 'ms' },
      { name: 'one changed resource judged by its checks', value: await measureChange(world, plan, look), unit: 'ms', budget: 20 },
    ];
  } finally {
    azure.stop();
    await rm(folder, { recursive: true });
  }
}

function per100k({ ms, reply }: { readonly ms: number; readonly reply: JudgeReply }): number {
  return (ms / reply.outcome.population.expected) * 100_000;
}

async function load(folder: string): Promise<Plan> {
  const { derivations, ...rooms } = await openRooms();
  const origins = new Map([...derivations].map(([kind, { from }]) => [kind, from]));
  const needs = { azure: azureNeeds, validateSchedule: findScheduleError, longestGapMs };
  return await loadPlan({ ...rooms, ...needs, derivations: origins, path: folder, environment: {} });
}

async function lookAt(world: World, some: { readonly subjects: readonly string[]; readonly base: Look } | null, id: number): Promise<Look> {
  const scheduledFor = new Date().toISOString();
  const reply = await world.look({ name: 'azure', extent: some === null ? { kind: 'all' } : { kind: 'some', ...some }, scheduledFor });
  const look = { ...reply.look, id };
  await world.adoptLook(reply.token, look);
  return look;
}

async function judge(world: World, look: Look, id: string, previous: JudgeReply | null): Promise<JudgeReply> {
  const { extent } = look;
  const request: JudgeRequest = {
    check: id,
    trigger: 'looked',
    extent: extent.kind === 'some' ? { kind: 'some', subjects: extent.subjects, base: 1 } : { kind: 'all' },
    scheduledFor: look.scheduledFor,
    nowMs: Date.now(),
    looks: { azure: look },
    previous: previous && {
      id: 1,
      dataAsOf: previous.outcome.dataAsOf,
      looks: previous.outcome.looks,
      notPassDigest: previous.outcome.notPassDigest,
      subjectsDigest: previous.outcome.subjectsDigest,
    },
    declaredDigest: '',
    hungInput: null,
    withFindings: false,
  };
  return await world.judge(request);
}

async function fastest(times: number, work: () => Promise<JudgeReply>): Promise<{ readonly ms: number; readonly reply: JudgeReply }> {
  let best: { readonly ms: number; readonly reply: JudgeReply } | null = null;
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    const reply = await work();
    const ms = performance.now() - startedAt;
    if (best === null || ms < best.ms) best = { ms, reply };
  }
  if (best === null) throw new Error('nothing was measured');
  return best;
}

/** So often, of which the median counts. */
const changes = 5;

/** Of a storage account, which many checks judge: after it was read again at the origin, all of them, together. */
async function measureChange(world: World, plan: Plan, look: Look): Promise<number> {
  const checks = [
    'encryption-storage',
    'disclosure-anonymous-storage',
    'network-private-access',
    'https-services',
    'hosting-regions',
    'backup-storage',
  ];
  const whole = new Map<string, JudgeReply>();
  for (const id of checks) whole.set(id, await judge(world, look, id, null));
  const id = `/subscriptions/${plan.scopes[0]?.subscription}/resourcegroups/rg-data-prod/providers/microsoft.storage/storageaccounts/stsssordersprod`;
  const times: number[] = [];
  let base = look;
  for (let change = 1; change <= changes; change += 1) {
    base = await lookAt(world, { subjects: [id], base }, look.id + change);
    const startedAt = performance.now();
    for (const one of checks) whole.set(one, await judge(world, base, one, whole.get(one) ?? null));
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b)[Math.floor(changes / 2)] ?? Number.NaN;
}
