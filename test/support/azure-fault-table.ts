import { expect } from 'vitest';
import type { AzureFault, FaultName } from '../../sandbox/azure/faults.ts';
import { production, shared, staging } from '../../sandbox/azure/mutation.ts';
import { resourceTypesOf } from '../../src/domain/check.ts';
import type { FaultCode } from '../../src/domain/fault.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { subscriptionType } from '../../src/domain/resource-id.ts';
import { epochMs } from '../../src/domain/time.ts';
import { exposureDerivation } from '../../src/network/exposure-derivation.ts';
import { type AzureWorld, findingLines, type Picture, startAzureWorld } from './azure-world.ts';

/** What a fault hits: lists of types and the census, in these subscriptions; all of them where it names none. */
interface Reach {
  readonly subscriptions?: readonly string[];
  readonly types: 'all' | readonly string[];
  readonly census: boolean;
}

export interface Scope {
  readonly what: string;
  readonly fault: (name: FaultName) => Omit<AzureFault, 'name'>;
  readonly canHave: (name: FaultName) => boolean;
  readonly reach: (name: FaultName, world: AzureWorld) => Reach;
  /** Where nothing is asked of it otherwise. */
  readonly before?: (world: AzureWorld) => void;
}

/** Whose waits are real: the deadline of an attempt, and the retries of the sign-in. */
export const slowFaults: readonly FaultName[] = ['slow-drip', 'throttled'];

const everything: Reach = { types: 'all', census: true };
const ofGraph: readonly FaultName[] = ['truncated', 'short', 'wrong-total'];
const ofTokens: readonly FaultName[] = ['expired-token', 'claims-challenge'];
const isOfAnswers = (name: FaultName) => !ofGraph.includes(name) && name !== 'missing-subscription';
const itemType = 'Microsoft.RecoveryServices/vaults/backupFabrics/protectionContainers/protectedItems';

/** One question lists all types of a table. */
function tableOf(type: string, { plan }: AzureWorld): readonly string[] {
  const table = plan.resourceTypes.find((one) => one.type === type.toLowerCase())?.table;
  return plan.resourceTypes.filter((one) => one.table === table).map((one) => one.type);
}

export const faultScopes: readonly Scope[] = [
  {
    what: 'the sign-in',
    fault: () => ({ api: 'token' }),
    canHave: (name) => isOfAnswers(name) && !ofTokens.includes(name),
    reach: () => everything,
    before: ({ azure }) => azure.revokeTokens(),
  },
  {
    what: 'Resource Graph',
    fault: () => ({ api: 'graph' }),
    canHave: () => true,
    reach: (name) => (name === 'missing-subscription' ? { ...everything, subscriptions: [production] } : everything),
  },
  {
    what: 'our own rights',
    fault: () => ({ api: 'arm', path: /\/permissions$/i }),
    canHave: isOfAnswers,
    reach: () => everything,
  },
  {
    what: 'protected items',
    fault: () => ({ type: itemType }),
    canHave: (name) => name !== 'missing-subscription',
    reach: (_name, world) => ({ types: tableOf(itemType, world), census: false }),
  },
  {
    what: 'the names of all resources',
    fault: () => ({ api: 'arm', path: /^\/subscriptions\/[^/]+\/resources$/i }),
    canHave: isOfAnswers,
    reach: () => ({ types: [], census: true }),
  },
  {
    what: 'one subscription',
    fault: () => ({ api: 'arm', path: new RegExp(`^${staging}/(providers/Microsoft.Authorization|resources)`, 'i') }),
    canHave: isOfAnswers,
    reach: () => ({ ...everything, subscriptions: [staging] }),
  },
];

function codeOf(name: FaultName, api: AzureFault['api']): FaultCode {
  switch (name) {
    case 'throttled':
    case 'throttled-without-wait':
      return 'throttled';
    case 'unavailable':
    case 'connection-reset':
      return 'unreachable';
    case 'cut-body':
    case 'html':
    case 'empty-object':
      return api === 'token' ? 'unreachable' : 'malformed';
    case 'slow-drip':
      return 'timeout';
    case 'expired-token':
    case 'claims-challenge':
      return 'denied';
    case 'missing-subscription':
    case 'truncated':
    case 'short':
    case 'wrong-total':
      return 'partial';
  }
}

/** The checks that a reach blinds. */
export function blindedBy({ types, census }: Reach, world: AzureWorld): readonly string[] {
  return [...world.checks]
    .filter(([, check]) => {
      const needsCensus = 'census' in check.needs;
      const own = needsCensus ? [] : resourceTypesOf(check);
      return (needsCensus && census) || (types === 'all' && !needsCensus) || own.some((type) => types.includes(type));
    })
    .map(([id]) => id);
}

/** How often it can come without outlasting the retries; null where what it spoils is not asked for again. */
function timesThatPass(name: FaultName, { api }: Pick<AzureFault, 'api'>): number | null {
  if (!isOfAnswers(name)) return null;
  // A sign-in that drips takes all the time that there is for a token.
  if (api === 'token') return name === 'slow-drip' ? null : 2;
  // A token is renewed once. Each slow answer takes real time.
  return ofTokens.includes(name) || name === 'slow-drip' ? 1 : 3;
}

