import { gravityOf, type PropertyVerdict } from './judge-properties.ts';
import { epochMs, type Timestamp } from './time.ts';

/** What Azure Backup says of one thing that it protects (`vaults/backupFabrics/protectionContainers/protectedItems`), as far as it was read. */
export interface ProtectedItem {
  readonly backupManagementType?: string | null | undefined;
  readonly protectionState?: string | null | undefined;
  readonly lastBackupStatus?: string | null | undefined;
  readonly lastRecoveryPoint?: string | null | undefined;
  readonly isScheduledForDeferredDelete?: boolean | null | undefined;
}

export interface BackupLimits {
  readonly rpoHours: number;
  readonly asOf: Timestamp;
}

const hourMs = 3_600_000;
const clockSkewMs = 300_000;

/**
 * Whether an item is a backup of the machine as a whole. Its databases and folders have items of their own, which name the same machine as source.
 * `null`: cannot be told.
 */
export function isMachineBackup({ backupManagementType: management }: ProtectedItem): boolean | null {
  const kind = management?.toLowerCase() ?? '';
  if (kind === 'azureiaasvm') return true;
  return otherManagements.has(kind) ? false : null;
}

/** BackupManagementType of Microsoft.RecoveryServices, without AzureIaasVM. */
const otherManagements = new Set(['mab', 'dpm', 'azuresql', 'azurebackupserver', 'azureworkload', 'azurestorage']);

/** No backup was ever taken, and that is all that is wrong: what a new machine looks like. */
export function isFirstBackupPending(item: ProtectedItem): boolean {
  const isPending = item.protectionState?.toLowerCase() === 'irpending';
  return isPending && item.isScheduledForDeferredDelete !== true && recoveryPointOf(item) === null;
}

/** The parts of one item. */
export function judgeProtectedItem(item: ProtectedItem, limits: BackupLimits): readonly PropertyVerdict[] {
  return [judgeDeletion(item), judgeState(item), judgeLastBackup(item), judgeRecoveryPoint(item, limits)];
}

/** Of several backups of the same machine the best one counts. */
export function bestOf(items: readonly (readonly PropertyVerdict[])[]): readonly PropertyVerdict[] {
  const gravity = (parts: readonly PropertyVerdict[]): number => Math.min(...parts.map(gravityOf));
  return items.toSorted((a, b) => gravity(b) - gravity(a))[0] ?? [];
}

function judgeDeletion({ isScheduledForDeferredDelete: deleting }: ProtectedItem): PropertyVerdict {
  const rule = 'protectedItems.properties.isScheduledForDeferredDelete';
  if (deleting === true) return { rule, observed: 'the backup is deleted and waits to be purged', status: 'fail' };
  return { rule, observed: 'the backup is not being deleted', status: 'pass' };
}

function judgeState({ protectionState }: ProtectedItem): PropertyVerdict {
  const rule = 'protectedItems.properties.protectionState';
  const observed = `protection state ${protectionState ?? 'not given'}`;
  const state = protectionState?.toLowerCase() ?? '';
  if (state === 'protected') return { rule, observed, status: 'pass' };
  return unprotectedStates.has(state) ? { rule, observed, status: 'fail' } : { rule, observed, status: 'unknown', reason: 'malformed' };
}

/** ProtectionState of Microsoft.RecoveryServices, without Protected and Invalid. */
const unprotectedStates = new Set(['irpending', 'protectionerror', 'protectionstopped', 'protectionpaused', 'backupssuspended']);

function judgeLastBackup({ lastBackupStatus }: ProtectedItem): PropertyVerdict {
  const rule = 'protectedItems.properties.lastBackupStatus';
  const observed = `last backup ${lastBackupStatus ?? 'not given'}`;
  const status = lastBackupStatus?.toLowerCase() ?? '';
  if (goodBackups.has(status)) return { rule, observed, status: 'pass' };
  if (badBackups.has(status)) return { rule, observed, status: 'fail', response: 'ticket' };
  return { rule, observed, status: 'unknown', reason: 'malformed' };
}

/** A backup that is running decides nothing: the age of the last recovery point does. */
const goodBackups = new Set(['completed', 'healthy', 'completedwithwarnings', 'inprogress']);
const badBackups = new Set(['failed', 'unhealthy', 'cancelled', 'irpending']);

function judgeRecoveryPoint(item: ProtectedItem, { rpoHours, asOf }: BackupLimits): PropertyVerdict {
  const rule = 'protectedItems.properties.lastRecoveryPoint';
  const lastRecoveryPoint = recoveryPointOf(item);
  if (lastRecoveryPoint === null) return { rule, observed: 'last recovery point not given', status: 'unknown', reason: 'malformed' };
  const observed = `last recovery point ${lastRecoveryPoint}`;
  const ageMs = epochMs(asOf) - instantOf(lastRecoveryPoint);
  if (!Number.isFinite(ageMs) || ageMs < -clockSkewMs) return { rule, observed, status: 'unknown', reason: 'malformed' };
  return { rule, observed, status: ageMs <= rpoHours * hourMs ? 'pass' : 'fail' };
}

/** The first instant of the calendar is how the service writes that there is none. */
function recoveryPointOf({ lastRecoveryPoint }: ProtectedItem): string | null {
  return lastRecoveryPoint === undefined || lastRecoveryPoint === '' || lastRecoveryPoint?.startsWith('0001-') ? null : lastRecoveryPoint;
}

/** Whether something was made less than these hours ago; a time that is absent, unreadable or ahead of us is no new thing. */
export function isYoungerThan(made: string | null | undefined, hours: number, asOf: Timestamp): boolean {
  const ageMs = epochMs(asOf) - instantOf(made ?? '');
  return ageMs >= -clockSkewMs && ageMs < hours * hourMs;
}

/** Milliseconds of an ISO 8601 time with a zone; NaN for anything else, which would be read in the zone of this machine. */
function instantOf(text: string): number {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/i.test(text) ? Date.parse(text) : Number.NaN;
}
