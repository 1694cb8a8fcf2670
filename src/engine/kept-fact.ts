import { inflateRawSync } from 'node:zlib';
import type { Json } from '../domain/json.ts';
import type { BodyText } from '../domain/ports.ts';

/**
 * A fact as memory holds it: parsed, or, where its text is long, deflated as the store has it. Whoever reads a packed one unpacks it for as long as it
 * is read: 10,000 network security groups of 100 rules are 840 MB parsed and 45 MB packed.
 */
export type KeptFact = Json | Uint8Array;

/** Shorter texts are read more often, by every check of their type, than they are worth to be unpacked for (0.03 ms each at this length). */
const longText = 8_192;
/** What gets smaller by less, certificates for example, stays parsed. */
const leastGain = 3;

/** `value`: where it is at hand already. */
export function keepFact({ text, deflated }: Pick<BodyText, 'text' | 'deflated'>, value?: Json): KeptFact {
  if (text.length > longText && deflated.length * leastGain < text.length) return deflated;
  return value ?? (JSON.parse(text) as Json);
}

/** Unpacked anew at each call, so that nobody holds what was unpacked for longer than it is read. */
export function readKept(kept: KeptFact): Json {
  return isPacked(kept) ? (JSON.parse(inflateRawSync(kept).toString()) as Json) : kept;
}

export function isPacked(kept: KeptFact | undefined): kept is Uint8Array {
  return kept instanceof Uint8Array;
}
