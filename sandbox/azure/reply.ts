import type { Json } from '../../src/domain/json.ts';

/** An answer before it goes over the wire. */
export interface Reply {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** Goes out as JSON; a string as it is. */
  readonly body: Json;
}

export function replyError(status: number, code: string, message: string, headers: { readonly [name: string]: string } = {}): Reply {
  return { status, headers, body: { error: { code, message } } };
}

export const replies = {
  missingApiVersion: replyError(
    400,
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  ),
  subscriptionNotFound: (subscription: string) =>
    replyError(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`),
  resourceGroupNotFound: (group: string) => replyError(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`),
  resourceNotFound: (resource: string, group: string) =>
    replyError(
      404,
      'ResourceNotFound',
      `The Resource '${resource}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    ),
  parentNotFound: (type: string, parent: string) =>
    replyError(
      404,
      'ParentResourceNotFound',
      `Failed to perform 'read' on resource(s) of type '${type}', because the parent resource '${parent}' could not be found.`,
    ),
  notRunning: (networkInterface: string) =>
    replyError(
      400,
      'NicMustBeAttachedToRunningVmToGetEffectiveSecurityGroups',
      `Effective security groups are those of a running virtual machine. No such machine has the network interface ${networkInterface}.`,
    ),
  /** Written without a wrapper, as the provider of Azure Monitor does. */
  settingsNotSupported: (type: string): Reply => ({
    status: 400,
    body: { code: 'ResourceTypeNotSupported', message: `The resource type '${type}' does not support diagnostic settings.` },
  }),
  notRouted: (path: string) => replyError(404, 'InvalidResourceType', `The resource type could not be found for the path '${path}'.`),
  forbidden: (client: { readonly clientId: string; readonly objectId: string }, action: string, scope: string) =>
    replyError(
      403,
      'AuthorizationFailed',
      `The client '${client.clientId}' with object id '${client.objectId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    ),
} as const;
