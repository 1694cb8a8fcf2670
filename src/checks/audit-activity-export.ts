import { z } from 'zod';
import { defineCheck } from '../domain/check.ts';
import { judgeProperties } from '../domain/judge-properties.ts';
import { judgeSentLogs, type LogStore } from '../logs/sent-logs.ts';

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
const categories = z.array(z.string().min(1)).min(1);
const rule = 'diagnosticSettings.properties.logs of the subscription';

/**
 * The sentence asks for a log that is kept, so that a storage account is enough for its words. What stands there nobody reads: neither that it arrives
 * nor what is missing can be seen, hence the intent asks for a workspace. An event hub keeps nothing.
 */
export const check = defineCheck({
  title: 'The activity log of the subscription is exported',
  claims: [{ claim: 'console-actions-logged', interpretations: ['literal', 'intent'] }],
  response: 'page',
  parameters: z.strictObject({
    /** What people and programs do: the categories of the activity log that must be exported, as Azure spells them; case does not matter. */
    categories: categories.default(['Administrative', 'Security', 'Policy']),
    /** What the intent asks for besides these. */
    furtherCategories: z.array(z.string().min(1)).default(['Alert']),
  }),
  subjects: { resources: ['microsoft.resources/subscriptions'] },
  needs: { resource: z.object({ id: z.string() }), 'diagnostic-settings': facts },
  whenNone: 'unknown',
  judge: (_subject, { 'diagnostic-settings': { settings } }, { parameters }) => {
    const judge = (interpretation: 'literal' | 'intent', wanted: readonly string[], stores: readonly LogStore[]) =>
      judgeProperties({ interpretation, expected: `${wanted.join(', ')} of the activity log are sent to a ${stores.join(' or ')}`, rule }, [
        judgeSentLogs(settings, { categories: [wanted], groups: ['allLogs'], stores }),
      ]);
    return [
      judge('literal', parameters.categories, ['workspace', 'storage account']),
      judge('intent', [...parameters.categories, ...parameters.furtherCategories], ['workspace']),
    ];
  },
  repeat: ({ subscription }) => `az monitor diagnostic-settings subscription list --subscription ${subscription}`,
  mend: `Send it to the workspace again: az monitor diagnostic-settings subscription create --subscription <id> --name to-workspace --location global --workspace <id of the workspace> --logs '[{"category":"Administrative","enabled":true},{"category":"Security","enabled":true},{"category":"Policy","enabled":true},{"category":"Alert","enabled":true}]'. Find out who stopped it: az monitor activity-log list --subscription <id> --offset 7d --query "[?contains(operationName.value, 'diagnosticSettings')]".`,
});
