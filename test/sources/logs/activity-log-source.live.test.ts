import { expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { LookRequest, Seen } from '../../../src/domain/look.ts';
import { subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ActivityLogFact } from '../../../src/logs/log-facts.ts';
import { activityLogSource, createActivityLogSource } from '../../../src/sources/logs/activity-log-source.ts';
import { type LookWorld, startLookWorld } from './look-at-azure.ts';

const workspaceType = 'microsoft.operationalinsights/workspaces';

/** What is seen of each subscription, in their order. */
async function look(world: LookWorld, source: ReturnType<typeof createActivityLogSource>): Promise<readonly Seen[]> {
  const workspaces = [...world.estate.all()].filter(({ type }) => type.toLowerCase() === workspaceType);
  const subscriptions = world.estate.subscriptions.map(({ id }) => subscriptionResource(id));
  const request: LookRequest = {
    subjects: subscriptions,
    beside: workspaces.map(({ id }) => id.toLowerCase()).sort(),
    rows: new Map(workspaces.map(({ id, properties }): [string, Json] => [id.toLowerCase(), { properties }])),
    azure: world.settings,
    options: activityLogSource.options.parse({}) as JsonObject,
    vantage: { name: 'here', external: false, egressAddress: null, resolver: ['system'] },
    concurrency: 4,
    subjectDeadlineMs: 20_000,
    signal: new AbortController().signal,
  };
  const found = new Map<string, Seen>();
  for await (const { subject, seen, thrown } of source.look(request)) {
    if (thrown !== undefined) throw thrown;
    const own = seen['activity-log'];
    if (own !== undefined) found.set(subject.id, own);
  }
  return subscriptions.map(({ id }) => found.get(id) ?? { fault: { code: 'defect', message: 'nothing was seen' } });
}

function factsOf(seen: readonly Seen[]): readonly ActivityLogFact[] {
  return seen.map((one) => {
    if ('fault' in one) throw new Error(`${one.fault.code}: ${one.fault.message}`);
    return one.fact as unknown as ActivityLogFact;
  });
}

it('finds all that happened in the pretend Azure, and names the one event that is taken away meanwhile', async () => {
  const world = await startLookWorld();
  const source = createActivityLogSource(world.access);
  const before = factsOf(await look(world, source));
  for (const { listed, found, missing, overdue, lastUnseen, slowestIngestionMinutes } of before) {
    expect(listed).toBeGreaterThan(50);
    expect({ found, missing, overdue, lastUnseen }).toEqual({ found: listed, missing: [], overdue: [], lastUnseen: null });
    expect(slowestIngestionMinutes).toBeLessThanOrEqual(10);
  }
  world.estate.mutate('drop-one-event');
  const after = factsOf(await look(world, source));
  expect(after.filter(({ missingCount }) => missingCount > 0).map(({ missingCount }) => missingCount)).toEqual([1]);
  const [missing] = after.flatMap((fact) => fact.missing);
  expect(missing).toMatchObject({ category: 'Administrative', id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(after.flatMap(({ overdue }) => overdue)).toEqual([]);
  world.estate.undo('drop-one-event');
  for (const { listed, found } of factsOf(await look(world, source))) expect(found).toBe(listed);
});

it('says of events that arrive late that they are overdue, and calls none missing', async () => {
  const world = await startLookWorld();
  const source = createActivityLogSource(world.access);
  await look(world, source);
  world.estate.mutate('late-ingestion');
  const facts = factsOf(await look(world, source));
  expect(facts.filter(({ overdueCount }) => overdueCount > 0).length).toBe(1);
  expect(facts.flatMap(({ missing }) => missing)).toEqual([]);
});

it('is denied where the activity log may not be read, and calls nothing missing where the table may not be', async () => {
  const world = await startLookWorld();
  const source = createActivityLogSource(world.access);
  const codes = async (notAction: string) => {
    world.azure.setRole({ Actions: ['*/read'], NotActions: [notAction] });
    return (await look(world, source)).map((one) => ('fault' in one ? one.fault.code : 'fact'));
  };
  const all = (code: string) => world.estate.subscriptions.map(() => code);
  expect(await codes('Microsoft.OperationalInsights/workspaces/query/AzureActivity/read')).toEqual(all('denied'));
  expect(await codes('Microsoft.Insights/eventtypes/values/read')).toEqual(all('denied'));
});
