import type { Finding } from '../domain/finding.ts';
import { resourceFromId, subscriptionResource } from '../domain/resource-id.ts';
import { findGone } from './carry.ts';
import type { RememberedLook } from './fact-memory.ts';
import { confirmedAtOnce, type Held, holdUnconfirmed, type LaggingIndex } from './hold-unconfirmed.ts';
import { listKindPrefix, resourceKind } from './resource-index.ts';
import { basisOf, mostRowsAsked, tooManyRows } from './rest-on-rows.ts';
import type { RunInput } from './run-input.ts';
import { laggingLook, looksAtHand, looksMissing, populationIds } from './run-population.ts';

const nothingHeld = { toConfirm: [], missing: [] };

/** Only what came from an index that may lag is held back. */
export function holdNews(input: RunInput, findings: readonly Finding[]): Held {
  const look = laggingLook(input);
  if (look === null) return { ...nothingHeld, findings };
  const asked = askedIn(look);
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

/**
 * Not lost by the index but left out by the configuration: out of scope, of a subscription that is not listed any more, of another type, or not chosen
 * by another look that began after it was found.
 */
function withdrawalOf(input: RunInput, look: RememberedLook): (id: string) => boolean {
  const types = input.check.subjects === 'endpoint' ? [] : input.check.subjects.resources;
  const scopes = new Set(look.index.scopes.map(({ subscription }) => subscription));
  const others = looksAtHand(input).filter((one) => one !== look);
  const isMissing = looksMissing(input).length > 0;
  const isLeftOut = (id: string): boolean =>
    !isMissing && others.every(({ map, look: other }) => map[id] !== undefined || other.startedAt > look.look.finishedAt);
  return (id) => {
    const resource = resourceFromId(id);
    if (resource === null || !scopes.has(resource.subscription) || !types.includes(resource.type)) return true;
    return look.map[id] !== undefined && isLeftOut(id);
  };
}

/** What the verdict on a subject rests on besides its own row. */
interface RestsOn {
  readonly rows: readonly string[];
  /** There are rows of each relation without which nothing can be said, and somebody knows what the facts were derived from. */
  readonly isKnown: boolean;
  /** They can be asked for together. */
  readonly areFew: boolean;
}

/** Related rows, those that facts of the estate follow from, and those that a failure of before did. Each subject is asked after more than once. */
function restsOnOf(input: RunInput, look: RememberedLook): (subject: string) => RestsOn {
  const relations = Object.values(input.check.related ?? {}).map((one) => ({ ...one, rows: look.related(one.type, one.by) }));
  const before = new Map((input.previous?.notPass ?? []).flatMap((finding) => restsOnBefore(finding)));
  const known = new Map<string, RestsOn>();
  const find = (subject: string): RestsOn => {
    const related = relations.map(({ rows, optional }) => ({ optional, ids: (rows.get(subject) ?? []).map(({ id }) => id) }));
    const rows = new Set(related.flatMap(({ ids }) => ids));
    const basis = basisOf(input, subject);
    const isKnown = basis !== null && related.every(({ optional, ids }) => optional === true || ids.length > 0);
    const derived = [...(basis ?? []), ...(before.get(subject) ?? [])];
    if (derived.length >= 2 * mostRowsAsked) return { rows: [...rows], isKnown, areFew: false };
    for (const id of derived) if (isListed(look, id)) rows.add(id);
    return { rows: [...rows], isKnown, areFew: rows.size < mostRowsAsked && !derived.includes(tooManyRows) };
  };
  return (subject) => {
    const found = known.get(subject) ?? find(subject);
    known.set(subject, found);
    return found;
  };
}

function restsOnBefore(finding: Finding): readonly (readonly [string, readonly string[]])[] {
  return (finding.status === 'fail' || finding.status === 'waived') && finding.restsOn !== undefined
    ? [[finding.subject, finding.restsOn]]
    : [];
}

/** Of what nobody lists the origin is not asked either: rows of other subscriptions, which no fact follows from. */
function isListed({ map }: RememberedLook, id: string): boolean {
  if (map[id] !== undefined) return true;
  const resource = resourceFromId(id);
  if (resource === null) return false;
  return map[subscriptionResource(resource.subscription).id]?.[`${listKindPrefix}${resource.type}`] !== undefined;
}

/**
 * What the origin has said of a subject and of the rows that its verdict rests on, and whether it could say all of it: it cannot where there are no
 * rows, which may just be missing from the index, or too many.
 */
function trustIn(input: RunInput, look: RememberedLook): Pick<LaggingIndex, 'isConfirmed' | 'canConfirm' | 'isRead'> {
  const restsOn = restsOnOf(input, look);
  const asked = askedIn(look);
  const isRead = (id: string): boolean => {
    const reference = look.map[id]?.[resourceKind];
    return reference !== undefined && 'digest' in reference && reference.confirmed === true;
  };
  const isSettled = (id: string): boolean => isRead(id) || (look.map[id] === undefined && asked.has(id));
  return {
    canConfirm: (subject) => restsOn(subject).isKnown && restsOn(subject).areFew,
    isRead,
    isConfirmed: (subject) => {
      const { rows, isKnown, areFew } = restsOn(subject);
      return isKnown && areFew && isRead(subject) && rows.every(isSettled);
    },
  };
}

function askedIn({ look: { extent } }: RememberedLook): ReadonlySet<string> {
  return new Set(extent.kind === 'some' ? extent.subjects : []);
}

/** The first of the subjects, with the rows that their verdicts rest on. */
export function whomToAsk(
  input: RunInput,
  subjects: readonly string[],
): { readonly look: string; readonly subjects: readonly string[] } | null {
  const look = laggingLook(input);
  if (look === null || subjects.length === 0) return null;
  const restsOn = restsOnOf(input, look);
  const asked = new Set<string>();
  for (const subject of subjects.slice(0, confirmedAtOnce)) {
    const { rows, areFew } = restsOn(subject);
    const news = [subject, ...rows].filter((id) => !asked.has(id));
    // A part of the rows would confirm nothing; the subject's own row is asked for in any case, since no agreement counts without it.
    for (const id of areFew && asked.size + news.length <= mostRowsAsked ? news : [subject]) asked.add(id);
  }
  return { look: look.look.name, subjects: [...asked] };
}
