import type { DemoWorld } from './demo-world.ts';
import type { Screen } from './screen.ts';

/** A story under way: what its parts share. */
export interface Scene {
  readonly screen: Screen;
  readonly world: DemoWorld;
  readonly attention: Attention;
  /** Aborts when nothing more can come: Ctrl-C, or the daemon ended by itself. */
  readonly over: AbortSignal;
  /** A line that stays, with the seconds since the start. */
  say(line: string): void;
  /** A line that belongs to the one above. */
  add(line: string): void;
  /** Between two acts, for those who watch. */
  readonly pauseMs: number;
}

/** Of which alerts every line is told. */
export interface Attention {
  /** Nothing is told before the first cycle is over, only counted. */
  isQuiet: boolean;
  unheard: number;
  readonly subjects: Set<string>;
  readonly checks: Set<string>;
}

export function makeAttention(): Attention {
  return { isQuiet: true, unheard: 0, subjects: new Set(), checks: new Set() };
}

/** Where the lines under a line with a time begin. */
export const margin = ' '.repeat(9);
