import { parseAddress } from '../domain/address-range.ts';
import type { Json } from '../domain/json.ts';
import { remembered } from './remembered.ts';

/** What a row may hold: anything. `problems` collects what is there and cannot be read, for people: what rests on it is unknown, never closed. */
export type Problems = string[];

export type Member = Json | undefined;

/** The member at the path; undefined where there is none. Something on the way that is no object is a problem. */
export function memberAt(problems: Problems, value: Member, ...path: readonly string[]): Member {
  let here: Member = value;
  for (const [index, name] of path.entries()) {
    if (here === undefined || here === null) return undefined;
    if (!isObject(here)) {
      problems.push(`${path.slice(0, index).join('.') || 'what holds it'} is no object (${path.join('.')})`);
      return undefined;
    }
    here = here[name];
  }
  return here;
}

function isList(value: Member): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Member): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Null where it is absent or empty; anything else that is no text is a problem. */
export function textAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  const here = memberAt(problems, value, ...path);
  if (here === undefined || here === null) return null;
  if (typeof here === 'string') return here.trim() === '' ? null : here.trim();
  problems.push(`${path.join('.')} is no text`);
  return null;
}

/** One address; anything else that stands there is a problem, since nobody knows what is meant. */
export function addressAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  const text = textAt(problems, value, ...path);
  if (text !== null && parseAddress(text) === null) problems.push(`${path.join('.')} is "${text}", which is no address`);
  return text;
}

export function lowerTextAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  return textAt(problems, value, ...path)?.toLowerCase() ?? null;
}

/** Ports come as numbers and as texts. */
export function portAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  const here = memberAt(problems, value, ...path);
  return typeof here === 'number' ? String(here) : textAt(problems, value, ...path);
}

/** Absent is false; anything else that is neither is a problem. */
export function isTrueAt(problems: Problems, value: Member, ...path: readonly string[]): boolean {
  const here = memberAt(problems, value, ...path);
  if (here !== undefined && here !== null && typeof here !== 'boolean') problems.push(`${path.join('.')} is neither true nor false`);
  return here === true;
}

/** Absent and null are an empty list, as ARM leaves out what it has not; anything else that is no list is a problem. */
export function listAt(problems: Problems, value: Member, ...path: readonly string[]): readonly Json[] {
  const here = memberAt(problems, value, ...path);
  if (here === undefined || here === null) return [];
  if (isList(here)) return here;
  problems.push(`${path.join('.')} is no list`);
  return [];
}

/** The texts of a list; what is none is a problem. */
export function textsAt(problems: Problems, value: Member, ...path: readonly string[]): readonly string[] {
  return listAt(problems, value, ...path).flatMap((item) => {
    if (typeof item === 'string' && item.trim() !== '') return [item.trim()];
    problems.push(`${path.join('.')} holds what is no text`);
    return [];
  });
}

/** As ids are compared: lower case, without a slash at the end. */
function normalId(text: string): string {
  return text.toLowerCase().replace(/\/+$/, '');
}

/** `{ id }` as rows refer to one another; null where nothing is referred to. What is there and has no id is a problem. */
export function referenceAt(problems: Problems, value: Member, ...path: readonly string[]): string | null {
  const here = memberAt(problems, value, ...path);
  if (here === undefined || here === null) return null;
  return idIn(problems, here, path);
}

export function referencesAt(problems: Problems, value: Member, ...path: readonly string[]): readonly string[] {
  const items = listAt(problems, value, ...path);
  // A copy has no room to grow, which would weigh more than what is in it.
  return items.length === 0 ? none : items.flatMap((item) => idIn(problems, item, path) ?? []).slice();
}

const none: readonly never[] = [];

/** A hundred thousand interfaces name a few subnets, groups and pools. */
const sharedText = remembered(10_000, (text) => text);

function idIn(problems: Problems, reference: Json, path: readonly string[]): string | null {
  const id = isObject(reference) ? reference['id'] : undefined;
  if (typeof id === 'string' && id.trim() !== '') return sharedText(normalId(id.trim()));
  problems.push(`${path.join('.')} names no id`);
  return null;
}

/** Id of what stands inline in a row: its own, else what ARM makes of the row's id, the member and its name. */
export function childId(problems: Problems, parent: string, member: string, child: Json): string {
  const id = textAt(problems, child, 'id');
  return id === null ? `${parent}/${member.toLowerCase()}/${lowerTextAt(problems, child, 'name') ?? ''}` : normalId(id);
}

/** What is said of a row or of what stands in it; without it nothing is said. */
export function propertiesOf(problems: Problems, item: Member): Member {
  const properties = memberAt(problems, item, 'properties');
  if (isObject(properties)) return properties;
  problems.push('properties is no object');
  return undefined;
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
