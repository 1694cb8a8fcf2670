import type { Resource } from '../domain/subject.ts';

/** The `az` command that asks a workspace by its own id, which stands in its row: the query holds no double quote. */
export function queryCommand({ id }: Pick<Resource, 'id'>, query: string): string {
  const customerId = `$(az monitor log-analytics workspace show --ids '${id}' --query customerId --output tsv)`;
  return `az monitor log-analytics query --workspace "${customerId}" --analytics-query "${query}"`;
}
