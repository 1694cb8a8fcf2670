import type { Json } from '../domain/json.ts';
import { addressSetOf } from './address-set.ts';
import {
  childId,
  isTrueAt,
  listAt,
  lowerTextAt,
  memberAt,
  type Problems,
  portAt,
  propertiesOf,
  referenceAt,
  referencesAt,
  textAt,
} from './row-reading.ts';

/** A network interface: of its own row, or of the model of a scale set. */
export interface InterfaceRow {
  readonly id: string;
  readonly machine: string | null;
  readonly privateEndpoint: string | null;
  /** Its network security group. */
  readonly group: string | null;
  readonly configurations: readonly IpConfiguration[];
  /** An appliance: it takes what is for others, and may send it on. */
  readonly isForwarding: boolean;
  readonly problems: readonly string[];
}

export interface IpConfiguration {
  /** Null: as ARM makes it of the interface's id and the name, as nearly always (`configurationKeyOf`). */
  readonly id: string | null;
  readonly name: string;
  /** Private; none of a model, null where it should be there and is not. */
  readonly addresses: readonly string[] | null;
  readonly subnet: string | null;
  readonly publicAddress: OwnPublicAddress | null;
  readonly applicationGroups: readonly string[];
  /** Backend pools of load balancers. */
  readonly pools: readonly string[];
  readonly natRules: readonly string[];
  readonly natPools: readonly string[];
  /** Backend pools of application gateways. */
  readonly gatewayPools: readonly string[];
}

/** A resource by its id, or what a scale set gives to each of its instances. */
export type OwnPublicAddress =
  | { readonly kind: 'resource'; readonly id: string }
  | { readonly kind: 'model'; readonly name: string; readonly sku: string | null };

export function readInterface(id: string, row: Json): InterfaceRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const configurations = listAt(problems, properties, 'ipConfigurations').map((item) =>
    withAddress(problems, item, readConfiguration(problems, id, item, readResourceAddress)),
  );
  if (configurations.length === 0) problems.push('ipConfigurations is absent');
  return {
    id,
    machine: referenceAt(problems, properties, 'virtualMachine'),
    privateEndpoint: referenceAt(problems, properties, 'privateEndpoint'),
    group: referenceAt(problems, properties, 'networkSecurityGroup'),
    configurations,
    isForwarding: isTrueAt(problems, properties, 'enableIPForwarding'),
    problems: problems.length === 0 ? noProblems : problems,
  };
}

/** The interfaces of the model that all instances are made from; their private addresses are of the instances. */
export function readScaleSetInterfaces(id: string, row: Json): readonly InterfaceRow[] {
  const problems: Problems = [];
  const path = ['properties', 'virtualMachineProfile', 'networkProfile', 'networkInterfaceConfigurations'];
  const interfaces = listAt(problems, row, ...path).map((item) => readModelInterface(id, item));
  // Machines of a flexible one may have interfaces of their own, each with a row.
  const isFlexible = lowerTextAt(problems, row, 'properties', 'orchestrationMode') === 'flexible';
  if (interfaces.length === 0 && problems.length === 0 && !isFlexible) problems.push('the model names no interfaces');
  return problems.length === 0 ? interfaces : [{ ...nothingKnown(id), problems }];
}

function readModelInterface(scaleSet: string, item: Json): InterfaceRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, item);
  const id = childId(problems, scaleSet, 'networkInterfaceConfigurations', item);
  const configurations = listAt(problems, properties, 'ipConfigurations').map((configuration) => ({
    ...readConfiguration(problems, id, configuration, readModelAddress),
    addresses: [],
  }));
  if (configurations.length === 0) problems.push('ipConfigurations is absent');
  return {
    id,
    machine: scaleSet,
    privateEndpoint: null,
    group: referenceAt(problems, properties, 'networkSecurityGroup'),
    configurations,
    isForwarding: isTrueAt(problems, properties, 'enableIPForwarding'),
    problems: problems.length === 0 ? noProblems : problems,
  };
}

