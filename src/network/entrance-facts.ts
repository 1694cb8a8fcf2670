import type { Entrance, Exposure, NetworkProtocol, UnknownEntrance } from '../domain/exposure.ts';
import { arrivalAt, passOn } from './arrivals.ts';
import { backendsOf } from './balancer-backends.ts';
import { doorOfSubnet } from './configuration-doors.ts';
import type { Reader } from './dependency-graph.ts';
import { judgeArrival } from './doors.ts';
import { translationsAt } from './firewall-arrivals.ts';
import { inFixedOrder } from './fixed-order.ts';
import type { BalancingRule } from './load-balancer-rows.ts';
import type { NetworkType } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { describePorts, everyPort, noPorts, type PortSet, portSetOf, unitePorts } from './port-set.ts';
import { bitsOfProtocol } from './protocols.ts';
import { ownerOfPublicAddress } from './public-address-owner.ts';
import type { PublicAddressRow } from './public-address-rows.ts';
import { lastNameOf } from './row-reading.ts';
import { unseenRulesOf } from './unseen-arrivals.ts';

type Open = Entrance['open'][number];
type Standing = Pick<Entrance, 'isFollowed' | 'open' | 'unknown'>;

/** What entrances are told from, besides rows. */
export interface EntranceSources {
  readonly world: NetworkWorld;
  readonly reader: Reader;
  /** Of an interface or a scale set; null where there is none that can be read. */
  exposureOf(id: string): Exposure | null;
}

const shut: Standing = { isFollowed: true, open: [], unknown: [] };
const notFollowed: Standing = { ...shut, isFollowed: false };

/** What the model says about a stranger who knocks at a public address. */
export function entranceOf(sources: EntranceSources, address: PublicAddressRow): Entrance {
  const { owner, type } = ownerOfPublicAddress(sources.world, sources.reader, address);
  const standing = owner === null ? withoutOwner(sources) : standingAt(sources, address, owner, type);
  return {
    address: address.address,
    owner,
    ...standing,
    open: inFixedOrder(standing.open),
    unknown: inFixedOrder(standing.unknown),
  };
}

/** Its own row names its owner, but for those that are named from the other side only. */
function withoutOwner({ world, reader }: EntranceSources): Standing {
  const gaps = (['microsoft.network/natgateways', 'microsoft.network/azurefirewalls'] as const).flatMap(
    (type) => world.table.gapIn(reader, type, null) ?? [],
  );
  return { ...shut, unknown: gaps.map(anywhere) };
}

/** At whatever port. */
function anywhere(why: string): UnknownEntrance {
  return { protocol: 'any', ports: describePorts(everyPort), why };
}

function standingAt(sources: EntranceSources, address: PublicAddressRow, owner: string, type: NetworkType | null): Standing {
  if (type === null) return notFollowed;
  const stand = standingsByType[type];
  if (stand === undefined) return notFollowed;
  const found = sources.world.table.find(sources.reader, type, owner);
  return found.kind === 'row' ? stand(sources, address, owner) : { ...shut, unknown: [anywhere(`${lastNameOf(owner)} ${missing(found)}`)] };
}

type Stand = (sources: EntranceSources, address: PublicAddressRow, owner: string) => Standing;

const standingsByType: { readonly [Type in NetworkType]?: Stand } = {
  'microsoft.network/networkinterfaces': standingOfServer,
  'microsoft.compute/virtualmachinescalesets': standingOfScaleSet,
  'microsoft.network/loadbalancers': standingOfBalancer,
  'microsoft.network/applicationgateways': standingOfApplicationGateway,
  'microsoft.network/azurefirewalls': standingOfFirewall,
  'microsoft.network/virtualnetworkgateways': standingOfNetworkGateway,
  'microsoft.network/bastionhosts': (_, __, owner) => ({ ...shut, open: [tcp('443', owner)] }),
  'microsoft.network/natgateways': () => shut,
};

function tcp(ports: string, leadsTo: string): Open {
  return { protocol: 'Tcp', ports, leadsTo };
}

function standingOfServer(sources: EntranceSources, { id }: PublicAddressRow, owner: string): Standing {
  return standingOf([[owner, sources.exposureOf(owner)]], (entry) => entry.kind === 'public-ip' && entry.id === id);
}

/** The address of one instance is no resource that the model names. */
function standingOfScaleSet(sources: EntranceSources, _: PublicAddressRow, owner: string): Standing {
  return standingOf([[owner, sources.exposureOf(owner)]], ({ kind }) => kind === 'public-ip');
}

type EntryTest = (entry: Exposure['entries'][number]) => boolean;

function standingOf(servers: readonly (readonly [string, Exposure | null])[], isHere: EntryTest): Standing {
  return {
    isFollowed: true,
    open: servers.flatMap(([id, exposure]) =>
      (exposure?.reaches ?? [])
        .filter(({ entry }) => isHere(entry))
        .map(({ protocol, entryPorts }) => ({ protocol, ports: entryPorts, leadsTo: id })),
    ),
    unknown: servers.flatMap(([id, exposure]) =>
      exposure === null
        ? [anywhere(`${lastNameOf(id)} cannot be read`)]
        : exposure.unknown.map(({ protocol, ports, why }) => ({ protocol, ports, why: `${lastNameOf(id)}: ${why}` })),
    ),
  };
}

