import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { resourceFromId } from '../../src/domain/resource-id.ts';
import type { Resource } from '../../src/domain/subject.ts';

const folder = fileURLToPath(new URL('../../../shared/azure/', import.meta.url));

/** Whether the examples are there; they are data beside the project, not part of it. */
export const haveBodies = existsSync(folder);

/** One resource as an official example or a recorded answer gives it. */
export interface OfficialBody {
  /** `spec`: written by the team of the service. `recorded`: what Azure answered. */
  readonly origin: 'spec' | 'recorded';
  /** Relative to the folder of the examples. */
  readonly file: string;
  readonly resource: Resource;
  readonly body: JsonObject;
}

/** Every resource in every body, those in lists and within others too; ordered by file. */
export function readOfficialBodies(): readonly OfficialBody[] {
  const files = ['spec', 'recorded'].flatMap((origin) => globSync(`${origin}/**/*.json`, { cwd: folder })).sort();
  return files.flatMap((file) => {
    const origin = file.startsWith('spec') ? 'spec' : 'recorded';
    const example = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Json;
    const body = origin === 'spec' ? memberOf(memberOf(memberOf(example, 'responses'), '200'), 'body') : memberOf(example, 'body');
    return resourcesIn(body).map(([resource, found]) => ({ origin, file, resource, body: found }));
  });
}

/** Some examples show one thing under the id of another, or a type that its id does not have. */
export function isOfItsType({ body, resource }: OfficialBody): boolean {
  const { type } = body;
  return typeof type !== 'string' || type.toLowerCase() === resource.type;
}

function resourcesIn(value: Json | undefined): readonly (readonly [Resource, JsonObject])[] {
  if (Array.isArray(value)) return value.flatMap(resourcesIn);
  if (!isObject(value)) return [];
  const resource = typeof value['id'] === 'string' ? resourceFromId(value['id']) : null;
  const nested = Object.values(value).flatMap(resourcesIn);
  return resource === null || isReference(value) ? nested : [[resource, value], ...nested];
}

/** Names another resource, and says nothing of it. */
function isReference(value: JsonObject): boolean {
  return !isObject(value['properties']) && typeof value['type'] !== 'string' && typeof value['state'] !== 'string';
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isObject(value) ? value[name] : undefined;
}
