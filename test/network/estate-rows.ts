import type { RowChange } from '../../src/domain/estate-derivation.ts';
import type { Exposure } from '../../src/domain/exposure.ts';
import type { Json, JsonObject } from '../../src/domain/json.ts';
import { createExposureModel, type ExposureModel } from '../../src/network/exposure-model.ts';

export const subscription = '11111111-1111-4111-8111-111111111111';

/** `idOf('networkInterfaces', 'nic')`, in the casing of ARM. */
export function idOf(type: string, name: string, group = 'rg', provider = 'Microsoft.Network'): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/${provider}/${type}/${name}`;
}

export interface Row extends JsonObject {
  readonly id: string;
  readonly type: string;
}

export function row(type: string, name: string, properties: JsonObject, more: JsonObject = {}): Row {
  const provider = type.startsWith('virtualMachine') ? 'Microsoft.Compute' : 'Microsoft.Network';
  return { id: idOf(type, name, 'rg', provider), name, type: `${provider}/${type}`, ...more, properties };
}

export function reference(type: string, name: string): JsonObject {
  return { id: idOf(type, name) };
}

export const subnetId = (name = 'web', network = 'vnet'): string => `${idOf('virtualNetworks', network)}/subnets/${name}`;

export interface SubnetOptions {
  readonly name?: string;
  readonly prefix?: string;
  readonly group?: string;
  readonly routeTable?: string;
  readonly more?: JsonObject;
}

function subnet({ name = 'web', prefix = '10.0.0.0/24', group, routeTable, more = {} }: SubnetOptions, network = 'vnet'): JsonObject {
  return {
    id: subnetId(name, network),
    name,
    properties: {
      addressPrefix: prefix,
      ...(group === undefined ? {} : { networkSecurityGroup: reference('networkSecurityGroups', group) }),
      ...(routeTable === undefined ? {} : { routeTable: reference('routeTables', routeTable) }),
      ...more,
    },
  };
}

export function network(
  subnets: readonly SubnetOptions[],
  options: { readonly name?: string; readonly prefix?: string; readonly more?: JsonObject } = {},
): Row {
  const { name = 'vnet', prefix = '10.0.0.0/16', more = {} } = options;
  return row('virtualNetworks', name, {
    addressSpace: { addressPrefixes: [prefix] },
    subnets: subnets.map((one) => subnet(one, name)),
    ...more,
  });
}

export interface RuleOptions {
  readonly name?: string;
  readonly priority?: number;
  readonly access?: string;
  readonly from?: string;
  readonly port?: string;
  readonly protocol?: string;
  readonly to?: string;
}

export function rule({
  name = 'allow-ssh',
  priority = 100,
  access = 'Allow',
  from = '*',
  port = '22',
  protocol = 'Tcp',
  to = '*',
}: RuleOptions = {}): JsonObject {
  return {
    name,
    properties: {
      access,
      direction: 'Inbound',
      priority,
      protocol,
      sourceAddressPrefix: from,
      sourcePortRange: '*',
      destinationAddressPrefix: to,
      destinationPortRange: port,
    },
  };
}

export function group(name: string, rules: readonly JsonObject[]): Row {
  return row('networkSecurityGroups', name, { securityRules: rules });
}

export interface InterfaceOptions {
  readonly name?: string;
  readonly address?: string;
  readonly subnet?: string;
  readonly group?: string;
  readonly publicAddress?: string;
  readonly machine?: string;
  /** Members of the IP configuration. */
  readonly configuration?: JsonObject;
  readonly more?: JsonObject;
}

export function networkInterface(options: InterfaceOptions = {}): Row {
  const { name = 'nic', address = '10.0.0.4', machine, configuration = {}, more = {} } = options;
  return row('networkInterfaces', name, {
    ipConfigurations: [
      {
        id: `${idOf('networkInterfaces', name)}/ipConfigurations/main`,
        name: 'main',
        properties: {
          privateIPAddress: address,
          subnet: { id: options.subnet ?? subnetId() },
          ...(options.publicAddress === undefined ? {} : { publicIPAddress: reference('publicIPAddresses', options.publicAddress) }),
          ...configuration,
        },
      },
    ],
    ...(options.group === undefined ? {} : { networkSecurityGroup: reference('networkSecurityGroups', options.group) }),
    ...(machine === undefined ? {} : { virtualMachine: { id: idOf('virtualMachines', machine, 'rg', 'Microsoft.Compute') } }),
    ...more,
  });
}

export function publicAddress(name: string, address: string | null, sku: string | null = 'Standard', more: JsonObject = {}): Row {
  return row(
    'publicIPAddresses',
    name,
    { ...(address === null ? {} : { ipAddress: address }), ...more },
    sku === null ? {} : { sku: { name: sku } },
  );
}

export function put(one: Row): RowChange {
  return { id: one.id.toLowerCase(), type: one.type.toLowerCase(), row: one };
}

export function gone(one: Row): RowChange {
  return { ...put(one), row: null };
}

export function unread(one: Row, message = 'not allowed'): RowChange {
  return { ...put(one), row: { fault: { code: 'denied', message } } };
}

export function modelOf(rows: readonly (Row | RowChange)[], knowledge: JsonObject = {}): ExposureModel {
  const model = createExposureModel(knowledge);
  model.update(rows.map(changeOf), []);
  return model;
}

export function changeOf(one: Row | RowChange): RowChange {
  return 'row' in one ? (one as RowChange) : put(one);
}

export function exposureIn(model: ExposureModel, subject: Row | string = idOf('networkInterfaces', 'nic')): Exposure {
  const id = (typeof subject === 'string' ? subject : subject.id).toLowerCase();
  const fact = model.factOf('exposure', id);
  if (fact === null || 'fault' in (fact as object)) throw new Error(`no exposure of ${id}: ${JSON.stringify(fact)}`);
  return fact as Json as unknown as Exposure;
}

/** `exposed Tcp 22 <- Internet`, `unknown any *: ...`, or the outcome alone: short enough for a table. */
export function summaryOf({ outcome, reaches, unknown }: Exposure): string {
  const parts = [
    ...reaches.map((reach) => `${reach.entry.kind} ${reach.protocol} ${reach.entryPorts}>${reach.ports} <- ${reach.sources.join()}`),
    ...unknown.map(({ protocol, ports }) => `? ${protocol} ${ports}`),
  ];
  return [outcome, ...new Set(parts)].join(' | ');
}
