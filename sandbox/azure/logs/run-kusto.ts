import type { Json } from '../../../src/domain/json.ts';
import type { KustoCondition, KustoProjection, KustoQuery } from './kusto-query.ts';
import type { KustoType, TableSchema } from './kusto-schema.ts';
import { azureTime, type LogRow, type TimeWindow } from './log-row.ts';

export interface KustoColumn {
  readonly name: string;
  readonly type: KustoType;
}

export interface KustoAnswer {
  readonly columns: readonly KustoColumn[];
  /** Each as JSON text, since long integers have more digits than a number here keeps. */
  readonly rows: readonly string[];
  /** There were more rows than an answer holds. */
  readonly isCut: boolean;
}

/** The first column that cannot be resolved; null: all can. */
export function unresolvedColumn({ conditions, project }: KustoQuery, schema: TableSchema): string | null {
  const named = [
    ...conditions.flatMap((condition) => ('column' in condition ? [condition.column] : [])),
    ...(project ?? []).flatMap(({ column }) => (column === null ? [] : [column])),
  ];
  return named.find((column) => !Object.hasOwn(schema, column)) ?? null;
}

/** What the conditions leave of a window. */
export function windowOf(conditions: readonly KustoCondition[], time: 'generated' | 'ingested', whole: TimeWindow): TimeWindow {
  let { fromMs, toMs } = whole;
  for (const condition of conditions) {
    if (!('time' in condition) || condition.time !== time) continue;
    const { sign, ms } = condition;
    if (sign === '>=') fromMs = Math.max(fromMs, ms);
    if (sign === '>') fromMs = Math.max(fromMs, ms + 1);
    if (sign === '<') toMs = Math.min(toMs, ms);
    if (sign === '<=') toMs = Math.min(toMs, ms + 1);
  }
  return { fromMs, toMs };
}

/** The rows, which lie in the windows already, that the other conditions leave, with the columns that were asked for. */
export function runKusto(query: KustoQuery, schema: TableSchema, rows: Iterable<LogRow>, maxRows: number): KustoAnswer {
  const all = Object.keys(schema).map((column) => ({ name: column, column, asText: false }));
  const project = query.project ?? all;
  const columns = project.map((projection) => ({ name: projection.name, type: typeOf(projection, schema) }));
  const cellOf = project.map((projection) => projector(projection, schema));
  const wanted = query.conditions.filter((condition) => 'column' in condition);
  const lines: string[] = [];
  for (const row of rows) {
    if (!wanted.every((condition) => holds(condition, row))) continue;
    if (lines.length === maxRows) return { columns, rows: lines, isCut: true };
    lines.push(`[${cellOf.map((cell) => cell(row)).join(',')}]`);
  }
  return { columns, rows: lines, isCut: false };
}

function holds({ column, isCaseless, text }: Extract<KustoCondition, { readonly column: string }>, row: LogRow): boolean {
  const value = row.cells[column] ?? '';
  if (typeof value !== 'string') return false;
  return isCaseless ? value.toLowerCase() === text.toLowerCase() : value === text;
}

function typeOf({ column, asText }: KustoProjection, schema: TableSchema): KustoType {
  if (asText) return 'string';
  return column === null ? 'datetime' : (schema[column] ?? 'string');
}

function projector({ column, asText }: KustoProjection, schema: TableSchema): (row: LogRow) => string {
  if (column === null) return ({ ingestedMs }) => `"${azureTime(ingestedMs)}"`;
  if (column === 'TimeGenerated') return ({ atMs }) => `"${azureTime(atMs)}"`;
  const type = schema[column];
  return ({ cells }) => cellText(cells[column] ?? null, type, asText);
}

/** There is no null among texts in this language: what is not there is empty. */
function cellText(value: Json, type: KustoType | undefined, asText: boolean): string {
  if (asText) return JSON.stringify(value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  if (type === 'string') return JSON.stringify(value ?? '');
  // Dynamic values come as the text of their JSON.
  if (type === 'dynamic') return value === null ? 'null' : JSON.stringify(JSON.stringify(value));
  return type === 'long' && typeof value === 'string' ? value : JSON.stringify(value);
}
