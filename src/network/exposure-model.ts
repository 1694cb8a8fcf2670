import type { DerivedEstate, RowChange } from '../domain/estate-derivation.ts';
import type { Exposure } from '../domain/exposure.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import { DependencyGraph, type Formula, type Reader } from './dependency-graph.ts';
import { readEffectiveRules } from './effective-comparison.ts';
import type { WayQuestion } from './explain-parts.ts';
import { type ExplainedWay, explainWays } from './explain-ways.ts';
import type { InterfaceRow } from './interface-rows.ts';
import { type Answer, computations, formulaOf, subjectTypes } from './network-facts.ts';
import { readNetworkKnowledge } from './network-knowledge.ts';
import type { NetworkType } from './network-rows.ts';
import { createNetworkWorld, isAskedFor, type NetworkWorld } from './network-world.ts';
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
  /** By kind and type. */
  readonly #formulas = new Map<string, Formula<Answer<unknown>>>();

  constructor(knowledge: JsonObject) {
    this.#world = createNetworkWorld(this.#table, this.#graph, readNetworkKnowledge(knowledge));
  }

  update(changes: readonly RowChange[], incomplete: Parameters<DerivedEstate['update']>[1]): ReadonlySet<string> {
    const said = changes.filter(({ type }) => type === effectiveRules);
    const touched = new Set([...this.#table.update(changes, incomplete), ...said.map((change) => this.#noteEffective(change))]);
    const subjects = new Set(changes.filter(({ type }) => subjectTypes.some((one) => one === type)).map(({ id }) => id));
    for (const key of this.#graph.touch(touched, isFactKey)) subjects.add(subjectOf(key));
    for (const subject of subjects) if (this.#typeOf(subject) === undefined) this.#forget(subject);
    return subjects;
  }

  factOf(kind: string, subject: string): ReturnType<DerivedEstate['factOf']> {
    const answer = this.#answerOf(kind, subject);
    if (answer === null || 'fault' in answer) return answer;
    return answer.fact as Json;
  }

  basisOf(subject: string): readonly string[] {
    const kinds = Object.keys(computations).filter((kind) => this.#answerOf(kind, subject) !== null);
    const inputs = kinds.flatMap((kind) => this.#graph.inputsOf(`${kind}:${subject}`, isAskedFor));
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
    const reader: Reader = { note: () => undefined, read: (key, formula) => this.#graph.valueOf(key, formula) };
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
    const formula = this.#formulaOf(kind, subject);
    return formula === null ? null : this.#graph.valueOf(`${kind}:${subject}`, formula);
  }

  #formulaOf(kind: string, subject: string): Formula<Answer<unknown>> | null {
    const type = this.#typeOf(subject);
    const compute = type === undefined ? undefined : computations[kind]?.[type];
    if (compute === undefined) return null;
    const name = `${kind}:${type}`;
    const formula =
      this.#formulas.get(name) ??
      formulaOf((reader, key) => compute({ world: this.#world, reader, answerOf: this.#answersWithin(reader) }, subjectOf(key)));
    this.#formulas.set(name, formula);
    return formula;
  }

  #answersWithin(reader: Reader): (kind: string, subject: string) => Answer<unknown> | null {
    return (kind, subject) => {
      reader.note(subject);
      const formula = this.#formulaOf(kind, subject);
      return formula === null ? null : reader.read(`${kind}:${subject}`, formula);
    };
  }

  #forget(subject: string): void {
    for (const kind of Object.keys(computations)) this.#graph.forget(`${kind}:${subject}`);
  }
}

function subjectOf(factKey: string): string {
  return factKey.slice(factKey.indexOf(':') + 1);
}

function isFactKey(key: string): boolean {
  return Object.hasOwn(computations, key.slice(0, key.indexOf(':')));
}
