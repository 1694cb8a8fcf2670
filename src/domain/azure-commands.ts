import type { Resource } from './subject.ts';

/** `az` commands with which people repeat what a check saw. Ids come from ARM, so they hold no quotes. */

/** Which types a subscription holds, and how many resources of each. */
export function censusCommand(subscription: string): string {
  return `az graph query --subscriptions ${subscription} -q "resources | summarize resources = count() by type | order by type asc" --first 1000 --output table`;
}

/** One resource as ARM gives it, of which a JMESPath query shows the properties that decided. */
export function showCommand({ id }: Pick<Resource, 'id'>, query: string): string {
  return `az resource show --ids '${id}' --query "${query}"`;
}
