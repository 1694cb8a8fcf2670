import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import {
  hubGateway,
  hubZones,
  judgeGatewayInstances,
  judgeGatewayKind,
  judgeGatewaySku,
  judgeHubInstances,
  judgeVpnType,
  networkGateway,
} from '../network/vpn-gateways.ts';

const text = z.string().nullish();
/** Of both types together: each has some of it. */
const row = z.object({
  properties: z.object({
    gatewayType: text,
    vpnType: text,
    activeActive: z.boolean().nullish(),
    sku: z.object({ name: text }).nullish(),
    ipConfigurations: z
      .array(z.object({ properties: z.object({ publicIPAddress: z.object({ id: text }).nullish() }).nullish() }))
      .nullish(),
    bgpSettings: z.object({ bgpPeeringAddresses: z.array(z.object({ ipconfigurationId: text })).nullish() }).nullish(),
  }),
});
type Properties = z.infer<typeof row>['properties'];

/** Whether its tunnels are up says `vpn-tunnels`. */
export const check = defineCheck({
  title: 'Each VPN gateway has two instances that work at once, in different zones',
  claims: [{ claim: 'redundant-vpn', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: [networkGateway, hubGateway] },
  needs: { resource: row },
  whenNone: 'fail',
  judge: ({ type }, { resource: { properties } }) => {
    const { instances, beyond } = type === hubGateway ? judgeHub(properties) : judgeGateway(properties);
    return [
      judgeProperties(
        { interpretation: 'literal', expected: 'a VPN gateway with two active instances, each with its own address', rule: 'properties' },
        instances,
      ),
      judgeProperties(
        {
          interpretation: 'intent',
          expected: 'a route-based VPN gateway with two active instances, each with its own address, of a zone-redundant SKU',
          rule: 'properties',
        },
        [...instances, ...beyond],
      ),
    ];
  },
  repeat: (subject) =>
    showCommand(
      subject,
      subject.type === hubGateway
        ? 'properties.bgpSettings.bgpPeeringAddresses'
        : 'properties.{kind: gatewayType, type: vpnType, activeActive: activeActive, sku: sku.name, addresses: ipConfigurations[].properties.publicIPAddress.id}',
    ),
  mend: 'Give the gateway a second public address and make it active-active (az network vnet-gateway update --ids <id> --public-ip-addresses <first> <second> --set activeActive=true), add tunnels to its second address at each remote device, and move it to a zone-redundant SKU (az network vnet-gateway update --ids <id> --sku VpnGw2AZ). Basic and policy-based gateways have to be made anew.',
});

interface Judged {
  readonly instances: readonly PropertyVerdict[];
  readonly beyond: readonly PropertyVerdict[];
}

function judgeGateway({ gatewayType, activeActive, ipConfigurations, sku, vpnType }: Properties): Judged {
  const otherKind = judgeGatewayKind(gatewayType);
  if (otherKind !== null) return { instances: [otherKind], beyond: [] };
  const addresses = ipConfigurations?.map(({ properties }) => properties?.publicIPAddress?.id) ?? null;
  return {
    instances: judgeGatewayInstances({ activeActive, addresses }),
    beyond: [judgeGatewaySku(sku?.name), judgeVpnType(vpnType)],
  };
}

function judgeHub({ bgpSettings }: Properties): Judged {
  return { instances: [judgeHubInstances(bgpSettings?.bgpPeeringAddresses)], beyond: [hubZones] };
}
