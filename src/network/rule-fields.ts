import type { Json, JsonObject } from '../domain/json.ts';
import { everyPort, type PortSet, portSetOf } from './port-set.ts';
import { everyProtocol, type ProtocolBits, protocolBitsOf } from './protocols.ts';
import { remembered } from './remembered.ts';
import { anyEnd, type RuleEnd, readRuleEnd } from './rule-ends.ts';

/**
 * Reads the fields of a rule. What cannot be read is noted in `problems`, for people, and the widest value stands in its place; who uses it must not
 * rest on it.
 */
export interface RuleReading {
  readonly fields: JsonObject;
  readonly problems: string[];
}

export function readWord<Word extends string>({ fields, problems }: RuleReading, name: string, words: readonly Word[]): Word | null {
  const value = fields[name];
  const plain = typeof value === 'string' ? value.trim().toLowerCase() : null;
  const word = words.find((each) => each.toLowerCase() === plain) ?? null;
  if (word === null) problems.push(`${name} is ${nameOf(value)}`);
  return word;
}

export function readProtocol({ fields, problems }: RuleReading): ProtocolBits {
  const value = fields['protocol'];
  const bits = typeof value === 'string' || typeof value === 'number' ? protocolBitsOf(String(value)) : null;
  if (bits === null) problems.push(`protocol is ${nameOf(value)}`);
  return bits ?? everyProtocol;
}

/** Null where it is no whole number from 0. */
export function readPriority({ fields, problems }: RuleReading): number | null {
  const value = fields['priority'];
  const number = typeof value === 'string' && /^\d{1,5}$/.test(value.trim()) ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) return number;
  problems.push(`priority is ${nameOf(value)}`);
  return null;
}

const readPortText = remembered(10_000, (text) => portSetOf([text]));

/** Of a field that holds one and a field that holds a list; either may be absent, null or empty. */
export function readPorts(reading: RuleReading, single: string, list: string): PortSet {
  const texts = readTexts(reading, single, list);
  const only = texts?.[0];
  const ports = texts === null || only === undefined ? null : texts.length === 1 ? readPortText(only) : portSetOf(texts);
  if (ports !== null) return ports;
  if (texts !== null) reading.problems.push(`${single} is ${texts.length === 0 ? 'absent' : JSON.stringify(texts.join(', '))}`);
  return everyPort;
}

/** As above, with ids of groups that may stand in the texts' place. */
export function readEnd(reading: RuleReading, single: string, list: string, groups: readonly string[] | null): RuleEnd {
  const texts = readTexts(reading, single, list);
  if (groups === null) reading.problems.push(`${single}: a group has no id`);
  if (texts === null || groups === null) return anyEnd;
  if (texts.length + groups.length === 0) return noteEnd(reading, `${single} is absent`);
  const end = readRuleEnd(texts, groups);
  return 'unreadable' in end ? noteEnd(reading, `${single} is ${JSON.stringify(end.unreadable)}`) : end;
}

function noteEnd({ problems }: RuleReading, problem: string): RuleEnd {
  problems.push(problem);
  return anyEnd;
}

/** Null where one of them is no text: then it is noted already. */
function readTexts(reading: RuleReading, single: string, list: string): readonly string[] | null {
  const items = readList(reading, list);
  if (items === null) return null;
  const value = reading.fields[single] ?? '';
  const texts: string[] = [];
  for (const item of value === '' ? items : [value, ...items]) {
    if ((typeof item !== 'string' && typeof item !== 'number') || item === '') return noteTexts(reading, single, item);
    texts.push(String(item));
  }
  return texts;
}

function noteTexts({ problems }: RuleReading, name: string, item: Json): null {
  problems.push(`${name} holds ${item === null || item === '' ? 'an empty entry' : nameOf(item)}`);
  return null;
}

/** Absent and null are an empty list; null where it is something else. */
export function readList({ fields, problems }: RuleReading, name: string): readonly Json[] | null {
  const value = fields[name] ?? [];
  if (isList(value)) return value;
  problems.push(`${name} is ${nameOf(value)}`);
  return null;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function nameOf(value: Json | undefined): string {
  if (value === undefined || value === null || value === '') return 'absent';
  return typeof value === 'object' ? 'of another shape' : JSON.stringify(value).slice(0, 60);
}
