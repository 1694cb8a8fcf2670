import { createHash } from 'node:crypto';
import type { PersonDisclosure } from '../domain/person-disclosure.ts';
import type { Entry } from '../domain/ports.ts';
import { canonicalJson } from './canonical-json.ts';
import { leafHash } from './merkle-log.ts';

/** Who asked and why are words about people, which a log that only grows must not hold: they stand behind their SHA-256. */
export function sealDisclosure(disclosure: PersonDisclosure): Entry {
  const { entry, action, pseudonym, found, at, reason, by, user } = disclosure;
  const digest = createHash('sha256').update(canonicalJson({ at, by, reason, user })).digest('hex');
  const body = canonicalJson({ v: 1, kind: 'disclosure', action, pseudonym, found, at, digests: { request: digest } });
  return { index: entry, body, leafHash: leafHash(Buffer.from(body, 'utf8')) };
}
