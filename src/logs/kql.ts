import { epochMs, timestamp } from '../domain/time.ts';
import { ingestedColumn, type LogQuery, type LogWindow } from './log-query.ts';
import { columnsOf, generatedColumn, type LogColumns } from './log-tables.ts';

/**
 * A query as text, in the part of the language that we use: a table, `where`, `project`.
 * @throws Error where it names a table or column that is never asked for, or reads a column as what it is not: a defect of ours
 */
export function kqlOf(query: LogQuery): string {
  const known = columnsOf(query.table);
  if (known === null) throw new Error(`${query.table} is not on the list of tables that may be asked`);
  const projected = Object.entries(query.columns).map(([column, how]) => projectionOf(query.table, known, column, how));
  const filters = Object.entries(query.where ?? {}).map(([column, value]) => filterOf(query.table, known, column, value));
  return [
    query.table,
    `where ${windowFilterOf(query.window)}`,
    ...filters.map((filter) => `where ${filter}`),
    `project ${[generatedColumn, `${ingestedColumn} = ingestion_time()`, ...projected].join(', ')}`,
  ].join('\n| ');
}

function windowFilterOf({ from, to, by }: LogWindow): string {
  const time = by === 'generated' ? generatedColumn : 'ingestion_time()';
  return `${time} >= ${dateOf(from)} and ${time} < ${dateOf(to)}`;
}

function dateOf(at: string): string {
  return `datetime(${timestamp(epochMs(at))})`;
}

function projectionOf(table: string, known: LogColumns, column: string, how: 'plain' | 'text'): string {
  const type = typeOf(table, known, column);
  if (column === generatedColumn) throw new Error(`${column} is always projected, and not named`);
  if (how === 'text') return `${column} = tostring(${column})`;
  if (type !== 'string') throw new Error(`${table}.${column} is ${type}, which is projected as text only`);
  return column;
}

function filterOf(table: string, known: LogColumns, column: string, value: string): string {
  const type = typeOf(table, known, column);
  if (type !== 'string') throw new Error(`${table}.${column} is ${type}, which is not compared with a text`);
  return `${column} =~ ${literalOf(value)}`;
}

function typeOf(table: string, known: LogColumns, column: string): string {
  const type = Object.hasOwn(known, column) ? known[column] : undefined;
  if (type === undefined) throw new Error(`${table}.${column} is not on the list of columns that may be asked for`);
  return type;
}

/** Between single quotes, with everything that could end them or the line written as an escape. */
function literalOf(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}\u2028\u2029]/gu, (sign) =>
    sign === '\\' || sign === "'" ? `\\${sign}` : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `'${escaped}'`;
}
