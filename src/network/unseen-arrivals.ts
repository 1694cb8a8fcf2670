import { type Arrival, type Gate, possibleArrival } from './arrivals.ts';
import type { Standing } from './configuration-doors.ts';
import type { Formula, Reader } from './dependency-graph.ts';
import { firewallsNear } from './firewall-arrivals.ts';
import type { FirewallRow } from './firewall-rows.ts';
import type { NetworkType } from './network-rows.ts';
import type { NetworkWorld } from './network-world.ts';
import { missing } from './place-sources.ts';
import { lastNameOf, parentOf } from './row-reading.ts';
import { subscriptionOf } from './row-table.ts';
import { appliancesIn, type Neighbour } from './unseen-neighbours.ts';

/** Something that may let in, and of which not enough is seen. */
interface Unseen {
  readonly kind: Gate['kind'];
  readonly why: string;
  /** A neighbour that may send on. */
  readonly from?: Neighbour;
}

const balancers = 'microsoft.network/loadbalancers';
const gateways = 'microsoft.network/applicationgateways';
const firewalls = 'microsoft.network/azurefirewalls';
const policies = 'microsoft.network/firewallpolicies';
const ruleGroups = 'microsoft.network/firewallpolicies/rulecollectiongroups';

/** Ways in that there may be, since lists broke off, rows could not be read, or what something does is in no row. */
export function unseenArrivals(world: NetworkWorld, reader: Reader, { owner, place }: Standing): readonly Arrival[] {
  const network = place.network.id;
  const subscription = subscriptionOf(owner.id);
  const unseen = reader.read(formulaOf(world, subscription), network);
  if (unseen.length === 0) return nobody;
  return unseen
    .filter(({ from }) => from === undefined || !(from.ids.includes(owner.id) || from.ids.includes(owner.machine ?? '')))
    .flatMap(({ kind, why, from }): readonly Arrival[] => {
      const arrival = possibleArrival({ kind, id: from?.ids[0] ?? network, rule: null, addresses: [], isProtected: false }, why);
      // A balancer leaves the stranger's address; the others show their own, which is somewhere near.
      if (kind === 'load-balancer') return [arrival];
      if (from === undefined) return [{ ...arrival, source: place.network.tag }];
      const sent = { ...arrival, source: from.addresses };
      return from.mayKeepSource ? [sent, arrival] : [sent];
    });
}

const nobody: readonly Arrival[] = [];

/** By the subscription of the interface: its subject is the network. */
const formulas = new WeakMap<NetworkWorld, Map<string, Formula<readonly Unseen[]>>>();

function formulaOf(world: NetworkWorld, subscription: string): Formula<readonly Unseen[]> {
  const all = formulas.get(world) ?? new Map<string, Formula<readonly Unseen[]>>();
  const known = all.get(subscription);
  if (known !== undefined) return known;
  const formula: Formula<readonly Unseen[]> = {
    name: 'unseen ways',
    compute: (reader, network) => unseenIn(world, reader, subscription, network),
    isSame: isSameUnseen,
  };
  formulas.set(world, all.set(subscription, formula));
  return formula;
}

/** The same addresses are the same object. */
function isSameUnseen(left: readonly Unseen[], right: readonly Unseen[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ kind, why, from }, index) => {
      const other = right[index];
      const isSameFrom = from?.addresses === other?.from?.addresses && from?.ids.join() === other?.from?.ids.join();
      return kind === other?.kind && why === other.why && isSameFrom;
    })
  );
}

function unseenIn(world: NetworkWorld, reader: Reader, subscription: string, network: string): readonly Unseen[] {
  const near = networksNear(world, reader, network);
  const here = [...new Set([subscription, subscriptionOf(network)])];
  const around = near === null ? null : [...new Set(near.map(subscriptionOf))];
  return [
    ...unseenOf(world, reader, balancers, here).map((why): Unseen => ({ kind: 'load-balancer', why })),
    ...unseenOf(world, reader, gateways, around).map((why): Unseen => ({ kind: 'application-gateway', why })),
    ...unseenOf(world, reader, firewalls, around).map((why): Unseen => ({ kind: 'firewall-dnat', why })),
    ...firewallsNear(world, reader, near)
      .flatMap((firewall) => unseenRulesOf(world, reader, firewall))
      .map((why): Unseen => ({ kind: 'firewall-dnat', why })),
    ...(near ?? [network]).flatMap((one) => unseenTenants(world, reader, one)),
    ...neighboursOf(world, reader, near ?? [network]),
  ];
}

