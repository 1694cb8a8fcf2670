import { z } from 'zod';
import { parseAddress } from '../domain/address-range.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { shortNameOf } from '../domain/resource-id.ts';
import { describeReach, describeUnknown } from '../network/describe-reach.ts';
import { networkCommand } from '../network/network-commands.ts';

const words = z.string().trim().min(1);
const appliance = z.strictObject({
  address: z.string().refine((text) => parseAddress(text) !== null, 'expected an address; remedy: write that of the next hop: "10.0.0.4"'),
  owner: words,
  reason: words,
});

const protocol = z.enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', 'any']);
const texts = z.array(z.string());
const exposure = z.object({
  machine: z.string().nullable(),
  subnets: z.array(z.object({ id: z.string() })),
  unplaced: z.array(z.string()).optional(),
  reaches: z.array(
    z.object({
      entry: z.object({ id: z.string(), rule: z.string().nullable(), addresses: texts, isProtected: z.boolean() }),
      protocol,
      ports: z.string(),
      entryPorts: z.string(),
      sources: texts,
      rules: texts,
    }),
  ),
  unknown: z.array(z.object({ protocol, ports: z.string(), tags: texts, why: z.string() })),
  defaultRoutes: z.array(
    z.object({ subnet: z.string(), nextHop: z.string(), address: z.string().nullable(), firewall: z.string().nullable() }),
  ),
});
type Exposure = z.infer<typeof exposure>;
type Appliances = readonly z.infer<typeof appliance>[];

export const check = defineCheck({
  title: 'A firewall stands between each server and the Internet, in both directions',
  claims: [{ claim: 'firewall-and-private-addresses', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** Firewalls that are no Azure Firewall: the next hop of a default route, signed by an owner each. */
    appliances: z.array(appliance).default([]),
  }),
  subjects: { resources: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'] },
  needs: { exposure },
  whenNone: 'unknown',
  judge: ({ type }, { exposure }, { parameters: { appliances } }) => [
    judgeProperties(
      {
        interpretation: 'literal',
        expected: 'what comes in from the Internet comes through a firewall, or a web application firewall in prevention',
        rule: 'network rules over every way in',
      },
      judgeWaysIn(exposure),
    ),
    judgeProperties(
      {
        interpretation: 'intent',
        expected: 'the default route of each subnet that a server stands in leads to a firewall',
        rule: 'route to 0.0.0.0/0 of the route table',
      },
      isServer(type, exposure) ? judgeRoutes(exposure, appliances) : [noServer],
    ),
  ],
  repeat: (subject) => networkCommand(subject, 'routes'),
  mend: 'Let the traffic in through Azure Firewall or an application gateway with a web application firewall in prevention mode, and give the subnet a route table whose route to 0.0.0.0/0 leads to the firewall.',
});

function judgeWaysIn({ reaches, unknown }: Exposure): readonly PropertyVerdict[] {
  const verdicts = [
    ...reaches.map((reach): PropertyVerdict => {
      const observed = describeReach(reach, reach);
      if (reach.entry.isProtected) return { observed: `${observed}, which a firewall guards`, status: 'pass' };
      return { observed: `${observed}, where no firewall is`, rule: reach.rules.join(', '), status: 'fail' };
    }),
    // Tags whose addresses nobody gave are no outage: it is the same tomorrow.
    ...unknown.map((part): PropertyVerdict => {
      return { observed: describeUnknown(part), status: 'unknown', reason: part.tags.length > 0 ? 'unsupported' : 'partial' };
    }),
  ];
  return verdicts.length > 0 ? verdicts : [{ observed: 'nothing from the Internet is let in', status: 'pass' }];
}

const noServer: PropertyVerdict = { observed: 'no machine is behind the interface: it sends nothing to the Internet', status: 'pass' };

/** Private endpoints answer only, and stand in subnets that need no route. */
function isServer(type: string, { machine }: Exposure): boolean {
  return machine !== null || type === 'microsoft.compute/virtualmachinescalesets';
}

function judgeRoutes({ subnets, unplaced = [], defaultRoutes }: Exposure, appliances: Appliances): readonly PropertyVerdict[] {
  if (subnets.length === 0) return [{ observed: 'no subnet is named', status: 'unknown', reason: 'unsupported' }];
  const routed = new Set(defaultRoutes.map(({ subnet }) => subnet));
  const unseen = subnets.filter(({ id }) => !routed.has(id));
  return [
    ...defaultRoutes.map((route) => judgeRoute(route, appliances)),
    ...unplaced.map((why): PropertyVerdict => ({ observed: why, status: 'unknown', reason: 'malformed' })),
    ...unseen.map(({ id }): PropertyVerdict => {
      return { observed: `the default route of ${shortNameOf(id)} was not seen`, status: 'unknown', reason: 'partial' };
    }),
  ];
}

function judgeRoute({ subnet, nextHop, address, firewall }: Exposure['defaultRoutes'][number], appliances: Appliances): PropertyVerdict {
  const from = `the default route of ${shortNameOf(subnet)}`;
  const leads = address === null ? `${from} leads to ${nextHop}` : `${from} leads to ${nextHop} ${address}`;
  const own = appliances.find((one) => address !== null && isSameAddress(one.address, address));
  if (firewall !== null) return { observed: `${leads}, ${shortNameOf(firewall)}`, status: 'pass' };
  if (own !== undefined) return { observed: `${leads}, named by ${own.owner}: ${own.reason}`, status: 'pass' };
  switch (nextHop.toLowerCase()) {
    case 'virtualappliance':
      return { observed: `${leads}, which is no Azure Firewall of ours and stands in no list of appliances`, status: 'fail' };
    case 'internet':
      return { observed: leads, status: 'fail' };
    case 'default':
      return { observed: `no route table changes ${from}, which leads to the Internet`, status: 'fail' };
    case 'none':
      return { observed: `${leads}: nothing gets out`, status: 'pass' };
    case 'virtualnetworkgateway':
      return { observed: `${leads}: what stands behind it is not seen`, status: 'unknown', reason: 'unsupported' };
    case 'unknown':
      return { observed: `where ${from} leads is not known`, status: 'unknown', reason: 'partial' };
    default:
      return { observed: `${leads}, which we do not know`, status: 'unknown', reason: 'malformed' };
  }
}

function isSameAddress(a: string, b: string): boolean {
  const [one, other] = [parseAddress(a), parseAddress(b)];
  return one !== null && other !== null && one.family === other.family && one.value === other.value;
}
