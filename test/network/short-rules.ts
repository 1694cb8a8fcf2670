import type { Json } from '../../src/domain/json.ts';
import { type AddressSet, addressSetOf, noAddresses, publicAddresses } from '../../src/network/address-set.ts';
import { describeAddresses } from '../../src/network/describe-addresses.ts';
import { type Inbound, inboundOf, type Layers } from '../../src/network/inbound.ts';
import type { Passage } from '../../src/network/passages.ts';
import { describePorts } from '../../src/network/port-set.ts';
import type { Destination, Knowledge } from '../../src/network/rule-matching.ts';
import { type AdminRules, readAdminRules, readSecurityGroup, type SecurityGroup } from '../../src/network/security-rules.ts';

type Fields = { readonly [name: string]: Json };

/** Short rules: what is not said is anything. */
export interface ShortRule {
  readonly name?: string;
  readonly priority?: number;
  readonly access?: string;
  readonly protocol?: string;
  readonly from?: string | readonly string[];
  readonly to?: string | readonly string[];
  readonly ports?: string | readonly string[];
  readonly sourcePorts?: string;
  readonly more?: Fields;
}

const listOf = (texts: string | readonly string[] = '*'): readonly string[] => (typeof texts === 'string' ? [texts] : texts);

function propertiesOf({
  access = 'Allow',
  priority = 100,
  protocol = '*',
  from,
  to,
  ports,
  sourcePorts = '*',
  more = {},
}: ShortRule): Fields {
  const sources = 'sourceApplicationSecurityGroups' in more ? [] : listOf(from);
  const destinations = 'destinationApplicationSecurityGroups' in more ? [] : listOf(to);
  return {
    ...{ direction: 'Inbound', access, priority, protocol, sourcePortRange: sourcePorts, destinationPortRanges: listOf(ports) },
    ...{ sourceAddressPrefixes: sources, destinationAddressPrefixes: destinations },
    ...more,
  };
}

export function group(...rules: readonly ShortRule[]): SecurityGroup {
  const securityRules = rules.map((rule, index) => ({
    name: rule.name ?? `r${index}`,
    properties: propertiesOf({ priority: 100 + index, ...rule }),
  }));
  const read = readSecurityGroup({ id: '/nsg', name: 'nsg', properties: { securityRules } });
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

export function admin(...rules: readonly ShortRule[]): AdminRules {
  const ends = (texts: readonly string[]) => texts.map((addressPrefix) => ({ addressPrefix, addressPrefixType: 'IPPrefix' }));
  const elements = rules.map((rule, index) => ({
    id: `/m/${rule.name ?? `a${index}`}`,
    properties: {
      ...{ direction: 'Inbound', access: rule.access ?? 'Allow', priority: 1 + index, protocol: rule.protocol ?? '*' },
      ...{ sources: ends(listOf(rule.from)), destinations: ends(listOf(rule.to)) },
      ...{ sourcePortRanges: [rule.sourcePorts ?? '*'], destinationPortRanges: listOf(rule.ports) },
    },
  }));
  const read = readAdminRules({ id: '/admin', properties: { rules: elements } });
  if ('malformed' in read) throw new Error(read.malformed);
  return read;
}

export const set = (...texts: readonly string[]): AddressSet => addressSetOf(texts) ?? noAddresses;
const virtualNetwork = set('10.0.0.0/8', 'fd00::/8');
export const destination: Destination = { addresses: set('10.0.0.4'), groups: new Set(['/asg/web']), virtualNetwork };
const storage = set('198.51.100.0/24');
const members = set('10.1.0.0/24');
export const known: Knowledge = {
  addressesOf: (tag) => (tag === 'Storage' ? storage : null),
  membersOf: (name) => (name === '/asg/known' ? members : null),
};
const none: Layers = { admin: null, subnet: null, networkInterface: null };

export const told = (passages: readonly Passage[]): readonly string[] =>
  passages.map(({ protocol, ports, sources }) => `${protocol} ${describePorts(ports)} < ${describeAddresses(sources).join(' ')}`).sort();
export const ask = (layers: Partial<Layers>, to: Destination = destination, universe = publicAddresses, knowledge = known): Inbound =>
  inboundOf({ ...none, ...layers }, to, universe, knowledge);
