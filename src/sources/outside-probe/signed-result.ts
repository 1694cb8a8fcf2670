import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';

/** Says what the signed bytes are, so that no signature over something else can be shown as one over this. */
const payloadType = 'application/vnd.claimwatch.outside-probe.v1+json';

const envelopeSchema = z.object({
  payloadType: z.literal(payloadType),
  payload: z.base64(),
  signatures: z
    .array(z.object({ keyid: z.string().max(200).optional(), sig: z.base64() }))
    .min(1)
    .max(8),
});

/** A DSSE envelope (github.com/secure-systems-lab/dsse, protocol 1.0.2) around the text, as JSON on one line. */
export function signText(text: string, privateKey: KeyObject): string {
  const payload = Buffer.from(text, 'utf8');
  const sig = sign(null, signedBytes(payload), privateKey).toString('base64');
  const signatures = [{ keyid: keyIdOf(createPublicKey(privateKey)), sig }];
  return `${JSON.stringify({ payloadType, payload: payload.toString('base64'), signatures })}\n`;
}

export type OpenedEnvelope =
  | { readonly kind: 'signed'; readonly text: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'not-signed' };

/** The text, where this key signed it; whatever else the envelope says is not believed. */
export function openEnvelope(envelope: string, publicKey: KeyObject): OpenedEnvelope {
  const parsed = envelopeSchema.safeParse(parseJson(envelope));
  if (!parsed.success) return { kind: 'malformed' };
  const payload = Buffer.from(parsed.data.payload, 'base64');
  const bytes = signedBytes(payload);
  const isSigned = parsed.data.signatures.some(({ sig }) => verify(null, bytes, publicKey, Buffer.from(sig, 'base64')));
  return isSigned ? { kind: 'signed', text: payload.toString('utf8') } : { kind: 'not-signed' };
}

/** An Ed25519 public key as PEM, or as the base64 between its first and last line; null where the text is none. */
export function readPublicKey(text: string): KeyObject | null {
  const key = attempt(() =>
    text.includes('-----BEGIN PUBLIC KEY-----')
      ? createPublicKey(text)
      : createPublicKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'spki' }),
  );
  return key?.asymmetricKeyType === 'ed25519' ? key : null;
}

/** An Ed25519 private key as PEM (PKCS #8, without a password); null where the text is none. */
export function readPrivateKey(pem: string): KeyObject | null {
  const key = attempt(() => createPrivateKey(pem));
  return key?.asymmetricKeyType === 'ed25519' ? key : null;
}

/** On one line, as `readPublicKey` reads it. */
export function publicKeyText(key: KeyObject): string {
  return derOf(key).toString('base64');
}

function keyIdOf(publicKey: KeyObject): string {
  return createHash('sha256').update(derOf(publicKey)).digest('hex');
}

function derOf(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

/** DSSE's pre-authentication encoding. */
function signedBytes(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `, 'utf8'), payload]);
}

/** What cannot be read is told by the caller: the error itself may quote a key. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  return attempt(() => JSON.parse(text) as unknown);
}
