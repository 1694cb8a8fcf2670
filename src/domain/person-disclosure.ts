import type { Pseudonym } from './pseudonym.ts';
import type { Timestamp } from './time.ts';

/** Who wants to know a person's name, or to have it forgotten, and why. */
export interface DisclosureRequest {
  /** Not empty. */
  readonly reason: string;
  /** The name that was given; null where none was. */
  readonly by: string | null;
  /** The name of the account at the operating system. */
  readonly user: string;
  readonly at: Timestamp;
}

/** One opening or erasure of a pseudonym as it is recorded, whether a person was found or not. */
export interface PersonDisclosure extends DisclosureRequest {
  readonly action: 'opening' | 'erasure';
  readonly pseudonym: Pseudonym;
  readonly found: boolean;
  /** Position in the evidence log. */
  readonly entry: number;
}
