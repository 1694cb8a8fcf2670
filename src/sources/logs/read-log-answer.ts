import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import { type Timestamp, timestamp } from '../../domain/time.ts';
import { ingestedColumn, type LogQuery } from '../../logs/log-query.ts';
import { generatedColumn, queryAction } from '../../logs/log-tables.ts';
import { refusalFault } from '../azure/answer-fault.ts';
import type { Answer } from '../azure/send-once.ts';
import type { LogRow } from './logs-client.ts';

const columnSchema = z.object({ name: z.string(), type: z.string() });
const answerSchema = z.object({
  tables: z.array(z.object({ name: z.string(), columns: z.array(columnSchema), rows: z.array(z.unknown()) })).nullish(),
  error: z.unknown().optional(),
});
type Table = NonNullable<z.infer<typeof answerSchema>['tables']>[number];

/**
 * The rows of an answer; null where it was cut off: it has as many rows as an answer can have, or says so itself.
 * @throws FaultError `partial` where the answer says that something failed, `malformed` where it is no answer to this query
 */
export function readLogAnswer(answer: Answer, host: string, query: LogQuery, mostRows: number): readonly LogRow[] | null {
  if (answer.status !== 200) throw queryRefusal(answer, host);
  const { tables, error } = parse(answer.body, host);
  if (error !== undefined && error !== null) {
    if (saysCutOff(error)) return null;
    throw new FaultError('partial', `${host} answered a part of what was asked${codeOf(error)}`);
  }
  const [table, another] = (tables ?? []).filter(({ name }) => name === 'PrimaryResult');
  if (table === undefined || another !== undefined) throw new FaultError('malformed', `${host} answered without a result of the query`);
  const read = rowReader(table, query, host);
  return table.rows.length >= mostRows ? null : table.rows.map(read);
}

/** Log Analytics does not say what is missing; of what it answers so there is only this. Source: Microsoft, "Azure Monitor Log Analytics API errors". */
function queryRefusal(answer: Answer, host: string): FaultError {
  const fault = refusalFault(answer, host);
  if (fault.fault.code !== 'denied' || !answer.body.includes('InsufficientAccessError')) return fault;
  return new FaultError('denied', `the identity may not ${queryAction} at every workspace; add the action to its role`, {
    about: queryAction,
  });
}

function parse(body: string, host: string): z.infer<typeof answerSchema> {
  const parsed = answerSchema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  throw new FaultError('malformed', `${host} answered something else than the result of a query; see what stands between`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // No JSON has no shape either: the schema refuses it.
    return null;
  }
}

/** Source: Microsoft, "Query limits" of Kusto: E_QUERY_RESULT_SET_TOO_LARGE, which stands somewhere within the error. */
function saysCutOff(error: unknown): boolean {
  return /E_QUERY_RESULT_SET_TOO_LARGE|exceeds? the set limit/i.test(JSON.stringify(error));
}

function codeOf(error: unknown): string {
  const code = z.object({ code: z.string().regex(/^[\w.:-]{1,100}$/) }).safeParse(error).data?.code;
  return code === undefined ? '' : ` (${code})`;
}

/** Reads rows of a table that has the columns of the query, and no others. */
function rowReader({ columns }: Table, query: LogQuery, host: string): (row: unknown) => LogRow {
  const texts = Object.keys(query.columns);
  const types = new Map([[generatedColumn, 'datetime'], [ingestedColumn, 'datetime'], ...texts.map((name) => [name, 'string'] as const)]);
  const isAsked = columns.length === types.size && columns.every(({ name, type }) => types.get(name) === type);
  const places = new Map(columns.map(({ name }, index) => [name, index]));
  if (!isAsked || places.size !== types.size)
    throw new FaultError('malformed', `${host} answered with other columns than those of the query`);
  const generatedAt = places.get(generatedColumn) ?? 0;
  const ingestedAt = places.get(ingestedColumn) ?? 0;
  const textPlaces = texts.map((name) => [name, places.get(name) ?? 0] as const);
  return (row) => {
    if (!Array.isArray(row) || row.length !== columns.length)
      throw new FaultError('malformed', `${host} answered with a row that has not the columns of the query`);
    return {
      generatedAt: readTime(row[generatedAt], generatedColumn, host),
      ingestedAt: readTime(row[ingestedAt], ingestedColumn, host),
      columns: Object.fromEntries(textPlaces.map(([name, place]) => [name, readText(row[place], name, host)])),
    };
  };
}

/** Kusto has no null text: an empty one is none. */
function readText(cell: unknown, name: string, host: string): string | null {
  if (cell === null || cell === '') return null;
  if (typeof cell === 'string') return cell;
  throw new FaultError('malformed', `${host} answered with a ${name} that is no text`);
}

const timePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

function readTime(cell: unknown, name: string, host: string): Timestamp {
  const ms = typeof cell === 'string' && timePattern.test(cell) ? Date.parse(cell) : Number.NaN;
  if (Number.isNaN(ms)) throw new FaultError('malformed', `${host} answered with a ${name} that is no time`);
  return timestamp(ms);
}
