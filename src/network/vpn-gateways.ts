import { isFlag, isOneOf, isSameText, judgeProperty, type PropertyVerdict } from '../domain/judge-properties.ts';

type Text = string | null | undefined;

/** Gateways of virtual networks, and those of the hubs of a virtual WAN. */
export const networkGateway = 'microsoft.network/virtualnetworkgateways';
export const hubGateway = 'microsoft.network/vpngateways';

/**
 * Null: a VPN gateway, whose properties say the rest. One type of resource has gateways of several kinds (VirtualNetworkGatewayType of
 * Microsoft.Network), and one that carries no VPN neither keeps a promise about VPNs nor breaks it. It cannot say whether another gateway does, in this
 * subscription or elsewhere, so it is unknown until somebody leaves it out.
 */
export function judgeGatewayKind(gatewayType: Text): PropertyVerdict | null {
  if (isSameText(gatewayType ?? '', 'Vpn')) return null;
  const path = 'properties.gatewayType';
  const verdict = judgeProperty({ path, rule: path, isGood: isOneOf([], ['ExpressRoute', 'LocalGateway']) }, gatewayType);
  if (verdict.status !== 'fail') return verdict;
  const remedy = 'leave it out under scope.excluded, with owner and reason';
  return { rule: path, observed: `${path} is ${gatewayType}: no VPN gateway; ${remedy}`, status: 'unknown', reason: 'unsupported' };
}

export interface GatewayInstances {
  readonly activeActive: boolean | null | undefined;
  /** Ids of the public address of each IP configuration; null where the row does not hold the configurations. */
  readonly addresses: readonly Text[] | null;
}

/** Two instances work at once, each with an address of its own, or one waits for the other to fail (Azure VPN Gateway, "highly available"). */
export function judgeGatewayInstances({ activeActive, addresses }: GatewayInstances): readonly PropertyVerdict[] {
  const path = 'properties.activeActive';
  return [judgeProperty({ path, rule: path, isGood: isFlag(true), byDefault: false }, activeActive), judgeAddresses(addresses)];
}

function judgeAddresses(addresses: readonly Text[] | null): PropertyVerdict {
  const rule = 'properties.ipConfigurations';
  if (addresses === null) return { rule, observed: `${rule} is absent`, status: 'unknown', reason: 'unsupported' };
  const given = addresses.flatMap((id) => (id === null || id === undefined || id === '' ? [] : [id.toLowerCase()]));
  const different = new Set(given).size;
  const observed = `${different} public addresses in ${addresses.length} IP configurations`;
  if (different >= 2) return { rule, observed, status: 'pass' };
  const mayHaveMore = addresses.length >= 2 && given.length < addresses.length;
  return mayHaveMore ? { rule, observed, status: 'unknown', reason: 'unsupported' } : { rule, observed, status: 'fail' };
}

/**
 * Instances of a zone-redundant gateway are spread over zones (Azure VPN Gateway, "zone-redundant gateways"). Known hole: one whose public addresses are
 * of a single zone stands in that zone, whatever its SKU; the rows of the addresses would say so.
 */
export function judgeGatewaySku(sku: Text): PropertyVerdict {
  const path = 'properties.sku.name';
  const rule = `${path} (built-in policy e345b6c3)`;
  return judgeProperty({ path, rule, isGood: isOneOf(zoneRedundantSkus, otherSkus) }, sku);
}

/** Policy-based gateways have one tunnel, of IKEv1, and no second instance. */
export function judgeVpnType(vpnType: Text): PropertyVerdict {
  const path = 'properties.vpnType';
  return judgeProperty({ path, rule: path, isGood: isOneOf(['RouteBased'], ['PolicyBased']) }, vpnType);
}

/** VirtualNetworkGatewaySkuName of Microsoft.Network. */
const zoneRedundantSkus = ['VpnGw1AZ', 'VpnGw2AZ', 'VpnGw3AZ', 'VpnGw4AZ', 'VpnGw5AZ'];
const otherSkus = ['Basic', 'Standard', 'HighPerformance', 'VpnGw1', 'VpnGw2', 'VpnGw3', 'VpnGw4', 'VpnGw5'];

/** A gateway of a hub always has two instances that work at once (Azure Virtual WAN, "What is a VPN gateway scale unit"). */
export function judgeHubInstances(instances: readonly { readonly ipconfigurationId?: Text }[] | null | undefined): PropertyVerdict {
  const rule = 'properties.bgpSettings.bgpPeeringAddresses';
  if (instances === null || instances === undefined)
    return { rule, observed: `${rule} is absent, so the instances of the gateway are not seen`, status: 'unknown', reason: 'unsupported' };
  const names = new Set(instances.flatMap(({ ipconfigurationId: id }) => (id === null || id === undefined || id === '' ? [] : [id])));
  const observed = `${names.size} instances`;
  if (names.size >= 2) return { rule, observed, status: 'pass' };
  return instances.length < 2 ? { rule, observed, status: 'fail' } : { rule, observed, status: 'unknown', reason: 'malformed' };
}

/** They lie over zones where the region of the hub has some, and no row says so. */
export const hubZones: PropertyVerdict = {
  rule: 'zones',
  observed: 'the row of a gateway of a virtual hub does not say over which zones its instances lie',
  status: 'unknown',
  reason: 'unsupported',
  unrefuted: true,
};
