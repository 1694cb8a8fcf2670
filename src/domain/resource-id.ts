import type { Endpoint, Resource, Subject } from './subject.ts';

/**
 * A resource from its ARM id, in any casing; null where the text is none. Subscriptions and resource groups are resources too.
 * The type follows from the id: `/subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}[/{type}/{name}]`, and an extension
 * resource has a second `/providers/`, of which the last counts (Azure Resource Manager, "resource ID").
 */
export function resourceFromId(text: string): Resource | null {
  const id = text.toLowerCase().replace(/\/+$/, '');
  const parts = id.split('/').slice(1);
  const [root, subscription] = parts;
  if (root !== 'subscriptions' || subscription === undefined || subscription === '' || parts.includes('')) return null;
  const type = typeOf(parts);
  return type === null ? null : { kind: 'resource', id, type, subscription, name: parts.at(-1) ?? '' };
}

function typeOf(parts: readonly string[]): string | null {
  const isInGroup = parts[2] === 'resourcegroups' && parts.length > 3;
  const rest = parts.slice(isInGroup ? 4 : 2);
  if (rest.length > 0) return typeOfProviders(rest);
  return isInGroup ? 'microsoft.resources/subscriptions/resourcegroups' : subscriptionType;
}

/** Words that Azure chose and names that people gave take turns, so that a database may be named `providers`. */
function typeOfProviders(parts: readonly string[]): string | null {
  const [word, namespace, ...pairs] = parts;
  if (word !== 'providers' || namespace === undefined || pairs.length < 2) return null;
  const extension = pairs.findIndex((part, index) => index % 2 === 0 && part === 'providers');
  if (extension > 0) return typeOfProviders(pairs.slice(extension));
  if (extension === 0 || pairs.length % 2 !== 0) return null;
  return [namespace, ...pairs.filter((_, index) => index % 2 === 0)].join('/');
}

/** A resource from its ARM id, an endpoint from `host:port`; null where the text is neither. Endpoints get the ports' and paths' defaults. */
export function subjectFromId(id: string, defaults: { readonly httpPort: number }): Subject | null {
  if (id.startsWith('/')) return resourceFromId(id);
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(id) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return null;
  const endpoint: Endpoint = { kind: 'endpoint', id, host, port: Number(portText), httpPort: defaults.httpPort, httpPaths: ['/'] };
  return endpoint;
}

/** The type of the subscription itself, as Resource Graph spells it in `resourcecontainers`. */
export const subscriptionType = 'microsoft.resources/subscriptions';

/** The subscription as a subject of its own: what one says of a whole subscription. */
export function subscriptionResource(subscription: string): Resource {
  const id = subscription.toLowerCase();
  return { kind: 'resource', id: `/subscriptions/${id}`, type: subscriptionType, subscription: id, name: id };
}

/** `storageaccounts/shopmedia`, `subscription 1111...`: for a headline; what is no resource stays as it is. */
export function shortNameOf(id: string): string {
  const resource = id.startsWith('/') ? resourceFromId(id) : null;
  if (resource === null) return id;
  if (resource.type === subscriptionType) return `subscription ${resource.name}`;
  return id.split('/').slice(-2).join('/');
}
