import { isOneOf, isSameText, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** A row of `microsoft.network/connections`, as far as it says what it connects and whether it does. */
export interface VpnConnection {
  readonly name: string;
  readonly properties: { readonly connectionType?: Text; readonly connectionStatus?: Text };
}

/** Those that are tunnels of IPsec (VirtualNetworkGatewayConnectionType of Microsoft.Network). A kind that we do not know counts, and is not known to be up. */
export function isTunnel({ properties: { connectionType } }: VpnConnection): boolean {
  return !['ExpressRoute', 'VPNClient'].some((other) => isSameText(other, connectionType ?? ''));
}

/**
 * Each connection that is up is one tunnel at least. Of an active-active gateway it may be two, one from each instance, and the row does not say how
 * many are up: that is unknown, unless another connection is down that should be the second way.
 * Of two networks that are connected with each other each gateway has a connection of its own, for the same tunnels.
 */
export function judgeTunnels(connections: readonly VpnConnection[], isActiveActive: boolean): PropertyVerdict {
  const states = connections.map((one) => ({ one, state: stateOf(one) }));
  const up = states.filter(({ state }) => state === 'up').length;
  const unclear = states.filter(({ state }) => state === 'unclear').length;
  const isDown = states.some(({ state }) => state === 'down');
  const tunnelsEach = isActiveActive && !isDown ? 2 : 1;
  const observed = [
    `${up} connected`,
    ...states.map(({ one }) => `${one.name} ${one.properties.connectionStatus ?? 'of no given status'}`),
  ];
  const found = { rule: tunnelsRule, observed: connections.length === 0 ? 'the gateway has no connection' : observed.join(', ') };
  if (up >= 2) return { ...found, status: 'pass' };
  if ((up + unclear) * tunnelsEach < 2) return { ...found, status: 'fail' };
  if (unclear > 0) return { ...found, observed: `${found.observed}; ${statusAtOrigin}`, status: 'unknown', reason: 'unsupported' };
  return { ...found, observed: `${found.observed}; ${tunnelsOfOne}`, status: 'unknown', reason: 'unsupported' };
}

const tunnelsRule = 'connections.properties.connectionStatus';
const statusAtOrigin = 'a list can lack the status, which the connection itself would have to say';
const tunnelsOfOne = 'whether both instances of the gateway hold a tunnel of this one connection is not in its row';

/** VirtualNetworkGatewayConnectionStatus of Microsoft.Network. */
function stateOf({ properties: { connectionType, connectionStatus } }: VpnConnection): 'up' | 'down' | 'unclear' {
  const isKnownType = ['IPsec', 'Vnet2Vnet'].some((type) => isSameText(type, connectionType ?? ''));
  const isUp = isOneOf(['Connected'], ['NotConnected', 'Connecting'])(connectionStatus ?? '');
  if (isUp === null || (isUp && !isKnownType)) return 'unclear';
  return isUp ? 'up' : 'down';
}

/** IKEv1 is out of use (RFC 9395). */
export function judgeProtocol(connection: string, protocol: Text): PropertyVerdict {
  const rule = 'connections.properties.connectionProtocol';
  return judgeProperty({ path: `${connection}: connectionProtocol`, rule, isGood: isOneOf(['IKEv2'], ['IKEv1']) }, protocol);
}
