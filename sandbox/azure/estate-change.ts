import { randomUUID } from 'node:crypto';
import type { EstateChange, EstateResource, PropertyChange } from './estate-port.ts';
import type { Mutation } from './mutation.ts';
import { valueAt } from './property-path.ts';

export type Who = Pick<Mutation, 'by' | 'operation'> & { readonly correlationId?: string };
interface Occasion extends Who {
  readonly atMs: number;
}

/** What `resourcechanges` tells of it; null where the resource is not there. */
export function describeChange(
  target: string,
  before: EstateResource | null,
  after: EstateResource | null,
  { by, operation, correlationId, atMs }: Occasion,
): EstateChange {
  return {
    id: `${target}/providers/Microsoft.Resources/changes/${randomUUID()}`,
    target,
    type: before === null ? 'Create' : after === null ? 'Delete' : 'Update',
    at: new Date(atMs).toISOString(),
    by,
    clientType: by.includes('@') ? 'Azure Portal' : 'Azure CLI',
    operation,
    ...(correlationId === undefined ? {} : { correlationId }),
    changes: before === null || after === null ? {} : comparePaths(before, after),
  };
}

/** Each leaf that differs, by its path. */
function comparePaths(before: EstateResource, after: EstateResource): { readonly [path: string]: PropertyChange } {
  const paths = new Set([...leavesOf(before, ''), ...leavesOf(after, '')]);
  const differing = [...paths]
    .map((path) => [path, { previousValue: valueAt(before, path), newValue: valueAt(after, path) }] as const)
    .filter(([, { previousValue, newValue }]) => previousValue !== newValue);
  return Object.fromEntries(differing);
}

function leavesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, child]) => {
    if (Array.isArray(value)) return leavesOf(child, `${path}[${name}]`);
    return leavesOf(child, path === '' ? name : `${path}.${name}`);
  });
}
