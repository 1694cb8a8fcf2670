import type { Formula, Reader } from './dependency-graph.ts';
import type { NetworkWorld } from './network-world.ts';
import { isNear } from './routing.ts';
import { parentOf } from './row-reading.ts';
import { placeOfName } from './target-names.ts';
import type { Target } from './targets.ts';

/** Gateways, firewalls and rule collection groups that send traffic to DNS names, as far as these may lead to a network. */
interface NamedSender {
  readonly id: string;
  /** Where its names are known to lead. */
  readonly addresses: readonly string[];
  /** Where some lead is not known, and it may be here. */
  readonly mayBeAnywhere: boolean;
}

const gateways = 'microsoft.network/applicationgateways';
const firewalls = 'microsoft.network/azurefirewalls';
const ruleGroups = 'microsoft.network/firewallpolicies/rulecollectiongroups';
type SenderType = typeof gateways | typeof firewalls | typeof ruleGroups;

/** Ids of those whose names lead to the target, or may. */
export function namedSendersTo(
  world: NetworkWorld,
  reader: Reader,
  target: Pick<Target, 'addresses' | 'network' | 'isPublic'>,
): readonly string[] {
  const network = target.isPublic ? 'public' : target.network;
  const senders = reader.read(formulaOf(world), network ?? anyNetwork);
  if (senders.length === 0) return nobody;
  return senders
    .filter(({ addresses, mayBeAnywhere }) => mayBeAnywhere || addresses.some((address) => target.addresses.includes(address)))
    .map(({ id }) => id);
}

const nobody: readonly string[] = [];

/** As a subject: which network it is is not known. */
const anyNetwork = '';

const formulas = new WeakMap<NetworkWorld, Formula<readonly NamedSender[]>>();

function formulaOf(world: NetworkWorld): Formula<readonly NamedSender[]> {
  const known = formulas.get(world);
  if (known !== undefined) return known;
  const formula: Formula<readonly NamedSender[]> = {
    name: 'named senders',
    compute: (reader, network) => sendersNear(world, reader, network === anyNetwork ? null : network),
    isSame: (left, right) => JSON.stringify(left) === JSON.stringify(right),
  };
  formulas.set(world, formula);
  return formula;
}

interface SendingRow {
  readonly type: SenderType;
  readonly id: string;
  /** The subnet where it stands. */
  readonly from: string | undefined;
  readonly names: readonly string[];
}

function sendersNear(world: NetworkWorld, reader: Reader, network: string | null): readonly NamedSender[] {
  const { table } = world;
  const senders: readonly SendingRow[] = [
    ...table.findBy(reader, gateways, 'to-names').map(
      ([id, { subnets, pools }]): SendingRow => ({
        type: gateways,
        id,
        from: subnets[0],
        names: [...pools.values()].flatMap((pool) => pool.names),
      }),
    ),
    ...table.findBy(reader, firewalls, 'to-names').map(
      ([id, { subnets, translations }]): SendingRow => ({
        type: firewalls,
        id,
        from: subnets[0],
        names: translations.flatMap(({ domainName }) => domainName ?? []),
      }),
    ),
    // Which firewalls a group is for is asked where it counts.
    ...table.findBy(reader, ruleGroups, 'to-names').map(
      ([id, { translations }]): SendingRow => ({
        type: ruleGroups,
        id,
        from: undefined,
        names: translations.flatMap(({ domainName }) => domainName ?? []),
      }),
    ),
  ];
  return senders
    .map(({ id, from, names }): NamedSender => {
      const places = [...new Set(names)].map((name) => placeOfName(world, reader, name));
      const isHere = network !== 'public' && isNear(world, reader, from === undefined ? null : parentOf(from), network);
      return {
        id,
        addresses: places.flatMap((place) => (place.kind === 'addresses' ? place.addresses : [])),
        mayBeAnywhere: isHere && places.some(({ kind }) => kind === 'unknown'),
      };
    })
    .filter(({ addresses, mayBeAnywhere }) => mayBeAnywhere || addresses.length > 0);
}
