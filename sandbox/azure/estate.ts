import { describeChange, type Who } from './estate-change.ts';
import type { EstateChange, EstateResource, EstateSubscription, PretendEstate } from './estate-port.ts';
import { type EstateRows, makeEstateRows, type Row } from './estate-rows.ts';
import { generateResources } from './generate-estate.ts';
import type { DoneLogEdit } from './logs/log-edit.ts';
import type { Edit, Mutation } from './mutation.ts';
import { mutations } from './mutations.ts';
import { withoutValue, withValue } from './property-path.ts';
import { readResources, readSubscriptions, resolveTimes } from './read-estate.ts';

export interface Estate extends PretendEstate {
  /** The names of what can be done to the estate. */
  readonly mutations: readonly string[];
  now(): number;
  put(resource: EstateResource, by?: string): void;
  /** @throws Error where there is none. */
  remove(id: string, by?: string): void;
  /** @throws Error where there is no such mutation, or it is already done. */
  mutate(name: string): Mutation;
  /** Everything is as it was before. @throws Error where it is not done, or something else has changed its resources since. */
  undo(name: string): Mutation;
  /**
   * Whether Resource Graph lags: `true` shows the rows as they are now until it is `false` again; `hide` leaves one row out and shows the others
   * as they come. Who changed what is always told at once.
   */
  lag(how: boolean | { readonly hide: string }): void;
}

export interface EstateOptions {
  /** How many resources there are in all; what is written comes first, the rest is generated. */
  readonly resources?: number;
  readonly seed?: number;
  /** What the times of the estate are counted from. */
  readonly nowMs?: number;
  /** When things are changed; default: the clock of the machine. */
  readonly now?: () => number;
}

/** The written estate and, where more is asked for, generated resources in the same subscriptions. */
export async function openEstate({ resources = 0, seed = 1, now = Date.now, nowMs = now() }: EstateOptions = {}): Promise<Estate> {
  const [subscriptions, written] = await Promise.all([readSubscriptions(), readResources(nowMs)]);
  const generated = generateResources(Math.max(0, resources - written.length), { seed, nowMs });
  return makeEstate(subscriptions, [written, generated], { nowMs, now });
}

/** What a mutation met and left; `undefined` was never there, null was removed. */
interface Trace {
  readonly key: string;
  readonly before: Row;
  readonly after: Row;
}

interface Done {
  readonly traces: readonly Trace[];
  readonly logs: readonly DoneLogEdit[];
}

const anonymous = 'deployer@example.com';

function makeEstate(
  subscriptions: readonly EstateSubscription[],
  lists: readonly Iterable<EstateResource>[],
  { nowMs, now }: { readonly nowMs: number; readonly now: () => number },
): Estate {
  const rows = makeEstateRows(subscriptions, lists);
  const told: EstateChange[] = [];
  const done = new Map<string, Done>();
  let version = 1;
  let shown: readonly EstateResource[] | null = null;
  let hidden: string | null = null;

  function replace(key: string, after: Row, who: Who): Trace {
    const before = rows.read(key);
    rows.write(key, after);
    version += 1;
    told.push(describeChange(after?.id ?? before?.id ?? key, before ?? null, after ?? null, { ...who, atMs: now() }));
    return { key, before, after };
  }

  function apply(edit: Edit, who: Who): Trace {
    if ('put' in edit)
      return replace(edit.put.id.toLowerCase(), { ...edit.put, properties: resolveTimes(edit.put.properties, nowMs) }, who);
    const id = 'remove' in edit ? edit.remove : edit.id;
    const before = existing(rows, id);
    return replace(id.toLowerCase(), 'remove' in edit ? null : editResource(before, edit, nowMs), who);
  }

  return {
    get subscriptions() {
      return rows.subscriptions();
    },
    mutations: Object.keys(mutations),
    get version() {
      return version;
    },
    get: (id) => rows.read(id.toLowerCase()) ?? undefined,
    all: rows.resources,
    indexed: () => withoutHidden(shown ?? rows.resources(), hidden),
    changes: () => told,
    logEdits: () => [...done.values()].flatMap(({ logs }) => logs),
    now,
    put(resource, by = anonymous) {
      const operation = `${resource.type}/write`;
      replace(resource.id.toLowerCase(), resource, { by, operation });
    },
    remove(id, by = anonymous) {
      const before = rows.read(id.toLowerCase());
      apply({ remove: id }, { by, operation: `${before?.type ?? ''}/delete` });
    },
    tag(id, tags, { by, correlationId }) {
      const resource = existing(rows, id);
      const who = { by, correlationId, operation: 'Microsoft.Resources/tags/write' };
      replace(id.toLowerCase(), { ...resource, tags: { ...resource.tags, ...tags } }, who);
    },
    mutate(name) {
      const mutation = mutationOf(name);
      if (done.has(name)) throw new Error(`${name} is already done`);
      const traces = mutation.edits.map((edit) => apply(edit, mutation));
      done.set(name, { traces, logs: (mutation.logs ?? []).map((edit) => ({ edit, atMs: now() })) });
      version += 1;
      return mutation;
    },
    undo(name) {
      const mutation = mutationOf(name);
      for (const { key, before } of undoable(name, done, rows).toReversed()) replace(key, before, mutation);
      done.delete(name);
      version += 1;
      return mutation;
    },
    lag(how) {
      shown = how === true ? (shown ?? rows.freeze()) : null;
      hidden = typeof how === 'object' ? how.hide.toLowerCase() : null;
      version += 1;
    },
  };
}

/** @throws Error where it is not done, or something else has changed its resources since. */
function undoable(name: string, done: ReadonlyMap<string, Done>, rows: EstateRows): readonly Trace[] {
  const traces = done.get(name)?.traces;
  if (traces === undefined) throw new Error(`${name} is not done`);
  const moved = traces.find(({ key, after }) => rows.read(key) !== after);
  if (moved !== undefined) throw new Error(`${moved.key} has been changed since ${name}`);
  return traces;
}

/** @throws Error where there is none. */
function existing(rows: EstateRows, id: string): EstateResource {
  const row = rows.read(id.toLowerCase());
  if (row === undefined || row === null) throw new Error(`the estate has no ${id}`);
  return row;
}

function* withoutHidden(resources: Iterable<EstateResource>, hidden: string | null): Generator<EstateResource> {
  for (const resource of resources) if (resource.id.toLowerCase() !== hidden) yield resource;
}

function mutationOf(name: string): Mutation {
  const mutation = mutations[name];
  if (mutation === undefined) throw new Error(`there is no mutation ${name}; there are ${Object.keys(mutations).join(', ')}`);
  return mutation;
}

function editResource(resource: EstateResource, edit: Extract<Edit, { readonly id: string }>, nowMs: number): EstateResource {
  let edited = resource;
  for (const [path, value] of Object.entries(resolveTimes(edit.set ?? {}, nowMs))) edited = withValue(edited, path, value);
  for (const path of edit.unset ?? []) edited = withoutValue(edited, path);
  return edited;
}
