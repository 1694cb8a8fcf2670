/**
 * What a continuous access evaluation challenge wants a new token to claim, as JSON; null where the header is no such challenge.
 * Source: RFC 6750, 3, and Microsoft's "claims challenges": `Bearer ..., error="insufficient_claims", claims="<base64url>"`.
 */
export function readClaims(header: string | undefined): string | null {
  if (header === undefined || header.length > 20_000 || !/\berror="?insufficient_claims\b/i.test(header)) return null;
  const [, encoded] = /\bclaims="([\w+/=-]{1,16000})"/i.exec(header) ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return isJsonObject(text) ? text : null;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    // Not JSON: no challenge that we could answer, so the token is renewed without.
    return false;
  }
}
