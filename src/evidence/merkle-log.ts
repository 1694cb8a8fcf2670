import { createHash } from 'node:crypto';

/** RFC 6962 section 2.1: SHA-256(0x00 || entry), lower-case hex. The prefix keeps a leaf from being taken for a node. */
export function leafHash(entry: Uint8Array): string {
  return createHash('sha256').update(Uint8Array.of(0)).update(entry).digest('hex');
}
