import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties } from '../domain/judge-properties.ts';
import { bestOf } from '../domain/machine-backup.ts';
import { judgeFlowLog, noFlowLog } from '../network/flow-logs.ts';

const flowLog = z.object({
  name: z.string(),
  properties: z.object({
    enabled: z.boolean().nullish(),
    storageId: z.string().nullish(),
    enabledFilteringCriteria: z.string().nullish(),
    recordTypes: z.string().nullish(),
    retentionPolicy: z.object({ enabled: z.boolean().nullish(), days: z.number().nullish() }).nullish(),
  }),
});

/** Flow logs of network security groups do not count: none can be made since 2025-06-30, and they end on 2027-09-30. */
export const check = defineCheck({
  title: 'A flow log records who reached each network',
  claims: [{ claim: 'unauthorized-requests-blocked', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({
    /** How long the records are kept at least. */
    retentionDays: z.int().positive().default(90),
  }),
  subjects: { resources: ['microsoft.network/virtualnetworks'] },
  needs: { resource: z.object({ id: z.string() }) },
  related: { flowLogs: { type: 'microsoft.network/networkwatchers/flowlogs', by: 'properties.targetResourceId', row: flowLog } },
  whenNone: 'unknown',
  judge: (_subject, _facts, { parameters: { retentionDays }, related: { flowLogs } }) => {
    const judged = flowLogs.map((one) => judgeFlowLog(one, retentionDays));
    return [
      judgeProperties(
        {
          interpretation: 'intent',
          expected: `a flow log of the whole network that is on, leaves nobody out and is kept for at least ${retentionDays} days`,
          rule: 'flowLogs.properties',
        },
        judged.length === 0 ? [noFlowLog] : bestOf(judged),
      ),
    ];
  },
  repeat: ({ id, subscription }) =>
    `az graph query --subscriptions ${subscription} -q "resources | where type =~ 'microsoft.network/networkwatchers/flowlogs' and properties.targetResourceId =~ '${id}' | project id, properties.enabled, properties.storageId, properties.enabledFilteringCriteria, properties.recordTypes, properties.retentionPolicy"`,
  mend: 'Make a flow log of the network: az network watcher flow-log create --location <region> --resource-group <group> --name <name> --vnet <id of the network> --storage-account <id> --retention 90. One that is off or short: az network watcher flow-log update --location <region> --name <name> --enabled true --retention 90. One with a filter records a part: make it anew without.',
});
