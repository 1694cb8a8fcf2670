import { z } from 'zod';
import type { JsonObject } from '../domain/json.ts';
import type { ConfigurationFile } from './configuration-file.ts';
import type { Path } from './path.ts';
import { anyMap, namePattern } from './settings-schema.ts';
import { validate } from './validate.ts';

export interface NamedEntries {
  readonly items: readonly (readonly [string, unknown])[];
  /** False where something was refused, so that nothing can be said about what is missing. */
  readonly complete: boolean;
}

/** The entries of a map whose keys are names. An absent map has none. */
export function readNamedEntries(value: unknown, file: ConfigurationFile, path: Path): NamedEntries {
  const entries = validate(anyMap, value ?? {}, file, path);
  if (entries === undefined) return { items: [], complete: false };
  const items = Object.entries(entries).filter(([name]) => {
    if (namePattern.test(name)) return true;
    const message = `expected a name in lower case letters, digits and hyphens, got ${JSON.stringify(name)}`;
    file.report([...path, name], { message, remedy: 'rename it', at: 'key' });
    return false;
  });
  return { items, complete: items.length === Object.keys(entries).length };
}

/** The items of a list; null where it is no list. An absent list is empty. */
export function readItems(value: unknown, file: ConfigurationFile, path: Path): readonly unknown[] | null {
  return validate(z.array(z.unknown()), value ?? [], file, path) ?? null;
}

const jsonObject = z.record(z.string(), z.json());

/** What another room's schema gives back must be plain JSON: it crosses threads and is hashed. */
export function validateOptions(schema: z.ZodType, value: unknown, file: ConfigurationFile, path: Path): JsonObject | undefined {
  const options = validate(schema, value, file, path);
  return options === undefined ? undefined : validate(jsonObject, options, file, path);
}
