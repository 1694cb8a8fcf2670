import type { Json } from '../domain/json.ts';

/** What a row may hold: anything. `problems` collects what is there and cannot be read, for people: what rests on it is unknown, never closed. */
export type Problems = string[];

export type Member = Json | undefined;

/** The member at the path; undefined where there is none, or where something on the way is no object. */
export function memberAt(value: Member, ...path: readonly string[]): Member {
  let here: Member = value;
  for (const name of path) {
    if (!isObject(here)) return undefined;
    here = here[name];
  }
  return here;
}

export function isObject(value: Member): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null where it is absent, empty or no text. Numbers are texts too: ports come as either. */
export function textAt(value: Member, ...path: readonly string[]): string | null {
  const here = memberAt(value, ...path);
  if (typeof here === 'number') return String(here);
  const text = typeof here === 'string' ? here.trim() : '';
  return text === '' ? null : text;
}

export function lowerTextAt(value: Member, ...path: readonly string[]): string | null {
  return textAt(value, ...path)?.toLowerCase() ?? null;
}

/** Absent and null are an empty list, as ARM leaves out what it has not; anything else that is no list is a problem. */
export function listAt(problems: Problems, value: Member, ...path: readonly string[]): readonly Json[] {
  const here = memberAt(value, ...path);
  if (here === undefined || here === null) return [];
  if (Array.isArray(here)) return here;
  problems.push(`${path.join('.')} is no list`);
  return [];
}

/** The texts of a list; what is none is a problem. */
export function textsAt(problems: Problems, value: Member, ...path: readonly string[]): readonly string[] {
  return listAt(problems, value, ...path).flatMap((item) => {
    const text = textAt(item);
    if (text !== null) return [text];
    problems.push(`${path.join('.')} holds what is no text`);
    return [];
  });
}

/** As ids are compared: lower case, without a slash at the end. */
export function normalId(text: string): string {
  return text.toLowerCase().replace(/\/+$/, '');
}

/** `{ id }` as rows refer to one another; null where nothing is referred to. What is there and has no id is a problem. */
export function referenceAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  const here = memberAt(value, ...path);
  if (here === undefined || here === null) return null;
  const id = textAt(here, 'id');
  if (id !== null) return normalId(id);
  problems.push(`${path.join('.')} names no id`);
  return null;
}

export function referencesAt(problems: Problems, value: Member, ...path: readonly string[]): readonly string[] {
  return listAt(problems, value, ...path).flatMap((item) => {
    const id = textAt(item, 'id');
    if (id !== null) return [normalId(id)];
    problems.push(`${path.join('.')} holds what names no id`);
    return [];
  });
}

/** Id of what stands inline in a row: its own, else what ARM makes of the row's id, the member and its name. */
export function childId(parent: string, member: string, child: Json): string {
  const id = textAt(child, 'id');
  return id === null ? `${parent}/${member.toLowerCase()}/${lowerTextAt(child, 'name') ?? ''}` : normalId(id);
}

/** Id of the resource within which the id stands: `.../virtualnetworks/a/subnets/b` -> `.../virtualnetworks/a`. */
export function parentOf(id: string, levels = 1): string {
  return id
    .split('/')
    .slice(0, -2 * levels)
    .join('/');
}

export function lastNameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
