/**
 * Chooses a few of many, others each time, so that every one has its turn: they stand in a fixed order that has nothing to do with what they are, and
 * each choice goes on where the one before ended. Remembers only that place; who comes and goes meanwhile changes nothing for the others.
 */
export interface Rotation {
  /** A choice of at most `count`, among those that it will be offered. */
  begin<T>(count: number): Sample<T>;
}

export interface Sample<T> {
  /** What is surely not chosen: this one, another that it displaces, or nothing yet (null). */
  offer(id: string, item: T): T | null;
  /** Ends the choice; the next one goes on behind these. */
  choose(): readonly T[];
}

interface Place<T> {
  readonly key: string;
  readonly item: T;
}

/** `start`: any text; another one where the process begins anew, so that it is not always the same few that come first. */
export function createRotation(start: string): Rotation {
  let cursor = keyOf(start);
  return {
    begin<T>(count: number): Sample<T> {
      const from = cursor;
      /** From the nearest behind the cursor on. */
      const nearest: Place<T>[] = [];
      return {
        offer(id, item) {
          const key = keyOf(id);
          const place = { key: `${key > from ? 0 : 1}${key}`, item };
          const at = nearest.findIndex((other) => place.key < other.key);
          nearest.splice(at === -1 ? nearest.length : at, 0, place);
          return nearest.length > count ? (nearest.pop()?.item ?? null) : null;
        },
        choose() {
          cursor = nearest.at(-1)?.key.slice(1) ?? from;
          return nearest.map(({ item }) => item);
        },
      };
    },
  };
}

/** FNV-1a, 32 bits, and the id itself, which no two have in common. */
function keyOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return `${(hash >>> 0).toString(16).padStart(8, '0')} ${id}`;
}
