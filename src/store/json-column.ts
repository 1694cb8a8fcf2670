/**
 * Reads back what this store wrote as JSON. Only the store writes its file, whole transactions at a time, and the file is checked at every start;
 * so the shape is that of the type that was written. Types of columns change only by a migration.
 * @throws SyntaxError where the file is damaged.
 */
export function parseJson<T>(text: string): T {
  return JSON.parse(text) as T;
}
