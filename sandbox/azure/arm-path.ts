/** What a path of Azure Resource Manager asks for. Texts are as the caller wrote them. */
export type ArmPath =
  | { readonly kind: 'subscriptions' }
  | { readonly kind: 'subscription'; readonly subscription: string }
  | { readonly kind: 'groups'; readonly subscription: string }
  | { readonly kind: 'resources'; readonly subscription: string }
  | { readonly kind: 'permissions'; readonly scope: string }
  | ResourcePath;

/** One resource or a list of them: `id` is the whole path, `scope` what stands before the last `/providers/`. */
export interface ResourcePath {
  readonly kind: 'resource' | 'list';
  readonly id: string;
  readonly scope: string;
  /** `Microsoft.Network/networkSecurityGroups`. */
  readonly type: string;
}

/** The path of a request as its caller meant it: what was escaped for the way (`%3B` in the names of backup containers) is itself again. */
export function pathOf(url: Pick<URL, 'pathname'>): string {
  return url.pathname.split('/').map(decodeURIComponent).join('/');
}

/** Null where Azure Resource Manager knows no such path. */
export function parseArmPath(path: string): ArmPath | null {
  const parts = path.split('/').slice(1);
  if (parts.includes('')) return null;
  const lower = parts.map((part) => part.toLowerCase());
  if (lower[0] !== 'subscriptions') return null;
  const provider = lower.lastIndexOf('providers');
  if (provider === -1) return parseContainer(path, parts, lower);
  const scope = `/${parts.slice(0, provider).join('/')}`;
  const [namespace, ...rest] = parts.slice(provider + 1);
  if (namespace === undefined || rest.length === 0) return null;
  const type = [namespace, ...rest.filter((_, index) => index % 2 === 0)].join('/');
  if (type.toLowerCase() === 'microsoft.authorization/permissions') return { kind: 'permissions', scope };
  return { kind: rest.length % 2 === 0 ? 'resource' : 'list', id: path, scope, type };
}

function parseContainer(path: string, parts: readonly string[], lower: readonly string[]): ArmPath | null {
  const [, subscription] = parts;
  if (subscription === undefined) return { kind: 'subscriptions' };
  if (parts.length === 2) return { kind: 'subscription', subscription };
  if (parts.length === 3 && lower[2] === 'resources') return { kind: 'resources', subscription };
  if (lower[2] !== 'resourcegroups' || parts.length > 4) return null;
  if (parts.length === 3) return { kind: 'groups', subscription };
  return { kind: 'resource', id: path, scope: `/subscriptions/${subscription}`, type: groupType };
}

export const groupType = 'Microsoft.Resources/subscriptions/resourceGroups';

/** The subscription of an id or path as it is written there. */
export function subscriptionOf(id: string): string {
  return id.split('/')[2] ?? '';
}

/** The resource group of an id or path as it is written there; undefined outside of one. */
export function resourceGroupOf(id: string): string | undefined {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i.exec(id)?.[1];
}

/** The type that an id or path names, lower case; empty where it names none. */
export function typeOfPath(path: string): string {
  const parsed = parseArmPath(path);
  if (parsed?.kind === 'subscription') return 'microsoft.resources/subscriptions';
  return parsed?.kind === 'resource' || parsed?.kind === 'list' ? parsed.type.toLowerCase() : '';
}
