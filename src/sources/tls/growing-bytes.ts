/** Bytes that come in pieces and are taken from the front. Each is copied twice on average, however many pieces there are. */
export interface GrowingBytes {
  append(piece: Buffer): void;
  /** What was not yet taken; good until the next `append`. */
  unread(): Buffer;
  take(bytes: number): void;
}

const smallestBytes = 512;

/** The caller sees to it that no more than `mostBytes` are waiting. */
export function createGrowingBytes(mostBytes: number): GrowingBytes {
  let space = Buffer.alloc(0);
  let start = 0;
  let end = 0;
  const makeRoom = (bytes: number): void => {
    const unread = space.subarray(start, end);
    const needed = unread.length + bytes;
    // A new space: what was taken from the old one may still be in use.
    space = Buffer.allocUnsafeSlow(Math.max(needed, Math.min(mostBytes, Math.max(smallestBytes, 2 * needed))));
    unread.copy(space);
    start = 0;
    end = unread.length;
  };
  return {
    append: (piece) => {
      if (end + piece.length > space.length) makeRoom(piece.length);
      end += piece.copy(space, end);
    },
    unread: () => space.subarray(start, end),
    take: (bytes) => {
      start += bytes;
    },
  };
}