async function endsInTime(world: AzureWorld): Promise<void> {
  const { startedAt, finishedAt } = await world.latest();
  const deadlineMs = world.plan.looks[0]?.deadlineMs ?? 0;
  expect(epochMs(finishedAt) - epochMs(startedAt)).toBeLessThanOrEqual(deadlineMs);
}

function expectSame(after: Picture, before: Picture, what: string): void {
  expect(findingLines(after), what).toEqual(findingLines(before));
  expect(Object.fromEntries(after.statuses), what).toEqual(Object.fromEntries(before.statuses));
  expect(
    after.fails.map(({ id }) => id),
    what,
  ).toEqual(before.fails.map(({ id }) => id));
  expect(after.populations, what).toEqual(before.populations);
}

function expectBlind(after: Picture, before: Picture, { checks, code, reach, world }: Blindness): void {
  const known = new Set(findingLines(before));
  for (const [check, findings] of after.findings) {
    const news = findings.filter((finding) => !known.has(findingLines({ findings: new Map([[check, [finding]]]) })[0] ?? ''));
    if (!checks.includes(check)) {
      expect(news, `${check} has nothing to do with it`).toEqual([]);
      continue;
    }
    expect(news.length, `${check} is blind`).toBeGreaterThan(0);
    for (const subscription of reach.subscriptions ?? everySubscription) {
      const isBlindThere = news.some(({ subject }) => subject.startsWith(subscription));
      expect(isBlindThere || !hitsSubjects(check, reach, world), `${check} is blind in ${subscription}`).toBe(true);
    }
    for (const finding of news) {
      const [isDerived, isRelated] = [restsOnTheEstate(check, world), world.checks.get(check)?.related !== undefined];
      if (finding.status === 'fail') expect(finding.lastSeen?.reason, check).toBe(code);
      else expect(['unknown', code, ...(isDerived ? ['partial'] : [])], check).toEqual(expect.arrayContaining([...statusOf(finding)]));
      const isInside = (reach.subscriptions ?? ['']).some((id) => finding.subject.startsWith(id));
      expect(isInside || isRelated || isDerived, `${check}: ${finding.subject}`).toBe(true);
    }
  }
  for (const [key, was] of before.statuses) {
    const [check = ''] = key.split(' ');
    const expected = checks.includes(check) && was !== 'fail' ? 'unknown' : was;
    expect([key, after.statuses.get(key)]).toEqual([key, expected]);
  }
  for (const [check, count] of before.populations) expect(after.populations.get(check), check).toBeGreaterThanOrEqual(count);
  expect(after.fails.map(({ id, failing }) => [id, failing.map(({ subject }) => subject)])).toEqual(
    before.fails.map(({ id, failing }) => [id, failing.map(({ subject }) => subject)]),
  );
}

function statusOf(finding: Finding): readonly string[] {
  return finding.status === 'unknown' ? [finding.status, finding.reason] : [finding.status];
}

/** What is missing of many rows makes a fact of one partial, wherever that stands. */
function restsOnTheEstate(check: string, { checks }: AzureWorld): boolean {
  return Object.keys(checks.get(check)?.needs ?? {}).some((kind) => kind in exposureDerivation.brings);
}

interface Blindness {
  readonly checks: readonly string[];
  readonly code: FaultCode;
  readonly reach: Reach;
  readonly world: AzureWorld;
}

const everySubscription = [production, staging, shared];

/** Not only what is related to them. */
function hitsSubjects(id: string, { types }: Reach, world: AzureWorld): boolean {
  const subjects = world.checks.get(id)?.subjects;
  if (subjects === undefined || subjects === 'endpoint') return false;
  return types === 'all' || subjects.resources.some((type) => types.includes(type) || type === subscriptionType);
}

/** One fault through all that it can hit, for ever and then passing; beside a failure that stands. */
export async function walkFault(name: FaultName): Promise<void> {
  const world = await startAzureWorld(name === 'slow-drip' ? { deadlinesFasterBy: 150 } : {});
  await world.look();
  world.estate.mutate('public-blob');
  const before = await world.looks(2);
  expect(before.fails.map(({ key }) => key)).toEqual(['fail:disclosure-anonymous-storage:intent']);
  for (const scope of faultScopes) if (scope.canHave(name)) await walkScope(world, scope, name, before);
  expect(world.running.defects).toEqual([]);
}

async function walkScope(world: AzureWorld, scope: Scope, name: FaultName, before: Picture): Promise<void> {
  const what = `${name} of ${scope.what}`;
  const fault: AzureFault = { name, ...scope.fault(name) };
  scope.before?.(world);
  world.azure.faults.set(fault);
  const after = await world.look();
  await endsInTime(world);
  const reach = scope.reach(name, world);
  try {
    expectBlind(after, before, { checks: blindedBy(reach, world), code: codeOf(name, fault.api), reach, world });
  } catch (error) {
    throw new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  // A fault that passes in time changes nothing, so the look that it spoils is well as one without it.
  const times = timesThatPass(name, fault);
  if (times !== null) scope.before?.(world);
  world.azure.faults.set(times === null ? null : { ...fault, times });
  const healed = await world.look();
  await endsInTime(world);
  expectSame(healed, before, `${what}, passing`);
}
