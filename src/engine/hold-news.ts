import type { Finding } from '../domain/finding.ts';
import { findGone } from './carry.ts';
import type { RememberedLook } from './fact-memory.ts';
import { type Held, holdUnconfirmed } from './hold-unconfirmed.ts';
import { resourceKind } from './resource-index.ts';
import type { RunInput } from './run-input.ts';
import { looksAtHand, populationIds } from './run-population.ts';

const nothingHeld = { toConfirm: [], missing: [] };

/** Only what came from an index that may lag is held back. */
export function holdNews(input: RunInput, findings: readonly Finding[]): Held {
  const look = laggingLook(input);
  if (look === null) return { ...nothingHeld, findings };
  const asked = new Set(look.look.extent.kind === 'some' ? look.look.extent.subjects : []);
  const gone = findGone(input.previous, populationIds(input)).filter((id) => id.startsWith('/'));
  return holdUnconfirmed(
    findings,
    input.previous,
    {
      isConfirmed: (subject) => {
        const reference = look.map[subject]?.[resourceKind];
        return reference !== undefined && 'digest' in reference && reference.confirmed === true;
      },
      isGoneAtOrigin: (subject) => asked.has(subject) && look.map[subject] === undefined,
      canConfirm: input.check.related === undefined,
      dataAsOf: look.look.dataAsOf,
    },
    gone,
  );
}

/** The look that found the check's subjects, where its source looks them up in an index. */
function laggingLook(input: RunInput): RememberedLook | null {
  if (input.check.subjects === 'endpoint') return null;
  return looksAtHand(input).find(({ look }) => input.sources.discovering?.has(look.source) ?? false) ?? null;
}
