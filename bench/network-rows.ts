import type { JsonObject } from '../src/domain/json.ts';

/**
 * A network as large companies have it, row by row as ARM writes them, the same at each run: every network of a thousand interfaces in four subnets; a
 * group of a hundred rules for every ten interfaces, of which each subnet has one and the interfaces share the others; one in twenty interfaces has a
 * public address, and one in fifty stands behind a load balancer.
 */
export interface NetworkSize {
  readonly interfaces: number;
  readonly rulesPerGroup: number;
}

const subnetsPerNetwork = 4;
const interfacesPerNetwork = 1_000;
const interfacesPerGroup = 10;
const addressEvery = 20;
const balancedEvery = 50;

const subscription = '/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/rg-network-prod';
const idOf = (type: string, name: string) => `${subscription}/providers/Microsoft.Network/${type}/${name}`;
const groupId = (group: number) => idOf('networkSecurityGroups', `nsg-${group}`);
const interfaceId = (at: number) => idOf('networkInterfaces', `nic-${at}`);
const networkId = (at: number) => idOf('virtualNetworks', `vnet-${at}`);
const poolId = (network: number) => `${idOf('loadBalancers', `lb-${network}`)}/backendAddressPools/pool`;

/** Addresses of service tags, as many as the service publishes: of most some dozens, of one that few rules name a thousand. */
export const tagPrefixes: { readonly [tag: string]: readonly string[] } = {
  GatewayManager: prefixesFrom(13, 40),
  'Storage.WestEurope': prefixesFrom(40, 120),
  'AzureFrontDoor.Backend': prefixesFrom(70, 150),
  'AzureCloud.westeurope': prefixesFrom(100, 1_000),
};

