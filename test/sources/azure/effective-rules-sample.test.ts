import { describe, expect, it, test } from 'vitest';
import { FaultError } from '../../../src/domain/fault.ts';
import type { Json, JsonObject } from '../../../src/domain/json.ts';
import type { Observation, ResourceTypePlan } from '../../../src/domain/look.ts';
import { resourceFromId, subscriptionResource } from '../../../src/domain/resource-id.ts';
import type { ArmClient } from '../../../src/sources/azure/arm-client.ts';
import { createEffectiveRulesSample, effectiveRulesActions } from '../../../src/sources/azure/effective-rules-sample.ts';
import { createRotation } from '../../../src/sources/azure/sample.ts';

const subscription = 'aaaaaaaa-1111-4111-8111-111111111111';
const scope = subscriptionResource(subscription);
const interfaceType = 'microsoft.network/networkinterfaces';
const groupType = 'microsoft.network/networksecuritygroups';
const idOf = (type: string, name: string) => `/subscriptions/${subscription}/resourcegroups/net/providers/${type}/${name}`;
const cardId = (name: string) => idOf(interfaceType, name);
const groupId = (name: string) => idOf(groupType, name);
const plans: readonly ResourceTypePlan[] = [
  { type: interfaceType, table: 'resources', apiVersion: '2023-09-01', action: 'a/read', fields: ['virtualMachine'] },
  { type: groupType, table: 'resources', apiVersion: '2023-09-02', action: 'b/read', fields: ['securityRules'] },
];

function observe(id: string, properties: JsonObject = { virtualMachine: { id: 'm' } }): Observation {
  const subject = resourceFromId(id);
  if (subject === null) throw new Error(id);
  return { subject, seen: { resource: { fact: { id, properties } } } };
}
const card = (name: string) => observe(cardId(name));
const interfacesListed: Observation = { subject: scope, seen: { [`list:${interfaceType}`]: { fact: { listed: 3 } } } };
const othersListed: Observation = { subject: scope, seen: { 'list:other': { fact: { listed: 0 } } } };
/** As a sweep says it, of all its types at once. */
const listed: Observation = { subject: scope, seen: { ...interfacesListed.seen, ...othersListed.seen } };

const elementOf = (group: string, more: JsonObject = {}): JsonObject => ({
  networkSecurityGroup: { id: groupId(group).toUpperCase() },
  ...more,
});
const groupRow = (name: string): JsonObject => ({
  id: groupId(name),
  name,
  type: groupType,
  etag: 'x',
  properties: { securityRules: [], other: 1 },
});
const keptRow = (name: string): JsonObject => ({
  id: groupId(name),
  name,
  type: groupType,
  subscriptionId: subscription,
  resourceGroup: 'net',
  properties: { securityRules: [] },
});

interface World {
  readonly observations: readonly Observation[];
  /** By name of the interface: what Azure says each time; the last one again and again. */
  readonly rules?: { readonly [card: string]: readonly (readonly JsonObject[] | Error)[] };
  readonly groups?: { readonly [group: string]: JsonObject | null | Error };
  readonly count?: number;
  readonly types?: readonly ResourceTypePlan[];
  readonly denied?: string;
}

