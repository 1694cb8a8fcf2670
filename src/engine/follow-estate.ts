import type { DerivedEstate, EstateDerivation, RowChange } from '../domain/estate-derivation.ts';
import type { Fault } from '../domain/fault.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { FactKind, FactReference, Look } from '../domain/look.ts';
import { readTypes } from '../domain/needed-derivations.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { digestOfValue } from './body.ts';
import type { RememberedLook } from './fact-memory.ts';
import { faultOf, type NeededFact } from './judge-subjects.ts';
import { isPacked, readKept } from './kept-fact.ts';
import { incompleteLists } from './population.ts';
import { resourceKind } from './resource-index.ts';

/** Facts of the estate as they follow from the rows of one look, and then of the next. */
export interface FollowedEstate {
  /** Takes what differs from the look that it stands at. What the derivation throws makes every fact a fault, until the next look. */
  moveTo(look: RememberedLook, onDefect: OnDefect): void;
  /** Whose facts may be others than at that look; null where that is not known any more. */
  changedSince(look: number): ReadonlySet<string> | null;
  factOf(kind: FactKind, subject: string, onDefect: OnDefect): NeededFact;
  /** The rows that the facts of a subject rest on, its own first; null where nobody can say. */
  basisOf(subject: string): readonly string[] | null;
}

export type OnDefect = (error: unknown) => void;

/** A step from one look to the next, which was a look at some on top of it. */
interface Step {
  readonly from: number;
  readonly to: number;
  readonly changed: ReadonlySet<string>;
}

const mostSteps = 64;

/** Facts besides the row that a derivation may read of a resource. */
const kindsBesideRow = ['effective-rules'];
const kindsRead = [resourceKind, ...kindsBesideRow];

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a thing with a lifetime; its functions are small and share its state.
export function followEstate(derivation: EstateDerivation, knowledge: JsonObject): FollowedEstate {
  const types = readTypes(derivation);
  const isRead = new Set(types);
  /** Kind -> id -> what the derivation was told last. */
  const told = new Map<FactKind, Map<string, FactReference>>(kindsRead.map((kind) => [kind, new Map()]));
  let estate: DerivedEstate | null = null;
  let at: Look | null = null;
  let steps: readonly Step[] = [];
  let failure: Fault | null = null;

  function changeOf(look: RememberedLook, type: string, id: string, kind: FactKind): RowChange | null {
    const known = told.get(kind) ?? new Map<string, FactReference>();
    const before = known.get(id);
    const now = look.map[id]?.[kind];
    if (now === undefined) return known.delete(id) ? { id, type: typeOfChange(type, kind), row: null } : null;
    if (before !== undefined && isSame(before, now)) return null;
    known.set(id, now);
    return changeTo(look, now, { id, type: typeOfChange(type, kind) });
  }

  function changesOfStep(look: RememberedLook, subjects: readonly string[]): readonly RowChange[] {
    return subjects.flatMap((id) => {
      const type = resourceFromId(id)?.type;
      return type === undefined || !isRead.has(type) ? [] : kindsRead.flatMap((kind) => changeOf(look, type, id, kind) ?? []);
    });
  }

  function changesOfAll(look: RememberedLook): readonly RowChange[] {
    const changes: RowChange[] = [];
    for (const type of types) {
      for (const { id } of look.index.byType.get(type) ?? []) {
        for (const kind of kindsRead) {
          const change = changeOf(look, type, id, kind);
          if (change !== null) changes.push(change);
        }
      }
    }
    for (const [kind, known] of told) {
      for (const id of known.keys()) {
        const change = look.map[id]?.[kind] === undefined ? changeOf(look, resourceFromId(id)?.type ?? '', id, kind) : null;
        if (change !== null) changes.push(change);
      }
    }
    return changes;
  }

  function take(look: RememberedLook): void {
    const { extent, id } = look.look;
    const from = extent.kind === 'some' && at?.id === extent.base && failure === null ? extent.base : null;
    const changes = from === null || extent.kind === 'all' ? changesOfAll(look) : changesOfStep(look, extent.subjects);
    estate ??= derivation.create(knowledge);
    const changed = estate.update(changes, incompleteLists(look, types));
    steps = from === null ? [] : [...steps.slice(1 - mostSteps), { from, to: id, changed }];
  }

  function forget(): void {
    estate = null;
    steps = [];
    for (const known of told.values()) known.clear();
  }

  return {
    moveTo: (look, onDefect) => {
      if (at?.id === look.look.id) return;
      try {
        take(look);
        failure = null;
      } catch (error) {
        forget();
        failure = faultOf(error);
        onDefect(error);
      }
      at = look.look;
    },
    changedSince: (look) => {
      return steps.find(({ from, to }) => from === look && to === at?.id)?.changed ?? null;
    },
    factOf: (kind, subject, onDefect) => {
      const look = at?.name ?? derivation.name;
      if (failure !== null) return { look, fault: failure };
      try {
        return { look, ...readFact(estate?.factOf(kind, subject) ?? null, kind) };
      } catch (error) {
        onDefect(error);
        return { look, fault: faultOf(error) };
      }
    },
    basisOf: (subject) => {
      if (estate === null || failure !== null) return null;
      try {
        return estate.basisOf(subject);
      } catch {
        // Of such a subject the fact is a fault too, which is told.
        return null;
      }
    },
  };
}

function typeOfChange(type: string, kind: FactKind): string {
  return kind === resourceKind ? type : kind;
}

function isSame(a: FactReference, b: FactReference): boolean {
  if ('digest' in a) return 'digest' in b && a.digest === b.digest;
  return 'fault' in b && a.fault.code === b.fault.code && a.fault.message === b.fault.message && a.fault.about === b.fault.about;
}

/** A packed row is unpacked when its turn comes: all that change at once may be more than fits into memory. */
function changeTo({ values }: RememberedLook, reference: FactReference, of: Pick<RowChange, 'id' | 'type'>): RowChange {
  if ('fault' in reference) return { ...of, row: { fault: reference.fault } };
  const kept = values.get(reference.digest);
  // A row that is null says nothing, and would read as one that is gone.
  if (kept === undefined || kept === null)
    return { ...of, row: { fault: { code: 'defect', message: 'a stored fact is missing from the state file' } } };
  if (!isPacked(kept)) return { ...of, row: kept };
  return {
    ...of,
    get row() {
      return readKept(kept);
    },
  };
}

function readFact(
  fact: Json | { readonly fault: Fault },
  kind: FactKind,
): { readonly value: Json; readonly digest: string } | { readonly fault: Fault } {
  if (fact === null) return { fault: { code: 'partial', message: `the rows of the last look say no ${kind} of this subject` } };
  if (isFault(fact)) return fact;
  return { value: fact, digest: digestOfFact(fact) };
}

function isFault(fact: Json | { readonly fault: Fault }): fact is { readonly fault: Fault } {
  return typeof fact === 'object' && fact !== null && 'fault' in fact;
}

/** A fact is the same object for as long as it is the same: of 100,000 only those that changed are hashed. */
const digests = new WeakMap<object, string>();

function digestOfFact(fact: Json): string {
  if (typeof fact !== 'object' || fact === null) return digestOfValue(fact);
  const known = digests.get(fact) ?? digestOfValue(fact);
  digests.set(fact, known);
  return known;
}
