import { createHmac } from 'node:crypto';

const secretPrefix = 'whsec_';

/** The key of a Standard Webhooks secret (`whsec_` and base64); null where it is not one of 24 to 64 bytes. */
export function decodeSecret(text: string): Buffer | null {
  if (!text.startsWith(secretPrefix)) return null;
  const base64 = text.slice(secretPrefix.length);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const key = Buffer.from(base64, 'base64');
  return key.length >= 24 && key.length <= 64 ? key : null;
}

/** The `webhook-signature` header: one `v1` signature per key, over `<id>.<unix seconds>.<body>`. */
export function signatures(keys: readonly Buffer[], id: string, sentSeconds: number, body: string): string {
  return keys.map((key) => `v1,${createHmac('sha256', key).update(`${id}.${sentSeconds}.${body}`).digest('base64')}`).join(' ');
}
