import type { PropertyVerdict } from '../domain/judge-properties.ts';
import type { DataExport, LogTablesFact, ManagementLock, TableFact } from './log-facts.ts';

/** The days that a table keeps its rows, the archive included; null: nobody says. The table's own word goes before that of the workspace. */
export function keptDays(table: Pick<TableFact, 'retentionDays' | 'totalRetentionDays'>, ofWorkspace: number | null): number | null {
  return [table.totalRetentionDays, table.retentionDays, ofWorkspace].find((days) => days !== null && days > 0) ?? null;
}

/** Whether a lock holds that keeps the workspace from being deleted; a lock of a group or a subscription holds for all that stands in it. */
export function judgeLocks(locks: LogTablesFact['locks'], workspaceId: string): PropertyVerdict {
  const rule = 'Microsoft.Authorization/locks.properties.level';
  if ('fault' in locks) return { rule, observed: `the locks: ${locks.fault.message}`, status: 'unknown', reason: locks.fault.code };
  const holding = locks.is.filter((lock) => isAtOrAbove(lock.scope, workspaceId) && keepsFromDeletion(lock));
  const [first] = holding;
  if (first === undefined) return { rule, observed: 'no lock keeps the workspace from being deleted', status: 'fail' };
  return { rule, observed: `the lock ${first.level} at ${first.scope}`, status: 'pass' };
}

function keepsFromDeletion({ level }: ManagementLock): boolean {
  return ['cannotdelete', 'readonly'].includes(level.toLowerCase());
}

function isAtOrAbove(scope: string, id: string): boolean {
  const [outer, inner] = [scope.toLowerCase().replace(/\/+$/, ''), id.toLowerCase()];
  return outer !== '' && (inner === outer || inner.startsWith(`${outer}/`));
}

/** Whether what arrives in a table is copied to where nobody can change or delete it. Rows in a workspace can be purged by who may. */
export function judgeImmutableCopy(exports: LogTablesFact['exports'], table: string): PropertyVerdict {
  const rule = 'dataExports.properties';
  if ('fault' in exports)
    return { rule, observed: `the data exports: ${exports.fault.message}`, status: 'unknown', reason: exports.fault.code };
  const copies = exports.is.filter(
    (copy) => copy.isEnabled && isAccount(copy) && copy.tables.some((name) => name.toLowerCase() === table.toLowerCase()),
  );
  const immutable = copies.find(({ isImmutable }) => isImmutable === true);
  if (immutable !== undefined)
    return { rule, observed: `${table} is copied to ${immutable.destination}, which is immutable`, status: 'pass' };
  const unread = copies.find(({ isImmutable }) => isImmutable === null);
  if (unread !== undefined) {
    const observed = `${table} is copied to ${unread.destination}, of which no locked policy could be read; one of its container is not looked at`;
    return { rule, observed, status: 'unknown', reason: 'partial' };
  }
  const [first] = copies;
  const observed =
    first === undefined ? `${table} is copied to no storage account` : `${table} is copied to ${first.destination}, which is not immutable`;
  return { rule, observed, status: 'fail' };
}

/** An event hub keeps nothing. */
function isAccount({ destination }: DataExport): boolean {
  return destination.toLowerCase().includes('/providers/microsoft.storage/storageaccounts/');
}
