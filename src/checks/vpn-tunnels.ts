import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { judgeIpsecPolicies } from '../network/ipsec-policies.ts';
import { isTunnel, judgeProtocol, judgeTunnels } from '../network/vpn-connections.ts';
import { hubGateway, judgeGatewayKind, networkGateway } from '../network/vpn-gateways.ts';

const text = z.string().nullish();
const gateway = z.object({ properties: z.object({ gatewayType: text, activeActive: z.boolean().nullish() }) });
const connection = z.object({
  name: z.string(),
  properties: z.object({
    connectionType: text,
    connectionStatus: text,
    connectionProtocol: text,
    ipsecPolicies: z
      .array(
        z.object({
          ikeEncryption: text,
          ikeIntegrity: text,
          dhGroup: text,
          ipsecEncryption: text,
          ipsecIntegrity: text,
          pfsGroup: text,
        }),
      )
      .nullish(),
  }),
});
type Connection = z.infer<typeof connection>;

export const check = defineCheck({
  title: 'At least two tunnels of each VPN gateway are connected, and all are strongly encrypted',
  claims: [{ claim: 'redundant-vpn', interpretations: ['literal', 'intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: [networkGateway, hubGateway] },
  needs: { resource: gateway },
  related: { connections: { type: 'microsoft.network/connections', by: 'properties.virtualNetworkGateway1.id', row: connection } },
  whenNone: 'fail',
  judge: ({ type }, { resource: { properties } }, { related: { connections } }) => {
    const notSeen = type === hubGateway ? hubTunnels : judgeGatewayKind(properties.gatewayType);
    const tunnels = connections.filter(isTunnel);
    const literal = notSeen === null ? [judgeTunnels(tunnels, properties.activeActive === true)] : [notSeen];
    return [
      judgeProperties({ interpretation: 'literal', expected: 'at least two connected tunnels', rule: 'connections.properties' }, literal),
      judgeProperties(
        {
          interpretation: 'intent',
          expected:
            'at least two connected tunnels, all of IKEv2 with IPsec policies that offer nothing below AES256, SHA256 and 2048-bit or elliptic groups',
          rule: 'connections.properties',
        },
        [...literal, ...(notSeen === null ? tunnels.flatMap(judgeEncryption) : [])],
      ),
    ];
  },
  repeat: ({ id, type, subscription }) =>
    type === hubGateway
      ? showCommand({ id }, 'properties.connections[].{name: name, links: properties.vpnLinkConnections[].name}')
      : `az graph query --subscriptions ${subscription} -q "resources | where type =~ 'microsoft.network/connections' and properties.virtualNetworkGateway1.id =~ '${id}' | project id, properties.connectionType, properties.connectionStatus, properties.connectionProtocol, properties.ipsecPolicies"; az network vpn-connection show --ids <id of a connection> --query "{status: connectionStatus, tunnels: tunnelConnectionStatus}"`,
  mend: 'Read why a connection is down (az network vpn-connection show --ids <id>; the remote device must answer, and both sides must have the same key and policy), and have a second one to another remote device. Give each a policy of its own: az network vpn-connection ipsec-policy add --resource-group <group> --connection-name <name> --ike-encryption AES256 --ike-integrity SHA384 --dh-group ECP384 --ipsec-encryption GCMAES256 --ipsec-integrity GCMAES256 --pfs-group ECP384 --sa-lifetime 27000 --sa-max-size 102400000. A connection of IKEv1 has to be made anew.',
});

/** Its connections are in its own row beside their keys, so that row is not read. */
const hubTunnels: PropertyVerdict = {
  rule: 'properties.connections',
  observed: 'the connections of a gateway of a virtual hub are not read: vpnConnections of the gateway would be needed',
  status: 'unknown',
  reason: 'unsupported',
};

function judgeEncryption({ name, properties }: Connection): readonly PropertyVerdict[] {
  return [judgeProtocol(name, properties.connectionProtocol), ...judgeIpsecPolicies(name, properties.ipsecPolicies)];
}
