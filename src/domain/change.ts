import type { JsonObject } from './json.ts';
import { type Actor, normaliseIdentifier, type Pseudonym } from './pseudonym.ts';
import type { Timestamp } from './time.ts';

/** A change of a resource as it was recorded at the origin. Holds a clear name: never stored, sent or logged. */
export interface RawChange {
  /** Resource id in lower case. */
  readonly target: string;
  readonly at: Timestamp;
  readonly by: Actor;
  /** The permission that it was made with (`Microsoft.Storage/storageAccounts/write`); null where nothing is said. */
  readonly operation: string | null;
  /** What it was made with (`Azure Portal`); null where nothing is said. */
  readonly clientType: string | null;
  /** Paths of the properties that changed, sorted; never their values. */
  readonly properties: readonly string[];
}

/** Whom to ask about, and where. */
export interface ChangesRequest {
  readonly subjects: readonly string[];
  /** The settings of the section `azure`. */
  readonly azure: JsonObject;
  /** The wall clock: how far back is asked counts from it. */
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/** The same, as it may be stored and shown: whoever is a person stands as their pseudonym. */
export interface Change extends Omit<RawChange, 'by'> {
  /** `person-...`, `app <id>`, `System`, or `somebody unnamed`. */
  readonly by: string;
}

/** Each once, normalised: whom a pseudonym is needed for. */
export function personsIn(changes: readonly RawChange[]): readonly string[] {
  const persons = changes.flatMap(({ by }) => (by.kind === 'person' ? [normaliseIdentifier(by.identifier)] : []));
  return [...new Set(persons)];
}

/** `pseudonyms`: by normalised identifier. A person without one stays unnamed: a clear name never passes. */
export function disguise(change: RawChange, pseudonyms: ReadonlyMap<string, Pseudonym>): Change {
  return { ...change, by: showActor(change.by, pseudonyms) };
}

/** The latest of each target, whatever the order they come in. */
export function latestByTarget<C extends Pick<RawChange, 'target' | 'at'>>(changes: readonly C[]): ReadonlyMap<string, C> {
  const latest = new Map<string, C>();
  for (const change of changes) {
    const known = latest.get(change.target);
    if (known === undefined || known.at < change.at) latest.set(change.target, change);
  }
  return latest;
}

function showActor(by: Actor, pseudonyms: ReadonlyMap<string, Pseudonym>): string {
  if (by.kind === 'app') return `app ${by.id}`;
  if (by.kind === 'system') return 'System';
  const pseudonym = by.kind === 'person' ? pseudonyms.get(normaliseIdentifier(by.identifier)) : undefined;
  return pseudonym ?? 'somebody unnamed';
}
