/**
 * The TLS version that a property of an Azure resource names, as a number (`1.2`); null for what names none. Each service spells it its own way:
 * `TLS1_2` (storage), `1.2` (SQL, App Service, Redis, Event Hubs), `Tls12` (Cosmos DB), `TLSv1_2` (Application Gateway), `TLS12` (Front Door),
 * `TLSV1.2` (PostgreSQL); a bare `Tls` (Cosmos DB) and `TLSv1` (MySQL) mean 1.0. Casing never counts.
 */
export function readTlsVersion(text: string): number | null {
  const [, afterName, alone] = /^(?:tls[ _]?v?1[._]?([0-3])|v?1[._]([0-3]))$/i.exec(text) ?? [];
  const minor = afterName ?? alone;
  if (minor !== undefined) return Number(`1.${minor}`);
  return /^tls(?:[ _]?v?1)?$/i.test(text) ? 1 : null;
}

/** The lowest that still counts as secure (RFC 8996). */
const leastTlsVersion = 1.2;

/** Whether a minimum as a property names it shuts out what is deprecated; null where nobody knows the value. `None` accepts anything. */
export function isSecureMinimum(value: string | boolean): boolean | null {
  if (typeof value === 'boolean') return null;
  if (value.toLowerCase() === 'none') return false;
  const version = readTlsVersion(value);
  return version === null ? null : version >= leastTlsVersion;
}
