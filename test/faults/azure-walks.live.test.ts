import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FaultName } from '../../sandbox/azure/faults.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { epochMs } from '../../src/domain/time.ts';
import { blindedBy, faultScopes } from '../support/azure-fault-table.ts';
import { type AzureWorld, findingLines, type Picture, startAzureWorld } from '../support/azure-world.ts';

/** Each turns one interpretation of one check, from pass to fail. */
const doable = ['public-blob', 'host-encryption-off', 'stop-backup', 'disabled-subscription'] as const;
type Doable = (typeof doable)[number];
const checks = doable.map(checkOf);

function checkOf(name: Doable): string {
  return mutations[name]?.checks[0] ?? '';
}

function keyOf(name: Doable): string {
  return `${checkOf(name)} ${Object.values(mutations[name]?.claims ?? {})[0]?.[0] ?? ''}`;
}

/** Those that take no time of their own. */
const names: readonly FaultName[] = [
  'unavailable',
  'html',
  'empty-object',
  'cut-body',
  'expired-token',
  'missing-subscription',
  'truncated',
  'short',
  'wrong-total',
];
const faults = faultScopes.flatMap((scope) => names.filter(scope.canHave).map((name) => ({ scope, name })));
const origin = { api: 'arm', type: 'Microsoft.Storage/storageAccounts' } as const;

type Step =
  | { readonly do: Doable }
  | { readonly undo: Doable }
  | { readonly fault: number }
  | { readonly originDown: true }
  | { readonly heal: true }
  | { readonly lag: boolean }
  | { readonly look: true };

const look = { look: true } as const;
const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...doable).map((name) => ({ do: name })),
      fc.constantFrom(...doable).map((name) => ({ undo: name })),
      fc.nat(faults.length - 1).map((fault) => ({ fault })),
      fc.constant({ originDown: true } as const),
      fc.constant({ heal: true } as const),
      fc.boolean().map((lag) => ({ lag })),
    ),
    { minLength: 2, maxLength: 7 },
  )
  .map((all) => all.flatMap((step): readonly Step[] => [step, look]));

interface Walk {
  readonly world: AzureWorld;
  readonly healthy: Picture;
  readonly done: Set<Doable>;
  fault: (typeof faults)[number] | null;
  isLagging: boolean;
  isOriginDown: boolean;
  before: Picture;
}

async function take(walk: Walk, step: Step): Promise<void> {
  const { world, done } = walk;
  if ('do' in step && !done.has(step.do)) {
    world.estate.mutate(step.do);
    done.add(step.do);
  }
  if ('undo' in step && done.delete(step.undo)) world.estate.undo(step.undo);
  if ('lag' in step) {
    world.estate.lag(step.lag);
    walk.isLagging = step.lag;
  }
  if ('fault' in step || 'heal' in step || 'originDown' in step) {
    walk.fault = 'fault' in step ? (faults[step.fault] ?? null) : null;
    walk.isOriginDown = 'originDown' in step;
    const { fault } = walk;
    fault?.scope.before?.(world);
    if (walk.isOriginDown) world.azure.faults.set({ name: 'unavailable', ...origin });
    else world.azure.faults.set(fault === null ? null : { name: fault.name, ...fault.scope.fault(fault.name) });
  }
  if ('look' in step) {
    world.azure.requests.clear();
    const after = await world.look();
    await obey(walk, after);
    walk.before = after;
  }
}

async function obey(walk: Walk, after: Picture): Promise<void> {
  const { world, before, healthy, done, fault } = walk;
  const { startedAt, finishedAt } = await world.latest();
  expect(epochMs(finishedAt) - epochMs(startedAt)).toBeLessThanOrEqual(600_000);
  for (const [check, count] of healthy.populations) expect(after.populations.get(check), check).toBeGreaterThanOrEqual(count);
  const blind = fault === null ? [] : blindedBy(fault.scope.reach(fault.name, world), world);
  for (const name of doable) {
    const alert = before.fails.find(({ check }) => check === checkOf(name));
    const was = alert?.id;
    const is = after.fails.find(({ check }) => check === checkOf(name))?.id;
    if (was !== is && is !== undefined) expect(done.has(name), `${name} is told, and is not so`).toBe(true);
    if (was !== is && alert !== undefined) {
      expect(done.has(name), `${name} is told to have ended, and has not`).toBe(false);
      if (!alert.failing.every(({ subject }) => wasReadAtOrigin(subject, world)))
        expect(blind, `${name} is told to have ended, unseen`).not.toContain(checkOf(name));
    }
    if (after.statuses.get(keyOf(name)) !== 'pass') continue;
    expect(done.has(name) && !walk.isLagging, `${name} passes, and should not`).toBe(false);
    expect(blind, `${name} passes, unseen`).not.toContain(checkOf(name));
  }
}

/** Where a list may not be complete, the one resource that its origin showed in this look was seen all the same. */
function wasReadAtOrigin(subject: string, { azure }: AzureWorld): boolean {
  return azure.requests.recent().some(({ method, api, path, status }) => {
    return method === 'GET' && api === 'arm' && status === 200 && path.toLowerCase() === subject;
  });
}

async function settle(walk: Walk): Promise<void> {
  for (const step of [{ heal: true }, { lag: false }, look, look] as const) await take(walk, step);
  for (const name of doable) expect(walk.before.statuses.get(keyOf(name)), name).toBe(walk.done.has(name) ? 'fail' : 'pass');
  for (const name of doable) await take(walk, { undo: name });
  for (const step of [look, look]) await take(walk, step);
  expect(findingLines(walk.before)).toEqual(findingLines(walk.healthy));
  expect(walk.before.fails).toEqual([]);
  expect(walk.before.populations).toEqual(walk.healthy.populations);
}

/** Its account is mended while our rights cannot be read, so that no list is known to be complete. */
const mendedWhileListsAreOpen: readonly Step[] = [
  { do: 'public-blob' },
  look,
  { fault: faults.findIndex(({ scope, name }) => scope.what === 'our own rights' && name === 'html') },
  look,
  { undo: 'public-blob' },
  look,
];

test('whatever happens to the estate, to Azure and to its index: nothing passes unseen, and no alert opens or ends that should not', async () => {
  const world = await startAzureWorld({ checks, parameters: { 'backup-virtual-machines': { rpoHours: 10_000 } } });
  const healthy = await world.looks(2);
  expect(doable.map((name) => healthy.statuses.get(keyOf(name)))).toEqual(doable.map(() => 'pass'));
  const walk: Walk = { world, healthy, done: new Set(), fault: null, isLagging: false, isOriginDown: false, before: healthy };
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      for (const step of all) await take(walk, step);
      await settle(walk);
    }),
    { numRuns: 25, endOnFailure: true, examples: [[mendedWhileListsAreOpen]] },
  );
  expect(world.running.defects).toEqual([]);
}, 120_000);