async function run({ observations, rules = {}, groups = {}, count = 3, types = plans, denied }: World) {
  const asked: string[] = [];
  const outcomes: string[] = [];
  const client = {
    effectiveRules: async (id: string) => {
      const name = id.split('/').at(-1) ?? '';
      const turns = rules[name];
      if (turns === undefined) throw new Error(`${id} was not to be asked`);
      const answer = turns[Math.min(asked.filter((one) => one === name).length, turns.length - 1)] ?? [];
      asked.push(name);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    get: async (id: string, apiVersion: string) => {
      expect(apiVersion).toBe('2023-09-02');
      const name = id.split('/').at(-1) ?? '';
      asked.push(name);
      const answer = groups[name] ?? null;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  } as unknown as ArmClient;
  const fault = { code: 'denied', message: 'no', about: 'action' } as const;
  const needs = {
    client,
    request: {
      subjects: [scope],
      options: {},
      meter: {
        count: (name: string, labels: object) => void outcomes.push([name, ...Object.values(labels)].join(' ')),
        set: () => undefined,
      },
      vantage: { name: 'test', external: false, egressAddress: null, resolver: ['system'] },
      concurrency: 2,
      subjectDeadlineMs: 1_000,
      signal: new AbortController().signal,
    },
    scopes: [scope],
    rights: { faultOf: () => null, deniedIn: (_: unknown, action: string) => (action === denied ? fault : null) },
    types,
    sampling: { rotation: createRotation('start'), count },
  };
  const seen: Observation[] = [];
  const sample = createEffectiveRulesSample(needs);
  for (const observation of observations) {
    const passed = sample.pass(observation);
    if (passed !== null) seen.push(passed);
  }
  const atOnce = seen.length;
  for await (const observation of sample.rest()) seen.push(observation);
  const factOf = (name: string): Json | undefined => {
    const own = seen.find(({ subject }) => subject.id === cardId(name))?.seen['effective-rules'];
    return own !== undefined && 'fact' in own ? own.fact : undefined;
  };
  return { seen, atOnce, asked, outcomes, factOf };
}

/** All that is said of each, however often. */
function merged(observations: readonly Observation[]): ReadonlyMap<string, Observation['seen']> {
  const all = new Map<string, Observation['seen']>();
  for (const { subject, seen } of observations) all.set(subject.id, { ...all.get(subject.id), ...seen });
  return all;
}

const read = 'azure_effective_rules_total read';

describe('the rules in effect', () => {
  it('come with the interface, beside the groups that they name', async () => {
    const answer = [elementOf('b', { association: 1 }), elementOf('a'), elementOf('b')];
    const { seen, factOf, asked, outcomes } = await run({
      observations: [card('x'), listed],
      rules: { x: [answer] },
      groups: { a: groupRow('a'), b: groupRow('b') },
    });
    expect(factOf('x')).toEqual({ effective: answer, groups: [keptRow('a'), keptRow('b')] });
    expect(seen[1]?.seen['resource']).toEqual(card('x').seen['resource']);
    expect(asked).toEqual(['x', 'a', 'b', 'x']);
    expect(outcomes).toEqual([read]);
  });

  it('of an interface without groups are none', async () => {
    const { factOf } = await run({ observations: [card('x'), listed], rules: { x: [[]] } });
    expect(factOf('x')).toEqual({ effective: [], groups: [] });
  });

  it('of a network manager name no group', async () => {
    const answer = [{ association: { networkManager: { id: 'm' } }, effectiveSecurityRules: [] }, elementOf('a')];
    const { factOf } = await run({ observations: [card('x'), listed], rules: { x: [answer] }, groups: { a: groupRow('a') } });
    expect(factOf('x')).toEqual({ effective: answer, groups: [keptRow('a')] });
  });

  it('come before it is said that all interfaces were listed, and everything else at once', async () => {
    const names = ['x', 'y', 'z', 'u', 'v'];
    const rules = Object.fromEntries(names.map((name) => [name, [[]]]));
    const observations = [...names.map(card), observe(groupId('g'), {}), listed];
    const { seen, atOnce, outcomes } = await run({ observations, rules, count: 2 });
    expect(seen.slice(0, atOnce).map((one) => 'effective-rules' in one.seen)).toEqual([false, false, false, false, false]);
    expect(seen.slice(3, atOnce)).toEqual([observe(groupId('g'), {}), othersListed]);
    expect(seen.slice(atOnce).map((one) => 'effective-rules' in one.seen)).toEqual([true, true, false]);
    expect(seen.at(-1)).toEqual(interfacesListed);
    expect(seen.map(({ subject }) => subject.id).sort()).toEqual([...names.map(cardId), groupId('g'), scope.id, scope.id].sort());
    expect(outcomes).toEqual([read, read]);
  });

  it('of several subscriptions are asked for once', async () => {
    const { seen, outcomes } = await run({ observations: [card('x'), listed, listed], rules: { x: [[]] } });
    expect(seen.slice(-2)).toEqual([interfacesListed, interfacesListed]);
    expect(outcomes).toEqual([read]);
  });

  test.each<[string, Partial<World>]>([
    ['none are to be asked', { count: 0 }],
    ['nobody compares them: no groups', { types: plans.slice(0, 1) }],
    ['nobody compares them: no rules of groups', { types: plans.map((plan) => ({ ...plan, fields: ['virtualMachine'] })) }],
    ['interfaces are not listed', { types: plans.slice(1) }],
    ['the interface is at no machine', { observations: [observe(cardId('x'), {}), listed] }],
    [
      'the interface cannot be read',
      { observations: [{ ...card('x'), seen: { resource: { fault: { code: 'timeout', message: '' } } } }, listed] },
    ],
    ['no interface', { observations: [observe(groupId('x')), listed] }],
    ['the list was never ended', { observations: [card('x')] }],
  ])('are not asked for where %s', async (_, changes) => {
    const observations = changes.observations ?? [card('x'), listed];
    const { seen, asked, outcomes } = await run({ ...changes, observations });
    expect(merged(seen)).toEqual(merged(observations));
    expect(asked).toEqual([]);
    expect(outcomes).toEqual([]);
  });

  it.each(effectiveRulesActions)('are not asked for without %s, which is counted and no fault of the interface', async (denied) => {
    const { seen, asked, outcomes } = await run({ observations: [card('x'), card('y'), listed], denied });
    expect(merged(seen)).toEqual(merged([card('x'), card('y'), listed]));
    expect(asked).toEqual([]);
    expect(outcomes).toEqual(Array(2).fill('azure_effective_rules_total denied'));
  });

  const fault = (code: 'timeout' | 'unsupported' | 'denied' | 'malformed') => new FaultError(code, 'why');
  test.each<[string, Pick<World, 'rules' | 'groups'>, string]>([
    ['the machine does not run', { rules: { x: [fault('unsupported')] } }, 'refused'],
    ['Azure hangs', { rules: { x: [fault('timeout')] } }, 'timeout'],
    ['Azure denies', { rules: { x: [fault('denied')] } }, 'denied'],
    ['the second time fails', { rules: { x: [[], fault('malformed')] } }, 'malformed'],
    ['Azure says something else the second time', { rules: { x: [[], [elementOf('a')]] } }, 'changed'],
    [
      'an address more',
      { rules: { x: [[elementOf('a', { p: ['1'] })], [elementOf('a', { p: ['1', '2'] })]] }, groups: { a: groupRow('a') } },
      'changed',
    ],
    ['a group is gone', { rules: { x: [[elementOf('a')]] }, groups: { a: null } }, 'changed'],
    ['a group cannot be read', { rules: { x: [[elementOf('a')]] }, groups: { a: fault('denied') } }, 'denied'],
    ['a group answers as another', { rules: { x: [[elementOf('a')]] }, groups: { a: groupRow('b') } }, 'malformed'],
    ['no group is named', { rules: { x: [[{}]] } }, 'malformed'],
    ['the group has no id', { rules: { x: [[{ networkSecurityGroup: {} }]] } }, 'malformed'],
    ['the group is something else', { rules: { x: [[{ networkSecurityGroup: { id: cardId('x') } }]] } }, 'malformed'],
  ])('come not where %s: counted, no fault', async (_, changes, outcome) => {
    const { seen, outcomes } = await run({ observations: [card('x'), listed], ...changes });
    expect(seen).toEqual([othersListed, card('x'), interfacesListed]);
    expect(outcomes).toEqual([`azure_effective_rules_total ${outcome}`]);
  });

  it('may come in another order the second time', async () => {
    const once = [elementOf('a', { p: ['1', '2'], q: { r: 1, s: null } }), elementOf('b')];
    const again = [elementOf('b'), elementOf('a', { q: { s: null, r: 1 }, p: ['2', '1'] })];
    const { factOf } = await run({
      observations: [card('x'), listed],
      rules: { x: [once, again] },
      groups: { a: groupRow('a'), b: groupRow('b') },
    });
    expect(factOf('x')).toMatchObject({ effective: again });
  });

  it('what is no fault ends the look', async () => {
    await expect(run({ observations: [card('x'), card('y'), listed], rules: { x: [[]] } })).rejects.toThrow('was not to be asked');
  });
});
