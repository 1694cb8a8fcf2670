import type { Finding } from '../domain/finding.ts';
import { resourceFromId } from '../domain/resource-id.ts';
import { findGone } from './carry.ts';
import type { RememberedLook } from './fact-memory.ts';
import { confirmedAtOnce, type Held, holdUnconfirmed, type LaggingIndex } from './hold-unconfirmed.ts';
import { resourceKind } from './resource-index.ts';
import type { RunInput } from './run-input.ts';
import { looksAtHand, populationIds } from './run-population.ts';

const nothingHeld = { toConfirm: [], missing: [] };

/** With the rows that belong to them. A verdict that rests on more of them cannot be confirmed, only agreed to by the next look. */
const mostRows = 200;

/** Only what came from an index that may lag is held back. */
export function holdNews(input: RunInput, findings: readonly Finding[]): Held {
  const look = laggingLook(input);
  if (look === null) return { ...nothingHeld, findings };
  const asked = new Set(look.look.extent.kind === 'some' ? look.look.extent.subjects : []);
  const isWithdrawn = withdrawalOf(input, look);
  const gone = findGone(input.previous, populationIds(input)).filter((id) => !isWithdrawn(id));
  return holdUnconfirmed(findings, input.previous, {
    ...trustIn(input, look),
    answers: asked.size > 0,
    isGoneAtOrigin: (subject) => asked.has(subject) && look.map[subject] === undefined,
    dataAsOf: look.look.dataAsOf,
    gone,
    waivers: input.waivers,
  });
}

/** Not lost by the index but left out by the configuration: out of scope, of a subscription that is not listed any more, or of another type. */
function withdrawalOf({ check }: RunInput, look: RememberedLook): (id: string) => boolean {
  const types = check.subjects === 'endpoint' ? [] : check.subjects.resources;
  const scopes = new Set(look.index.scopes.map(({ subscription }) => subscription));
  return (id) => {
    const resource = resourceFromId(id);
    return resource === null || look.map[id] !== undefined || !scopes.has(resource.subscription) || !types.includes(resource.type);
  };
}

/** The look that found the check's subjects, where its source looks them up in an index. */
function laggingLook(input: RunInput): RememberedLook | null {
  if (input.check.subjects === 'endpoint') return null;
  return looksAtHand(input).find(({ look }) => input.sources.discovering?.has(look.source) ?? false) ?? null;
}

/**
 * What the origin has said of a subject and of the rows that belong to it, and whether it could say all that the verdict rests on: it cannot where
 * there are no rows, which may just be missing from the index, or too many.
 */
function trustIn(input: RunInput, look: RememberedLook): Pick<LaggingIndex, 'isConfirmed' | 'canConfirm' | 'isRead'> {
  const relations = Object.values(input.check.related ?? {}).map((one) => ({ ...one, rows: look.related(one.type, one.by) }));
  const isRead = (id: string): boolean => {
    const reference = look.map[id]?.[resourceKind];
    return reference !== undefined && 'digest' in reference && reference.confirmed === true;
  };
  const canConfirm = (subject: string): boolean => {
    const counts = relations.map(({ rows, optional }) => ({ optional, rows: rows.get(subject)?.length ?? 0 }));
    const isKnownWhere = counts.every(({ optional, rows: own }) => optional === true || own > 0);
    return isKnownWhere && counts.reduce((all, { rows: own }) => all + own, 1) <= mostRows;
  };
  return {
    canConfirm,
    isRead,
    isConfirmed: (subject) =>
      canConfirm(subject) && isRead(subject) && relations.every(({ rows }) => (rows.get(subject) ?? []).every(({ id }) => isRead(id))),
  };
}

/** The first of the subjects, with the rows that belong to them. */
export function whomToAsk(
  input: RunInput,
  subjects: readonly string[],
): { readonly look: string; readonly subjects: readonly string[] } | null {
  const look = laggingLook(input);
  if (look === null || subjects.length === 0) return null;
  const relations = Object.values(input.check.related ?? {}).map(({ type, by }) => look.related(type, by));
  const asked = new Set<string>();
  for (const subject of subjects.slice(0, confirmedAtOnce)) {
    const own = [subject, ...relations.flatMap((relation) => (relation.get(subject) ?? []).map(({ id }) => id))];
    // A part of the rows would confirm nothing; the subject's own row is asked for in any case, since no agreement counts without it.
    for (const id of asked.size + own.length <= mostRows ? own : [subject]) asked.add(id);
  }
  return { look: look.look.name, subjects: [...asked] };
}
