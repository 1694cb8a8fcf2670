import { z } from 'zod';
import type { Check } from '../../src/domain/check.ts';
import type { JsonObject } from '../../src/domain/json.ts';
import { subscriptionType } from '../../src/domain/resource-id.ts';
import type { Waiver } from '../../src/domain/waiver.ts';
import { checkPlan, lookPlan, stateCheck } from './engine-fixtures.ts';
import { type FakeEstate, makeFakeEstate, partType, scopeA, scopeB, thing, thingType, typePlan } from './fake-estate.ts';
import { type EngineOptions, type RunningEngine, startTestEngine } from './running-engine.ts';

const row = z.object({ properties: z.object({ state: z.string() }) });
const anyRow = z.object({});

/** Both interpretations alike. */
export function judgeBoth(isBad: boolean, observed: string): ReturnType<Check['judge']> {
  const explained = { expected: 'good', observed, rule: 'state' };
  return (['intent', 'literal'] as const).map((interpretation) => ({ ...explained, interpretation, status: isBad ? 'fail' : 'pass' }));
}

/** Fails where the row of a thing says `bad`. */
export const thingCheck: Check = stateCheck(['resource'], {
  subjects: { resources: [thingType] },
  needs: { resource: row },
  judge: (_subject, facts) => {
    const { state } = row.parse(facts['resource']).properties;
    return judgeBoth(state === 'bad', state);
  },
});

/** Fails where no good part belongs to a thing. */
export const partsCheck: Check = stateCheck(['resource'], {
  subjects: { resources: [thingType] },
  needs: { resource: anyRow },
  related: { parts: { type: partType, by: 'properties.thingId', row } },
  judge: (_subject, _facts, { related }) => {
    const states = (related['parts'] ?? []).map((one) => row.parse(one).properties.state);
    return judgeBoth(!states.includes('good'), states.join(', '));
  },
});

/** Fails where a thing of a subscription is bad. */
export const scopeCheck: Check = stateCheck(['resource'], {
  subjects: { resources: [subscriptionType] },
  needs: { resource: anyRow },
  related: { things: { type: thingType, by: 'subscriptionId', optional: true, row } },
  judge: (_subject, _facts, { related }) => {
    const states = (related['things'] ?? []).map((one) => row.parse(one).properties.state);
    return judgeBoth(states.includes('bad'), [...new Set(states)].sort().join(', '));
  },
});

export const estateChecks = { 'things-good': thingCheck, 'parts-good': partsCheck, 'scopes-good': scopeCheck };

export function stateRow(state: string, more: JsonObject = {}): JsonObject {
  return { properties: { state, ...more } };
}

export const estatePlan = {
  looks: [lookPlan('estate')],
  subjects: [],
  scopes: [scopeA, scopeB],
  resourceTypes: [typePlan(thingType), typePlan(partType), typePlan(subscriptionType)],
};

/** Both subscriptions, and these things in the first one; the index knows them all. */
export function makeEstate(things: { readonly [name: string]: string }): FakeEstate {
  const estate = makeFakeEstate();
  for (const scope of [scopeA, scopeB]) estate.truth.set(scope.id, stateRow('Enabled'));
  for (const [name, one] of Object.entries(things)) estate.truth.set(thing(name).id, stateRow(one));
  estate.catchUp();
  return estate;
}

export async function startEstate(
  estate: FakeEstate,
  checks: EngineOptions['checks'] = { 'things-good': thingCheck },
  plan: EngineOptions['plan'] = {},
): Promise<RunningEngine> {
  const planned = Object.keys(checks).map((id) => checkPlan(id));
  return await startTestEngine({ plan: { ...estatePlan, checks: planned, ...plan }, checks, sources: [estate] });
}

/** Last parts of the ids of all that an open alert names, of one check or of all. */
export async function failing(running: RunningEngine, check?: string): Promise<readonly string[]> {
  const open = (await running.store().openAlerts()).flatMap((alert) => (alert.kind === 'fail' ? [alert] : []));
  const own = open.filter((alert) => check === undefined || alert.check === check);
  return [...new Set(own.flatMap((alert) => alert.failing.map(({ subject }) => subject.split('/').at(-1) ?? '')))].sort();
}

export function waiverOf(subject: string): Waiver {
  const times = { from: '2026-01-01T00:00:00.000Z', until: '2027-01-01T00:00:00.000Z' };
  const people = { requestedBy: 'Jane Doe', approvedBy: 'John Doe', reason: 'a test' };
  return { id: 'w1', check: 'things-good', subject, interpretations: ['intent', 'literal'], ...people, ...times };
}
