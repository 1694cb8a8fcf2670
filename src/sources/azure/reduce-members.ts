import type { Json, JsonObject } from '../../domain/json.ts';
import { keptPowerState } from './power-state.ts';

/**
 * What is kept of members that hold people's mail addresses and telephone numbers, addresses of web hooks with secrets in them, or what changes by
 * itself: named fields and nothing else. Null: the member is kept as it is.
 */
export function reduceMember(field: string, value: Json): Json | null {
  if (field.endsWith('Receivers')) return eachOf(value, (receiver) => only(receiver, ['status', 'enabled']));
  switch (field) {
    case 'actions':
      return member(value, 'actionGroups', (groups) => eachOf(groups, (group) => only(group, ['actionGroupId'])));
    case 'condition':
      return member(value, 'allOf', (conditions) => eachOf(conditions, reduceCondition));
    case 'extended':
      return keptPowerState(value);
    default:
      return null;
  }
}

/** Fields of an event of the activity log whose values name nobody; of the others (`caller`) it is kept that they are compared. */
const namelessFields: ReadonlySet<string> = new Set([
  'category',
  'level',
  'operationname',
  'resourceprovider',
  'resourcetype',
  'status',
  'properties.incidenttype',
]);

function reduceCondition(condition: JsonObject): JsonObject {
  const leaf = reduceLeaf(condition);
  const leaves = condition['anyOf'];
  return leaves === undefined || leaves === null ? leaf : { ...leaf, anyOf: eachOf(leaves, reduceLeaf) };
}

function reduceLeaf(leaf: JsonObject): JsonObject {
  const field = leaf['field'];
  const isNameless = typeof field === 'string' && namelessFields.has(field.toLowerCase());
  return only(leaf, isNameless ? ['field', 'equals', 'containsAny'] : ['field']);
}

function only(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.flatMap((name) => (object[name] === undefined ? [] : [[name, object[name]] as const])));
}

/** What is no object is nothing that we may keep. */
function member(value: Json, name: string, reduce: (part: Json) => Json): JsonObject {
  const part = isObject(value) ? value[name] : undefined;
  return part === undefined ? {} : { [name]: reduce(part) };
}

/** What is no list of objects is kept as what it is not, so that nobody takes it for an empty one. */
function eachOf(value: Json, reduce: (one: JsonObject) => Json): Json {
  if (!Array.isArray(value)) return value === null ? null : typeof value;
  return value.map((one: Json) => (isObject(one) ? reduce(one) : one === null ? null : typeof one));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
