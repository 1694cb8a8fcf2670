import { z } from 'zod';
import type { ConfigurationFile } from './configuration-file.ts';
import { suggestName } from './nearest-name.ts';
import { type Path, valueAt } from './path.ts';

type Issue = z.core.$ZodIssue;

/** Splits a schema's own message into what is wrong and what to do. */
const remedySeparator = '; remedy: ';

/** A message for `refine` and the like. */
export function mistake(message: string, remedy: string): string {
  return `${message}${remedySeparator}${remedy}`;
}

/** The value as the schema gives it back, or undefined; every issue is reported at its own place below `path`. */
export function validate<T>(schema: z.ZodType<T>, value: unknown, file: ConfigurationFile, path: Path): T | undefined {
  const knownKeys = new Map<string, readonly string[]>();
  const remember: z.core.$ZodErrorMap = (issue) => {
    if (issue.code === 'unrecognized_keys') knownKeys.set(JSON.stringify(issue.path), keysOf(issue.inst));
    return undefined;
  };
  const result = schema.safeParse(value, { error: remember });
  if (result.success) return result.data;
  for (const issue of result.error.issues.flatMap(unfold)) {
    const below = [...path, ...issue.path.map((segment) => (typeof segment === 'number' ? segment : String(segment)))];
    if (issue.code === 'unrecognized_keys') reportUnknownKeys(issue.keys, knownKeys.get(JSON.stringify(issue.path)) ?? [], file, below);
    else reportIssue(issue, file, below);
  }
  return undefined;
}

/** Of a union, the issues of the branch that the value was meant for: the one whose type it has. */
function unfold(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0));
  return (meant ?? []).length === 0 ? [issue] : (meant ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function keysOf(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

export function reportUnknownKeys(keys: readonly string[], known: readonly string[], file: ConfigurationFile, path: Path): void {
  for (const key of keys) {
    const remedy = suggestName(key, known, known.length === 0 ? 'remove it' : 'remove it; known here are');
    file.report([...path, key], { message: 'unknown key', remedy, at: 'key' });
  }
}

function reportIssue(issue: Issue, file: ConfigurationFile, path: Path): void {
  const written = valueAt(file.value, path);
  if (issue.code === 'invalid_type' && written === undefined) {
    file.report(path, { message: `missing: expected ${typeName(issue.expected)}`, remedy: 'add it' });
    return;
  }
  const { message, remedy } = describeIssue(issue, written);
  const got = message.startsWith('expected') && !message.includes(', got ') ? `, got ${shown(written, path)}` : '';
  file.report(path, { message: `${message}${got}`, remedy });
}

function describeIssue(issue: Issue, written: unknown): { readonly message: string; readonly remedy: string } {
  switch (issue.code) {
    case 'invalid_type':
      return { message: `expected ${typeName(issue.expected)}`, remedy: typeRemedies[issue.expected] ?? 'change the value' };
    case 'invalid_value': {
      const values = issue.values.map(String);
      return {
        message: `expected ${values.map((value) => JSON.stringify(value)).join(' or ')}`,
        remedy: suggestName(String(written), values, 'write one of'),
      };
    }
    case 'too_small':
      return {
        message: `expected ${sizeName(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`,
        remedy: 'raise it',
      };
    case 'too_big':
      return {
        message: `expected ${sizeName(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`,
        remedy: 'lower it',
      };
    case 'invalid_union':
      return { message: 'expected one of several forms', remedy: 'compare with the example in the packaged claimwatch.yaml' };
    default:
      return ownMessage(issue.message);
  }
}

function ownMessage(text: string): { readonly message: string; readonly remedy: string } {
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

function sizeName(origin: string, limit: number | bigint, relation: string): string {
  if (origin === 'string') return `text with ${relation} ${limit} characters`;
  if (origin === 'array' || origin === 'set') return `a list with ${relation} ${limit} items`;
  return `${relation} ${limit}`;
}

const longestShown = 60;

/** What was written, for people; never what stands under a receiver or in the options of a source, which may be secret. */
export function shown(written: unknown, path: Path): string {
  if (written === undefined || written === null) return 'nothing';
  if (Array.isArray(written)) return 'a list';
  if (typeof written === 'object') return 'keys and values';
  const kind = typeof written === 'string' ? 'text' : `a ${typeof written}`;
  if (path[0] === 'receivers' || path.includes('options')) return kind;
  const text = JSON.stringify(written);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}..."`;
}
