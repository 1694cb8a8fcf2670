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

export interface EstateFact {
  readonly subject: Resource;
  readonly fact: Json | { readonly fault: Fault };
}

/** The facts of one kind, of every resource that has it, as of one look. */
export interface EstateFacts {
  /** Each is derived when its turn comes. */
  readonly facts: Iterable<EstateFact>;
  /** Where resources may be missing, a text each. */
  readonly unlisted: readonly string[];
}

/** What is drawn of the estate for people, where nothing else has to be done in time. */
export interface EstateDrawing {
  readonly kind: FactKind;
  begin(): GrowingDrawing;
}

/** Pure but for what it was given. */
export interface GrowingDrawing {
  add(fact: EstateFact): void;
  end(unlisted: EstateFacts['unlisted']): string;
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
    facts: factsOneByOne(resourcesOf(look.index, types), estate, kind),
    unlisted: [...nothingListed, ...new Set(lists)].sort(),
  };
}

function* factsOneByOne(subjects: readonly Resource[], estate: FollowedEstate, kind: FactKind): Iterable<EstateFact> {
  for (const subject of subjects) {
    // A defect is a fault here; it is told of when the subject is judged.
    const needed = estate.factOf(kind, subject.id, () => undefined);
    yield { subject, fact: 'fault' in needed ? { fault: needed.fault } : needed.value };
  }
}

/** Of 100,000 subjects the last one is drawn seconds after the first: so many at a time, between which others are judged. */
const drawnAtOnce = 256;

/** `takeTurn` says whether what is drawn still is as it was; where it is not, null. */
export async function drawInTurns(drawing: EstateDrawing, facts: EstateFacts, takeTurn: () => Promise<boolean>): Promise<string | null> {
  const picture = drawing.begin();
  let count = 0;
  for (const fact of facts.facts) {
    picture.add(fact);
    count += 1;
    if (count % drawnAtOnce === 0 && !(await takeTurn())) return null;
  }
  return picture.end(facts.unlisted);
}
