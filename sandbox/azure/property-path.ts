import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { EstateResource } from './estate-port.ts';

/** `properties.storageSettings[0].type`: the members and indexes from the resource down. */
type Step = string | number;

/** What stands at a path; null where nothing does, as `resourcechanges` says it. */
export function valueAt(resource: EstateResource, path: string): Json {
  let value: Json | undefined = toJson(resource);
  for (const step of stepsOf(path)) value = childOf(value, step);
  return value ?? null;
}

/** A copy with the value at the path; objects on the way are made where they are missing. */
export function withValue(resource: EstateResource, path: string, value: Json): EstateResource {
  return toResource(change(toJson(resource), stepsOf(path), value));
}

/** A copy without the member at the path. */
export function withoutValue(resource: EstateResource, path: string): EstateResource {
  return toResource(change(toJson(resource), stepsOf(path), undefined));
}

function change(value: Json | undefined, [step, ...rest]: readonly Step[], leaf: Json | undefined): Json | undefined {
  if (step === undefined) return leaf;
  const next = change(childOf(value, step), rest, leaf);
  if (typeof step === 'number') return Array.isArray(value) && next !== undefined ? withElement(value, step, next) : value;
  const members = isObject(value) ? value : {};
  const others = Object.entries(members).filter(([name]) => next !== undefined || name !== step);
  return Object.fromEntries(next === undefined ? others : Object.entries({ ...members, [step]: next }));
}

/** Of a list of three, 3 is one more. */
function withElement(list: readonly Json[], index: number, element: Json): Json {
  return index === list.length ? [...list, element] : list.with(index, element);
}

function childOf(value: Json | undefined, step: Step): Json | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
  return isObject(value) ? value[step] : undefined;
}

function stepsOf(path: string): readonly Step[] {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== '')
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toJson(resource: EstateResource): JsonObject {
  return Object.fromEntries(Object.entries(resource));
}

/** Only members of the resource are ever changed, each to a value of its kind: mutations are written here, not read from outside. */
function toResource(value: Json | undefined): EstateResource {
  return value as unknown as EstateResource;
}
