import type { Json } from '../domain/json.ts';
import { type Frontend, readFrontend } from './load-balancer-rows.ts';
import {
  addressAt,
  childId,
  isTrueAt,
  listAt,
  lowerTextAt,
  type Member,
  memberAt,
  type Problems,
  portAt,
  propertiesOf,
  referenceAt,
  referencesAt,
  textAt,
} from './row-reading.ts';

export interface ApplicationGatewayRow {
  readonly id: string;
  readonly name: string;
  /** Where its instances stand: what a server behind it sees as the source. */
  readonly subnets: readonly string[];
  readonly frontends: ReadonlyMap<string, Frontend>;
  readonly ways: readonly GatewayWay[];
  readonly pools: ReadonlyMap<string, GatewayPool>;
  /** Each listener, with or without a rule. */
  readonly listeners: readonly GatewayListener[];
  readonly problems: readonly string[];
}

export interface GatewayListener {
  readonly id: string;
  readonly name: string;
  readonly frontend: string | null;
  readonly port: string | null;
}

/** From a listener over a routing rule to a pool. */
export interface GatewayWay {
  readonly rule: string;
  readonly listener: GatewayListener;
  readonly pool: string;
  /** Null: not known. */
  readonly backendPort: string | null;
  /** The web application firewall policy that counts for it; null: the one of the gateway's own configuration. */
  readonly policy: string | null;
  /** By the gateway's own configuration, of before there were policies. */
  readonly isProtected: boolean;
}

export interface GatewayPool {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
  readonly configurations: readonly string[];
}

export function readApplicationGateway(id: string, row: Json): ApplicationGatewayRow {
  const problems: Problems = [];
  const properties = propertiesOf(problems, row);
  const parts = readParts(problems, id, properties);
  // A web application firewall does not inspect what listeners for TCP and TLS take (Azure, "Application Gateway TCP/TLS proxy overview").
  const bare = { ...parts, listenerPolicies: new Map<string, string>(), policy: null, isProtected: false };
  const ways = [...readRules(problems, parts, 'requestRoutingRules'), ...readRules(problems, bare, 'routingRules')];
  return {
    id,
    name: textAt(problems, row, 'name') ?? id,
    subnets: listAt(problems, properties, 'gatewayIPConfigurations').flatMap(
      (item) => referenceAt(problems, item, 'properties', 'subnet') ?? [],
    ),
    frontends: new Map(
      childrenOf(problems, parts, 'frontendIPConfigurations').map(([child, item]) => [child, readFrontend(problems, child, item)]),
    ),
    ways,
    pools: new Map(childrenOf(problems, parts, 'backendAddressPools').map(([child, item]) => [child, readPool(problems, item)])),
    listeners: [...parts.listeners.values()],
    problems,
  };
}

interface Parts {
  readonly id: string;
  readonly properties: Member;
  readonly listeners: ReadonlyMap<string, GatewayListener>;
  readonly listenerPolicies: ReadonlyMap<string, string>;
  /** Port that a pool is spoken to at, by the settings' id. */
  readonly settings: ReadonlyMap<string, string | null>;
  readonly pathMaps: ReadonlyMap<string, Json>;
  readonly policy: string | null;
  readonly isProtected: boolean;
}

function readParts(problems: Problems, id: string, properties: Member): Parts {
  const start = { id, properties };
  const ports = new Map(
    childrenOf(problems, start, 'frontendPorts').map(([child, item]) => [child, portAt(problems, item, 'properties', 'port')]),
  );
  const listeners = [...childrenOf(problems, start, 'httpListeners'), ...childrenOf(problems, start, 'listeners')];
  const settings = [
    ...childrenOf(problems, start, 'backendHttpSettingsCollection'),
    ...childrenOf(problems, start, 'backendSettingsCollection'),
  ];
  const own = memberAt(problems, properties, 'webApplicationFirewallConfiguration');
  return {
    ...start,
    listeners: new Map(listeners.map(([child, item]) => [child, readListener(problems, child, item, ports)])),
    listenerPolicies: new Map(
      listeners.flatMap(([child, item]) => {
        const policy = referenceAt(problems, item, 'properties', 'firewallPolicy');
        return policy === null ? [] : [[child, policy] as const];
      }),
    ),
    settings: new Map(settings.map(([child, item]) => [child, portAt(problems, item, 'properties', 'port')])),
    pathMaps: new Map(childrenOf(problems, start, 'urlPathMaps')),
    policy: referenceAt(problems, properties, 'firewallPolicy'),
    isProtected: isTrueAt(problems, own, 'enabled') && lowerTextAt(problems, own, 'firewallMode') === 'prevention',
  };
}

