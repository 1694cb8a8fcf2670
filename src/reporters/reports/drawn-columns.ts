import { epochMs } from '../../domain/time.ts';
import type { Interval, Period } from './report.ts';

/** `blind-fail`: not measured, with a failure behind it that could not be seen any more. */
export type DrawnState = 'pass' | 'waived' | 'not-measured' | 'blind-fail' | 'fail';

/** Gravest last. */
export const drawnStates: readonly DrawnState[] = ['pass', 'waived', 'not-measured', 'blind-fail', 'fail'];

/** Neighbouring columns of one state: [from, to). */
export interface DrawnRun {
  readonly from: number;
  readonly to: number;
  readonly state: DrawnState;
}

/**
 * A timeline on a raster: every column takes the gravest state that touches it, however shortly, so that no pass swallows a failure or a gap.
 * What no interval covers was not measured. Empty where the period has no length.
 */
export function drawColumns(timeline: readonly Interval[], period: Period, columns: number): readonly DrawnRun[] {
  const fromMs = epochMs(period.from);
  const lengthMs = epochMs(period.to) - fromMs;
  if (!(lengthMs > 0)) return [];
  const gravest = new Int8Array(columns).fill(-1);
  const paint = (startMs: number, endMs: number, state: DrawnState): void => {
    if (!(startMs < endMs)) return;
    const grade = drawnStates.indexOf(state);
    const first = Math.max(0, Math.floor(((startMs - fromMs) * columns) / lengthMs));
    const end = Math.min(columns, Math.ceil(((endMs - fromMs) * columns) / lengthMs));
    for (let column = first; column < end; column += 1) gravest[column] = Math.max(gravest[column] ?? -1, grade);
  };
  let coveredMs = fromMs;
  for (const interval of timeline) {
    const [startMs, endMs] = [epochMs(interval.from), epochMs(interval.to)];
    paint(coveredMs, startMs, 'not-measured');
    paint(startMs, endMs, drawnState(interval));
    coveredMs = Math.max(coveredMs, endMs);
  }
  paint(coveredMs, fromMs + lengthMs, 'not-measured');
  return mergeColumns(gravest);
}

export function drawnState(interval: Interval): DrawnState {
  return interval.state === 'not-measured' && interval.gap?.failsAsLastSeen === true ? 'blind-fail' : interval.state;
}

function mergeColumns(gravest: Int8Array): readonly DrawnRun[] {
  const runs: DrawnRun[] = [];
  let from = 0;
  for (let column = 1; column <= gravest.length; column += 1) {
    if (column < gravest.length && gravest[column] === gravest[from]) continue;
    runs.push({ from, to: column, state: drawnStates[gravest[from] ?? -1] ?? 'not-measured' });
    from = column;
  }
  return runs;
}
