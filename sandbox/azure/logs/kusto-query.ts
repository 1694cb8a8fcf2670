import { type KustoToken, tokensOf } from './kusto-tokens.ts';

/** A query as far as it can be run here. */
export interface KustoQuery {
  readonly table: string;
  readonly conditions: readonly KustoCondition[];
  /** Null: all columns. */
  readonly project: readonly KustoProjection[] | null;
}

export type KustoCondition =
  | { readonly time: 'generated' | 'ingested'; readonly sign: '>=' | '>' | '<' | '<='; readonly ms: number }
  | { readonly column: string; readonly isCaseless: boolean; readonly text: string };

export interface KustoProjection {
  readonly name: string;
  /** Null: `ingestion_time()`. */
  readonly column: string | null;
  /** Whether `tostring()` stands around it. */
  readonly asText: boolean;
}

/** Null where it is not the part of the language that is understood here: a table, `where` with `and`, `project`. */
export function parseKusto(query: string): KustoQuery | null {
  const tokens = tokensOf(query);
  if (tokens === null) return null;
  const [first, ...stages] = splitAt(tokens, '|');
  const table = first?.length === 1 ? nameOf(first[0]) : null;
  if (table === null) return null;
  return readStages(table, stages);
}

function readStages(table: string, stages: readonly (readonly KustoToken[])[]): KustoQuery | null {
  const conditions: KustoCondition[] = [];
  let project: readonly KustoProjection[] | null = null;
  for (const [word, ...rest] of stages) {
    if (project !== null) return null;
    if (nameOf(word) === 'where') {
      const read = allOf(splitAt(rest, 'and').map(readCondition));
      if (read === null) return null;
      conditions.push(...read);
    } else if (nameOf(word) === 'project') {
      project = allOf(splitAt(rest, ',').map(readProjection));
      if (project === null) return null;
    } else return null;
  }
  return { table, conditions, project };
}

const timeSigns = { '>=': '>=', '>': '>', '<': '<', '<=': '<=' } as const;

function readCondition(tokens: readonly KustoToken[]): KustoCondition | null {
  const isIngestion = isIngestionTime(tokens.slice(0, 3));
  const left = isIngestion ? { column: 'ingestion_time()', rest: tokens.slice(3) } : readColumn(tokens);
  if (left === null) return null;
  const [sign, value, ...more] = left.rest;
  if (sign?.kind !== 'sign' || value === undefined || more.length > 0) return null;
  if (value.kind === 'date') return timeCondition(isIngestion, left.column, sign.text, Date.parse(value.text));
  if (value.kind !== 'text' || isIngestion || (sign.text !== '=~' && sign.text !== '==')) return null;
  return { column: left.column, isCaseless: sign.text === '=~', text: value.text };
}

function timeCondition(isIngestion: boolean, column: string, sign: string, ms: number): KustoCondition | null {
  if (Number.isNaN(ms) || !isTimeSign(sign) || (!isIngestion && column !== 'TimeGenerated')) return null;
  return { time: isIngestion ? 'ingested' : 'generated', sign, ms };
}

function isTimeSign(sign: string): sign is keyof typeof timeSigns {
  return Object.hasOwn(timeSigns, sign);
}

/** `A`, `A = B`, `A = tostring(B)`, `A = ingestion_time()`. */
function readProjection(tokens: readonly KustoToken[]): KustoProjection | null {
  const target = readColumn(tokens);
  if (target === null) return null;
  const [sign, ...value] = target.rest;
  if (sign === undefined) return { name: target.column, column: target.column, asText: false };
  if (sign.text !== '=' || sign.kind !== 'sign') return null;
  if (value.length === 3 && isIngestionTime(value)) return { name: target.column, column: null, asText: false };
  const isText = nameOf(value[0]) === 'tostring' && isSign(value[1], '(') && isSign(value.at(-1), ')');
  const source = readColumn(isText ? value.slice(2, -1) : value);
  return source === null || source.rest.length > 0 ? null : { name: target.column, column: source.column, asText: isText };
}

/** `Name` or `['Name']`, and what stands behind it. */
function readColumn(tokens: readonly KustoToken[]): { readonly column: string; readonly rest: readonly KustoToken[] } | null {
  const [first, second, third] = tokens;
  if (first?.kind === 'name') return { column: first.text, rest: tokens.slice(1) };
  if (isSign(first, '[') && second?.kind === 'text' && isSign(third, ']')) return { column: second.text, rest: tokens.slice(3) };
  return null;
}

function isIngestionTime([name, open, close]: readonly KustoToken[]): boolean {
  return nameOf(name) === 'ingestion_time' && isSign(open, '(') && isSign(close, ')');
}

function isSign(token: KustoToken | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

function nameOf(token: KustoToken | undefined): string | null {
  return token?.kind === 'name' ? token.text : null;
}

function allOf<T>(parts: readonly (T | null)[]): readonly T[] | null {
  const known = parts.filter((part) => part !== null);
  return known.length === parts.length ? known : null;
}

function splitAt(tokens: readonly KustoToken[], separator: string): readonly (readonly KustoToken[])[] {
  const parts: KustoToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind !== 'text' && token.text === separator) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}
