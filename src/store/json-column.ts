import { DamagedContentError } from './damaged-content-error.ts';

/**
 * Reads back what this store wrote as JSON. Only the store writes its file, whole transactions at a time, and the file is checked at every start;
 * so the shape is that of the type that was written. Types of columns change only by a migration.
 * @throws DamagedContentError where it is no JSON.
 */
export function parseJson<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new DamagedContentError('a recorded row is no JSON', { cause: error });
  }
}
