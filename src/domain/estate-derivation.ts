import type { Fault } from './fault.ts';
import type { Json, JsonObject } from './json.ts';
import type { FactKind } from './look.ts';

/**
 * Facts of single resources that follow from the rows of many: what can reach a network interface is said by rules, subnets, balancers and gateways.
 * A check needs such a fact like any other, by its kind; which rows are fetched for it is said here.
 */
export interface EstateDerivation {
  /** `exposure` */
  readonly name: string;
  /** Fact kind -> the ARM types, lower case, whose resources have it. */
  readonly brings: { readonly [kind: FactKind]: readonly string[] };
  /** ARM types, lower case, with the members of `properties` that are read of their rows. */
  readonly reads: { readonly [type: string]: readonly string[] };
  /** Knowledge that is no resource: `serviceTags` (tag -> address prefixes). */
  create(knowledge: JsonObject): DerivedEstate;
}

/** A row that came, changed or went. */
export interface RowChange {
  /** Lower case. */
  readonly id: string;
  readonly type: string;
  /** Null: it is gone. A fault: it is there and could not be read. */
  readonly row: Json | null | { readonly fault: Fault };
}

/** Where a list of a type may not be complete. */
export interface IncompleteList {
  readonly type: string;
  /** Id of the subscription's resource. */
  readonly scope: string;
  readonly fault: Fault;
}

/**
 * A thing with a lifetime: follows the rows of one look. Pure but for what it remembers: the same rows give the same facts, in whatever order and in
 * however many steps they came.
 */
export interface DerivedEstate {
  /**
   * Takes the rows that changed since the last update and the lists as they are now; gives the subjects whose facts may be others now, and those that
   * came or went. Costs what changed, not what there is.
   */
  update(changes: readonly RowChange[], incomplete: readonly IncompleteList[]): ReadonlySet<string>;
  /** The same object for as long as the fact is the same; null where there is no such subject. A fault where the rows cannot be read. */
  factOf(kind: FactKind, subject: string): Json | { readonly fault: Fault } | null;
  /** The rows that the subject's facts rest on, its own first: what has to be read at the origin to confirm them. */
  basisOf(subject: string): readonly string[];
}
