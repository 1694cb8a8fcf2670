import { z } from 'zod';
import { FaultError } from '../../domain/fault.ts';
import type { Json, JsonObject } from '../../domain/json.ts';
import { isGone, refusalFault } from './answer-fault.ts';
import type { GraphPage } from './arm-client.ts';
import type { Answer } from './send-once.ts';

/** The JSON object of an answer; null where the origin says that there is no such thing. Throws FaultError. */
export function readObject(answer: Answer, host: string): JsonObject | null {
  if (answer.status === 200) return parseObject(answer.body, host);
  if (isGone(answer)) return null;
  throw refusalFault(answer, host);
}

/** Any other 2xx carries no answer to a read. */
function readExisting(answer: Answer, host: string): JsonObject {
  if (answer.status !== 200) throw refusalFault(answer, host);
  return parseObject(answer.body, host);
}

export interface ListPage {
  readonly items: readonly JsonObject[];
  readonly nextLink: string | null;
}

export function readListPage(answer: Answer, host: string): ListPage {
  const page = readExisting(answer, host);
  const { value, nextLink } = page;
  if (!isListOfObjects(value)) throw malformed(host, 'without the list "value"');
  if (nextLink !== undefined && nextLink !== null && typeof nextLink !== 'string')
    throw malformed(host, 'with a "nextLink" that is no text');
  return { items: value, nextLink: nextLink === undefined || nextLink === null || nextLink === '' ? null : nextLink };
}

export interface ComputedPage {
  readonly items: readonly JsonObject[];
  readonly skipToken: string | null;
}

/** Null where the origin says that there is no such thing to compute from. */
export function readComputedPage(answer: Answer, host: string): ComputedPage | null {
  if (isGone(answer)) return null;
  const page = readExisting(answer, host);
  const { value, skipToken = null } = page;
  if (namesItselfPartial(page)) throw new FaultError('partial', `${host} answered with a part of what it was to compute`);
  if (!isListOfObjects(value)) throw malformed(host, 'without the list "value"');
  if (skipToken !== null && typeof skipToken !== 'string') throw malformed(host, 'with a "skipToken" that is no text');
  return { items: value, skipToken: skipToken === '' ? null : skipToken };
}

/** An answer of an operation that takes its time: 202 until it ends, then 200 with a JSON object. Throws FaultError. */
export function readRunning(answer: Answer, host: string): Answer {
  if (answer.status !== 202) readExisting(answer, host);
  return answer;
}

const flagSchema = z
  .union([z.boolean(), z.enum(['true', 'false'])])
  .transform((flag) => flag === true || flag === 'true')
  .nullish();
const graphSchema = z.looseObject({
  totalRecords: z.int().min(0),
  count: z.int().min(0),
  resultTruncated: flagSchema,
  $skipToken: z.string().nullish(),
});

export interface GraphAnswer extends GraphPage {
  readonly skipToken: string | null;
}

export function readGraphPage(answer: Answer, host: string): GraphAnswer {
  const page = readExisting(answer, host);
  const { data } = page;
  const head = graphSchema.safeParse(page);
  if (!isListOfObjects(data) || !head.success) throw malformed(host, 'that is no page of Resource Graph');
  const { count, totalRecords, resultTruncated, $skipToken } = head.data;
  if (count !== data.length) throw malformed(host, 'of Resource Graph whose "count" is not that of its rows');
  const skipToken = $skipToken == null || $skipToken === '' ? null : $skipToken;
  // With a token the rest can still be had: the flag then says only that there is one.
  const truncated = (resultTruncated === true && skipToken === null) || namesItselfPartial(page);
  return { rows: data, totalRecords, truncated, skipToken };
}

function namesItselfPartial(page: JsonObject): boolean {
  return [page['error'], page['errors'], page['isTruncated'], page['partial']].some(
    (sign) => sign !== undefined && sign !== null && sign !== false,
  );
}

function isListOfObjects(value: Json | undefined): value is readonly JsonObject[] {
  return Array.isArray(value) && value.every(isObject);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseObject(body: string, host: string): JsonObject {
  const value = parse(body, host);
  if (!isObject(value)) throw malformed(host, 'that is no JSON object');
  if (Object.keys(value).length === 0) throw malformed(host, 'that is empty');
  return value;
}

function parse(body: string, host: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own error quotes the answer, which may hold anything.
    throw malformed(host, 'that is no JSON');
  }
}

function malformed(host: string, what: string): FaultError {
  return new FaultError('malformed', `${host} gave an answer ${what}`);
}
