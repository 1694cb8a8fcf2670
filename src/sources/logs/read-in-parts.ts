import type { Fault } from '../../domain/fault.ts';
import type { CoveredTime, Span } from '../../logs/covered-time.ts';
import type { CallOptions } from '../azure/arm-client.ts';
import { attempt } from '../azure/attempt.ts';
import type { Clock } from '../azure/clock.ts';

/** When reading has to end, of the clock. */
export interface ReadUntil {
  readonly signal: AbortSignal;
  readonly untilMs: number;
}

export function callOptionsOf(clock: Pick<Clock, 'now'>, { signal, untilMs }: ReadUntil): CallOptions {
  return { signal, deadlineMs: Math.max(1, untilMs - clock.now()) };
}

/** Longer spans are read in parts, so that what was read stands where the rest cannot be had in time. */
const firstPartMs = 4 * 3_600_000;
const shortestPartMs = 3_600_000;

/** About so many rows are held at a time, unless an hour has more. */
const rowsOfPart = 10_000;

/**
 * Newest first; the later ones are longer or shorter by what is in them: `read` gives how many rows there were. Where it is known before that there are
 * few, all of it is one part.
 */
export async function readParts({ fromMs, toMs }: Span, isShort: boolean, read: (part: Span) => Promise<number>): Promise<void> {
  let lengthMs = isShort ? toMs - fromMs : firstPartMs;
  for (let openMs = toMs; openMs > fromMs; ) {
    const part = { fromMs: Math.max(fromMs, openMs - lengthMs), toMs: openMs };
    const rows = await read(part);
    lengthMs = Math.max(shortestPartMs, Math.ceil(lengthMs * Math.min(6, rowsOfPart / Math.max(1, rows))));
    openMs = part.fromMs;
  }
}

/** Null: the span is covered. A reading that came further than before, and not to the end for want of time, is no fault of Azure. */
export async function readOn(what: string, covered: CoveredTime, span: Span, read: () => Promise<void>): Promise<Fault | null> {
  const openMs = (): number => covered.gaps(span).reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const openBeforeMs = openMs();
  const outcome = await attempt(read);
  if ('value' in outcome) return null;
  const { fault } = outcome;
  const isLate = fault.code === 'timeout' || fault.code === 'throttled';
  if (!isLate || openMs() >= openBeforeMs) return fault;
  return { code: 'partial', message: `${what} is not read to the end yet; the next looks go on from where this one ended` };
}
