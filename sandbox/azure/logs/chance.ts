/** Numbers that look like chance and are the same for the same text and number, so that no row has to be kept. */
export interface Chance {
  /** From 0 on, below `below`. `salt` tells several numbers of one row apart. */
  whole(row: number, salt: number, below: number): number;
  guid(row: number, salt: number): string;
}

export function makeChance(text: string): Chance {
  const seed = seedOf(text);
  return {
    whole: (row, salt, below) => Math.floor((mix(seed, row, salt) / 4_294_967_296) * below),
    guid: (row, salt) => {
      const [a, b, c, d] = [mix(seed, row, salt), mix(seed, row, salt + 101), mix(seed, row, salt + 202), mix(seed, row, salt + 303)];
      const [first, second, third, fourth] = [hex(a), hex(b), hex(c), hex(d)];
      return `${first}-${second.slice(0, 4)}-4${second.slice(5)}-a${third.slice(1, 4)}-${third.slice(4)}${fourth}`;
    },
  };
}

/** The element of a list that a row has. */
export function pick<T>(list: readonly [T, ...T[]], number: number): T {
  return list[number % list.length] ?? list[0];
}

/** Of each byte its two digits: of a busy day half a million ids are made. */
const digits = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

function hex(number: number): string {
  const [first, second, third, fourth] = [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
  return `${digits[first]}${digits[second]}${digits[third]}${digits[fourth]}`;
}

/** FNV-1a. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

/** The last steps of Murmur 3, which spread every bit. */
function mix(seed: number, row: number, salt: number): number {
  let hash = seed ^ Math.imul(row | 0, 0x9e3779b1) ^ Math.imul(Math.floor(row / 4_294_967_296) + salt, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
