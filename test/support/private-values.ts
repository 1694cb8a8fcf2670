import type { EstateResource, PretendEstate } from '../../sandbox/azure/estate-port.ts';
import { hourMs } from '../../sandbox/azure/logs/log-row.ts';
import { people } from '../../sandbox/azure/logs/people.ts';
import { makePretendLogs } from '../../sandbox/azure/logs/pretend-logs.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import { columnsOf, logTables } from '../../src/logs/log-tables.ts';

/** Columns that hold a person, where somebody came from, what was sent or what was said of it. */
const privateColumn =
  /^(caller|claims|identity|user|ipaddress|clientip|computerip|computerprivateips|sourceips|serverprincipalname|initiatedby|targetresources|devicedetail|locationdetails|httprequest|statement|uri|requesturi)/i;
/** Shorter ones stand anywhere by chance. */
const shortest = 7;

/**
 * Everything in the logs and the settings of an estate that must never leave them: as the pretend Azure writes it today, whatever is asked for. By
 * value, where it was found.
 */
export function privateValuesOf(estate: PretendEstate): ReadonlyMap<string, string> {
  const resources = [...estate.all()];
  const open = JSON.stringify(resources.map((resource) => ({ ...resource, properties: withoutReceivers(resource) }))).toLowerCase();
  const found = new Map<string, string>();
  const add = (text: string, where: string): void => {
    if (text.length >= shortest && !open.includes(text.toLowerCase()) && !found.has(text)) found.set(text, where);
  };
  for (const { name, mail, objectId, address } of people) for (const text of [name, mail, objectId, address]) add(text, 'people');
  for (const { by } of Object.values(mutations)) if (by.includes('@')) add(by, 'authors of changes');
  for (const { id, properties } of resources) {
    for (const [list, receivers] of Object.entries(properties).filter(([key]) => key.endsWith('Receivers')))
      for (const text of textsIn(receivers)) if (/[@:/]/.test(text)) add(text, `${id} ${list}`);
  }
  for (const { table, column, text } of cellsOf(estate, resources)) add(text, `${table}.${column}`);
  return found;
}

function withoutReceivers({ properties }: EstateResource): object {
  return Object.fromEntries(Object.entries(properties).filter(([key]) => !key.endsWith('Receivers')));
}

interface Cell {
  readonly table: string;
  readonly column: string;
  readonly text: string;
}

function* cellsOf(estate: PretendEstate, resources: readonly EstateResource[]): Generator<Cell> {
  const logs = makePretendLogs(estate, { eventsPerDay: null });
  const toMs = estate.now?.() ?? Date.now();
  const window = { fromMs: toMs - 26 * hourMs, toMs };
  for (const { id, type } of resources) {
    if (type.toLowerCase() !== 'microsoft.operationalinsights/workspaces') continue;
    for (const table of Object.keys(logTables)) {
      const asked = { workspace: id, table, generated: window, ingested: window, resource: null, subscription: null };
      for (const { cells } of logs.rows(asked)) {
        for (const [column, value] of Object.entries(cells)) {
          if (!privateColumn.test(column) || Object.hasOwn(columnsOf(table) ?? {}, column)) continue;
          for (const text of textsIn(value)) yield { table, column, text };
        }
      }
    }
  }
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
