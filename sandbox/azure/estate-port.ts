import type { Json, JsonObject } from '../../src/domain/json.ts';
import type { DoneLogEdit } from './logs/log-edit.ts';

/** What the pretend Azure serves: the truth as Azure Resource Manager gives it, and what Resource Graph has seen of it so far. */
export interface PretendEstate {
  readonly subscriptions: readonly EstateSubscription[];
  /** Grows with each change, also of what Resource Graph shows: what is cached by it is stale after. */
  readonly version: number;
  /** A resource by its id in any casing, as Azure Resource Manager gives it. */
  get(id: string): EstateResource | undefined;
  /** The truth. */
  all(): Iterable<EstateResource>;
  /** What Resource Graph shows, which may lag behind the truth. */
  indexed(): Iterable<EstateResource>;
  /** For `resourcechanges`, newest last. */
  changes(): readonly EstateChange[];
  /** What is done to its logs; absent: nothing. */
  logEdits?(): readonly DoneLogEdit[];
  /** By which clock things happen in it; absent: that of the machine. */
  now?(): number;
  /** Writes tags beside those that a resource has. Absent: nothing can be written. */
  tag?(id: string, tags: JsonObject, who: { readonly by: string; readonly correlationId: string }): void;
}

export interface EstateSubscription {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** A resource in the wire shape of Azure Resource Manager, in Azure's own casing. */
export interface EstateResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location?: string;
  readonly kind?: string;
  readonly sku?: JsonObject;
  readonly tags?: JsonObject;
  readonly identity?: JsonObject;
  readonly zones?: readonly string[];
  readonly managedBy?: string;
  readonly properties: JsonObject;
}

export interface EstateChange {
  /** The id of the change itself. */
  readonly id: string;
  /** The id of the resource that was changed. */
  readonly target: string;
  readonly type: 'Create' | 'Update' | 'Delete';
  /** ISO 8601. */
  readonly at: string;
  /** A person's mail address or the id of an application. */
  readonly by: string;
  readonly clientType: string;
  readonly operation: string;
  /** Where the caller named one. */
  readonly correlationId?: string;
  readonly changes: { readonly [propertyPath: string]: PropertyChange };
}

export interface PropertyChange {
  readonly previousValue: Json;
  readonly newValue: Json;
}
