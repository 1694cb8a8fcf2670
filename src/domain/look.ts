import type { Fault } from './fault.ts';
import type { Json, JsonObject } from './json.ts';
import type { Subject } from './subject.ts';
import type { Timestamp } from './time.ts';

/** The name of one kind of fact (`tls`, `http`, `dns`); a derived fact has a name of its own. */
export type FactKind = string;

/** What was seen of one kind, or why it could not be seen. */
export type Seen = { readonly fact: Json } | { readonly fault: Fault };

/**
 * What one look brings of one subject. A source that finds its subjects itself also observes each scope (a subscription), with the kind
 * `list:<type>` for each type that it was asked for: `{ fact: { listed: 12 } }`, or the fault for which it may not have seen them all.
 */
export interface Observation {
  readonly subject: Subject;
  /** The origin says that there is no such subject (any more). `seen` is then empty. */
  readonly gone?: boolean;
  readonly seen: { readonly [kind: FactKind]: Seen };
  /** What the source threw for this subject; the engine, which holds the only general catch, makes a fault of it. */
  readonly thrown?: unknown;
  /** Seconds by phase (`connect`, `handshake`): metrics only, since they change at every look. */
  readonly phaseSeconds?: { readonly [phase: string]: number };
  /** Single numbers of the subject that are worth a time series, by the metric's own name without prefix: metrics only. */
  readonly measures?: Measures;
}

/** `certificate_expiry_timestamp_seconds` -> value in base units. */
export type Measures = { readonly [name: string]: number };

/** Where a probe looked from. Verdicts about who can reach something need `external: true`. */
export interface Vantage {
  readonly name: string;
  readonly external: boolean;
  /** The address that others see, where it is declared. */
  readonly egressAddress: string | null;
  /** Name servers asked, or `system`. */
  readonly resolver: readonly string[];
}

/** Numbers that a source counts while it looks: metrics only. Names are those of the metrics, without prefix. */
export interface Meter {
  count(name: string, labels: { readonly [label: string]: string }, by?: number): void;
  set(name: string, labels: { readonly [label: string]: string }, value: number): void;
}

/** One ARM type, as the sources of Azure have to ask for it: from the checks' needs and `config/azure/resource-types.yaml`. */
export interface ResourceTypePlan {
  /** `microsoft.storage/storageaccounts` */
  readonly type: string;
  /** The table of Resource Graph that lists it: `resources`, `recoveryservicesresources`. */
  readonly table: string;
  /** Of the GET at the origin. */
  readonly apiVersion: string;
  /** What the identity must be allowed to do: `Microsoft.Storage/storageAccounts/read`. */
  readonly action: string;
  /** The members of `properties` that some check reads, sorted: nothing else of them is kept. */
  readonly fields: readonly string[];
  /** Public endpoints are found from it: where it cannot be listed, some may be missing. */
  readonly findsEndpoints?: boolean;
}

export interface LookRequest {
  /**
   * Whom to look at; every one of them is answered for, with facts or a fault.
   * Of a source that discovers: the scopes to list, or where `origin` is set the resources to read there.
   */
  readonly subjects: readonly Subject[];
  /** Only for a source that discovers: read these subjects one by one where they are kept, not from an index that may lag. */
  readonly origin?: boolean;
  /** Only for a source that discovers: what to list. */
  readonly resourceTypes?: readonly ResourceTypePlan[];
  /** The settings of the section `azure`, validated by the sources' own schema. */
  readonly azure?: JsonObject;
  /** Only for a source that discovers: the ports at which endpoints that it finds are asked. */
  readonly discovered?: { readonly port: number; readonly httpPort: number };
  /** Of a source whose subjects are resources: their rows as they were last seen. */
  readonly rows?: ReadonlyMap<string, Json>;
  /** Of a source that wants to know resources beside its subjects: their ids, ordered; their rows stand in `rows`. */
  readonly beside?: readonly string[];
  /** Why there may be more of those; absent where all are known. */
  readonly besideFault?: Fault;
  /** Of a source that tells it: how completely this daemon looked in the last whole hours; absent where nothing is kept. */
  readonly ownLooks?: OwnLooks;
  readonly meter?: Meter;
  /** Validated by the source's own schema. */
  readonly options: JsonObject;
  readonly vantage: Vantage;
  /** How many subjects are looked at at the same time. */
  readonly concurrency: number;
  /** Total deadline for one subject, in milliseconds. */
  readonly subjectDeadlineMs: number;
  /** Aborts at the total deadline of the look or at shutdown. */
  readonly signal: AbortSignal;
}

export interface OwnLooks {
  /** Whole hours. */
  readonly from: Timestamp;
  readonly to: Timestamp;
  /** Sorted by name; of each how many the schedule asked for, how many were recorded, and how many of those ended after the next one was due. */
  readonly looks: readonly { readonly name: string; readonly due: number; readonly done: number; readonly late: number }[];
}

/** What a fact entry of one subject points to: a digest of a stored fact, or the fault itself. */
export type FactReference =
  | {
      readonly digest: string;
      /** Read at the origin, not from an index that may lag. */
      readonly confirmed?: true;
      /** Of a sample: how many looks ago it was brought, as far as this process knows. */
      readonly carried?: number;
    }
  | { readonly fault: Fault };

/** Subject id -> kind -> reference. A subject that is absent was not part of the look. */
export type FactMap = { readonly [subjectId: string]: { readonly [kind: FactKind]: FactReference } };

/** One collecting by one source over one set of subjects, as recorded. */
export interface Look {
  readonly id: number;
  readonly name: string;
  readonly source: string;
  readonly vantage: Vantage;
  /** `all`: the whole population. `some`: these subjects, on top of look `base`. */
  readonly extent: Extent;
  readonly scheduledFor: Timestamp;
  readonly startedAt: Timestamp;
  readonly finishedAt: Timestamp;
  /** When the oldest part of the map was seen: `startedAt`, or that of look `extent.base` where only some were looked at. */
  readonly dataAsOf: Timestamp;
  readonly expected: number;
  readonly seen: number;
  /** Subjects with at least one fault. */
  readonly unread: number;
  /** SHA-256 over the sorted subject ids of the population, one a line. */
  readonly populationDigest: string;
  /** Digest of the stored delta (a FactMap; a removed subject is `{}`) against look `base`, or of the whole map where `base` is null. */
  readonly mapDigest: string;
  /** The look that `mapDigest` is a delta against. */
  readonly base: number | null;
  /** Deltas between this look and the next whole map: bounds the cost of reading it back. */
  readonly depth: number;
}

export type Extent = { readonly kind: 'all' } | { readonly kind: 'some'; readonly subjects: readonly string[]; readonly base: number };
