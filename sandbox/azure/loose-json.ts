import type { Json, JsonObject } from '../../src/domain/json.ts';

/** Reads of JSON that may be anything: what is not there reads as empty. */
export function membersOf(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function elementsOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Null where there is no text, or an empty one. */
export function textOf(value: Json | undefined): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}

export function textsOf(value: Json | undefined): readonly string[] {
  return elementsOf(value).flatMap((element) => textOf(element) ?? []);
}

/** Of a reference to another resource, lower case; empty where there is none. */
export function idOf(reference: Json | undefined): string {
  return textOf(membersOf(reference)['id'])?.toLowerCase() ?? '';
}