/** What a subnet says stands in it, of a subscription that nobody watches, say. Those that cannot be read are told already. */
function unseenTenants(world: NetworkWorld, reader: Reader, network: string): readonly Unseen[] {
  const { row } = world.places.networkOf(reader, network);
  const senders = row === null ? [] : [...row.subnets.values()].flatMap((subnet) => subnet.senders);
  return senders.flatMap((id): readonly Unseen[] => {
    const isGateway = id.includes('/applicationgateways/');
    const found = world.table.find(reader, isGateway ? gateways : firewalls, id);
    if (found.kind !== 'absent') return [];
    return [
      {
        kind: isGateway ? 'application-gateway' : 'firewall-dnat',
        why: `${lastNameOf(id)} stands in ${row?.name ?? network} and ${missing(found)}`,
      },
    ];
  });
}

/** What a connected network of others sends on is not followed: such a network fails `network-peerings`, or somebody signed for it there. */
function neighboursOf(world: NetworkWorld, reader: Reader, networks: readonly string[]): readonly Unseen[] {
  return appliancesIn(world, reader, networks).map((from): Unseen => ({ kind: 'public-ip', why: from.why, from }));
}

/** Itself and its peers; null where that is not known. */
function networksNear(world: NetworkWorld, reader: Reader, network: string): readonly string[] | null {
  const { row } = world.places.networkOf(reader, network);
  if (row === null) return null;
  return [network, ...row.peerings.flatMap(({ isConnected, remote }) => (isConnected && remote !== null ? [remote] : []))];
}

function unseenOf({ table }: NetworkWorld, reader: Reader, type: NetworkType, subscriptions: readonly string[] | null): readonly string[] {
  const gap = table.gapIn(reader, type, subscriptions);
  const unreadable = table.unreadableOf(reader, type).filter(([id]) => subscriptions?.includes(subscriptionOf(id)) !== false);
  return [...(gap === null ? [] : [gap]), ...unreadable.map(([id, why]) => `${lastNameOf(id)} could not be read: ${why}`)];
}

/** DNAT rules of its policies that are not seen; without a public address they let nobody in. */
export function unseenRulesOf(world: NetworkWorld, reader: Reader, firewall: FirewallRow): readonly string[] {
  if (firewall.publicAddresses.length + firewall.hubPublicAddresses.length === 0 && !firewall.isInHub) return [];
  const problems = firewall.problems.map((problem) => `${firewall.name}: ${problem}`);
  return firewall.policy === null ? problems : [...problems, ...unseenOfPolicy(world, reader, firewall.policy, [])];
}

function unseenOfPolicy(world: NetworkWorld, reader: Reader, policy: string, path: readonly string[]): readonly string[] {
  if (path.includes(policy)) return [];
  const { table } = world;
  const name = lastNameOf(policy);
  const found = table.find(reader, policies, policy);
  const gap = table.gapIn(reader, ruleGroups, [subscriptionOf(policy)]);
  const unreadable = table.unreadableOf(reader, ruleGroups).filter(([id]) => parentOf(id) === policy);
  const held = table.findBy(reader, ruleGroups, `group-of:${policy}`).map(([id]) => id);
  const own = [
    ...(gap === null ? [] : [gap]),
    ...unreadable.map(([id, why]) => `the rules ${lastNameOf(id)} of ${name} could not be read: ${why}`),
  ];
  if (found.kind !== 'row') return [...own, `the firewall policy ${name} ${missing(found)}`];
  const { parent, groups, problems } = found.record;
  const seen = new Set([...held, ...unreadable.map(([id]) => id)]);
  const lost = groups.filter((id) => !seen.has(id) && gap === null);
  return [
    ...own,
    ...problems.map((problem) => `${name}: ${problem}`),
    ...lost.map((id) => `the rules ${lastNameOf(id)} of ${name} are not among the resources that we see`),
    ...(parent === null ? [] : unseenOfPolicy(world, reader, parent, [...path, policy])),
  ];
}
