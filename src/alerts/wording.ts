import type { ChangedBy } from '../domain/alert.ts';
import { shortNameOf } from '../domain/resource-id.ts';

/** A message lists at most this many; its count is the truth. */
export const shownSubjects = 20;

/** Stands for a population as a whole, where no single subject can be named. */
const wholePopulation = '*';

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

export function changedByText({ by, at, operation, target }: ChangedBy): string {
  const on = target === undefined ? '' : ` on ${shortNameOf(target)}`;
  return `${by} at ${at}${operation === null ? '' : ` with ${operation}`}${on}`;
}

export function verb(number: number, singular: string, plural: string): string {
  return number === 1 ? singular : plural;
}

/** The one subject by name, several by number. */
export function nameSubjects(subjects: readonly string[]): string {
  const [only] = subjects;
  if (subjects.length !== 1 || only === undefined) return count(subjects.length, 'subject');
  return only === wholePopulation ? 'the whole population' : shortNameOf(only);
}
