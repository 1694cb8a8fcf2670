import type { z } from 'zod';
import type { OutOfScope } from '../domain/plan.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Endpoint } from '../domain/subject.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import { endpointOf, parseEndpoint } from './endpoint.ts';
import { readItems } from './read-entries.ts';
import { endpointSchema, exclusionSchema, scopeSchema } from './settings-schema.ts';
import { validate } from './validate.ts';

export interface ReadEndpoint {
  readonly endpoint: Endpoint;
  readonly index: number;
  /** Check id -> the parameters that differ here, not validated. */
  readonly checks: Readonly<Record<string, unknown>>;
}

export interface ReadEndpoints {
  readonly endpoints: readonly ReadEndpoint[];
  /** False where some entry could not be read, so that nothing can be said about what is missing. */
  readonly complete: boolean;
}

/** What could be read; mistakes are reported. */
export function readEndpoints(value: unknown, file: ConfigurationFile): ReadEndpoints {
  const items = readItems(value, file, ['endpoints']);
  const parsed = (items ?? []).map((item, index) => readEndpoint(item, index, file));
  const endpoints = parsed.filter((entry) => entry !== null);
  reportDuplicates(endpoints, file);
  return { endpoints, complete: items !== null && endpoints.length === parsed.length };
}

function readEndpoint(value: unknown, index: number, file: ConfigurationFile): ReadEndpoint | null {
  const entry: z.infer<typeof endpointSchema> | undefined = validate(endpointSchema, value, file, ['endpoints', index]);
  if (entry === undefined) return null;
  const { checks, ...parts } = entry;
  return { endpoint: endpointOf(parts), index, checks };
}

function reportDuplicates(endpoints: readonly ReadEndpoint[], file: ConfigurationFile): void {
  const seen = new Map<string, number>();
  for (const { endpoint, index } of endpoints) {
    const earlier = seen.get(endpoint.id);
    if (earlier === undefined) seen.set(endpoint.id, index);
    else
      file.report(['endpoints', index], { message: `${endpoint.id} stands at endpoints[${earlier}] too`, remedy: 'remove one of the two' });
  }
}

/** What somebody took out of scope, with owner and reason. It need not be configured: an estate that is discovered is excluded from in the same way. */
export function readExclusions(value: unknown, file: ConfigurationFile): readonly OutOfScope[] {
  const scope = validate(scopeSchema, value ?? {}, file, ['scope']);
  const seen = new Set<string>();
  return (scope?.excluded ?? []).flatMap((item, index) => {
    const path = ['scope', 'excluded', index];
    const entry = validate(exclusionSchema, item, file, path);
    if (entry === undefined) return [];
    if (!isSubject(entry.subject)) {
      file.report([...path, 'subject'], {
        message: `expected host:port or the id of a resource, got ${JSON.stringify(entry.subject)}`,
        remedy: 'write for example "old.example.com:443", or "/subscriptions/.../resourceGroups/old" for all that stands in it',
      });
      return [];
    }
    if (seen.has(entry.subject))
      file.report([...path, 'subject'], { message: `${entry.subject} is excluded twice`, remedy: 'remove one of the two' });
    seen.add(entry.subject);
    return [entry];
  });
}

function isSubject(text: string): boolean {
  if (text.startsWith('/')) return resourceFromId(text)?.id === text;
  const endpoint = parseEndpoint(text);
  return !('problem' in endpoint) && endpoint.id === text;
}
