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
  checks: readonly string[];
  /** Of an alert about several, the one that the story is about. */
  subject: string | null;
}

export function makeAttention(): Attention {
  return { isQuiet: true, unheard: 0, checks: [], subject: null };
}

/** From here on, every line of their alerts is told. */
export function attendTo(attention: Attention, checks: readonly string[]): void {
  attention.checks = checks;
}

/** Where the lines under a line with a time begin. */
export const margin = ' '.repeat(9);
