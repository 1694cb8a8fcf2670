import { type AddressSet, noAddresses } from './address-set.ts';
import { type Arrival, arrivalAt, type Gate, type Passing, passOn, possibleArrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { configurationKey, type IpConfiguration } from './interface-rows.ts';
import type { BalancingRule, Frontend, LoadBalancerRow } from './load-balancer-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { everyPort, portSetOf } from './port-set.ts';
import { everyProtocol, protocolBitsOf } from './protocols.ts';
import { normalAddress, singleAddresses } from './row-index.ts';
import { lastNameOf, parentOf } from './row-reading.ts';
import { addressesOf, type Follow } from './targets.ts';

const type = 'microsoft.network/loadbalancers';

/** What load balancers hand to the configuration: by rules over its pools, and by NAT rules. `namers`: see `namersOf`. */
export function arrivalsOverBalancers(
  world: NetworkWorld,
  reader: Reader,
  standing: Standing,
  namers: readonly string[],
  follow: Follow,
): readonly Arrival[] {
  const { pools, natRules, natPools } = standing.configuration;
  if (pools.length + natRules.length + natPools.length + namers.length === 0) return nobody;
  const named = [...pools, ...natRules, ...natPools].map((id) => parentOf(id));
  const naming = namers.filter((id) => world.table.has(type, id));
  return [...new Set([...named, ...naming])].sort().flatMap((id) => arrivalsOver(world, reader, standing, id, follow));
}

const nobody: readonly Arrival[] = [];

function arrivalsOver(world: NetworkWorld, reader: Reader, standing: Standing, id: string, follow: Follow): readonly Arrival[] {
  const found = world.table.find(reader, type, id);
  if (found.kind !== 'row')
    return [possibleArrival(gateOf(id, 'load-balancer', null, []), `the load balancer ${lastNameOf(id)} ${missing(found)}`)];
  const balancer = found.record;
  const problems = balancer.problems.map((problem) =>
    possibleArrival(gateOf(id, 'load-balancer', null, []), `${balancer.name}: ${problem}`),
  );
  const lost = lostParts(balancer, standing.configuration).map((part) =>
    possibleArrival(gateOf(id, 'load-balancer', null, []), `the interface names ${lastNameOf(part)}, which ${balancer.name} does not have`),
  );
  const rules = rulesTo(balancer, standing);
  return [...problems, ...lost, ...rules.flatMap((rule) => arrivalsByRule(world, reader, balancer, rule, follow))];
}

/** What the interface names of the balancer and its row does not hold: one of the two rows is older. */
function lostParts({ id, pools, rules }: LoadBalancerRow, configuration: IpConfiguration): readonly string[] {
  const named = [...configuration.pools, ...configuration.natRules, ...configuration.natPools].filter((part) => parentOf(part) === id);
  return named.filter((part) => !pools.includes(part) && !rules.some((rule) => rule.id === part));
}

function rulesTo({ rules, members }: LoadBalancerRow, { configuration, key, place }: Standing): readonly BalancingRule[] {
  const addresses = new Set((configuration.addresses ?? []).flatMap(singleAddresses));
  const isHere = (network: string | null): boolean => network === null || network === place.network.id;
  const joined = members.filter(
    (member) =>
      (member.configuration !== null && configurationKey(member.configuration) === key) ||
      (member.address !== null && addresses.has(normalAddress(member.address)) && isHere(member.network)),
  );
  const pools = new Set([...configuration.pools, ...configuration.natPools, ...joined.map(({ pool }) => pool)]);
  return rules.filter(
    (rule) =>
      rule.pools.some((pool) => pools.has(pool)) ||
      configuration.natRules.includes(rule.id) ||
      (rule.configuration !== null && configurationKey(rule.configuration) === key),
  );
}

function arrivalsByRule(
  world: NetworkWorld,
  reader: Reader,
  balancer: LoadBalancerRow,
  rule: BalancingRule,
  follow: Follow,
): readonly Arrival[] {
  const gate = gateOf(balancer.id, rule.kind, rule.name, []);
  const frontend = balancer.frontends.get(rule.frontend ?? '');
  const { passing, unreadable } = passingOf(rule);
  if (balancer.sku === 'gateway') return [possibleArrival(gate, `what ${balancer.name} hands on is not followed`)];
  if (frontend === undefined || unreadable !== null)
    return [possibleArrival(gate, `the rule ${rule.name} of ${balancer.name} ${unreadable ?? 'names no frontend that is there'}`)];
  return arrivalsAtFrontend(world, reader, balancer, gate, frontend, follow).flatMap((arrival) => {
    const passed = passOn(arrival, passing);
    return passed === null ? [] : [{ ...passed, floatingTo: rule.isFloating ? addressOfFrontend(world, reader, frontend) : null }];
  });
}

function addressOfFrontend(world: NetworkWorld, reader: Reader, { publicAddress, privateAddress }: Frontend): AddressSet {
  return world.knowledge.read([...addressesOf(world, reader, publicAddress), ...(privateAddress === null ? [] : [privateAddress])])
    .addresses;
}

function arrivalsAtFrontend(
  world: NetworkWorld,
  reader: Reader,
  balancer: LoadBalancerRow,
  gate: Gate,
  frontend: Frontend,
  follow: Follow,
): readonly Arrival[] {
  const { publicAddress, publicPrefix, privateAddress, privateLink, subnet } = frontend;
  if (publicAddress !== null || publicPrefix !== null) {
    const needsGroup: Arrival['needsGroup'] = balancer.sku === 'standard' ? 'yes' : balancer.sku === 'basic' ? 'no' : 'unknown';
    const addresses = addressesOf(world, reader, publicAddress);
    const sent = addresses.flatMap((address) => follow.publicAddress(world, reader, address, []));
    const through = sent.map((arrival) => ({ ...arrival, rules: [...arrival.rules, `${balancer.name}/${gate.rule ?? ''}`] }));
    return [{ ...arrivalAt({ ...gate, addresses }), needsGroup }, ...through.map((arrival) => ({ ...arrival, needsGroup }))];
  }
  if (privateAddress === null) return [possibleArrival(gate, `a frontend of ${balancer.name} names no address`)];
  const network = subnet === null ? null : parentOf(subnet);
  // Front Door and strangers' private endpoints come through a private link service, from addresses that it has in a subnet of ours.
  const linked =
    privateLink === null
      ? []
      : [
          {
            ...possibleArrival(gate, `who comes through ${lastNameOf(privateLink)} to ${balancer.name} is not followed`),
            source: noAddresses,
          },
        ];
  return [
    ...linked,
    ...follow.privateAddress(world, reader, privateAddress, network, []).map((arrival) => ({
      ...arrival,
      rules: [...arrival.rules, `${balancer.name}/${gate.rule ?? ''}`],
    })),
  ];
}

function gateOf(id: string, kind: Gate['kind'], rule: string | null, addresses: readonly string[]): Gate {
  return { kind, id, rule, addresses, isProtected: false };
}

function passingOf({ ports, backendPorts, protocol }: BalancingRule): { readonly passing: Passing; readonly unreadable: string | null } {
  const front = ports === null ? null : portSetOf([ports]);
  const back = backendPorts === null ? null : portSetOf([backendPorts]);
  const bits = protocol === null ? null : protocolBitsOf(protocol);
  const passing = { protocols: bits ?? everyProtocol, ports: front ?? everyPort, backendPorts: back };
  if (front === null) return { passing, unreadable: `has no ports that can be read` };
  if (bits === null) return { passing, unreadable: `has no protocol that can be read` };
  if (backendPorts !== null && back === null) return { passing, unreadable: `has no backend port that can be read` };
  if (backendPorts === null && ports !== '*') return { passing, unreadable: `has no backend port` };
  return { passing, unreadable: null };
}
