import { noAddresses } from './address-set.ts';
import type { ApplicationGatewayRow, GatewayPool, GatewayWay } from './application-gateway-rows.ts';
import { type Arrival, arrivalAt, type Gate, passOn, possibleArrival } from './arrivals.ts';
import { doorOfSubnet } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { judgeArrival } from './doors.ts';
import { configurationKey } from './interface-rows.ts';
import type { Frontend } from './load-balancer-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { everyPort, type PortSet, portSetOf } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import { normalAddress } from './row-index.ts';
import { lastNameOf, parentOf } from './row-reading.ts';
import { type Sending, sendingBy, sendingByNames } from './sendings.ts';
import { addressesOf, type Target } from './targets.ts';

const type = 'microsoft.network/applicationgateways';
const nobody: readonly Arrival[] = [];

/** What application gateways send to the target. The gateway is the source that is seen there. */
export function arrivalsFromGateways(world: NetworkWorld, reader: Reader, target: Target): readonly Arrival[] {
  const { pools, namers } = target;
  if (pools.length + namers.length === 0) return nobody;
  return [...new Set([...pools.map((pool) => parentOf(pool)), ...namers.filter((id) => world.table.has(type, id))])]
    .sort()
    .flatMap((id) => arrivalsFrom(world, reader, id, target));
}

function arrivalsFrom(world: NetworkWorld, reader: Reader, id: string, target: Target): readonly Arrival[] {
  const found = world.table.find(reader, type, id);
  if (found.kind !== 'row') return [unseenWay(id, `the application gateway ${lastNameOf(id)} ${missing(found)}`)];
  const gateway = found.record;
  const reasons = new Map([...gateway.pools].map(([pool, members]) => [pool, sendsTo(world, reader, gateway, pool, members, target)]));
  const lost = target.pools.filter((pool) => parentOf(pool) === id && !gateway.pools.has(pool));
  const problems = gateway.problems.map((problem) => unseenWay(id, `${gateway.name}: ${problem}`));
  const ways = gateway.ways.flatMap((way) => {
    const why = reasons.get(way.pool) ?? 'no';
    return why === 'no' ? [] : arrivalsByWay(world, reader, gateway, way, target, why === 'yes' ? [] : [why.doubt]);
  });
  const concerns = ways.length > 0 || [...reasons.values()].some((reason) => reason !== 'no');
  return [
    ...(concerns ? problems : []),
    ...lost.map((pool) => unseenWay(id, `the interface names ${lastNameOf(pool)}, which ${gateway.name} does not have`)),
    ...ways,
  ];
}

/** Its address is what is seen there, not the stranger's, and may be any. */
function unseenWay(id: string, why: string): Arrival {
  return { ...possibleArrival(gateOf(id, null, false), why), source: noAddresses };
}

function sendsTo(
  world: NetworkWorld,
  reader: Reader,
  gateway: ApplicationGatewayRow,
  pool: string,
  members: GatewayPool,
  target: Target,
): Sending {
  if (target.pools.includes(pool)) return 'yes';
  if (target.configuration !== null && members.configurations.some((id) => configurationKey(id) === target.configuration)) return 'yes';
  const from = networkOf(gateway);
  const addresses = members.addresses.map(normalAddress).filter((address) => target.addresses.includes(address));
  const byAddress = sendingBy(world, reader, from, addresses, target, gateway.name);
  return byAddress === 'no' ? sendingByNames(world, reader, from, members.names, target, `${gateway.name}/${lastNameOf(pool)}`) : byAddress;
}

function networkOf({ subnets: [subnet] }: ApplicationGatewayRow): string | null {
  return subnet === undefined ? null : parentOf(subnet);
}

function arrivalsByWay(
  world: NetworkWorld,
  reader: Reader,
  gateway: ApplicationGatewayRow,
  way: GatewayWay,
  target: Target,
  doubts: readonly string[],
): readonly Arrival[] {
  const port = way.backendPort === null ? null : portSetOf([way.backendPort]);
  const lacking = port === null ? [`the backend port of ${gateway.name}/${way.rule} is not known`] : [];
  return arrivalsAtListener(world, reader, gateway, way, target).map((arrival) => ({
    ...arrival,
    ports: port ?? everyPort,
    isSamePort: false,
    source: sourceOf(world, reader, gateway, target),
    needsGroup: 'no',
    doubts: [...arrival.doubts, ...doubts, ...lacking],
  }));
}

