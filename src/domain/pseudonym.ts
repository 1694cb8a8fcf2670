/** A person as they may be stored and shown: `person-` and 16 hex characters, opened only through the disclosures port. */
export type Pseudonym = `person-${string}`;

/** Who did something, as the origin names them. `unnamed`: it says nobody. */
export type Actor =
  | { readonly kind: 'person'; readonly identifier: string }
  | { readonly kind: 'app'; readonly id: string }
  | { readonly kind: 'system' }
  | { readonly kind: 'unnamed' };

const pseudonymPattern = /^person-[0-9a-f]{16}$/;
const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const hexLength = 16;

export function isPseudonym(text: string): text is Pseudonym {
  return pseudonymPattern.test(text);
}

/** `hmacHex`: HMAC-SHA-256 of the normalised identifier under the person's own salt, lower-case hex. */
export function pseudonymFrom(hmacHex: string): Pseudonym {
  return `person-${hmacHex.slice(0, hexLength)}`;
}

/** One person is written in many ways: spaces around, other case, other forms of the same characters (Unicode NFKC). */
export function normaliseIdentifier(identifier: string): string {
  return identifier.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}

/**
 * Applications and the platform itself are nobody's name and stay as they are; whatever else is said is taken for a person.
 * `type`: what the origin says that the name is. Of a user even a GUID is a person: it is the id of their account.
 */
export function actorFrom(name: string, type: string | null): Actor {
  const normalised = normaliseIdentifier(name);
  if (normalised === '' || normalised === 'unspecified') return { kind: 'unnamed' };
  if (type?.toLowerCase() === 'user') return { kind: 'person', identifier: normalised };
  if (normalised === 'system') return { kind: 'system' };
  if (guidPattern.test(normalised)) return { kind: 'app', id: normalised };
  return { kind: 'person', identifier: normalised };
}
