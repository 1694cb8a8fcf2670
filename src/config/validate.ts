import { z } from 'zod';
import type { ConfigurationFile } from './configuration-file.ts';
import { describeIssue } from './describe-issue.ts';
import { suggestName } from './nearest-name.ts';
import { type Path, valueAt } from './path.ts';

type Issue = z.core.$ZodIssue;

/** The value as the schema gives it back, or undefined; every issue is reported at its own place below `path`. */
export function validate<T>(schema: z.ZodType<T>, value: unknown, file: ConfigurationFile, path: Path): T | undefined {
  const knownKeys = new Map<string, readonly string[]>();
  const remember: z.core.$ZodErrorMap = (issue) => {
    if (issue.code === 'unrecognized_keys') knownKeys.set(JSON.stringify(issue.path ?? []), keysOf(issue.inst));
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
  const meant = issue.errors.find((branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0)) ?? [];
  return meant.length === 0 ? [issue] : meant.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
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

const saysThatItIsAbsent: ReadonlySet<Issue['code']> = new Set(['invalid_type', 'invalid_union', 'invalid_value']);

function reportIssue(issue: Issue, file: ConfigurationFile, path: Path): void {
  const written = valueAt(file.value, path);
  const { message, remedy } = describeIssue(issue, written);
  if (written === undefined && saysThatItIsAbsent.has(issue.code)) {
    file.report(path, { message: `missing: ${message}`, remedy: 'add it' });
    return;
  }
  const got = message.startsWith('expected') && !message.includes(', got ') ? `, got ${shown(written, path)}` : '';
  file.report(path, { message: `${message}${got}`, remedy });
}

const longestShown = 60;

/** What was written, for people; never what stands under a receiver or in the options of a source, which may be secret. */
export function shown(written: unknown, path: Path): string {
  if (written === undefined || written === null) return 'nothing';
  if (Array.isArray(written)) return written.length === 0 ? 'an empty list' : 'a list';
  if (typeof written === 'object') return 'keys and values';
  const kind = typeof written === 'string' ? 'text' : `a ${typeof written}`;
  if (path[0] === 'receivers' || path.includes('options')) return kind;
  const text = JSON.stringify(written);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}..."`;
}
