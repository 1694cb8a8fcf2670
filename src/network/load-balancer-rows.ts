import type { Json } from '../domain/json.ts';
import {
  addressAt,
  childId,
  isTrueAt,
  listAt,
  lowerTextAt,
  type Problems,
  portAt,
  propertiesOf,
  referenceAt,
  referencesAt,
  textAt,
} from './row-reading.ts';

export interface LoadBalancerRow {
  readonly id: string;
  readonly name: string;
  /** Absent is Basic. `gateway` hands traffic to appliances and back. */
  readonly sku: 'basic' | 'standard' | 'gateway' | 'unknown';
  /** Over regions: behind it stand frontends of other balancers. */
  readonly isGlobal: boolean;
  readonly frontends: ReadonlyMap<string, Frontend>;
  readonly rules: readonly BalancingRule[];
  /** Ids of its pools. */
  readonly pools: readonly string[];
  readonly members: readonly PoolMember[];
  readonly problems: readonly string[];
}

export interface Frontend {
  readonly id: string;
  readonly publicAddress: string | null;
  readonly publicPrefix: string | null;
  readonly privateAddress: string | null;
  readonly subnet: string | null;
  /** A private link service that shares it, or what an application gateway has of that. */
  readonly privateLink: string | null;
}

/** A load balancing rule, an inbound NAT rule, or the pool of those that a scale set gets. */
export interface BalancingRule {
  readonly kind: 'load-balancer' | 'nat-rule';
  readonly id: string;
  readonly name: string;
  readonly frontend: string | null;
  /** As spelt; null where it is absent. */
  readonly protocol: string | null;
  /** `80`, `50000-50119`; `*` for all ports; null where it is absent. */
  readonly ports: string | null;
  /** Null: those of the frontend. */
  readonly backendPorts: string | null;
  readonly pools: readonly string[];
  /** The one IP configuration of a NAT rule. */
  readonly configuration: string | null;
  readonly isFloating: boolean;
}

export interface PoolMember {
  readonly pool: string;
  readonly configuration: string | null;
  readonly address: string | null;
  readonly network: string | null;
}

export function readLoadBalancer(id: string, row: Json): LoadBalancerRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const childrenOf = (member: string): readonly [string, Json][] =>
    listAt(problems, properties, member).map((item) => [childId(problems, id, member, item), item]);
  const pools = childrenOf('backendAddressPools');
  return {
    id,
    name: textAt(problems, row, 'name') ?? id,
    sku: skuOf(lowerTextAt(problems, row, 'sku', 'name')),
    isGlobal: lowerTextAt(problems, row, 'sku', 'tier') === 'global',
    frontends: new Map(childrenOf('frontendIPConfigurations').map(([child, item]) => [child, readFrontend(problems, child, item)])),
    rules: [
      ...childrenOf('loadBalancingRules').map(([child, item]) => readBalancingRule(problems, child, item)),
      ...childrenOf('inboundNatRules').map(([child, item]) => readNatRule(problems, child, item)),
      ...childrenOf('inboundNatPools').map(([child, item]) => readNatPool(problems, child, item)),
    ],
    pools: pools.map(([child]) => child),
    members: pools.flatMap(([child, item]) => readMembers(problems, child, item)),
    problems,
  };
}

function skuOf(text: string | null): LoadBalancerRow['sku'] {
  if (text === null || text === 'basic') return 'basic';
  return text === 'standard' || text === 'gateway' ? text : 'unknown';
}

export function readFrontend(problems: Problems, id: string, item: Json): Frontend {
  const properties = propertiesOf(problems, item);
  return {
    id,
    publicAddress: referenceAt(problems, properties, 'publicIPAddress'),
    publicPrefix: referenceAt(problems, properties, 'publicIPPrefix'),
    privateAddress: addressAt(problems, properties, 'privateIPAddress'),
    subnet: referenceAt(problems, properties, 'subnet'),
    privateLink: referenceAt(problems, properties, 'privateLinkService') ?? referenceAt(problems, properties, 'privateLinkConfiguration'),
  };
}

function readBalancingRule(problems: Problems, id: string, item: Json): BalancingRule {
  const properties = propertiesOf(problems, item);
  const pool = referenceAt(problems, properties, 'backendAddressPool');
  const port = portAt(problems, properties, 'frontendPort');
  const isAnyPort = lowerTextAt(problems, properties, 'protocol') === 'all' || port === '0';
  return {
    ...readRule(problems, id, item),
    kind: 'load-balancer',
    ports: isAnyPort ? '*' : port,
    backendPorts: isAnyPort ? null : portAt(problems, properties, 'backendPort'),
    pools: [...new Set([...(pool === null ? [] : [pool]), ...referencesAt(problems, properties, 'backendAddressPools')])],
    configuration: null,
  };
}

/** Of one machine by its configuration, or of each in a pool, by a range of ports. */
function readNatRule(problems: Problems, id: string, item: Json): BalancingRule {
  const properties = propertiesOf(problems, item);
  const pool = referenceAt(problems, properties, 'backendAddressPool');
  const range = pool === null ? null : rangeOf(problems, properties);
  const port = portAt(problems, properties, 'frontendPort');
  const isAnyPort = lowerTextAt(problems, properties, 'protocol') === 'all' && port === '0';
  return {
    ...readRule(problems, id, item),
    ports: isAnyPort ? '*' : (range ?? port),
    backendPorts: isAnyPort ? null : portAt(problems, properties, 'backendPort'),
    pools: pool === null ? [] : [pool],
    configuration: referenceAt(problems, properties, 'backendIPConfiguration'),
  };
}

/** Interfaces name it as if it were a pool. */
function readNatPool(problems: Problems, id: string, item: Json): BalancingRule {
  const properties = propertiesOf(problems, item);
  return {
    ...readRule(problems, id, item),
    ports: rangeOf(problems, properties),
    backendPorts: portAt(problems, properties, 'backendPort'),
    pools: [id],
    configuration: null,
  };
}

function readRule(
  problems: Problems,
  id: string,
  item: Json,
): Pick<BalancingRule, 'kind' | 'id' | 'name' | 'frontend' | 'protocol' | 'isFloating'> {
  return {
    kind: 'nat-rule',
    id,
    name: textAt(problems, item, 'name') ?? id,
    frontend: referenceAt(problems, item, 'properties', 'frontendIPConfiguration'),
    protocol: textAt(problems, item, 'properties', 'protocol'),
    isFloating: isTrueAt(problems, item, 'properties', 'enableFloatingIP'),
  };
}

function rangeOf(problems: Problems, properties: Json | undefined): string | null {
  const first = portAt(problems, properties, 'frontendPortRangeStart');
  const last = portAt(problems, properties, 'frontendPortRangeEnd');
  return first === null || last === null ? null : `${first}-${last}`;
}

function readMembers(problems: Problems, pool: string, item: Json): readonly PoolMember[] {
  const properties = propertiesOf(problems, item);
  const network = referenceAt(problems, properties, 'virtualNetwork');
  return [
    ...referencesAt(problems, properties, 'backendIPConfigurations').map((configuration) => ({
      pool,
      configuration,
      address: null,
      network,
    })),
    ...listAt(problems, properties, 'loadBalancerBackendAddresses').map((member) => ({
      pool,
      configuration: referenceAt(problems, member, 'properties', 'networkInterfaceIPConfiguration'),
      address: addressAt(problems, member, 'properties', 'ipAddress'),
      network: referenceAt(problems, member, 'properties', 'virtualNetwork') ?? network,
    })),
  ];
}
