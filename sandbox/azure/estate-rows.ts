import type { EstateResource, EstateSubscription } from './estate-port.ts';

/** By id in lower case; null was removed and keeps its place, so that undoing is exact. */
type Rows = Map<string, EstateResource | null>;
export type Row = EstateResource | null | undefined;

/** The truth of the estate. Subscriptions stand beside the resources, not among them. */
export interface EstateRows {
  read(key: string): Row;
  /** `undefined`: as if it had never been there. */
  write(key: string, row: Row): void;
  resources(): Iterable<EstateResource>;
  subscriptions(): readonly EstateSubscription[];
  /** All of it as it is now, subscriptions included. */
  freeze(): readonly EstateResource[];
}

export function makeEstateRows(subscriptions: readonly EstateSubscription[], lists: readonly Iterable<EstateResource>[]): EstateRows {
  const accounts: Rows = new Map(subscriptions.map((each) => [subscriptionId(each.id), subscriptionRow(each)]));
  const rows: Rows = new Map();
  for (const list of lists) for (const resource of list) rows.set(resource.id.toLowerCase(), resource);
  const placeOf = (key: string): Rows => (accounts.has(key) ? accounts : rows);
  return {
    read: (key) => placeOf(key).get(key),
    write(key, row) {
      if (row === undefined) placeOf(key).delete(key);
      else placeOf(key).set(key, row);
    },
    resources: () => present(rows),
    subscriptions: () => [...present(accounts)].map(subscriptionOf),
    freeze: () => [...present(accounts), ...present(rows)],
  };
}

function* present(rows: Rows): Generator<EstateResource> {
  for (const row of rows.values()) if (row !== null) yield row;
}

function subscriptionId(id: string): string {
  return `/subscriptions/${id}`.toLowerCase();
}

function subscriptionRow({ id, name, state }: EstateSubscription): EstateResource {
  return { id: `/subscriptions/${id}`, name, type: 'Microsoft.Resources/subscriptions', properties: { state } };
}

function subscriptionOf({ id, name, properties }: EstateResource): EstateSubscription {
  const state = properties['state'];
  if (typeof state !== 'string') throw new Error(`the subscription ${name} of the estate has no state`);
  return { id: id.split('/').at(-1) ?? '', name, state };
}