function standingOfBalancer(sources: EntranceSources, { id, address }: PublicAddressRow, owner: string): Standing {
  const { world, reader } = sources;
  const found = world.table.find(reader, 'microsoft.network/loadbalancers', owner);
  if (found.kind !== 'row') return shut;
  const { frontends, rules, isGlobal, sku, problems } = found.record;
  if (isGlobal || sku === 'gateway') return notFollowed;
  const here = new Set([...frontends.values()].filter(({ publicAddress }) => publicAddress === id).map((frontend) => frontend.id));
  const rulesHere = rules.filter(({ frontend }) => frontend !== null && here.has(frontend));
  const names = new Set(rulesHere.map(({ name }) => name));
  const isHere: EntryTest = (entry) =>
    entry.id === owner &&
    names.has(entry.rule ?? '') &&
    (address === null || entry.addresses.length === 0 || entry.addresses.includes(address));
  const backends = backendsOf(world, reader, found.record);
  const standing = standingOf(
    backends.subjects.map((backend) => [backend, sources.exposureOf(backend)]),
    isHere,
  );
  // Servers know their own ports; which of its rules leads to them is not told, but none other does.
  const ports = describePorts(portsOf(rulesHere));
  const behind = [...standing.unknown, ...backends.unknown.map(anywhere)].map((one): UnknownEntrance => ({ ...one, ports }));
  return {
    ...standing,
    unknown: [
      ...(ports === '' ? [] : behind),
      ...problems.map((problem) => anywhere(`${lastNameOf(owner)}: ${problem}`)),
      ...(rules.some(({ frontend }) => frontend === null) ? [anywhere(`a rule of ${lastNameOf(owner)} names no frontend`)] : []),
    ],
  };
}

/** One that cannot be read may stand for all. */
function portsOf(rules: readonly BalancingRule[]): PortSet {
  return rules.map(({ ports }) => (ports === null ? null : portSetOf([ports])) ?? everyPort).reduce(unitePorts, noPorts);
}

function standingOfApplicationGateway({ world, reader }: EntranceSources, { id }: PublicAddressRow, owner: string): Standing {
  const found = world.table.find(reader, 'microsoft.network/applicationgateways', owner);
  if (found.kind !== 'row') return shut;
  const { name, frontends, listeners, subnets, problems } = found.record;
  const [subnet] = subnets;
  const here = listeners.filter(({ frontend }) => frontends.get(frontend ?? '')?.publicAddress === id);
  const parts = here.map(({ port }) => {
    const ports = port === null ? null : portSetOf([port]);
    if (ports === null || subnet === undefined)
      return { open: [], unknown: [anywhere(`a listener of ${name} names no port that is there`)] };
    const gate = { kind: 'application-gateway', id: owner, rule: null, addresses: [], isProtected: false } as const;
    const arrival = passOn(arrivalAt(gate), { protocols: bitsOfProtocol('Tcp'), ports, backendPorts: null });
    const { sure, unsure } =
      arrival === null ? { sure: [], unsure: [] } : judgeArrival(doorOfSubnet(world, reader, subnet), arrival, world.references);
    const tcpAt = { protocol: 'Tcp', ports: describePorts(ports) } as const;
    return {
      open: sure.length > 0 ? [{ ...tcpAt, leadsTo: owner }] : [],
      unknown: unsure.map(({ why }): UnknownEntrance => ({ ...tcpAt, why })),
    };
  });
  return {
    isFollowed: true,
    open: parts.flatMap(({ open }) => open),
    unknown: [...parts.flatMap(({ unknown }) => unknown), ...problems.map((problem) => anywhere(`${name}: ${problem}`))],
  };
}

function standingOfFirewall({ world, reader }: EntranceSources, { address }: PublicAddressRow, owner: string): Standing {
  const found = world.table.find(reader, 'microsoft.network/azurefirewalls', owner);
  if (found.kind !== 'row') return shut;
  const rules = translationsAt(world, reader, found.record, address);
  return {
    isFollowed: true,
    open: rules.flatMap(({ protocols, ports, leadsTo }) => protocols.map((protocol): Open => ({ protocol, ports, leadsTo }))),
    unknown: [
      ...rules.flatMap(({ protocols, ports, doubts }) => protocols.flatMap((protocol) => doubts.map((why) => ({ protocol, ports, why })))),
      ...unseenRulesOf(world, reader, found.record).map(anywhere),
    ],
  };
}

/** IKE and NAT traversal of tunnels, and where people dial in. */
function standingOfNetworkGateway({ world, reader }: EntranceSources, _: PublicAddressRow, owner: string): Standing {
  const found = world.table.find(reader, 'microsoft.network/virtualnetworkgateways', owner);
  if (found.kind !== 'row') return shut;
  if (found.record.kind === 'other') return notFollowed;
  if (found.record.kind === 'express-route') return shut;
  const udp: NetworkProtocol = 'Udp';
  return { ...shut, open: [tcp('443', owner), { protocol: udp, ports: '500, 4500', leadsTo: owner }] };
}
