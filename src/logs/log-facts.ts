import type { Fault } from '../domain/fault.ts';
import type { OwnLooks } from '../domain/look.ts';
import type { Timestamp } from '../domain/time.ts';

/** A part of a fact that could not be seen, while the rest could. */
export type Told<Value> = { readonly is: Value } | { readonly fault: Fault };

/** Of the fact kind `log-tables`, of one Log Analytics workspace: what arrives in its tables, and how long it stays. */
export interface LogTablesFact {
  /**
   * Names, lower case and sorted, of all workspaces in scope that the look found, as often as there are such: what is declared to stand in a workspace must stand in
   * one of them.
   */
  readonly workspaces: readonly string[];
  /** Why there may be more of them, so that one which is not named may yet be there; absent: these are all. */
  readonly moreFault?: Fault;
  /** Over how many hours before the look silences are told. */
  readonly hours: number;
  /** What is shorter is no silence. */
  readonly resolutionMinutes: number;
  /** Of each table that the look's options name, in Azure's own spelling. */
  readonly tables: { readonly [table: string]: Told<TableFact> };
  /** The applications by which people signed in, from `SigninLogs`; sorted by id and resource, each pair once. */
  readonly applications: Told<readonly SignInApplication[]>;
  /** Deletion locks that hold for the workspace: its own, its resource group's, its subscription's. */
  readonly locks: Told<readonly ManagementLock[]>;
  /** Where its tables are continuously copied to. */
  readonly exports: Told<readonly DataExport[]>;
}

export interface TableFact {
  /** False: the workspace has no such table, so that nothing can arrive in it. */
  readonly isThere: boolean;
  /** In days, of interactive use and with the archive; null where the workspace does not say. */
  readonly retentionDays: number | null;
  readonly totalRetentionDays: number | null;
  /** Oldest first. A quiet table has one from null to null. */
  readonly silences: readonly Silence[];
  /** Of the rows of these hours the slowest, from when it happened until it could be asked for, rounded up to whole five minutes; null: no row. */
  readonly slowestIngestionMinutes: number | null;
}

export interface Silence {
  /** The time of the row before it; null: no row is known before it. */
  readonly from: Timestamp | null;
  /** The time of the row that ended it; null: it goes on. */
  readonly to: Timestamp | null;
}

export interface SignInApplication {
  /** AppId, lower case. */
  readonly id: string;
  readonly name: string;
  /** What was signed in to: ResourceDisplayName. */
  readonly resource: string;
}

export interface ManagementLock {
  /** What is locked: an id of a resource, a resource group or a subscription, lower case. */
  readonly scope: string;
  /** `CanNotDelete`, `ReadOnly`, as Azure spells it. */
  readonly level: string;
}

export interface DataExport {
  readonly tables: readonly string[];
  readonly isEnabled: boolean;
  /** The id of a storage account or event hub, lower case. */
  readonly destination: string;
  /** Of a storage account: whether what stands there can be neither changed nor deleted. Null: that could not be read, or it is no account. */
  readonly isImmutable: boolean | null;
}

/** Of the fact kind `activity-log`, of one subscription: what its activity log lists, and what of it is in the workspaces. */
export interface ActivityLogFact {
  /** Ids, lower case and sorted, of the workspaces in which its events were looked for. */
  readonly workspaces: readonly string[];
  /** The categories that are reconciled. */
  readonly categories: readonly string[];
  /** Whole hours; events of then had their time to arrive. Both lists were read completely for them. */
  readonly settled: { readonly from: Timestamp; readonly to: Timestamp };
  /** How many events of then the activity log lists, each id once, and how many of them are in a workspace. */
  readonly listed: number;
  readonly found: number;
  /** Those that are not, oldest first, at most 100 of `missingCount`. */
  readonly missing: readonly ListedEvent[];
  readonly missingCount: number;
  /** Of the events since then, those that are in no workspace though they are older than `usualMinutes`; oldest first, at most 20 of `overdueCount`. */
  readonly overdue: readonly ListedEvent[];
  readonly overdueCount: number;
  /** The newest event that is older than `usualMinutes`, where it is in no workspace: nothing shows that the log went on after it. */
  readonly lastUnseen: ListedEvent | null;
  readonly usualMinutes: number;
  /** Nothing was listed from `settled.from` until the look. */
  readonly isQuiet: boolean;
  /** Of its rows in the workspaces since `settled.from` the slowest, rounded up to whole five minutes; null: no row. */
  readonly slowestIngestionMinutes: number | null;
}

export interface ListedEvent {
  /** EventDataId, lower case. */
  readonly id: string;
  readonly at: Timestamp;
  readonly category: string;
  /** `Microsoft.Network/networkSecurityGroups/write`, as Azure spells it. */
  readonly operation: string;
  /** An id, lower case; empty where the event names none. */
  readonly resource: string;
}

/** Of the fact kind `heartbeat`, of one virtual machine. */
export interface HeartbeatFact {
  /** Names, lower case and sorted, of the workspaces in which it was listened for. */
  readonly workspaces: readonly string[];
  /** So long before the look it was listened. */
  readonly minutes: number;
  readonly isHeard: boolean;
  /** Only where it is not heard: the last one that is known of; null: none in the last day, or the row said that the machine does not run, and nobody asked. */
  readonly lastHeard: Timestamp | null;
}

/** Of the fact kind `diagnostic-settings`, of a subscription or a resource: its settings as Azure Resource Manager lists them, sorted by name. */
export interface DiagnosticSettingsFact {
  readonly settings: readonly DiagnosticSetting[];
}

export interface DiagnosticSetting {
  readonly name: string;
  /** Ids, lower case; null: not there. */
  readonly workspaceId: string | null;
  readonly storageAccountId: string | null;
  readonly eventHubAuthorizationRuleId: string | null;
  readonly logs: readonly DiagnosticLog[];
}

/** Exactly one of `category` and `categoryGroup` is set in what Azure sends; where both are null the entry says nothing. */
export interface DiagnosticLog {
  readonly category: string | null;
  readonly categoryGroup: string | null;
  /** Absent at Azure: false. */
  readonly enabled: boolean;
}

/** Of the fact kind `canary`, of the workspace on which the canary writes its tag. */
export interface CanaryFact {
  /** The last one that arrived in the workspace; null: none is known. */
  readonly arrived: { readonly writtenAt: Timestamp; readonly tookMinutes: number } | null;
  /** The oldest one that has not arrived; null: none is on its way for longer than `usualMinutes`. */
  readonly waiting: { readonly writtenAt: Timestamp } | null;
  readonly usualMinutes: number;
}

/** Of the fact kind `own-looks`, of a workspace: how completely this daemon itself looked; the same for all of them. */
export type OwnLooksFact = OwnLooks;
