import type { Entry, NetworkProtocol, OpenRule, Reach, UnknownReach } from '../domain/exposure.ts';
import { shortNameOf } from '../domain/resource-id.ts';

/** A way in, or a part of one. */
export interface DescribedPart {
  readonly protocol: NetworkProtocol;
  readonly ports: string;
  readonly sources: readonly string[];
  /** Sources of the whole that are meant to come in. */
  readonly allowedSources?: readonly string[];
}

type DescribedEntry = Pick<Entry, 'id' | 'rule' | 'addresses'>;
type DescribedReach = Pick<Reach, 'entryPorts' | 'ports' | 'sources'> & { readonly entry: DescribedEntry };

/** `Internet to Tcp 3389 through loadbalancers/front (rdp) at 203.0.113.7 port 50000-50010` */
export function describeReach(part: DescribedPart, reach: DescribedReach): string {
  return describeThrough(part, part.protocol, reach);
}

function describeThrough(part: DescribedPart, protocol: string, reach: DescribedReach): string {
  const outside = reach.entryPorts === reach.ports ? '' : ` port ${reach.entryPorts}`;
  return `${describeSources(part, reach.sources)} to ${portsOf({ protocol, ports: part.ports })} through ${describeEntry(reach.entry)}${outside}`;
}

/** As `describeReach`, of several parts of one way in: protocols that have the same ports and sources are named together. */
export function describeParts(parts: readonly DescribedPart[], reach: DescribedReach): string {
  const alike = Map.groupBy(parts, ({ ports, sources }) => [ports, ...sources].join(' '));
  return [...alike.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return [];
      const protocols = [first, ...others].map(({ protocol }) => protocol).join(', ');
      return [describeThrough(first, protocols, reach)];
    })
    .join('; ');
}

/** `loadbalancers/front (rdp) at 203.0.113.7` */
export function describeEntry({ id, rule, addresses }: DescribedEntry): string {
  const place = addresses.length === 0 ? '' : ` at ${addresses.join(', ')}`;
  return `${shortNameOf(id)}${rule === null ? '' : ` (${rule})`}${place}`;
}

/** `Tcp 22 is open to Internet, and no way in leads there: nsg-web/allow-ssh (priority 100)` */
export function describeOpenRule(open: Pick<OpenRule, 'protocol' | 'ports' | 'sources' | 'rules'>): string {
  return `${portsOf(open)} is open to ${nameFirst(open.sources)}, and no way in leads there: ${open.rules.join(', ')}`;
}

/** `Tcp 22 cannot be known: the rules of nsg-web could not be read` */
export function describeUnknown({ protocol, ports, why }: Pick<UnknownReach, 'protocol' | 'ports' | 'why'>): string {
  return `${portsOf({ protocol, ports })} cannot be known: ${why}`;
}

/** The Internet without an office is a long list: where the list is longer than what it lacks, that is said. */
export function describeSources({ sources, allowedSources = [] }: DescribedPart, whole: readonly string[]): string {
  const isShorter = allowedSources.length > 0 && whole.length + allowedSources.length < sources.length;
  return isShorter ? `${nameFirst(whole)} but for ${nameFirst(allowedSources)}` : nameFirst(sources);
}

const mostNamed = 6;

function nameFirst(names: readonly string[]): string {
  const more = names.length - mostNamed;
  return more > 0 ? `${names.slice(0, mostNamed).join(', ')} and ${more} more` : names.join(', ');
}

function portsOf({ protocol, ports }: { readonly protocol: string; readonly ports: string }): string {
  const named = protocol === 'any' ? 'any protocol' : protocol;
  return ports === '*' ? `${named}, every port` : `${named} ${ports}`;
}
