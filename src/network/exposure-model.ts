import type { DerivedEstate, RowChange } from '../domain/estate-derivation.ts';
import type { Exposure } from '../domain/exposure.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { DependencyGraph, type Formula, type Reader } from './dependency-graph.ts';
import { readEffectiveRules } from './effective-comparison.ts';
import type { WayQuestion } from './explain-parts.ts';
import { type ExplainedWay, explainWays } from './explain-ways.ts';
import type { InterfaceRow } from './interface-rows.ts';
import { type Answer, computations, subjectTypes } from './network-facts.ts';
import { readNetworkKnowledge } from './network-knowledge.ts';
import type { NetworkType } from './network-rows.ts';
import { createNetworkWorld, type NetworkWorld } from './network-world.ts';
import { RowTable } from './row-table.ts';

/** The kind of fact in which Azure says what applies to one interface; comes as a row of this type with the interface's id. */
const effectiveRules = 'effective-rules';

export interface ExposureModel extends DerivedEstate {
  /** Null: no such subject, or its row cannot be read. */
  exposureOf(id: string): Exposure | null;
  /** Subjects of the fact `exposure`, in order. */
  subjects(): readonly string[];
  /** Every way to the subject, with what decides there; null: no such subject, or its row cannot be read. */
  explain(id: string, question: WayQuestion): readonly ExplainedWay[] | null;
}

/** What can reach what, kept up to date with the rows. `knowledge`: see `readNetworkKnowledge`. */
export function createExposureModel(knowledge: JsonObject): ExposureModel {
  return new NetworkModel(knowledge);
}

class NetworkModel implements ExposureModel {
  readonly #graph = new DependencyGraph();
  readonly #table = new RowTable();
  readonly #world: NetworkWorld;
  /** By kind of fact. */
  readonly #formulas: ReadonlyMap<string, Formula<Answer<unknown>>>;

  constructor(knowledge: JsonObject) {
    this.#world = createNetworkWorld(this.#table, this.#graph, readNetworkKnowledge(knowledge));
    this.#formulas = new Map(Object.keys(computations).map((kind) => [kind, this.#formulaOf(kind)]));
  }

  update(changes: readonly RowChange[], incomplete: Parameters<DerivedEstate['update']>[1]): ReadonlySet<string> {
    const said = changes.filter(({ type }) => type === effectiveRules);
    const touched = new Set([...this.#table.update(changes, incomplete), ...said.map((change) => this.#noteEffective(change))]);
    const subjects = new Set(changes.filter(({ type }) => subjectTypes.some((one) => one === type)).map(({ id }) => id));
    const facts = new Set<Formula<unknown>>(this.#formulas.values());
    for (const subject of this.#graph.touch(touched, (formula) => facts.has(formula))) subjects.add(subject);
    for (const subject of subjects) if (this.#typeOf(subject) === undefined) this.#forget(subject);
    return subjects;
  }

  factOf(kind: string, subject: string): ReturnType<DerivedEstate['factOf']> {
    const answer = this.#answerOf(kind, subject);
    if (answer === null || 'fault' in answer) return answer;
    return answer.fact as Json;
  }

  basisOf(subject: string): readonly string[] {
    const formulas = [...this.#formulas].flatMap(([kind, formula]) => (this.#answerOf(kind, subject) === null ? [] : [formula]));
    const inputs = formulas.flatMap((formula) => this.#graph.inputsOf(formula, subject, this.#world.isAskedFor));
    return [...new Set([subject, ...inputs.filter((input) => input.startsWith('/'))])];
  }

  exposureOf(id: string): Exposure | null {
    const answer = this.#answerOf('exposure', id);
    return answer === null || 'fault' in answer ? null : (answer.fact as Exposure);
  }

  subjects(): readonly string[] {
    return subjectTypes
      .filter((type) => computations['exposure']?.[type] !== undefined)
      .flatMap((type) => [...this.#table.idsOf(type)].sort());
  }

  explain(id: string, question: WayQuestion): readonly ExplainedWay[] | null {
    // Asked once and not kept, so that nothing has to be computed again for it.
    const reader: Reader = { note: () => undefined, read: (formula, one) => this.#graph.valueOf(formula, one) };
    const scaleSet = this.#table.find(reader, 'microsoft.compute/virtualmachinescalesets', id);
    const card = this.#table.find(reader, 'microsoft.network/networkinterfaces', id);
    const owners: readonly InterfaceRow[] | null = scaleSet.kind === 'row' ? scaleSet.record : card.kind === 'row' ? [card.record] : null;
    return owners === null ? null : explainWays(this.#world, reader, owners, scaleSet.kind === 'row', question);
  }

  /** What could not be asked says nothing. Gives the input that changed. */
  #noteEffective({ id, row }: RowChange): string {
    const said = row === null ? null : readEffectiveRules(row as Json);
    if (said === null) this.#world.effective.delete(id);
    else this.#world.effective.set(id, said);
    return id;
  }

  #typeOf(subject: string): NetworkType | undefined {
    return subjectTypes.find((type) => this.#table.has(type, subject));
  }

  #answerOf(kind: string, subject: string): Answer<unknown> | null {
    const formula = this.#formulaFor(kind, subject);
    return formula === undefined ? null : this.#graph.valueOf(formula, subject);
  }

  /** Undefined: there is no such subject. */
  #formulaFor(kind: string, subject: string): Formula<Answer<unknown>> | undefined {
    const type = this.#typeOf(subject);
    return type === undefined || computations[kind]?.[type] === undefined ? undefined : this.#formulas.get(kind);
  }

  #formulaOf(kind: string): Formula<Answer<unknown>> {
    return {
      name: kind,
      compute: (reader, subject) => {
        const type = this.#typeOf(subject);
        const compute = type === undefined ? undefined : computations[kind]?.[type];
        reader.note(subject);
        if (compute === undefined) return { fault: { code: 'partial', message: `${subject} is gone` } };
        return compute({ world: this.#world, reader, answerOf: (other, one) => this.#answerWithin(reader, other, one) }, subject);
      },
      // Of JSON made here, whose members come in the same order.
      isSame: (left, right) => JSON.stringify(left) === JSON.stringify(right),
    };
  }

  #answerWithin(reader: Reader, kind: string, subject: string): Answer<unknown> | null {
    reader.note(subject);
    const formula = this.#formulaFor(kind, subject);
    return formula === undefined ? null : reader.read(formula, subject);
  }

  #forget(subject: string): void {
    for (const formula of this.#formulas.values()) this.#graph.forget(formula, subject);
  }
}
