import { z } from 'zod';
import type { Check } from '../domain/check.ts';

/** The one kind of fact of a resource. */
const resourceKind = 'resource';

/** The members of `properties` that a check reads of resources of this type: of its subjects, and of what is related to them. */
export function neededProperties(check: Check, type: string): readonly string[] {
  if (check.subjects === 'endpoint') return [];
  const own = check.subjects.resources.includes(type) ? propertiesOf(check.needs[resourceKind]) : [];
  const related = Object.values(check.related ?? {}).flatMap((one) => [
    ...(one.type === type ? propertiesOf(one.row) : []),
    ...(one.type === type ? propertyOfPath(one.by) : []),
  ]);
  return [...new Set([...own, ...related])];
}

function propertyOfPath(path: string): readonly string[] {
  const [first, second] = path.split('.');
  return first === 'properties' && second !== undefined ? [second] : [];
}

/** Read from the schema itself, so that what is fetched and what is read cannot differ. */
function propertiesOf(schema: z.ZodType | undefined): readonly string[] {
  const properties = schema === undefined ? undefined : shapeOf(schema)?.['properties'];
  const shape = properties === undefined ? undefined : shapeOf(properties);
  return shape === undefined ? [] : Object.keys(shape);
}

/** The members of an object schema, whatever it is wrapped in (optional, nullable, default, transformed). */
function shapeOf(schema: z.ZodType): { readonly [key: string]: z.ZodType } | undefined {
  let inner: unknown = schema;
  for (let depth = 0; depth < 10; depth += 1) {
    if (inner instanceof z.ZodObject) return inner.shape;
    if (inner instanceof z.ZodPipe) inner = inner.in;
    else if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodNullable ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault
    )
      inner = inner.unwrap();
    else return undefined;
  }
  return undefined;
}