function prefixesFrom(first: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${first + (at % 20)}.${(at * 7) % 250}.${at % 256}.${(at * 16) % 256}/28`);
}

/** Every row, one type after the other. */
export function* networkRows({ interfaces, rulesPerGroup }: NetworkSize): Generator<JsonObject> {
  const networks = Math.ceil(interfaces / interfacesPerNetwork);
  for (let network = 0; network < networks; network += 1) yield networkRow(network);
  for (let group = 0; group < groupCount(interfaces); group += 1) yield groupRow(group, rulesPerGroup);
  for (let at = 0; at < interfaces; at += addressEvery) yield addressRow(at);
  for (let network = 0; network < networks; network += 1) yield balancerRow(network, interfaces);
  for (let at = 0; at < interfaces; at += 1) yield interfaceRow(at, interfaces);
}

export function groupCount(interfaces: number): number {
  return Math.ceil(interfaces / interfacesPerGroup);
}

/** The group with this number, changed where `revision` is more than 0. */
export function groupRow(group: number, rules: number, revision = 0): JsonObject {
  const securityRules = Array.from({ length: rules }, (_, index) => ruleRow(group, index, revision));
  const common = { location: 'westeurope', tags: { owner: 'network' } };
  return row('networkSecurityGroups', `nsg-${group}`, {
    ...common,
    properties: { securityRules, defaultSecurityRules: defaultRules(group) },
  });
}

/** The group of a subnet: the first ones. */
export function subnetGroup(network: number, subnet: number, interfaces: number): number {
  return (network * subnetsPerNetwork + subnet) % groupCount(interfaces);
}

function row(type: string, name: string, more: JsonObject): JsonObject {
  return { id: idOf(type, name), name, type: `Microsoft.Network/${type}`, etag: `W/"${name}-0000-4000-8000-000000000000"`, ...more };
}

/** Evenly spread, and the same at each run. */
function mix(one: number, two: number): number {
  return Math.imul(one * 1_000_003 + two * 7_919 + 1, 2_654_435_761) >>> 8;
}

const ports = ['443', '80', '22', '3389', '1433', '5432', '8080', '9200', '6379', '445'];
const everybody = ['Internet', '*', '0.0.0.0/0'];
const serviceTags = ['GatewayManager', 'Storage.WestEurope', 'AzureFrontDoor.Backend'];
const applicationGroups = 50;
const applicationGroupId = (at: number) => idOf('applicationSecurityGroups', `asg-${at % applicationGroups}`);

function ruleRow(group: number, index: number, revision: number): JsonObject {
  const kind = mix(group, index);
  const name = `rule-${group}-${index}`;
  return {
    id: `${groupId(group)}/securityRules/${name}`,
    name,
    type: 'Microsoft.Network/networkSecurityGroups/securityRules',
    etag: `W/"${kind}-0000-4000-8000-${revision}"`,
    properties: {
      provisioningState: 'Succeeded',
      description: `ticket CHG${kind}: asked for by the team that owns application ${group % 97}`,
      protocol: kind % 5 === 0 ? '*' : kind % 7 === 0 ? 'UDP' : 'Tcp',
      sourcePortRange: '*',
      ...portFields(kind, revision),
      ...sourceFields(group, kind),
      ...destinationFields(group, kind),
      access: kind % 6 === 0 ? 'Deny' : 'Allow',
      priority: 100 + index * 10,
      direction: kind % 10 === 9 ? 'Outbound' : 'Inbound',
      sourcePortRanges: [],
    },
  };
}

function portFields(kind: number, revision: number): JsonObject {
  const port = Number(ports[kind % ports.length] ?? '443') + revision;
  if (kind % 4 === 0)
    return { destinationPortRanges: [`${port}`, `${8_000 + (kind % 1_000)}-${9_500 + (kind % 100)}`, `${20_000 + (kind % 40_000)}`] };
  if (kind % 11 === 0) return { destinationPortRange: '*', destinationPortRanges: [] };
  return { destinationPortRange: kind % 3 === 0 ? `${1_024 + (kind % 60_000)}` : `${port}`, destinationPortRanges: [] };
}

/** Of twenty, two are some public prefix, one is everybody, one is a service tag, one is a group, and the others are private. */
function sourceFields(group: number, kind: number): JsonObject {
  const none = { sourceAddressPrefixes: [] };
  const at = (shift: number) => (kind >>> shift) & 255;
  switch (kind % 20) {
    case 0:
    case 1:
      return { sourceAddressPrefix: `${20 + (at(3) % 60)}.${at(8)}.${at(12)}.0/${24 + (kind % 9)}`, ...none };
    case 2:
      return { sourceAddressPrefix: everybody[at(5) % everybody.length] ?? '*', ...none };
    case 3:
      return { sourceAddressPrefix: at(5) < 3 ? 'AzureCloud.westeurope' : (serviceTags[at(5) % serviceTags.length] ?? '*'), ...none };
    case 4:
      return { sourceAddressPrefixes: [], sourceApplicationSecurityGroups: [{ id: applicationGroupId(group) }] };
    case 5:
    case 6:
      return { sourceAddressPrefixes: Array.from({ length: 4 }, (_, part) => `10.${at(3)}.${(at(9) + part * 7) % 256}.0/24`) };
    default:
      return { sourceAddressPrefix: `10.${at(4)}.${at(10)}.${kind % 256}`, ...none };
  }
}

function destinationFields(group: number, kind: number): JsonObject {
  if (kind % 8 === 0) return { destinationAddressPrefix: `10.${group % 100}.${kind % 4}.0/24`, destinationAddressPrefixes: [] };
  if (kind % 13 === 0) return { destinationAddressPrefixes: [`10.${group % 100}.1.${kind % 250}`, `10.${group % 100}.2.${kind % 250}`] };
  if (kind % 17 === 0) return { destinationApplicationSecurityGroups: [{ id: applicationGroupId(kind) }] };
  return { destinationAddressPrefix: kind % 3 === 0 ? 'VirtualNetwork' : '*', destinationAddressPrefixes: [] };
}

function defaultRules(group: number): readonly JsonObject[] {
  const rules = [
    ['AllowVnetInBound', 65_000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
    ['AllowAzureLoadBalancerInBound', 65_001, 'Allow', 'AzureLoadBalancer', '*'],
    ['DenyAllInBound', 65_500, 'Deny', '*', '*'],
  ] as const;
  return rules.map(([name, priority, access, sourceAddressPrefix, destinationAddressPrefix]) => ({
    id: `${groupId(group)}/defaultSecurityRules/${name}`,
    name,
    properties: {
      ...{ provisioningState: 'Succeeded', description: name, protocol: '*', sourcePortRange: '*', destinationPortRange: '*' },
      ...{ sourceAddressPrefix, destinationAddressPrefix, access, priority, direction: 'Inbound' },
    },
  }));
}

function networkRow(network: number): JsonObject {
  const subnets = Array.from({ length: subnetsPerNetwork }, (_, subnet) => ({
    id: `${networkId(network)}/subnets/subnet-${subnet}`,
    name: `subnet-${subnet}`,
    properties: {
      addressPrefix: `10.${network}.${subnet}.0/24`,
      networkSecurityGroup: { id: groupId(network * subnetsPerNetwork + subnet) },
      privateEndpointNetworkPolicies: 'Disabled',
    },
  }));
  return row('virtualNetworks', `vnet-${network}`, {
    properties: { addressSpace: { addressPrefixes: [`10.${network}.0.0/16`] }, subnets, virtualNetworkPeerings: [] },
  });
}

function addressRow(at: number): JsonObject {
  const ipAddress = `51.${(at >>> 16) & 255}.${(at >>> 8) & 255}.${at & 255}`;
  const ipConfiguration = { id: `${interfaceId(at)}/ipConfigurations/main` };
  return row('publicIPAddresses', `pip-${at}`, { sku: { name: 'Standard' }, properties: { ipAddress, ipConfiguration } });
}

function balancerRow(network: number, interfaces: number): JsonObject {
  const id = idOf('loadBalancers', `lb-${network}`);
  const first = network * interfacesPerNetwork;
  const members: JsonObject[] = [];
  for (let at = first; at < Math.min(first + interfacesPerNetwork, interfaces); at += balancedEvery)
    members.push({ id: `${interfaceId(at)}/ipConfigurations/main` });
  const frontend = { id: `${id}/frontendIPConfigurations/front` };
  return row('loadBalancers', `lb-${network}`, {
    sku: { name: 'Standard' },
    properties: {
      frontendIPConfigurations: [
        { ...frontend, name: 'front', properties: { publicIPAddress: { id: idOf('publicIPAddresses', `pip-lb-${network}`) } } },
      ],
      backendAddressPools: [{ id: poolId(network), name: 'pool', properties: { backendIPConfigurations: members } }],
      loadBalancingRules: [
        {
          name: 'https',
          properties: {
            frontendIPConfiguration: frontend,
            backendAddressPool: { id: poolId(network) },
            protocol: 'Tcp',
            frontendPort: 443,
            backendPort: 8080,
          },
        },
      ],
      inboundNatRules: [],
    },
  });
}

function interfaceRow(at: number, interfaces: number): JsonObject {
  const network = Math.floor(at / interfacesPerNetwork);
  const subnet = at % subnetsPerNetwork;
  const groups = groupCount(interfaces);
  const subnetGroups = Math.ceil(interfaces / interfacesPerNetwork) * subnetsPerNetwork;
  const own = subnetGroups + (Math.floor(at / interfacesPerGroup) % Math.max(1, groups - subnetGroups));
  const configuration = {
    privateIPAddress: `10.${network}.${subnet}.${Math.floor((at % interfacesPerNetwork) / subnetsPerNetwork)}`,
    privateIPAllocationMethod: 'Dynamic',
    subnet: { id: `${networkId(network)}/subnets/subnet-${subnet}` },
    primary: true,
    ...(at % addressEvery === 0 ? { publicIPAddress: { id: idOf('publicIPAddresses', `pip-${at}`) } } : {}),
    ...(at % balancedEvery === 0 ? { loadBalancerBackendAddressPools: [{ id: poolId(network) }] } : {}),
    ...(at % 3 === 0 ? { applicationSecurityGroups: [{ id: applicationGroupId(at) }] } : {}),
  };
  return row('networkInterfaces', `nic-${at}`, {
    location: 'westeurope',
    properties: {
      ipConfigurations: [{ id: `${interfaceId(at)}/ipConfigurations/main`, name: 'main', properties: configuration }],
      networkSecurityGroup: { id: groupId(own % groups) },
      virtualMachine: { id: `${subscription}/providers/Microsoft.Compute/virtualMachines/vm-${at}` },
    },
  });
}
