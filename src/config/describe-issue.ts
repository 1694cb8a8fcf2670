import type { z } from 'zod';
import { suggestName } from './nearest-name.ts';

export interface Description {
  readonly message: string;
  readonly remedy: string;
}

/** Splits a schema's own message into what is wrong and what to do. */
const remedySeparator = '; remedy: ';

/** A message for `refine` and the like. */
export function mistake(message: string, remedy: string): string {
  return `${message}${remedySeparator}${remedy}`;
}

/** What is wrong, for people. Never shows the value: whoever calls knows whether it may be shown. */
export function describeIssue(issue: z.core.$ZodIssue, written: unknown): Description {
  if (issue.message.includes(remedySeparator)) return ownMessage(issue.message);
  switch (issue.code) {
    case 'invalid_type':
      return { message: `expected ${typeName(issue.expected)}`, remedy: typeRemedies[issue.expected] ?? 'change the value' };
    case 'invalid_value':
      return oneOf(issue.values, written);
    case 'too_small':
      return tooSmall(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least');
    case 'too_big':
      return tooBig(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most');
    case 'invalid_union':
      return oneOf('options' in issue ? (issue.options ?? []) : [], written);
    default:
      return ownMessage(issue.message);
  }
}

function oneOf(values: readonly unknown[], written: unknown): Description {
  const names = values.map(String);
  if (names.length === 0)
    return { message: 'expected one of several forms', remedy: 'compare with the example in the packaged claimwatch.yaml' };
  return {
    message: `expected ${names.map((name) => JSON.stringify(name)).join(' or ')}`,
    remedy: suggestName(typeof written === 'string' ? written : '', names, 'write one of'),
  };
}

function ownMessage(text: string): Description {
  const [message = text, remedy = 'change the value'] = text.split(remedySeparator);
  return { message, remedy };
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'keys and values',
  record: 'keys and values',
  array: 'a list',
};
const typeRemedies: Readonly<Record<string, string>> = {
  string: 'write text, in quotes where it looks like a number',
  number: 'write a number, without quotes',
  int: 'write a whole number, without quotes',
  boolean: 'write true or false, without quotes',
  object: 'write "key: value" lines below',
  record: 'write "key: value" lines below',
  array: 'write a list: [one, two], or lines that begin with "- "',
};

function typeName(expected: string): string {
  return typeNames[expected] ?? expected;
}

function tooSmall(origin: string, limit: number | bigint, relation: string): Description {
  if (origin === 'string')
    return { message: limit === 1 ? 'expected text' : `expected ${relation} ${limit} characters`, remedy: 'write more' };
  if (origin === 'array' || origin === 'set') {
    return { message: limit === 1 ? 'expected a list that is not empty' : `expected a list of ${relation} ${limit}`, remedy: 'add to it' };
  }
  return { message: `expected ${relation} ${limit}`, remedy: 'raise it' };
}

function tooBig(origin: string, limit: number | bigint, relation: string): Description {
  if (origin === 'string') return { message: `expected ${relation} ${limit} characters`, remedy: 'shorten it' };
  if (origin === 'array' || origin === 'set') return { message: `expected a list of ${relation} ${limit}`, remedy: 'take some out' };
  return { message: `expected ${relation} ${limit}`, remedy: 'lower it' };
}
