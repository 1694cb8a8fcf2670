import { type ResourcePath, resourceGroupOf, subscriptionOf, typeOfPath } from './arm-path.ts';
import { type ArmParts, denyAction, replyMissing, replyPage } from './arm-resources.ts';
import type { EstateResource } from './estate-port.ts';
import { isSettingsType } from './extensions.ts';
import { isGenerated } from './generated-cell.ts';
import { type Reply, replies } from './reply.ts';
import type { Rights } from './rights.ts';

/** What hangs on a resource: its diagnostic settings, or the locks on it and below it. */
export function answerExtensions(path: ResourcePath, url: URL, rights: Rights, parts: ArmParts): Reply {
  const denied = denyAction(rights, `${path.type}/read`, path.scope);
  if (denied !== null) return denied;
  const missing = missingScope(path.scope, parts);
  if (missing !== null) return missing;
  const type = typeOfPath(path.scope);
  if (isSettingsType(path.type) && withoutSettings.has(type)) return replies.settingsNotSupported(type);
  const own = parts.arm.list(path);
  const isUnwritten = isSettingsType(path.type) && own.length === 0 && isGenerated(path.scope);
  return replyPage(isUnwritten ? [generatedSetting(path.scope)] : own, url, parts);
}

/** Some of those that write no log and no metric. */
const withoutSettings = new Set(['microsoft.compute/disks', 'microsoft.compute/snapshots', 'microsoft.network/routetables']);

function missingScope(scope: string, { arm }: ArmParts): Reply | null {
  if (/^\/subscriptions\/[^/]+$/i.test(scope)) return null;
  const group = resourceGroupOf(scope);
  const isGroup = group !== undefined && scope.split('/').length === 5;
  if (isGroup && arm.hasGroup(subscriptionOf(scope), group)) return null;
  // The estate has no row of an account's services: they are there where the account is.
  const resource = scope.replace(/\/(blob|file|queue|table)services\/default$/i, '');
  if (!isGroup && arm.get(resource) !== undefined) return null;
  return replyMissing({ kind: 'resource', id: resource, scope: resource, type: typeOfPath(resource) }, arm);
}

const central =
  '/subscriptions/33333333-3333-4333-8333-333333333333/resourceGroups/rg-monitor-shared/providers/Microsoft.OperationalInsights/workspaces/log-shopstoresync-shared';

/** What is generated sends everything to the central workspace, without a row for each. */
function generatedSetting(scope: string): EstateResource {
  const name = 'to-central';
  const type = 'Microsoft.Insights/diagnosticSettings';
  const logs = [{ category: null, categoryGroup: 'allLogs', enabled: true }];
  return { id: `${scope}/providers/${type}/${name}`, name, type, properties: { workspaceId: central, logs, metrics: [] } };
}
