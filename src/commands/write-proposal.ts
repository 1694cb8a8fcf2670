import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fault } from '../domain/fault.ts';
import type { ServiceTags } from '../sources/azure/service-tags.ts';
import type { WrittenFiles } from './init-report.ts';
import type { RoleDefinition } from './least-role.ts';
import { makeFolder } from './make-folder.ts';
import { roleFile, serviceTagsFile } from './proposal.ts';
import { UsageError } from './roof.ts';
import { refuseUnwritable, writeWhole } from './write-whole.ts';

const settingsFile = 'claimwatch.yaml';
/** They hold what people wrote, and are never written over. */
const copiedFiles = ['claims.yaml', 'waivers.yaml'];
const remedy = 'name another folder with --output';

export interface ProposedFiles {
  /** Absolute, with its parents made where they are not there. */
  readonly folder: string;
  /** The folder of the settings that come with the program. */
  readonly packaged: string;
  readonly settings: string;
  readonly role: RoleDefinition;
  readonly serviceTags: ServiceTags | { readonly fault: Fault };
}

/** Before the look, not after it. @throws UsageError */
export async function refuseExisting(folder: string): Promise<void> {
  const there = await stat(folder).catch(() => null);
  if (there?.isDirectory() === false) throw new UsageError(`${folder} is a file; ${remedy}`);
  for (const name of [settingsFile, roleFile, serviceTagsFile]) {
    if (await isThere(join(folder, name)))
      throw new UsageError(`${join(folder, name)} is there already; ${remedy}, or write over it with --force`);
  }
}

/** The settings come last: where they stand the rest does. @throws UsageError */
export async function writeProposal(
  { folder, packaged, settings, role, serviceTags }: ProposedFiles,
  signal: AbortSignal,
): Promise<WrittenFiles> {
  await makeFolder(join(folder, 'azure'), remedy);
  await makeFolder(join(folder, 'schema'), remedy);
  const written: string[] = [];
  const kept: string[] = [];
  const write = async (name: string, text: string) => {
    await refuseUnwritable(join(folder, name));
    await writeWhole(join(folder, name), text, signal);
    written.push(name);
  };
  for (const name of copiedFiles) {
    if (await isThere(join(folder, name))) kept.push(name);
    else await write(name, await readFile(join(packaged, name), 'utf8'));
  }
  for (const name of await readdir(join(packaged, 'schema'))) {
    const schema = join('schema', name);
    if (!(await isThere(join(folder, schema)))) await write(schema, await readFile(join(packaged, schema), 'utf8'));
  }
  await write(roleFile, `${JSON.stringify(role, null, 2)}\n`);
  if (!('fault' in serviceTags)) await write(serviceTagsFile, serviceTags.text);
  await write(settingsFile, settings);
  return { folder, written, kept };
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new UsageError(`${path} cannot be looked at (${error.code}); ${remedy}`);
  });
  return found !== null;
}
