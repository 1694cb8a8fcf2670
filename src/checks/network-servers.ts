import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { networkCommand } from '../network/network-commands.ts';

const place = z.object({ id: z.string(), isOurs: z.boolean().nullable() });

export const check = defineCheck({
  title: 'Every server stands in a virtual network of our own subscriptions',
  claims: [{ claim: 'servers-in-own-networks', interpretations: ['literal'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.network/networkinterfaces', 'microsoft.compute/virtualmachinescalesets'] },
  needs: { exposure: z.object({ subnets: z.array(place), unplaced: z.array(z.string()).optional() }) },
  whenNone: 'unknown',
  judge: (_subject, { exposure }) => [
    judgeProperties(
      {
        interpretation: 'literal',
        expected: 'every subnet that it stands in is of a virtual network in the subscriptions that are watched',
        rule: 'ipConfigurations[].properties.subnet.id',
      },
      [...(exposure.subnets.length === 0 ? [noSubnet] : exposure.subnets.map(judgePlace)), ...(exposure.unplaced ?? []).map(unplaced)],
    ),
  ],
  repeat: (subject) => networkCommand(subject, 'subnets'),
  mend: 'Move the server into a virtual network of a subscription that is watched, or add the subscription of the network to azure.subscriptions.',
});

/** A flexible scale set without a model of its own: the interfaces of its machines are judged, each by itself. */
const noSubnet: PropertyVerdict = {
  observed: 'no subnet is named, so that only the interfaces of its machines can say it, each for itself',
  status: 'unknown',
  reason: 'unsupported',
};

/** What its row does not say may be a subnet of somebody else. */
function unplaced(why: string): PropertyVerdict {
  return { observed: why, status: 'unknown', reason: 'malformed' };
}

function judgePlace({ id, isOurs }: z.infer<typeof place>): PropertyVerdict {
  if (isOurs === true) return { observed: `in ${id}`, status: 'pass' };
  if (isOurs === false) return { observed: `in ${id}, whose network is in none of the subscriptions that are watched`, status: 'fail' };
  const observed = `in ${id}, whose network was not found; not all networks could be listed`;
  return { observed, status: 'unknown', reason: 'partial' };
}
