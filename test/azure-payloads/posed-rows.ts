import type { Check } from '../../src/domain/check.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { ResourceTypePlan } from '../../src/domain/look.ts';
import type { Resource } from '../../src/domain/subject.ts';
import { keepFields } from '../../src/sources/azure/keep-fields.ts';
import { judgeAll } from '../support/judge.ts';
import type { Survivor } from './documented-passes.ts';
import type { Goodness } from './good-rows.ts';
import { isObject, type OfficialBody } from './official-bodies.ts';
import { merged, type Variant, variantsOf } from './variants.ts';

type Related = { readonly [name: string]: readonly JsonObject[] };

/** One row as a check gets it, with all else that its judgement needs. */
export interface Posed {
  readonly id: string;
  readonly check: Check;
  readonly subject: Resource;
  readonly row: JsonObject;
  readonly related: Related;
  readonly census: JsonObject;
  readonly parameters: JsonObject;
}

export interface Estate {
  readonly types: ReadonlyMap<string, ResourceTypePlan>;
  /** From which related rows are taken. */
  readonly bodies: readonly OfficialBody[];
}

/** Of the row of a resource what the engine keeps. */
export function keptOf({ body, resource }: Pick<OfficialBody, 'body' | 'resource'>, { types }: Pick<Estate, 'types'>): JsonObject {
  return keepFields({ ...body, subscriptionId: resource.subscription }, types.get(resource.type)?.fields ?? []);
}

/** The properties that a kept row has. */
export function fieldsOf(row: JsonObject): readonly string[] {
  return isObject(row['properties']) ? Object.keys(row['properties']) : [];
}

export function pose(id: string, check: Check, start: OfficialBody, estate: Estate, good: Goodness = {}): Posed {
  const row = keptOf({ ...start, body: merged(start.body, good.patch ?? {}) }, estate);
  const related = Object.entries(good.related ?? {}).map(([name, { type, patch, times }]) => {
    const from = estate.bodies.find(({ resource, body }) => resource.type === type && isObject(body['properties']));
    const relation = check.related?.[name];
    if (from === undefined || relation === undefined) throw new Error(`${id} has no relation ${name}, or no body is of ${type}`);
    const kept = () => keepFields(merged(from.body, patch), estate.types.get(relation.type)?.fields ?? []);
    return [name, Array.from({ length: times ?? 1 }, kept)] as const;
  });
  const parameters = { ...(id === 'hosting-regions' ? allowRegionsOf(row) : {}), ...good.parameters };
  const census = good.census ?? { types: [] };
  return { id, check, subject: start.resource, row, related: Object.fromEntries(related), census, parameters };
}

/** The regions that the row itself names, each the pair of itself. */
function allowRegionsOf(row: JsonObject): JsonObject {
  const properties = isObject(row['properties']) ? row['properties'] : {};
  const named = [row['location'], properties['secondaryLocation'], properties['defaultSecondaryLocation']];
  const allowed = named.filter((region) => typeof region === 'string');
  return { allowed, pairedRegions: Object.fromEntries(allowed.map((region) => [region, region])) };
}

/** Whether the schemas of the check let the row and those related to it through; else the engine says `malformed`. */
export function isRead({ check, row, related }: Posed): boolean {
  const relations = Object.entries(check.related ?? {});
  return (
    check.needs['resource']?.safeParse(row).success === true &&
    relations.every(([name, { row: schema }]) => (related[name] ?? []).every((one) => schema.safeParse(one).success))
  );
}

/** The interpretations that pass. Throws where the judge does. */
export function passesOf(posed: Posed): readonly string[] {
  if (!isRead(posed)) return [];
  const { check, row, census, subject, parameters, related } = posed;
  const judged = judgeAll(check, { resource: row, census }, { subject, parameters, related });
  return judged.flatMap(({ interpretation, status }) => (status === 'pass' ? [interpretation] : []));
}

/** Changes of a row that passes, or of one that is related to it, after which something still passes. */
export function survivorsOf(posed: Posed): readonly Survivor[] {
  const { id, check, subject, row, related } = posed;
  const told = (prefix: string, { path, kind }: Variant, changed: Posed): readonly Survivor[] => {
    const interpretations = passesOf(changed);
    return interpretations.length === 0 ? [] : [{ check: id, type: subject.type, path: `${prefix}${path}`, kind, interpretations }];
  };
  const own = variantsOf(row, readBy(check.needs['resource'], row)).flatMap((one) => told('', one, { ...posed, row: one.row }));
  const others = Object.entries(related).flatMap(([name, rows]) =>
    rows.flatMap((each) =>
      variantsOf(each, readBy(check.related?.[name]?.row, each)).flatMap((one) =>
        told(`${name}:`, one, { ...posed, related: { ...related, [name]: rows.map((row) => (row === each ? one.row : row)) } }),
      ),
    ),
  );
  return [...own, ...others];
}

/** What a schema lets through: the parts that the check reads. */
function readBy(schema: Check['needs'][string] | undefined, row: JsonObject): Json {
  return (schema?.parse(row) ?? {}) as Json;
}