/** Any address of its subnet; outside, its public addresses. None: not known. */
function sourceOf(
  world: NetworkWorld,
  reader: Reader,
  { subnets: [subnet], frontends }: ApplicationGatewayRow,
  { isPublic }: Target,
): Arrival['source'] {
  if (isPublic)
    return world.knowledge.read([...frontends.values()].flatMap(({ publicAddress }) => addressesOf(world, reader, publicAddress)))
      .addresses;
  return subnet === undefined ? noAddresses : world.places.subnetOf(reader, subnet).addresses;
}

/** What comes through the network security group of the gateway's subnet to the listener. */
function arrivalsAtListener(
  world: NetworkWorld,
  reader: Reader,
  gateway: ApplicationGatewayRow,
  way: GatewayWay,
  target: Target,
): readonly Arrival[] {
  const gate = gateOf(gateway.id, way.rule, isProtected(world, reader, way));
  const { listener } = way;
  const frontend = gateway.frontends.get(listener.frontend ?? '');
  const port = listener.port === null ? null : portSetOf([listener.port]);
  const [subnet] = gateway.subnets;
  if (frontend === undefined || port === null || subnet === undefined)
    return [asTcp(possibleArrival(gate, `the listener ${listener.name} of ${gateway.name} names no frontend and port that are there`))];
  const arrivals = arrivalsAtFrontend(world, reader, gateway, gate, frontend, target);
  return arrivals.flatMap((arrival) => throughGate(world, reader, gateway, way, subnet, port, arrival));
}

function arrivalsAtFrontend(
  world: NetworkWorld,
  reader: Reader,
  gateway: ApplicationGatewayRow,
  gate: Gate,
  { publicAddress, privateAddress, privateLink, subnet }: Frontend,
  { follow, path }: Target,
): readonly Arrival[] {
  // Who comes through a private endpoint does not pass the rules of the gateway's subnet as a stranger.
  const linked =
    privateLink === null
      ? []
      : [{ ...possibleArrival(gate, `who comes by private link to ${gateway.name} is not followed`), source: noAddresses }];
  if (publicAddress !== null) return [arrivalAt({ ...gate, addresses: addressesOf(world, reader, publicAddress) }), ...linked];
  if (privateAddress === null) return [possibleArrival(gate, `a frontend of ${gateway.name} names no address`)];
  const network = parentOf(subnet ?? gateway.subnets[0] ?? '');
  return [...follow.privateAddress(world, reader, privateAddress, network, path), ...linked];
}

function asTcp(arrival: Arrival): Arrival {
  return { ...arrival, protocols: bitsOfProtocol('Tcp') };
}

function throughGate(
  world: NetworkWorld,
  reader: Reader,
  gateway: ApplicationGatewayRow,
  way: GatewayWay,
  subnet: string,
  port: PortSet,
  arrival: Arrival,
): readonly Arrival[] {
  const knocking = passOn(arrival, { protocols: bitsOfProtocol('Tcp'), ports: port, backendPorts: null });
  if (knocking === null) return [];
  const { sure, unsure } = judgeArrival(doorOfSubnet(world, reader, subnet), knocking, world.references);
  const rule = `${gateway.name}/${way.rule}`;
  const parts = [
    ...sure.map(({ strangers, tags, rules }) => ({
      ...knocking,
      strangers: { sure: strangers, possible: strangers },
      tags,
      rules: [...rules, rule],
    })),
    ...unsure.map(({ strangers, tags, rules, why }) => ({
      ...knocking,
      strangers: { sure: noAddresses, possible: strangers },
      tags,
      rules: [...rules, rule],
      doubts: [why],
    })),
  ];
  // A way in that nobody gets through is one all the same.
  return parts.length > 0 ? parts : [{ ...knocking, strangers: { sure: noAddresses, possible: noAddresses } }];
}

/** Where the policy cannot be read, nothing is known to stand before it. */
function isProtected(world: NetworkWorld, reader: Reader, way: GatewayWay): boolean {
  if (way.policy === null) return way.isProtected;
  const found = world.table.find(reader, 'microsoft.network/applicationgatewaywebapplicationfirewallpolicies', way.policy);
  return found.kind === 'row' && found.record;
}

function gateOf(id: string, rule: string | null, protectedBy: boolean): Gate {
  return { kind: 'application-gateway', id, rule, addresses: [], isProtected: protectedBy };
}
