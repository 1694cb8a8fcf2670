import { expect, it } from 'vitest';
import { checkFactsAreBrought, withEstateKinds } from '../../src/config/check-needs.ts';
import type { ConfigurationFile } from '../../src/config/configuration-file.ts';
import { planResourceTypes, readResourceTypes } from '../../src/config/resource-types.ts';
import { withKnowledge } from '../../src/config/with-knowledge.ts';
import type { EstateDerivation } from '../../src/domain/estate-derivation.ts';
import { typesBehind } from '../../src/domain/needed-derivations.ts';
import { digestOfValue } from '../../src/engine/body.ts';
import { checkPlan, lookPlan, makeFakeSource } from '../support/engine-fixtures.ts';
import { thingCheck } from '../support/estate-checks.ts';
import { partType, thingType } from '../support/fake-estate.ts';
import { reachCheck, reachDerivation } from '../support/stand-in-derivation.ts';

const checks = new Map([
  ['reach', reachCheck],
  ['things', thingCheck],
]);
const plans = [...checks.keys()].map((id) => checkPlan(id));

function makeFile(types: object = {}) {
  const reported: string[] = [];
  const report: ConfigurationFile['report'] = (_path, { message }) => {
    reported.push(message);
  };
  const file: ConfigurationFile = { name: 'a.yaml', path: '/a.yaml', text: '', value: { types }, report, hide: () => undefined };
  return { file, reported };
}

const sorted = {
  'Test.Estate/things': { holds: [], apiVersion: '2026-01-01' },
  'Test.Estate/parts': { holds: [], apiVersion: '2026-01-01' },
};

function planTypes(types: object, ids: readonly string[], estateDerivations: readonly EstateDerivation[] = [reachDerivation]) {
  const { file, reported } = makeFile(types);
  const readers = { plans: ids.map((id) => checkPlan(id)), checks, discovery: [], estateDerivations, reads: [] };
  const planned = planResourceTypes(readers, readResourceTypes(file), file);
  return { planned: planned.map(({ type, fields }) => [type, ...fields]), reported };
}

it('what a needed fact follows from is asked of Azure, with the members that are read', () => {
  expect(planTypes(sorted, ['reach'])).toEqual({
    planned: [
      [partType, 'state', 'thingIds'],
      [thingType, 'state'],
    ],
    reported: [],
  });
});

it('a kind of fact among what is read has no type, and what no check needs is not asked for', () => {
  const more = { ...reachDerivation, reads: { ...reachDerivation.reads, 'effective-rules': [] } };
  expect(planTypes(sorted, ['reach'], [more]).planned.map(([type]) => type)).toEqual([partType, thingType]);
  expect(planTypes(sorted, ['things']).planned).toEqual([[thingType, 'state']]);
});

it('a type that nobody sorted is refused', () => {
  const { 'Test.Estate/parts': _parts, ...others } = sorted;
  expect(planTypes(others, ['reach']).reported).toEqual([
    `the check reach needs "reach", which follows from ${partType}, which is not sorted`,
  ]);
});

it.each([
  ['azure', []],
  ['dns', ['the check needs the fact "resource", which no configured look brings']],
])('facts of the estate need a look that brings rows: %s', (look, expected) => {
  const { file, reported } = makeFile();
  const sources = new Map(
    ['azure', 'dns'].map((name) => {
      const create = () => makeFakeSource(name, name === 'azure' ? ['resource'] : ['dns']);
      return [name, { name, options: reachCheck.parameters, create }] as const;
    }),
  );
  const needs = { checks, sources, derivations: withEstateKinds(new Map(), [reachDerivation]) };
  checkFactsAreBrought([checkPlan('reach')], [lookPlan(look)], needs, file);
  expect(reported).toEqual(expected);
});

it('every type that decides about a subject is behind its check', () => {
  expect([...typesBehind(reachCheck, [reachDerivation])].sort()).toEqual([partType, thingType]);
  expect(typesBehind(thingCheck, [reachDerivation])).toEqual([thingType]);
});

it('what the facts are derived with stands as a digest in the parameters of the checks that need them', () => {
  const given = { checks, estateDerivations: [reachDerivation], scopes: [] };
  const known = (prefix: string) => withKnowledge(plans, {}, { ...given, serviceTags: { Sql: [prefix] } });
  const { checks: first, knowledge } = known('192.0.2.0/24');
  expect(knowledge).toEqual({ serviceTags: { Sql: ['192.0.2.0/24'] } });
  expect(first.map(({ parameters }) => parameters.knowledgeDigest)).toEqual([digestOfValue(knowledge), undefined]);
  const { checks: second } = known('192.0.2.0/25');
  expect(second[0]?.parameters.knowledgeDigest).not.toBe(first[0]?.parameters.knowledgeDigest);
});
