import type { Json } from '../../src/domain/json.ts';
import { type ArmEstate, isChildType } from './arm-estate.ts';
import { type ResourcePath, resourceGroupOf, subscriptionOf } from './arm-path.ts';
import type { EstateResource } from './estate-port.ts';
import { asManaged } from './instance-view.ts';
import type { LongRunning } from './long-running.ts';
import { type Reply, replies } from './reply.ts';
import type { Rights } from './rights.ts';
import { serviceTags } from './service-tags.ts';

export interface ArmParts {
  readonly arm: ArmEstate;
  readonly longRunning: LongRunning;
  readonly pageSize: number;
  /** Null: the interface is not attached to a running machine. */
  readonly oracle: (networkInterface: EstateResource) => Json;
  readonly origin: () => string;
}

export const effectiveRulesType = 'microsoft.network/networkinterfaces/effectivenetworksecuritygroups';

export function answerResource(path: ResourcePath, url: URL, rights: Rights, { arm, longRunning }: ArmParts): Reply {
  const denied = denyAction(rights, `${path.type}/read`, path.id);
  if (denied !== null) return denied;
  if (path.type.toLowerCase() === 'microsoft.network/locations/operationresults') return longRunning.poll(lastPart(path.id));
  const resource = arm.get(path.id);
  return resource === undefined
    ? replyMissing(path, arm)
    : { status: 200, body: { ...asManaged(resource, url.searchParams.get('$expand')) } };
}

/** Azure names the outermost thing that is not there. */
export function replyMissing(path: ResourcePath, arm: ArmEstate): Reply {
  const group = resourceGroupOf(path.id);
  if (group !== undefined && !arm.hasGroup(subscriptionOf(path.id), group)) return replies.resourceGroupNotFound(group);
  const parent = path.id.split('/').slice(0, -2).join('/');
  if (isChildType(path.type) && arm.get(parent) === undefined) return replies.parentNotFound(path.type, parent);
  const resource = path.id.slice(path.id.toLowerCase().lastIndexOf('/providers/') + '/providers/'.length);
  return replies.resourceNotFound(resource, group ?? '<null>');
}

export function answerList(path: ResourcePath, url: URL, rights: Rights, parts: ArmParts): Reply {
  const denied = denyAction(rights, `${path.type}/read`, path.scope);
  if (denied !== null) return denied;
  if (path.type.toLowerCase() === 'microsoft.network/locations/servicetags') {
    return { status: 200, body: serviceTags(subscriptionOf(path.id), path.id.split('/').at(-2) ?? '') };
  }
  const group = resourceGroupOf(path.id);
  if (group !== undefined && !parts.arm.hasGroup(subscriptionOf(path.id), group)) return replies.resourceGroupNotFound(group);
  const parent = parentOf(path.id);
  if (isChildType(path.type) && parts.arm.get(parent) === undefined) return replies.parentNotFound(path.type, parent);
  return replyPage(parts.arm.list(path), url, parts);
}

export function startEffectiveRules(path: ResourcePath, url: URL, rights: Rights, parts: ArmParts): Reply {
  const id = parentOf(path.id);
  const denied = denyAction(rights, `${path.type}/action`, id);
  if (denied !== null) return denied;
  const networkInterface = parts.arm.get(id);
  if (networkInterface === undefined) return replyMissing({ ...path, id, type: 'Microsoft.Network/networkInterfaces' }, parts.arm);
  const value = parts.oracle(networkInterface);
  if (value === null) return replies.notRunning(networkInterface.id);
  const location = networkInterface.location ?? 'westeurope';
  return parts.longRunning.start(subscriptionOf(id), location, url.searchParams.get('api-version') ?? '', { value });
}

export function denyAction(rights: Rights, action: string, scope: string): Reply | null {
  return rights.permits(action) ? null : replies.forbidden(rights.client, action, scope);
}

export function replyPage(items: readonly EstateResource[], url: URL, { pageSize, origin }: ArmParts): Reply {
  const from = Number(url.searchParams.get('$skiptoken') ?? 0);
  const to = from + pageSize;
  const value = items.slice(from, to).map((item) => ({ ...asManaged(item, null) }));
  if (to >= items.length) return { status: 200, body: { value } };
  const query = `api-version=${url.searchParams.get('api-version')}&%24skiptoken=${to}`;
  return { status: 200, body: { value, nextLink: `${origin()}${url.pathname}?${query}` } };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
