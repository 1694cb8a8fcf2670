import type { LookRequest, Observation } from '../../domain/look.ts';
import type { Source, SourceKind } from '../../domain/ports.ts';
import { queryAction, readActionOf } from '../../logs/log-tables.ts';
import { spanOf } from '../../logs/silences.ts';
import type { ArmClient } from '../azure/arm-client.ts';
import { attempt } from '../azure/attempt.ts';
import { type AzureAccess, sharedAccess } from '../azure/azure-access.ts';
import { settingsOf } from '../azure/azure-settings.ts';
import { permissionsAction } from '../azure/read-rights.ts';
import { lookAtEachSubject } from '../look-at-each.ts';
import { workspaceType } from './asked-workspace.ts';
import { logsOptionsSchema, logsQuestionOf } from './logs-options.ts';
import { type LookNeeds, lookAtWorkspace, shareForReading } from './look-at-workspace.ts';
import { createTableMemories } from './read-table.ts';
import { accountsAction, exportsAction, locksAction, readLocks, tablesAction } from './read-workspace.ts';

const kind = 'log-tables';

/** Brings the fact `log-tables` of each workspace: what arrives in its tables, and how long it stays. */
export const logsSource: SourceKind = {
  name: 'logs',
  options: logsOptionsSchema,
  reads: { [workspaceType]: ['customerId'] },
  actions: (options) => {
    const ofTables = logsQuestionOf(options).tables.map(readActionOf);
    const ofWorkspaces = [permissionsAction, queryAction, tablesAction, exportsAction, locksAction, accountsAction];
    return [...new Set([...ofWorkspaces, ...ofTables])].map((action) => ({ action, kinds: [kind] }));
  },
  create: () => createLogsSource(sharedAccess),
};

/** What its looks have read is kept as long as it lives. */
export function createLogsSource(access: AzureAccess): Source {
  const memoryOf = createTableMemories();
  return {
    name: 'logs',
    brings: [kind],
    resources: { types: [workspaceType], chosen: () => true, beside: [workspaceType], besideInScope: true },
    look: (request) => lookAtLogs(request, access, memoryOf),
  };
}

async function* lookAtLogs(request: LookRequest, access: AzureAccess, memoryOf: LookNeeds['memoryOf']): AsyncIterable<Observation> {
  if (request.azure === undefined || request.subjects.length === 0) return;
  const question = logsQuestionOf(request.options);
  const settings = settingsOf(request.azure);
  const [arm, logs] = await Promise.all([access.arm(settings), access.logs(settings)]);
  const span = spanOf(Math.floor(access.clock.wallNow()), question.hours, question.resolutionMs);
  const stopCounting = access.countFor(request.meter);
  try {
    const needs: LookNeeds = { request, clock: access.clock, arm, logs, question, span, memoryOf, locksOf: onceEach(request, arm) };
    yield* lookAtEachSubject(request, kind, async ({ id }, signal) => ({ fact: await lookAtWorkspace(id, needs, signal) }));
  } finally {
    stopCounting();
  }
}

/** The locks of a subscription answer for all its workspaces, so none of their own deadlines is its. */
function onceEach({ signal, subjectDeadlineMs }: LookRequest, arm: ArmClient): LookNeeds['locksOf'] {
  const asked = new Map<string, ReturnType<LookNeeds['locksOf']>>();
  return async (subscription) => {
    const options = { signal, deadlineMs: subjectDeadlineMs * shareForReading };
    const known = asked.get(subscription) ?? attempt(async () => await readLocks(arm, subscription, options));
    asked.set(subscription, known);
    return await known;
  };
}
