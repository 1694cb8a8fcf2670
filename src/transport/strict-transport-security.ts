/** What a client that keeps to RFC 6797 learns from a `Strict-Transport-Security` header, or why it ignores it. */
export type StrictTransportSecurity =
  | { readonly maxAgeSeconds: number; readonly includesSubDomains: boolean }
  | { readonly problem: string };

interface Directive {
  /** Lower case. */
  readonly name: string;
  /** Without its quotes; null where there is none. */
  readonly value: string | null;
}

/**
 * Reads one header value (RFC 6797 6.1): names in any case, values quoted or not, empty directives skipped, unknown ones ignored. One that is
 * malformed, or a directive that stands twice, makes a client ignore the whole. Of several headers only the first counts (8.1), which the caller takes.
 */
export function readStrictTransportSecurity(header: string): StrictTransportSecurity {
  const directives = splitDirectives(header);
  if (directives === null) return { problem: 'it is not well-formed' };
  const names = directives.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { problem: `${twice} stands twice` };
  const maxAge = directives.find(({ name }) => name === 'max-age');
  if (maxAge === undefined) return { problem: 'it has no max-age' };
  if (maxAge.value === null || !/^\d+$/.test(maxAge.value)) return { problem: 'its max-age is no number of seconds' };
  const subDomains = directives.find(({ name }) => name === 'includesubdomains');
  if (subDomains !== undefined && subDomains.value !== null) return { problem: 'its includeSubDomains has a value' };
  return { maxAgeSeconds: Number(maxAge.value), includesSubDomains: subDomains !== undefined };
}

/** Token, and token or quoted string (RFC 2616 2.2); a semicolon may stand inside the quotes. */
const oneDirective =
  /[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]*(?:=[ \t]*(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)|"((?:[^"\\]|\\.)*)")[ \t]*)?)?(?:;|$)/y;

/** Null where it is not well-formed. */
function splitDirectives(header: string): readonly Directive[] | null {
  const found: Directive[] = [];
  for (let position = 0; position < header.length; ) {
    oneDirective.lastIndex = position;
    const match = oneDirective.exec(header);
    if (match === null || match[0] === '') return null;
    const [whole, name, token, quoted] = match;
    if (name !== undefined) found.push({ name: name.toLowerCase(), value: token ?? quoted ?? null });
    position += whole.length;
  }
  return found;
}
