import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { isNetworkOrSubscription, judgePeering } from '../network/peerings.ts';

const text = z.string().nullish();
const row = z.object({
  properties: z.object({
    virtualNetworkPeerings: z
      .array(
        z.object({
          name: text,
          properties: z.object({ peeringState: text, remoteVirtualNetwork: z.object({ id: text }).nullish() }).nullish(),
        }),
      )
      .nullish(),
  }),
});
const knownRemote = z.strictObject({
  /** ARM id of a virtual network, or of a subscription with all of its own. */
  remote: z.string().refine(isNetworkOrSubscription, 'expected the ARM id of a virtual network or of a subscription'),
  owner: z.string().min(1),
  reason: z.string().min(1),
});

export const check = defineCheck({
  title: 'Our networks are connected with our own and known ones only',
  claims: [{ claim: 'servers-in-own-networks', interpretations: ['intent'] }],
  response: 'page',
  parameters: z.strictObject({
    /** Networks of others that ours may be connected with: who answers for it, and why. */
    known: z.array(knownRemote).default([]),
    ownSubscriptions: z.array(z.string()).default([]),
  }),
  subjects: { resources: ['microsoft.network/virtualnetworks'] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: ({ subscription }, { resource: { properties } }, { parameters: { known, ownSubscriptions } }) => {
    const networks = {
      subscriptions: [subscription, ...ownSubscriptions],
      isListed: ownSubscriptions.length > 0,
      others: known.map(({ remote }) => remote),
    };
    const peerings = properties.virtualNetworkPeerings;
    const verdicts = peerings?.map((peering) => judgePeering(peering, networks)) ?? [notSaid];
    return [
      judgeProperties(
        {
          interpretation: 'intent',
          expected: 'peerings with networks of the subscriptions that are watched, or of the list of known ones, only',
          rule: 'properties.virtualNetworkPeerings',
        },
        verdicts.length === 0 ? [noPeering] : verdicts,
      ),
    ];
  },
  repeat: (subject) =>
    showCommand(
      subject,
      'properties.virtualNetworkPeerings[].{name: name, state: properties.peeringState, remote: properties.remoteVirtualNetwork.id}',
    ),
  mend: 'Find out who made the peering, and delete it where nobody answers for it: az network vnet peering delete --ids <id of the peering>. Where it is wanted, add the other network, or its subscription, to "known" with owner and reason; the networks of virtual hubs are in subscriptions of Microsoft.',
});

const noPeering: PropertyVerdict = { observed: 'the network has no peering', status: 'pass' };
const notSaid: PropertyVerdict = {
  observed: 'properties.virtualNetworkPeerings is absent, so with whom the network is connected is not said',
  status: 'unknown',
  reason: 'unsupported',
};
