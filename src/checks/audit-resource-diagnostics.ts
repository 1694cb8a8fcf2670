import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties, type PropertyVerdict } from '../domain/judge-properties.ts';
import { loggedTypes } from '../logs/logged-types.ts';
import { judgeSentLogs } from '../logs/sent-logs.ts';

const text = z.string().nullable();
const facts = z.object({
  settings: z.array(
    z.object({
      name: z.string(),
      workspaceId: text,
      storageAccountId: text,
      eventHubAuthorizationRuleId: text,
      logs: z.array(z.object({ category: text, categoryGroup: text, enabled: z.boolean() })),
    }),
  ),
});

export const check = defineCheck({
  title: 'What guards or keeps data sends its logs to a workspace',
  claims: [{ claim: 'console-actions-logged', interpretations: ['intent'] }],
  response: 'ticket',
  parameters: z.strictObject({}),
  subjects: { resources: Object.keys(loggedTypes) },
  needs: { resource: z.object({ id: z.string() }), 'diagnostic-settings': facts },
  whenNone: 'unknown',
  judge: ({ type }, { 'diagnostic-settings': { settings } }) => {
    const wanted = loggedTypes[type];
    const sets = (wanted?.categories ?? []).map((set) => set.join(' and '));
    return [
      judgeProperties(
        {
          interpretation: 'intent',
          expected: `the logs ${sets.join(', or ')}${whereOf(wanted?.at)} are sent to a workspace`,
          rule: 'diagnosticSettings.properties.logs',
        },
        [wanted === undefined ? unknownType(type) : judgeSentLogs(settings, { ...wanted, stores: ['workspace'] })],
      ),
    ];
  },
  repeat: ({ id, type }) => `az monitor diagnostic-settings list --resource '${id}${loggedTypes[type]?.at ?? ''}'`,
  mend: `Send its logs to the workspace: az monitor diagnostic-settings create --resource <id> --name to-workspace --workspace <id of the workspace> --logs '[{"category":"<category>","enabled":true}]' (for blobs of a storage account: --resource <id>/blobServices/default). An Azure Policy of the effect deployIfNotExists does it for all of a type.`,
});

function whereOf(at: string | undefined): string {
  return at === undefined ? '' : ` of ${at.slice(1)}`;
}

function unknownType(type: string): PropertyVerdict {
  return { observed: `what ${type} has to log is not known`, status: 'unknown', reason: 'unsupported' };
}