function nothingKnown(id: string): InterfaceRow {
  return { id, machine: id, privateEndpoint: null, group: null, configurations: [], isForwarding: false, problems: [] };
}

/** One for all that have none: of 100,000 interfaces that is nearly each. */
const noProblems: readonly string[] = [];

type ReadAddress = (problems: Problems, properties: Json | undefined) => OwnPublicAddress | null;

function readConfiguration(problems: Problems, owner: string, item: Json, readAddress: ReadAddress): IpConfiguration {
  const properties = propertiesOf(problems, item);
  const name = textAt(problems, item, 'name') ?? '';
  const id = childId(problems, owner, 'ipConfigurations', item);
  return {
    id: id === usualId(owner, name) ? null : id,
    name,
    addresses: null,
    subnet: referenceAt(problems, properties, 'subnet'),
    publicAddress: readAddress(problems, properties),
    applicationGroups: referencesAt(problems, properties, 'applicationSecurityGroups'),
    pools: referencesAt(problems, properties, 'loadBalancerBackendAddressPools'),
    natRules: referencesAt(problems, properties, 'loadBalancerInboundNatRules'),
    natPools: referencesAt(problems, properties, 'loadBalancerInboundNatPools'),
    gatewayPools: referencesAt(problems, properties, 'applicationGatewayBackendAddressPools'),
  };
}

function withAddress(problems: Problems, item: Json, configuration: IpConfiguration): IpConfiguration {
  const address = textAt(problems, item, 'properties', 'privateIPAddress');
  const length = portAt(problems, item, 'properties', 'privateIPAddressPrefixLength');
  const text = address === null ? '' : withPrefix(address, length);
  if (addressSetOf([text]) !== null) return { ...configuration, addresses: [text] };
  problems.push(address === null ? 'privateIPAddress is absent' : `privateIPAddress is "${text}", which is no address`);
  return configuration;
}

/** An interface may own a block of addresses in place of one. */
function withPrefix(address: string, length: string | null): string {
  return length === null || address.includes('/') ? address : `${address}/${length}`;
}

function readResourceAddress(problems: Problems, properties: Json | undefined): OwnPublicAddress | null {
  const id = referenceAt(problems, properties, 'publicIPAddress');
  return id === null ? null : { kind: 'resource', id };
}

function readModelAddress(problems: Problems, properties: Json | undefined): OwnPublicAddress | null {
  const configuration = memberAt(problems, properties, 'publicIPAddressConfiguration');
  if (configuration === undefined || configuration === null) return null;
  return {
    kind: 'model',
    name: lowerTextAt(problems, configuration, 'name') ?? '',
    sku: lowerTextAt(problems, configuration, 'sku', 'name'),
  };
}

/** Machines name their interfaces as well: `networkProfile.networkInterfaces`. */
export function interfacesOfMachine(row: Json): readonly string[] {
  return referencesAt([], row, 'properties', 'networkProfile', 'networkInterfaces');
}

function usualId(owner: string, name: string): string {
  return `${owner}/ipconfigurations/${name.toLowerCase()}`;
}

/** Of a configuration of the interface. */
export function configurationKeyOf(owner: Pick<InterfaceRow, 'id'>, { id, name }: Pick<IpConfiguration, 'id' | 'name'>): string {
  return configurationKey(id ?? usualId(owner.id, name));
}

/**
 * As IP configurations are compared: those of a scale set's instances
 * (`.../virtualmachinescalesets/a/virtualmachines/0/networkinterfaces/b/ipconfigurations/c`) are those of its model.
 */
export function configurationKey(id: string): string {
  if (!id.includes('/virtualmachinescalesets/')) return id;
  return id.replace(
    /(\/virtualmachinescalesets\/[^/]+)\/virtualmachines\/[^/]+\/networkinterfaces\//,
    '$1/networkinterfaceconfigurations/',
  );
}
