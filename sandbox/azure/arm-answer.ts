import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '../../src/domain/json.ts';
import { adminRulesType, answerAdminRules } from './admin-rules.ts';
import { answerExtensions } from './answer-extensions.ts';
import { makeArmEstate } from './arm-estate.ts';
import { groupType, parseArmPath, pathOf, subscriptionOf } from './arm-path.ts';
import {
  type ArmParts,
  answerList,
  answerResource,
  denyAction,
  effectiveRulesType,
  replyPage,
  startEffectiveRules,
} from './arm-resources.ts';
import type { EstateResource, EstateSubscription, PretendEstate } from './estate-port.ts';
import { isExtensionType } from './extensions.ts';
import type { AzureFault } from './faults.ts';
import { makeLongRunning } from './long-running.ts';
import { type Reply, replies, replyError } from './reply.ts';
import type { Rights } from './rights.ts';
import { answerPatch } from './write-tags.ts';

export interface ArmOptions {
  readonly estate: PretendEstate;
  readonly tenantId: string;
  /** How many items a page of a list holds. */
  readonly pageSize: number;
  readonly pollAfterSeconds: number;
  /** The effective rules of a network interface, as the list in Azure's answer; null: it is not attached to a running machine. */
  readonly oracle: (networkInterface: EstateResource) => Json;
  readonly origin: () => string;
}

export interface ArmRequest {
  readonly method: string;
  readonly url: URL;
  /** As text; empty where there is none. */
  readonly body: string;
  readonly headers?: IncomingHttpHeaders;
}

export interface ResourceManager {
  /** `fault`: one of those that only spoil the content. */
  answer(request: ArmRequest, rights: Rights, fault: AzureFault | null): Reply;
}

export function makeResourceManager(options: ArmOptions): ResourceManager {
  const { estate, tenantId, pollAfterSeconds, pageSize, oracle, origin } = options;
  const parts = {
    arm: makeArmEstate(estate),
    estate,
    longRunning: makeLongRunning(origin, pollAfterSeconds),
    tenantId,
    pageSize,
    oracle,
    origin,
  };
  return {
    answer(request, rights, fault) {
      const path = pathOf(request.url);
      if (!['GET', 'POST', 'PATCH'].includes(request.method)) return replyError(405, 'MethodNotAllowed', 'Only GET, POST and PATCH.');
      if (path === '/subscriptions') return replySubscriptions(estate, rights, tenantId, fault);
      if (!/^\/subscriptions\//i.test(path)) return replies.notRouted(path);
      const wanted = subscriptionOf(path).toLowerCase();
      const subscription = estate.subscriptions.find(({ id }) => id.toLowerCase() === wanted);
      if (subscription === undefined) return replies.subscriptionNotFound(subscriptionOf(path));
      return answerIn(subscription, request, rights, parts);
    },
  };
}

function answerIn(
  subscription: EstateSubscription,
  request: ArmRequest,
  rights: Rights,
  parts: ArmParts & { readonly tenantId: string; readonly estate: PretendEstate },
): Reply {
  const asked = pathOf(request.url);
  const path = parseArmPath(asked);
  const scope = `/subscriptions/${subscriptionOf(asked)}`;
  if (path === null || path.kind === 'subscriptions') return replies.notRouted(asked);
  if (!rights.canSee(subscription.id)) return replies.forbidden(rights.client, actionOf(path), scope);
  if (request.method === 'PATCH') return answerPatch(path, request, rights, parts);
  if (request.method === 'POST') {
    const type = path.kind === 'list' ? path.type.toLowerCase() : '';
    if (path.kind === 'list' && type === effectiveRulesType) return startEffectiveRules(path, request.url, rights, parts);
    if (path.kind === 'list' && type === adminRulesType) return answerAdminRules(path, request.body, rights, parts);
    return replies.notRouted(asked);
  }
  switch (path.kind) {
    case 'subscription':
      return denyAction(rights, actionOf(path), scope) ?? { status: 200, body: subscriptionBody(subscription, parts.tenantId) };
    case 'groups':
      return denyAction(rights, actionOf(path), scope) ?? replyPage(parts.arm.groups(subscription.id), request.url, parts);
    case 'resources':
      return denyAction(rights, actionOf(path), scope) ?? replyNames(parts.arm.tracked(subscription.id), request.url, parts);
    case 'permissions':
      return denyAction(rights, actionOf(path), scope) ?? replyPermissions(rights);
    case 'resource':
      return answerResource(path, request.url, rights, parts);
    case 'list':
      return isExtensionType(path.type) ? answerExtensions(path, request.url, rights, parts) : answerList(path, request.url, rights, parts);
  }
}

function actionOf(path: NonNullable<ReturnType<typeof parseArmPath>>): string {
  if (path.kind === 'resource' || path.kind === 'list') return `${path.type}/read`;
  if (path.kind === 'resources') return 'Microsoft.Resources/subscriptions/resources/read';
  if (path.kind === 'permissions') return 'Microsoft.Authorization/permissions/read';
  return path.kind === 'groups' ? `${groupType}/read` : 'Microsoft.Resources/subscriptions/read';
}

function replySubscriptions(estate: PretendEstate, rights: Rights, tenantId: string, fault: AzureFault | null): Reply {
  const missing = fault?.name === 'missing-subscription' ? (fault.subscription ?? estate.subscriptions[0]?.id) : undefined;
  const shown = estate.subscriptions.filter(({ id }) => rights.canSee(id) && id.toLowerCase() !== missing?.toLowerCase());
  const value = shown.map((subscription) => subscriptionBody(subscription, tenantId));
  return { status: 200, body: { value, count: { type: 'Total', value: value.length } } };
}

function subscriptionBody(subscription: EstateSubscription, tenantId: string): Json {
  return {
    id: `/subscriptions/${subscription.id}`,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId: subscription.id,
    tenantId,
    displayName: subscription.name,
    state: subscription.state,
    subscriptionPolicies: { locationPlacementId: 'Public_2014-09-01', quotaId: 'PayAsYouGo_2014-09-01', spendingLimit: 'Off' },
  };
}

/** More on a page than of other lists, as Azure does. Whoever may list is told of every resource. */
function replyNames(resources: readonly EstateResource[], url: URL, parts: ArmParts): Reply {
  return replyPage(resources, url, { ...parts, pageSize: parts.pageSize * 10 });
}

function replyPermissions({ role }: Rights): Reply {
  const permission = { actions: role?.Actions ?? ['*'], notActions: role?.NotActions ?? [], dataActions: [], notDataActions: [] };
  return { status: 200, body: { value: [permission] } };
}
