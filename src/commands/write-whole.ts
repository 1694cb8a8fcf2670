import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from './roof.ts';

/** @throws UsageError where a file could not be put there: said before the work, not after it. */
export async function refuseUnwritable(path: string): Promise<void> {
  const folder = dirname(path);
  const code = await access(folder, constants.W_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) => error.code ?? 'unknown',
  );
  if (code === 'ENOENT') throw new UsageError(`there is no folder ${folder}; make it, or name another --output`);
  if (code !== null) throw new UsageError(`${folder} cannot be written to (${code}); name another --output`);
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (there?.isDirectory()) throw new UsageError(`${path} is a folder; name a file with --output`);
}

/** Beside its place first: whoever reads the file finds a whole one, or the one before. Nothing is left where it fails or is given up. */
export async function writeWhole(path: string, text: string, signal: AbortSignal): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, text, { signal });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
