import type { EstateDerivation } from '../domain/estate-derivation.ts';
import type { Fault } from '../domain/fault.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind } from '../domain/look.ts';
import { shortNameOf } from '../domain/resource-id.ts';
import type { Resource } from '../domain/subject.ts';
import type { Timestamp } from '../domain/time.ts';
import type { RememberedLook } from './fact-memory.ts';
import type { FollowedEstate } from './follow-estate.ts';
import { incompleteLists } from './population.ts';
import { resourcesOf } from './resource-index.ts';

/** The facts of one kind, of every resource that has it, as of one look. */
export interface EstateFacts {
  readonly facts: readonly { readonly subject: Resource; readonly fact: Json | { readonly fault: Fault } }[];
  /** Where resources may be missing, a text each. */
  readonly unlisted: readonly string[];
}

/** What is drawn of the estate for people, where nothing else has to be done in time. */
export interface EstateDrawing {
  readonly kind: FactKind;
  /** Pure. */
  draw(facts: EstateFacts): string;
}

export interface DrawnEstate {
  readonly look: number;
  readonly dataAsOf: Timestamp;
  readonly drawn: string;
}

/** `estate` stands at the look. */
export function estateFactsOf(look: RememberedLook, estate: FollowedEstate, { brings }: EstateDerivation, kind: FactKind): EstateFacts {
  const types = brings[kind] ?? [];
  const lists = incompleteLists(look, types).map(({ type, scope, fault }) => `${type} of ${shortNameOf(scope)}: ${fault.message}`);
  const nothingListed = look.index.scopes.length === 0 ? ['no subscription was listed'] : [];
  return {
    facts: resourcesOf(look.index, types).map((subject) => {
      // A defect is a fault here; it is told of when the subject is judged.
      const needed = estate.factOf(kind, subject.id, () => undefined);
      return { subject, fact: 'fault' in needed ? { fault: needed.fault } : needed.value };
    }),
    unlisted: [...nothingListed, ...new Set(lists)].sort(),
  };
}
