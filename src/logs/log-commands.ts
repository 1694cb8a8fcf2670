import type { Resource } from '../domain/subject.ts';

/** The `az` command that asks a workspace by its own id, which stands in its row: the query holds no double quote. */
export function queryCommand({ id }: Pick<Resource, 'id'>, query: string): string {
  const customerId = `$(az monitor log-analytics workspace show --ids '${id}' --query customerId --output tsv)`;
  return `az monitor log-analytics query --workspace "${customerId}" --analytics-query "${query}"`;
}

/** The `az` commands that show what arrived of a subscription's activity log, in every workspace that can be seen. */
export function arrivedCommand(subscription: string): string {
  const workspaces = `az graph query -q "resources | where type =~ 'microsoft.operationalinsights/workspaces' | project id = tostring(properties.customerId)" --query "data[].id" --output tsv`;
  const query = `AzureActivity | where SubscriptionId =~ '${subscription}' | project TimeGenerated, ingestion_time(), EventDataId`;
  return `for workspace in $(${workspaces}); do az monitor log-analytics query --workspace "$workspace" --timespan P2D --analytics-query "${query}" --output table; done`;
}
