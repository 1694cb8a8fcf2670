import type { StoredBody } from '../domain/ports.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import type { Subject } from '../domain/subject.ts';
import { populationDigest, storedBody } from './body.ts';
import type { UnlistedScope } from './population.ts';
import type { RunInput } from './run-input.ts';

export interface PopulationBody {
  /** The population as it is stored (`StoredPopulation`). */
  readonly body: StoredBody;
  /** Over the sorted ids, one a line. */
  readonly digest: string;
}

/** Resources by their id alone, which says all; endpoints whole; and where endpoints may be missing. */
export type StoredPopulation = readonly (Subject | string | { readonly kind: 'unlisted'; readonly unlisted: UnlistedScope })[];

/** The same list of resources is judged by every check of its types, look after look: it is written and hashed once. */
const known = new WeakMap<readonly Subject[], PopulationBody>();

export function populationBody({ subjects, unlistedEndpoints = [] }: Pick<RunInput, 'subjects' | 'unlistedEndpoints'>): PopulationBody {
  const before = unlistedEndpoints.length === 0 ? known.get(subjects) : undefined;
  if (before !== undefined) return before;
  const stored: StoredPopulation = [
    ...subjects.map((subject) => (subject.kind === 'resource' ? subject.id : subject)),
    ...unlistedEndpoints.map((unlisted) => ({ kind: 'unlisted', unlisted }) as const),
  ];
  const made = { body: storedBody(stored), digest: populationDigest(subjects.map((subject) => subject.id)) };
  if (unlistedEndpoints.length === 0) known.set(subjects, made);
  return made;
}

export function readPopulation(stored: StoredPopulation): Required<Pick<RunInput, 'subjects' | 'unlistedEndpoints'>> {
  const subjects: Subject[] = [];
  const unlistedEndpoints: UnlistedScope[] = [];
  for (const one of stored) {
    const subject = typeof one === 'string' ? resourceFromId(one) : one.kind === 'unlisted' ? null : one;
    if (subject !== null) subjects.push(subject);
    if (typeof one !== 'string' && one.kind === 'unlisted') unlistedEndpoints.push(one.unlisted);
  }
  return { subjects, unlistedEndpoints };
}
