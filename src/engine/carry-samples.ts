import type { FactKind, FactMap } from '../domain/look.ts';
import type { RememberedLook } from './fact-memory.ts';

/** Kinds that a look at all brings of a few subjects in turn: of the others that are still there, what an earlier look brought stays. */
export function carrySamples(entries: FactMap, before: RememberedLook | null, kinds: readonly FactKind[]): FactMap {
  if (before === null || kinds.length === 0) return entries;
  const carried: Record<string, FactMap[string]> = {};
  for (const [id, now] of Object.entries(entries)) {
    const known = before.map[id];
    if (known === undefined) continue;
    const missing = kinds.flatMap((kind) => {
      const reference = known[kind];
      return reference === undefined || now[kind] !== undefined ? [] : [[kind, reference] as const];
    });
    if (missing.length > 0) carried[id] = { ...now, ...Object.fromEntries(missing) };
  }
  return Object.keys(carried).length === 0 ? entries : { ...entries, ...carried };
}
