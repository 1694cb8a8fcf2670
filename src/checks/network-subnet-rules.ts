import { z } from 'zod';
import { showCommand } from '../domain/azure-commands.ts';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties } from '../domain/judge-properties.ts';
import { judgeSubnets } from '../network/subnet-rules.ts';

const text = z.string().nullish();
const row = z.object({
  properties: z.object({
    subnets: z
      .array(
        z.object({
          name: text,
          properties: z
            .object({
              networkSecurityGroup: z.object({ id: text }).nullish(),
              delegations: z.array(z.object({ properties: z.object({ serviceName: text }).nullish() })).nullish(),
            })
            .nullish(),
        }),
      )
      .nullish(),
  }),
});

/** That there are rules says nothing of what they let in: that is `network-exposure`. */
export const check = defineCheck({
  title: 'Every subnet that can have a network security group has one',
  claims: [{ claim: 'unauthorized-requests-blocked', interpretations: ['literal'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: ['microsoft.network/virtualnetworks'] },
  needs: { resource: row },
  whenNone: 'unknown',
  judge: (_subject, { resource }) => [
    judgeProperties(
      {
        interpretation: 'literal',
        expected: 'a network security group at each subnet, but for those of the platform',
        rule: 'properties.subnets.networkSecurityGroup (built-in policy e71308d3)',
      },
      judgeSubnets(resource.properties.subnets),
    ),
  ],
  repeat: (subject) =>
    showCommand(
      subject,
      'properties.subnets[].{name: name, group: properties.networkSecurityGroup.id, delegations: properties.delegations[].properties.serviceName}',
    ),
  mend: 'Make a network security group with the rules that the subnet needs, and join it: az network vnet subnet update --ids <id of the subnet> --network-security-group <id of the group>. Have a look first at what reaches the subnet today, since the group also refuses what no rule names.',
});
