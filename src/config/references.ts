import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type ConfigurationFile, readText } from './configuration-file.ts';
import type { Path } from './path.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `${env:NAME}` or `${file:path}`, the path relative to the configuration file. */
const reference = /\$\{([^}]*)\}/g;
const known = /^(env|file):(.+)$/;
/** A root bundle is 200 KB; what is longer was meant otherwise. */
const maxFileBytes = 4 * 1024 * 1024;

export function holdsReference(text: string): boolean {
  return /\$\{(env|file):[^}]+\}/.test(text);
}

/** The file's value with every reference replaced by what it stands for, but for the sections left alone; what cannot be resolved is reported and left as written. */
export async function resolveReferences(file: ConfigurationFile, environment: Environment, leftAlone: readonly string[]): Promise<unknown> {
  return await resolveIn(file.value, []);

  async function resolveIn(value: unknown, path: Path): Promise<unknown> {
    if (path.length === 1 && leftAlone.includes(String(path[0]))) return value;
    if (typeof value === 'string') return await resolveText(value, path);
    if (Array.isArray(value)) return await Promise.all(value.map((item, index) => resolveIn(item, [...path, index])));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(async ([key, part]) => [key, await resolveIn(part, [...path, key])] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  async function resolveText(text: string, path: Path): Promise<string> {
    const found = [...text.matchAll(reference)];
    const values = await Promise.all(found.map((match) => lookUp(match[1] ?? '', file, environment)));
    for (const value of values) if ('problem' in value) file.report(path, { ...value.problem, closes: true });
    let next = 0;
    return text.replace(reference, (whole) => {
      const value = values[next];
      next += 1;
      if (value === undefined || 'problem' in value) return whole;
      file.hide(value.text, whole);
      return value.text;
    });
  }
}

type Resolved = { readonly text: string } | { readonly problem: { readonly message: string; readonly remedy: string } };

async function lookUp(name: string, file: ConfigurationFile, environment: Environment): Promise<Resolved> {
  const [, kind, target = ''] = known.exec(name) ?? [];
  if (kind === 'env') return lookUpVariable(target, environment);
  if (kind === 'file') return await lookUpFile(target, dirname(file.path));
  return problem(`expected a reference that begins with env: or file:, got "\${${name}}"`, 'write ${env:NAME} or ${file:path}');
}

function lookUpVariable(name: string, environment: Environment): Resolved {
  const text = environment[name];
  if (text === undefined) return problem(`the environment variable ${name} is not set`, `set ${name} where claimwatch is started`);
  if (text === '') return problem(`the environment variable ${name} is empty`, `give ${name} a value where claimwatch is started`);
  return { text };
}

async function lookUpFile(name: string, folder: string): Promise<Resolved> {
  const path = resolve(folder, name);
  const size = await sizeOf(path);
  if (typeof size === 'string')
    return problem(`the file ${name} cannot be read (${size})`, 'create it, or name the right file; the path is relative to this one');
  if (size > maxFileBytes) return problem(`the file ${name} is longer than ${maxFileBytes} bytes`, 'name the right file');
  const read = await readText(path);
  if ('fault' in read) return problem(`the file ${name} cannot be read (${read.fault})`, 'make it a readable UTF-8 text');
  const text = read.content.replace(/\r?\n$/, '');
  return text === '' ? problem(`the file ${name} is empty`, 'write the value into it') : { text };
}

/** Bytes of a regular file (a device or a pipe would never end), or the code of the system's error. */
async function sizeOf(path: string): Promise<number | string> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : 'not a regular file';
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}

function problem(message: string, remedy: string): Resolved {
  return { problem: { message, remedy } };
}
