import { expect, it, test } from 'vitest';
import type { Fault } from '../../src/domain/fault.ts';
import type { Seen } from '../../src/domain/look.ts';
import type { Source } from '../../src/domain/ports.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';
import { subjectsToLookAt } from '../../src/engine/look-subjects.ts';
import { logsSource } from '../../src/sources/logs/logs-source.ts';
import { buildMap } from '../support/build-map.ts';
import { examplePlan, lookPlan } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';

const scope = subscriptionResource('11111111-1111-4111-8111-111111111111');
const machineType = 'microsoft.compute/virtualmachines';
const workspaceType = 'microsoft.operationalinsights/workspaces';
const machine = `${scope.id}/resourcegroups/shop/providers/${machineType}/web`;
const [first, second] = ['a', 'b'].map((name) => `${scope.id}/resourcegroups/logs/providers/${workspaceType}/${name}`) as [string, string];
const listed: Seen = { fact: { listed: 1 } };
const denied: Fault = { code: 'denied', message: 'the identity may not read it' };
const rowOf = (id: string): Seen => ({ fact: { id } });
const source = { resources: { types: [machineType], chosen: () => true, beside: [workspaceType] } };

function azureLook(list: Seen | null, rows: { readonly [id: string]: Seen }): RememberedLook {
  const lists = { [`list:${machineType}`]: listed, ...(list === null ? {} : { [`list:${workspaceType}`]: list }) };
  const seen = new Map<string, Record<string, Seen>>([[scope.id, { resource: { fact: {} }, ...lists }]]);
  for (const [id, row] of Object.entries(rows)) seen.set(id, { resource: row });
  const { map, values } = buildMap(seen, new Map());
  return rememberLook({ ...exampleLook({ name: 'azure' }), id: 7 }, map, values, undefined);
}

const nobodyLook = rememberLook({ ...exampleLook({ name: 'azure' }), id: 7 }, {}, new Map(), undefined);

function look(discovering: readonly RememberedLook[], plan = examplePlan({ scopes: [scope] }), from: Pick<Source, 'resources'> = source) {
  return subjectsToLookAt(plan, from, lookPlan('logs'), { extent: { kind: 'all' } }, discovering);
}

it('rows beside the subjects come along, ordered, and are no subjects', () => {
  const looked = look([azureLook(listed, { [second]: rowOf(second), [machine]: rowOf(machine), [first]: rowOf(first) })]);
  expect(looked.subjects.map(({ id }) => id)).toEqual([machine]);
  expect(looked.beside).toEqual([first, second]);
  expect(looked.rows?.get(second)).toEqual({ id: second });
  expect(looked).not.toHaveProperty('besideFault');
});

test.each<readonly [string, readonly RememberedLook[], Partial<Fault>]>([
  ['their list is not complete', [azureLook({ fault: denied }, { [first]: rowOf(first) })], denied],
  ['one of their rows could not be read', [azureLook(listed, { [first]: rowOf(first), [second]: { fault: denied } })], denied],
  ['their type was not listed', [azureLook(null, { [first]: rowOf(first) })], { code: 'partial' }],
  ['nothing was listed yet', [], { code: 'partial' }],
  ['no subscription was listed', [nobodyLook], { code: 'partial' }],
])('there may be more of them where %s', (_what, discovering, fault) => {
  expect(look(discovering).besideFault).toMatchObject(fault);
});

it('who is out of scope is not looked at, and stands beside all the same', () => {
  const outOfScope = [machine, first].map((subject) => ({ subject, owner: 'Jane Doe', reason: 'no customer data' }));
  const looked = look(
    [azureLook(listed, { [machine]: rowOf(machine), [first]: rowOf(first) })],
    examplePlan({ scopes: [scope], outOfScope }),
  );
  expect([looked.subjects, looked.beside]).toEqual([[], [first]]);
});

it('where only those in scope are wanted, who is out of scope is not there, also where nobody can read its row', () => {
  const outOfScope = [{ subject: first, owner: 'Jane Doe', reason: 'no customer data' }];
  const inScope: Pick<Source, 'resources'> = { resources: { ...source.resources, besideInScope: true } };
  const plan = examplePlan({ scopes: [scope], outOfScope });
  for (const row of [rowOf(first), { fault: denied }]) {
    const looked = look([azureLook(listed, { [first]: row, [second]: rowOf(second) })], plan, inScope);
    expect(looked.beside).toEqual([second]);
    expect(looked).not.toHaveProperty('besideFault');
  }
  const incomplete = azureLook({ fault: denied }, { [first]: rowOf(first) });
  expect(look([incomplete], plan, inScope)).toMatchObject({ beside: [], besideFault: denied });
});

test('of workspaces that are out of scope nothing is judged, so that what is declared there must not count as judged elsewhere', () => {
  expect(logsSource.create().resources).toMatchObject({ types: [workspaceType], beside: [workspaceType], besideInScope: true });
});
