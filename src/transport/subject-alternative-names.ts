import type { X509Certificate } from 'node:crypto';

/** The subject alternative names, sorted, each with its kind: `DNS:shop.example.com`, `IP Address:192.0.2.1`, `email:...`. */
export function namesOfCertificate(certificate: X509Certificate): readonly string[] {
  return splitNames(certificate.subjectAltName ?? '').toSorted();
}

/**
 * Node's text form: entries joined by `, `; one that holds a comma, a quote or a control character is a JSON string after its kind
 * (`DNS:"a.example, DNS:b.example"`), so that no name can pass for two.
 */
export function splitNames(text: string): readonly string[] {
  const entries = text.match(/[^:,]+:(?:"(?:[^"\\]|\\.)*"|[^,]*)/g) ?? [];
  return entries.map((entry) => unquote(entry.trim()));
}

function unquote(entry: string): string {
  const [, kind, quoted] = /^([^:]+:)(".*")$/s.exec(entry) ?? [];
  if (kind === undefined || quoted === undefined) return entry;
  const value: unknown = JSON.parse(quoted);
  return `${kind}${String(value)}`;
}
