import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Problem } from './configuration-error.ts';
import { type Path, pathText } from './path.ts';
import { parseYamlText } from './yaml-text.ts';

/** Hiding less would only make messages unreadable. */
const shortestSecret = 4;

export interface PlacedMistake {
  readonly message: string;
  readonly remedy: string;
  /** Where it points: the value unless said. */
  readonly at?: 'key' | 'value';
  /** Whatever else would be said of the same path follows from this. */
  readonly closes?: true;
}

/** One YAML file as read, and where its mistakes go. */
export interface ConfigurationFile {
  /** Relative to the folder of the main file. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** As read; empty where it could not be read. */
  readonly text: string;
  /** Plain JSON, references not resolved; undefined where the file cannot be used, which has been reported. */
  readonly value: unknown;
  /** Keeps a mistake at the place of `path`. */
  report(path: Path, mistake: PlacedMistake): void;
  /** What stands behind a reference: from here on no message shows it. */
  hide(secret: string, shownAs: string): void;
}

/** Reads a file; what is wrong with it is added to `problems`. */
export async function readConfigurationFile(path: string, folder: string, problems: Problem[]): Promise<ConfigurationFile> {
  const name = relative(folder, path);
  const text = await readText(path);
  if ('fault' in text) {
    const remedy = 'create the file, or name the right one';
    problems.push({ file: name, line: 1, column: 1, path: '', message: `the file cannot be read (${text.fault})`, remedy });
  }
  const content = 'fault' in text ? '' : text.content;
  const yaml = parseYamlText(content);
  for (const mistake of yaml.mistakes) problems.push({ file: name, path: '', ...mistake });
  const hidden = new Map<string, string>();
  const closed = new Set<string>();
  return {
    name,
    path,
    text: content,
    value: 'fault' in text ? undefined : yaml.value,
    hide: (secret, shownAs) => {
      if (secret.length >= shortestSecret) hidden.set(secret, shownAs);
    },
    report: (at, { message, remedy, at: part = 'value', closes }) => {
      const where = pathText(at);
      if (closed.has(where)) return;
      if (closes) closed.add(where);
      const place = yaml.placeOf(at, part);
      problems.push({ file: name, ...place, path: where, message: conceal(message, hidden), remedy: conceal(remedy, hidden) });
    },
  };
}

/** Text of a file, or the code of the system's error (`ENOENT`). */
export async function readText(path: string): Promise<{ readonly content: string } | { readonly fault: string }> {
  try {
    const bytes = await readFile(path);
    return { content: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { fault: 'not UTF-8' };
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return { fault: error.code };
    throw error;
  }
}

/** Longest first, so that no part of a secret is left where one holds another. */
function conceal(text: string, hidden: ReadonlyMap<string, string>): string {
  const longestFirst = [...hidden].sort(([a], [b]) => b.length - a.length);
  return longestFirst.reduce((shown, [secret, shownAs]) => shown.replaceAll(secret, () => shownAs), text);
}
