import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from './roof.ts';

const remedyOfState = 'name another one under "state" in claimwatch.yaml, or give the right to make it';

/**
 * Makes a folder with its parents. Step by step, since Node's recursive mkdir never ends where a file system refuses with ENOENT (`/proc`).
 * @throws UsageError where it cannot be made.
 */
export async function makeFolder(path: string, remedy: string = remedyOfState): Promise<void> {
  try {
    await makeStep(path, dirname(path) !== path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UsageError(`the folder ${path} cannot be made (${code}); ${remedy}`);
  }
}

async function makeStep(path: string, mayMakeParents: boolean): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || !mayMakeParents) throw error;
    await makeStep(dirname(path), dirname(path) !== path);
    await makeStep(path, false);
  }
}
