/** A piece of a query. A text is unescaped; names and signs are as written. */
export interface KustoToken {
  readonly kind: 'name' | 'text' | 'sign' | 'date';
  readonly text: string;
}

const pieces = [
  { kind: 'date', pattern: /datetime\(\s*([\dT:.Z+-]+)\s*\)/y },
  { kind: 'name', pattern: /([A-Za-z_]\w*)/y },
  { kind: 'text', pattern: /"((?:[^"\\\n]|\\.)*)"/y },
  { kind: 'text', pattern: /'((?:[^'\\\n]|\\.)*)'/y },
  { kind: 'sign', pattern: /(>=|<=|==|=~|[|<>=(),[\]])/y },
] as const;

/** Null where something stands in the query that is no piece of what is understood here. */
export function tokensOf(query: string): readonly KustoToken[] | null {
  const tokens: KustoToken[] = [];
  for (let at = skipSpace(query, 0); at < query.length; at = skipSpace(query, at)) {
    const found = tokenAt(query, at);
    if (found === null) return null;
    tokens.push(found.token);
    at = found.end;
  }
  return tokens;
}

function skipSpace(query: string, at: number): number {
  const space = /\s*/y;
  space.lastIndex = at;
  space.exec(query);
  return space.lastIndex;
}

function tokenAt(query: string, at: number): { readonly token: KustoToken; readonly end: number } | null {
  for (const { kind, pattern } of pieces) {
    pattern.lastIndex = at;
    const [whole, text] = pattern.exec(query) ?? [];
    if (whole === undefined || text === undefined) continue;
    const plain = kind === 'text' ? plainText(text) : text;
    return plain === null ? null : { token: { kind, text: plain }, end: at + whole.length };
  }
  return null;
}

const escapes: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"', '0': '\0' };

/** Null where an escape means nothing. */
function plainText(text: string): string | null {
  let isKnown = true;
  const plain = text.replaceAll(/\\(u[\da-fA-F]{4}|.)/g, (_, sign: string) => {
    if (sign.length === 5) return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
    const meant = escapes[sign];
    isKnown &&= meant !== undefined;
    return meant ?? '';
  });
  return isKnown ? plain : null;
}
