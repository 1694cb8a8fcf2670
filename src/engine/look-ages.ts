import type { Look } from '../domain/look.ts';
import type { Clock } from '../domain/ports.ts';
import { isStale } from '../domain/status.ts';
import { epochMs } from '../domain/time.ts';

/** How old what looks saw is, by either clock: one that was set back makes old data look young. */
export interface LookAges {
  /** The look was recorded; `askedAtMs` is when it was asked for, by the monotonic clock. */
  recorded(look: Look, askedAtMs: number): void;
  /** The look is one of an earlier process: from now on it ages by the monotonic clock too. */
  met(look: Look): void;
  /** This process made it, or what it is on top of. */
  isOwn(look: Look): boolean;
  isOld(look: Look, maxAgeMs: number): boolean;
  /** By the monotonic clock alone; false of a look that is not the latest of its name. */
  hasLasted(name: string, id: number, maxAgeMs: number): boolean;
}

interface Birth {
  readonly id: number;
  /** When the oldest part of it was seen, by the monotonic clock. */
  readonly atMs: number;
  readonly isOwn: boolean;
}

export function createLookAges(clock: Pick<Clock, 'now' | 'monotonic'>): LookAges {
  const latest = new Map<string, Birth>();

  /** Of a look that an earlier process made only the wall clock tells how old it is when this one meets it. */
  function birthOf(look: Look): Birth {
    const known = latest.get(look.name);
    if (known?.id === look.id) return known;
    const birth = { id: look.id, atMs: clock.monotonic() - Math.max(0, clock.now() - epochMs(look.dataAsOf)), isOwn: false };
    if ((known?.id ?? 0) < look.id) latest.set(look.name, birth);
    return birth;
  }

  return {
    recorded: (look, askedAtMs) => {
      const base = latest.get(look.name);
      if (look.extent.kind === 'all') latest.set(look.name, { id: look.id, atMs: askedAtMs, isOwn: true });
      else if (base?.id === look.extent.base) latest.set(look.name, { ...base, id: look.id });
    },
    met: birthOf,
    isOwn: (look) => birthOf(look).isOwn,
    isOld: (look, maxAgeMs) => isStale(look.dataAsOf, maxAgeMs, clock.now()) || clock.monotonic() - birthOf(look).atMs > maxAgeMs,
    hasLasted: (name, id, maxAgeMs) => {
      const birth = latest.get(name);
      return birth?.id === id && clock.monotonic() - birth.atMs > maxAgeMs;
    },
  };
}
