import { neededProperties } from '../../src/config/needed-properties.ts';
import { type Check, resourceTypesOf } from '../../src/domain/check.ts';
import { type DocumentedPass, documentedPasses } from './documented-passes.ts';
import { isOfItsType, type OfficialBody } from './official-bodies.ts';
import { type Estate, fieldsOf, keptOf } from './posed-rows.ts';

export interface SeenBodies {
  readonly checks: ReadonlyMap<string, Check>;
  readonly estate: Estate;
  /** Of all types that are read. */
  readonly read: readonly OfficialBody[];
  /** Of those the ones that are what their id says. */
  readonly own: readonly OfficialBody[];
  /** Checks and types of which no body passes, changed or not. */
  readonly never: readonly { readonly id: string; readonly type: string }[];
}

/** For a golden file: what the examples hold of what is read, and where a pass does not need all of it. */
export function describeBodies(seen: SeenBodies): string {
  return [
    '# Bodies by type, of official examples (spec) and recorded answers; then each property of them that is read, and how many have it.',
    ...describeTypes(seen),
    '',
    '# No body passes, changed or not: the rows of the type alone never say enough.',
    ...seen.never.map(({ id, type }) => `${id}: ${type}`).sort(),
    '',
    '# Passes although a part is absent or not known, and why that is right.',
    ...documentedPasses.filter(({ isHole }) => isHole !== true).map(describePass),
    '',
    '# The same, and not right.',
    ...documentedPasses.filter(({ isHole }) => isHole === true).map(describePass),
    '',
    '# Examples under the id of another type, which are refused.',
    ...[...new Set(seen.read.filter((one) => !isOfItsType(one)).map(describeOther))].sort(),
    '',
    '# Properties that a check reads, and no body of any of its types has.',
    ...describeUnseenFields(seen),
    '',
    '# Types without any body.',
    ...describeUnseenTypes(seen),
    '',
  ].join('\n');
}

function describeTypes({ estate, own }: SeenBodies): readonly string[] {
  return [...estate.types.values()].flatMap(({ type, fields }) => {
    const bodies = own.filter(({ resource }) => resource.type === type);
    if (bodies.length === 0) return [];
    const found = bodies.map((one) => fieldsOf(keptOf(one, estate)));
    const recorded = bodies.filter(({ origin }) => origin === 'recorded').length;
    const shares = fields.flatMap((field) => {
      const having = found.filter((some) => some.includes(field)).length;
      return having === 0 ? [] : [`  ${field}: ${having} of ${bodies.length}`];
    });
    return [`${type}: ${bodies.length - recorded} spec, ${recorded} recorded`, ...shares];
  });
}

function describeUnseenTypes({ estate, own }: SeenBodies): readonly string[] {
  const seen = new Set(own.map(({ resource }) => resource.type));
  return [...estate.types.keys()].filter((type) => !seen.has(type));
}

/** A name that is misspelt would stand here, and one that the examples are too old for. */
function describeUnseenFields({ estate, own, checks }: SeenBodies): readonly string[] {
  const found = new Map(own.map((one) => [one, fieldsOf(keptOf(one, estate))]));
  return [...checks].flatMap(([id, check]) =>
    [...new Set(resourceTypesOf(check).flatMap((type) => neededProperties(check, type)))].flatMap((field) => {
      const seen = own.some((one) => resourceTypesOf(check).includes(one.resource.type) && found.get(one)?.includes(field));
      return seen ? [] : [`${id}: ${field}`];
    }),
  );
}

function describeOther({ body, resource, file }: OfficialBody): string {
  return `${resource.type}: ${JSON.stringify(body['type'])} (${file.split('/').at(-1)})`;
}

function describePass({ check, types, paths, why }: DocumentedPass): string {
  return `${check} (${describeScope(types)}): ${paths.join(', ')}: ${why}`;
}

function describeScope(types: DocumentedPass['types']): string {
  if ('only' in types) return types.only.join(', ');
  return types.not.length === 0 ? 'all types' : `not ${types.not.join(', ')}`;
}
