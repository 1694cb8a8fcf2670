import { describe, expect, it, test } from 'vitest';
import type { FactMap, ResourceTypePlan } from '../../src/domain/look.ts';
import { subscriptionResource } from '../../src/domain/resource-id.ts';
import { keepUnlisted } from '../../src/engine/carry-unlisted.ts';
import { type RememberedLook, rememberLook } from '../../src/engine/fact-memory.ts';
import { judgeRun } from '../../src/engine/judge-run.ts';
import { endpointsOf, unlistedEndpoints } from '../../src/engine/population.ts';
import { populationBody, readPopulation } from '../../src/engine/population-body.ts';
import type { RunInput } from '../../src/engine/run-input.ts';
import { buildMap } from '../support/build-map.ts';
import { endpoint, examplePlan, good, stateCheck } from '../support/engine-fixtures.ts';
import { exampleLook } from '../support/example-look.ts';

const scope = subscriptionResource('11111111-1111-4111-8111-111111111111');
const site = 'microsoft.web/sites';
const disk = 'microsoft.compute/disks';
const fault = { code: 'denied', message: 'the identity may not read' } as const;
const listed = { fact: { listed: 1 } };
const types: readonly ResourceTypePlan[] = [
  { type: disk, table: 'resources', apiVersion: '2023-10-02', action: 'read', fields: [] },
  { type: site, table: 'resources', apiVersion: '2023-01-01', action: 'read', fields: [], findsEndpoints: true },
];
const shop = `${scope.id}/resourcegroups/shop/providers/microsoft.web/sites/shop`;

function azureLook(
  lists: { readonly site: typeof listed | { fault: typeof fault }; readonly disk: typeof listed | { fault: typeof fault } },
  from: readonly string[] = [shop],
): RememberedLook {
  const seen = new Map([
    [scope.id, { resource: { fact: {} }, [`list:${site}`]: lists.site, [`list:${disk}`]: lists.disk }],
    ['shop.example.com:443', { discovered: { fact: { from: [...from] } } }],
  ]);
  const { map, values } = buildMap(seen, new Map());
  return rememberLook({ ...exampleLook({ name: 'azure' }), id: 7 }, map, values, undefined);
}

describe('where endpoints may be missing', () => {
  const plan = examplePlan({ scopes: [scope], resourceTypes: types });

  test.each([
    ['all lists are complete', azureLook({ site: listed, disk: listed }), []],
    ['a list that finds none is not', azureLook({ site: listed, disk: { fault } }), []],
    ['a list that finds some is not', azureLook({ site: { fault }, disk: listed }), [{ look: 'azure', scope, types: [site], fault }]],
  ])('%s', (_what, look, expected) => {
    expect(unlistedEndpoints(plan, 'azure', [look])).toEqual(expected);
  });

  it('nothing was listed yet: every scope', () => {
    expect(unlistedEndpoints(plan, 'azure', [])).toMatchObject([{ scope, types: [site], fault: { code: 'partial' } }]);
  });

  it('no type is known to find any: nowhere', () => {
    expect(unlistedEndpoints(examplePlan({ scopes: [scope] }), 'azure', [])).toEqual([]);
  });
});

describe('a run over endpoints of which some may be missing', () => {
  const subjects = [endpoint('a')];
  const { map, values } = buildMap(new Map(subjects.map(({ id }) => [id, { state: good }])), new Map());
  const look = rememberLook({ ...exampleLook({ name: 'state' }), id: 1 }, map, values, undefined);
  const gap = { look: 'azure', scope, types: [site], fault };
  const input = (changes: Partial<RunInput> = {}): RunInput => ({
    id: 'state-good',
    check: stateCheck(['state']),
    parameters: { defaults: {}, overrides: {} },
    waivers: [],
    trigger: 'looked',
    extent: { kind: 'all' },
    subjects,
    looks: new Map([['state', look]]),
    sources: { lookOfKind: new Map([['state', 'state']]), derivations: new Map(), bringsOf: new Map() },
    previous: null,
    startedAt: '2026-11-24T08:00:30.000Z',
    ...changes,
  });

  it('never passes as a whole', () => {
    const judged = judgeRun(input({ unlistedEndpoints: [gap] }));
    expect(judged.counts.intent).toEqual({ pass: 1, fail: 0, unknown: 1, waived: 0 });
    expect(judged.notPass).toMatchObject([
      { subject: scope.id, interpretation: 'literal', status: 'unknown', reason: 'denied', cause: 'azure: denied' },
      { subject: scope.id, interpretation: 'intent' },
    ]);
  });

  it('nor where there is nobody else', () => {
    expect(judgeRun(input({ subjects: [], unlistedEndpoints: [gap] })).counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
  });

  it('is not taken for "none expected"', () => {
    const parameters = { defaults: {}, overrides: {}, noneExpected: { by: 'Jane', on: '2026-11-24' } };
    expect(judgeRun(input({ subjects: [], parameters })).counts.intent).toEqual({
      pass: 0,
      fail: 0,
      unknown: 0,
      waived: 0,
      noneExpected: true,
    });
    const gapped = judgeRun(input({ subjects: [], parameters, unlistedEndpoints: [gap] }));
    expect(gapped.counts.intent).toEqual({ pass: 0, fail: 0, unknown: 1, waived: 0 });
  });

  it('is stored with them, and read back as it was', () => {
    const { body } = populationBody({ subjects, unlistedEndpoints: [gap] });
    expect(body.digest).not.toBe(populationBody({ subjects }).body.digest);
    const stored = [...subjects, scope.id, { kind: 'unlisted', unlisted: gap }] as const;
    expect(readPopulation(stored)).toEqual({ subjects: [...subjects, scope], unlistedEndpoints: [gap] });
  });
});

describe('endpoints that an index no longer holds', () => {
  const before = azureLook({ site: listed, disk: listed });
  const now = (lists: object): FactMap => buildMap(new Map([[scope.id, { resource: { fact: {} }, ...lists }]]), new Map()).map;

  test.each([
    ['stay while a list that finds them is faulty', { [`list:${site}`]: { fault }, [`list:${disk}`]: listed }, true],
    ['are gone while another list is faulty', { [`list:${site}`]: listed, [`list:${disk}`]: { fault } }, false],
    ['are gone where all lists are complete', { [`list:${site}`]: listed, [`list:${disk}`]: listed }, false],
  ])('%s', (_what, lists, stays) => {
    expect('shop.example.com:443' in keepUnlisted(now(lists), before, types)).toBe(stays);
  });
});

describe('endpoints of what is out of scope', () => {
  const excluded = (subject: string) => examplePlan({ subjects: [], outOfScope: [{ subject, owner: 'Jane', reason: 'a test' }] });
  const other = `${scope.id}/resourcegroups/edge/providers/microsoft.network/publicipaddresses/edge`;
  const group = `${scope.id}/resourcegroups/shop`;
  const lists = { site: listed, disk: listed };

  it('are left out where all that they were found from is', () => {
    expect(endpointsOf(excluded(group), [azureLook(lists)])).toEqual([]);
  });

  it('stay where something else in scope names them', () => {
    expect(endpointsOf(excluded(group), [azureLook(lists, [shop, other])])).toHaveLength(1);
  });

  it('stay where nothing is out of scope', () => {
    expect(endpointsOf(examplePlan({ subjects: [] }), [azureLook(lists)])).toHaveLength(1);
  });
});
