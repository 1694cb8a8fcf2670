import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { DamagedContentError } from '../store/damaged-content-error.ts';
import { isCorrupt, isForbidden } from '../store/sqlite-error.ts';
import { StateFileError, smallestPageBytes } from '../store/state-file.ts';

/** What was recorded cannot be relied on: told without a stack, exit code 4. */
export class DamagedStateError extends Error {
  override readonly name = 'DamagedStateError';
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(
      `${path} is damaged (${reason}); "claimwatch state check" reads it whole. Put a copy of it in its place while no daemon runs, or start the daemon: it moves a file aside that it cannot use, and begins a new one`,
    );
    this.reason = reason;
  }
}

/**
 * Whether a state file is there; a look without opening it.
 * @throws StateFileError where it is a folder, or may not be read; DamagedStateError where it is shorter than a database can be.
 */
export function findStateFile(path: string): boolean {
  const found = statStateFile(path);
  if (found !== null && found.size < smallestPageBytes) throw new DamagedStateError(path, 'the file is shorter than one page');
  return found !== null;
}

/**
 * Null where there is none.
 * @throws StateFileError where it is a folder, or may not be read.
 */
export function statStateFile(path: string): Stats | null {
  try {
    const found = statSync(path);
    if (found.isDirectory())
      throw new StateFileError(`${path} is a folder, not a state file; move it away, or name another place under "state"`);
    accessSync(path, constants.R_OK);
    return found;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === null) throw error;
    throw new StateFileError(
      `${path} cannot be read (${code}); run this as the user that the daemon runs as, or give this one the right to read`,
    );
  }
}

/** What an error in reading the state means to a person; an error of another kind as it is. */
export function explainStateError(error: unknown, path: string): unknown {
  if (isCorrupt(error) || error instanceof DamagedContentError)
    return new DamagedStateError(path, error instanceof Error ? error.message : String(error));
  if (!(error instanceof Error && 'errcode' in error)) return error;
  const remedy = isForbidden(error)
    ? 'run this as the user that the daemon runs as, or give this one the right to write in its folder, which reading needs too'
    : 'look at the disk that it stands on';
  return new StateFileError(`${path} cannot be opened (${error.message}); ${remedy}`);
}
