import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { networkCommand } from '../network/network-commands.ts';

const addressing = z.object({
  kind: z.enum(['interface', 'scale-set', 'public-address']),
  machine: z.string().nullable(),
  publicAddresses: z.array(z.object({ id: z.string(), address: z.string().nullable() })),
  owner: z.string().nullable(),
});
type Addressing = z.infer<typeof addressing>;

export const check = defineCheck({
  title: 'No server has a public address of its own, and no public address lies about unused',
  claims: [{ claim: 'firewall-and-private-addresses', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: {
    resources: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets', 'microsoft.network/publicipaddresses'],
  },
  needs: { addressing },
  whenNone: 'unknown',
  judge: ({ type }, { addressing }) => [
    judgeProperties({ interpretation: 'literal', expected: 'no server has a public address of its own', rule: ruleOf(type) }, [
      judgeServer(addressing),
    ]),
    judgeProperties(
      { interpretation: 'intent', expected: 'no interface has a public address, and each public address is in use', rule: ruleOf(type) },
      [judgeAddressing(addressing)],
    ),
  ],
  repeat: (subject) => networkCommand(subject, 'addresses'),
  mend: 'Take the public address off the interface and let the traffic in through a gateway or firewall, and people through VPN or Bastion; delete public addresses that nothing uses.',
});

/** A server is what has a machine behind it: an interface that waits for one, and an address by itself, are none. */
function judgeServer(own: Addressing): PropertyVerdict {
  if (own.kind === 'public-address') return { observed: `it is no server; ${ownerOf(own)}`, status: 'pass' };
  if (own.kind === 'scale-set' || own.machine !== null || own.publicAddresses.length === 0) return judgeOwn(own);
  return { observed: `no machine is behind the interface, which has ${nameAddresses(own)}`, status: 'pass' };
}

/** The interface or scale set that an address belongs to is a subject itself, and fails for it. */
function judgeAddressing(own: Addressing): PropertyVerdict {
  if (own.kind !== 'public-address') return judgeOwn(own);
  return { observed: ownerOf(own), status: own.owner === null ? 'fail' : 'pass' };
}

function judgeOwn(own: Addressing): PropertyVerdict {
  if (own.publicAddresses.length === 0) return { observed: 'it has no public address of its own', status: 'pass' };
  return { observed: `it has ${nameAddresses(own)}`, status: 'fail' };
}

function ownerOf({ owner }: Addressing): string {
  return owner === null ? 'it belongs to nothing' : `it belongs to ${owner}`;
}

function nameAddresses({ publicAddresses }: Addressing): string {
  const named = publicAddresses.map(({ id, address }) => (address === null ? id : `${address} (${id})`));
  return `${named.length === 1 ? 'the public address' : 'the public addresses'} ${named.join(', ')}`;
}

function ruleOf(type: string): string {
  return type === 'microsoft.network/publicipaddresses'
    ? 'properties.ipConfiguration, properties.natGateway'
    : 'ipConfigurations[].properties.publicIPAddress';
}
