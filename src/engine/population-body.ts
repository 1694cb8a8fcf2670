import type { StoredBody } from '../domain/ports.ts';
import type { Subject } from '../domain/subject.ts';
import { populationDigest, storedBody } from './body.ts';
import type { RunInput } from './run-input.ts';

export interface PopulationBody {
  /** The subjects as they are stored: resources by their id alone, which says all. */
  readonly body: StoredBody;
  /** Over the sorted ids, one a line. */
  readonly digest: string;
}

/** The same list of resources is judged by every check of its types, look after look: it is written and hashed once. */
const known = new WeakMap<readonly Subject[], PopulationBody>();

export function populationBody({ subjects }: Pick<RunInput, 'subjects'>): PopulationBody {
  const before = known.get(subjects);
  if (before !== undefined) return before;
  const made = {
    body: storedBody(subjects.map((subject) => (subject.kind === 'resource' ? subject.id : subject))),
    digest: populationDigest(subjects.map((subject) => subject.id)),
  };
  known.set(subjects, made);
  return made;
}
