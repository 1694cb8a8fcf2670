import type { Resource } from '../domain/subject.ts';

/** The `az` command that asks a workspace by its own id, which stands in its row: the query holds no double quote. */
export function queryCommand({ id }: Pick<Resource, 'id'>, query: string): string {
  const customerId = `$(az monitor log-analytics workspace show --ids '${id}' --query customerId --output tsv)`;
  return `az monitor log-analytics query --workspace "${customerId}" --analytics-query "${query}"`;
}

/** KQL: how many rows of each table of a workspace arrived in each hour of the last day. */
export const arrivedPerHour =
  'union withsource = LogTable * | where TimeGenerated > ago(1d) | summarize entries = count() by LogTable, bin(TimeGenerated, 1h) | order by LogTable asc, TimeGenerated asc';

/** The `az` commands that show what arrived of a subscription's activity log, in every workspace that can be seen. */
export function arrivedCommand(subscription: string): string {
  return everywhereCommand(
    `AzureActivity | where SubscriptionId =~ '${subscription}' | project TimeGenerated, ingestion_time(), EventDataId`,
  );
}

/** The `az` commands that ask every workspace that can be seen for the last two days: the query holds no double quote. */
export function everywhereCommand(query: string): string {
  const workspaces = `az graph query -q "resources | where type =~ 'microsoft.operationalinsights/workspaces' | project id = tostring(properties.customerId)" --query "data[].id" --output tsv`;
  return `for workspace in $(${workspaces}); do az monitor log-analytics query --workspace "$workspace" --timespan P2D --analytics-query "${query}" --output table; done`;
}
