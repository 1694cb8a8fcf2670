import { isSameText, type PropertyVerdict } from '../domain/judge-properties.ts';
import { resourceFromId, subscriptionType } from '../domain/resource-id.ts';

type Text = string | null | undefined;

/** One entry of `virtualNetworkPeerings` of a virtual network. */
export interface Peering {
  readonly name?: Text;
  readonly properties?:
    | { readonly peeringState?: Text; readonly remoteVirtualNetwork?: { readonly id?: Text } | null | undefined }
    | null
    | undefined;
}

export interface KnownNetworks {
  /** Ids of the subscriptions that are ours, lower case. */
  readonly subscriptions: readonly string[];
  /** Whether these are all that are ours, as far as anybody said. */
  readonly isListed: boolean;
  /** ARM ids of other networks, or of subscriptions with all their networks. */
  readonly others: readonly string[];
}

/** Whether the text names what a peering can be with: a virtual network, or a subscription with all of its own. */
export function isNetworkOrSubscription(text: string): boolean {
  const type = resourceFromId(text)?.type;
  return type === virtualNetwork || type === subscriptionType;
}

const virtualNetwork = 'microsoft.network/virtualnetworks';

/**
 * With whom the network is connected, whichever way the traffic goes and whatever the rules let through.
 * One that is not connected yet, or no more, lets nothing through. With a network that nobody knows it waits for no more than the other side, so it
 * fails all the same, as something to know.
 */
export function judgePeering({ name, properties }: Peering, known: KnownNetworks): PropertyVerdict {
  const remote = properties?.remoteVirtualNetwork?.id ?? '';
  const state = properties?.peeringState;
  const what = `peering ${name ?? 'without name'} (${state ?? 'state not given'})`;
  const network = resourceFromId(remote);
  if (network === null || network.type !== virtualNetwork) {
    const named = remote === '' ? 'names no network' : `names ${remote}, which is no virtual network`;
    return { rule: remoteRule, observed: `${what} ${named}`, status: 'unknown', reason: 'malformed' };
  }
  const observed = `${what} with ${network.id}`;
  if (known.subscriptions.includes(network.subscription)) return { rule: remoteRule, observed, status: 'pass' };
  const isNamed = known.others.some((other) => [network.id, `/subscriptions/${network.subscription}`].includes(plainId(other)));
  if (isNamed) return { rule: 'parameters.known', observed, status: 'pass' };
  if (!known.isListed)
    return {
      rule: remoteRule,
      observed: `${observed}; which subscriptions are ours is not known`,
      status: 'unknown',
      reason: 'unsupported',
    };
  const isApart = ['Initiated', 'Disconnected'].some((apart) => isSameText(apart, state ?? ''));
  return {
    rule: remoteRule,
    observed: `${observed}, of a subscription that is neither watched nor known`,
    status: 'fail',
    ...(isApart ? { response: 'report' } : {}),
  };
}

const remoteRule = 'properties.virtualNetworkPeerings.remoteVirtualNetwork.id';

function plainId(text: string): string {
  return resourceFromId(text)?.id ?? text;
}
