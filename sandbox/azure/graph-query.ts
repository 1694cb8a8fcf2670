/** The tables of Resource Graph that the pretend one knows. */
export const graphTables = [
  'resources',
  'resourcecontainers',
  'recoveryservicesresources',
  'securityresources',
  'appserviceresources',
  'networkresources',
  'computeresources',
  'authorizationresources',
  'policyresources',
  'kubernetesconfigurationresources',
  'managedservicesresources',
  'resourcechanges',
] as const;

export type GraphTable = (typeof graphTables)[number];

export const graphColumns = [
  'id',
  'name',
  'type',
  'tenantId',
  'kind',
  'location',
  'resourceGroup',
  'subscriptionId',
  'managedBy',
  'sku',
  'plan',
  'properties',
  'tags',
  'identity',
  'zones',
  'extendedLocation',
  'systemData',
] as const;

export type GraphColumn = (typeof graphColumns)[number];

/** A query that was understood. Types are lower case; rows are always in the order of their ids. */
export type GraphQuery =
  | { readonly kind: 'rows'; readonly table: GraphTable; readonly types: readonly string[]; readonly columns: readonly GraphColumn[] }
  | { readonly kind: 'counts' }
  | { readonly kind: 'changes'; readonly afterMs: number };

/** Null: a query that this parser does not know, which the real one might well. */
export function parseGraphQuery(text: string): GraphQuery | null {
  const [table, ...steps] = text.split('|').map((step) => step.trim().replaceAll(/\s+/g, ' '));
  if (!isTable(table)) return null;
  if (table === 'resourcechanges') return parseChanges(steps);
  if (steps[0]?.startsWith('summarize ') === true) return table === 'resources' && isCounting(steps) ? { kind: 'counts' } : null;
  return parseRows(table, steps);
}

function isTable(text: string | undefined): text is GraphTable {
  return graphTables.some((table) => table === text);
}

function isCounting(steps: readonly string[]): boolean {
  const [summarize, order, ...rest] = steps;
  if (rest.length > 0) return false;
  return (
    /^summarize resources ?= ?count\(\) by subscriptionId ?, ?type$/.test(summarize ?? '') &&
    /^order by subscriptionId asc ?, ?type asc$/.test(order ?? '')
  );
}

function parseRows(table: GraphTable, steps: readonly string[]): GraphQuery | null {
  const [where, project, order, ...rest] = steps;
  const types = parseTypes(where ?? '');
  const columns = parseColumns(project ?? '');
  // What is not projected cannot be ordered by.
  const isOrdered = order === 'order by id asc' && columns?.includes('id') === true;
  return types === null || columns === null || !isOrdered || rest.length > 0 ? null : { kind: 'rows', table, types, columns };
}

function parseTypes(where: string): readonly string[] | null {
  const single = /^where type =~ ?('[^']*')$/.exec(where)?.[1];
  const list = single ?? /^where type in~ ?\((.*)\)$/.exec(where)?.[1];
  if (list === undefined) return null;
  const types = list.split(',').map((item) => /^ ?'([^']+)' ?$/.exec(item)?.[1]?.toLowerCase());
  return types.every((type) => type !== undefined) ? types : null;
}

function parseColumns(project: string): readonly GraphColumn[] | null {
  const list = /^project (.+)$/.exec(project)?.[1];
  if (list === undefined) return null;
  const columns = list.split(',').map((item) => graphColumns.find((column) => column === item.trim()));
  return columns.every((column) => column !== undefined) ? columns : null;
}

function parseChanges(steps: readonly string[]): GraphQuery | null {
  const [extend, where, project, order, ...rest] = steps;
  const after = /^where changedAt ?> ?datetime\(([^()]+)\)$/.exec(where ?? '')?.[1];
  const afterMs = Date.parse(after ?? '');
  const isKnown =
    /^extend changedAt ?= ?todatetime\(properties\.changeAttributes\.timestamp\)$/.test(extend ?? '') &&
    /^project id ?, ?properties$/.test(project ?? '') &&
    order === 'order by id asc' &&
    rest.length === 0;
  return isKnown && !Number.isNaN(afterMs) ? { kind: 'changes', afterMs } : null;
}