function childrenOf(problems: Problems, { id, properties }: Pick<Parts, 'id' | 'properties'>, member: string): readonly [string, Json][] {
  return listAt(problems, properties, member).map((item) => [childId(problems, id, member, item), item]);
}

function readListener(problems: Problems, id: string, item: Json, ports: ReadonlyMap<string, string | null>): GatewayListener {
  const port = referenceAt(problems, item, 'properties', 'frontendPort');
  return {
    id,
    name: textAt(problems, item, 'name') ?? id,
    frontend: referenceAt(problems, item, 'properties', 'frontendIPConfiguration'),
    port: port === null ? null : (ports.get(port) ?? null),
  };
}

function readPool(problems: Problems, item: Json): GatewayPool {
  const properties = propertiesOf(problems, item);
  const addresses = listAt(problems, properties, 'backendAddresses');
  return {
    addresses: addresses.flatMap((address) => addressAt(problems, address, 'ipAddress') ?? []),
    names: addresses.flatMap((address) => lowerTextAt(problems, address, 'fqdn') ?? []),
    configurations: referencesAt(problems, properties, 'backendIPConfigurations'),
  };
}

function readRules(problems: Problems, parts: Parts, member: string): readonly GatewayWay[] {
  return childrenOf(problems, parts, member).flatMap(([, item]) => readRule(problems, parts, item));
}

/** A rule without a pool redirects, and lets nobody on. */
function readRule(problems: Problems, parts: Parts, item: Json): readonly GatewayWay[] {
  const properties = propertiesOf(problems, item);
  const rule = textAt(problems, item, 'name') ?? 'a rule without a name';
  const listenerId = referenceAt(problems, properties, 'httpListener') ?? referenceAt(problems, properties, 'listener');
  const listener = parts.listeners.get(listenerId ?? '');
  if (listener === undefined) {
    problems.push(`the rule ${rule} names no listener that is there`);
    return [];
  }
  const policy = parts.listenerPolicies.get(listener.id) ?? parts.policy;
  const targets = [{ properties, policy }, ...targetsOfPaths(problems, parts, properties, policy)];
  return targets.flatMap((target) => wayTo(problems, parts, rule, listener, target));
}

interface Target {
  readonly properties: Member;
  readonly policy: string | null;
}

function targetsOfPaths(problems: Problems, parts: Parts, properties: Member, policy: string | null): readonly Target[] {
  const mapId = referenceAt(problems, properties, 'urlPathMap');
  if (mapId === null) return [];
  const map = memberAt(problems, parts.pathMaps.get(mapId), 'properties');
  if (map === undefined) problems.push(`the path map ${mapId} is not there`);
  const byDefault = {
    backendAddressPool: memberAt(problems, map, 'defaultBackendAddressPool') ?? null,
    backendHttpSettings: memberAt(problems, map, 'defaultBackendHttpSettings') ?? null,
  };
  const paths = listAt(problems, map, 'pathRules').map((item) => propertiesOf(problems, item));
  return [
    { properties: byDefault, policy },
    ...paths.map((path) => ({ properties: path, policy: referenceAt(problems, path, 'firewallPolicy') ?? policy })),
  ];
}

function wayTo(problems: Problems, parts: Parts, rule: string, listener: GatewayListener, target: Target): readonly GatewayWay[] {
  const pool = referenceAt(problems, target.properties, 'backendAddressPool');
  if (pool === null) return [];
  const settings =
    referenceAt(problems, target.properties, 'backendHttpSettings') ?? referenceAt(problems, target.properties, 'backendSettings');
  const backendPort = parts.settings.get(settings ?? '') ?? null;
  return [{ rule, listener, pool, backendPort, policy: target.policy, isProtected: parts.isProtected }];
}

/** A web application firewall policy that stops what it finds, and does not merely note it. */
export function readsAsPrevention(row: Json): boolean {
  const problems: Problems = [];
  const settings = memberAt(problems, row, 'properties', 'policySettings');
  // Absent state is Enabled, absent mode is Detection (Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies, PolicySettings).
  const isEnabled = (lowerTextAt(problems, settings, 'state') ?? 'enabled') === 'enabled';
  return problems.length === 0 && isEnabled && lowerTextAt(problems, settings, 'mode') === 'prevention';
}
