import type { OwnLooks } from '../domain/look.ts';
import type { LookPlan } from '../domain/plan.ts';
import type { StoreReader, WholeLooks } from '../domain/ports.ts';
import { epochMs, timestamp } from '../domain/time.ts';
import { jitterOf, scheduledTimes } from './schedule.ts';

const hourMs = 3_600_000;
const spanHours = 24;
/** What it takes after its own deadline until a look is recorded. */
const recordingMs = 60_000;

type OwnLook = OwnLooks['looks'][number];

/**
 * How completely this daemon looked in the last whole hours, as the state has it. A look of which none was ever recorded was due all the time; one that
 * was configured lately, since its first.
 */
export async function tellOwnLooks(reader: Pick<StoreReader, 'wholeLooks'>, plans: readonly LookPlan[], nowMs: number): Promise<OwnLooks> {
  const toMs = Math.floor(nowMs / hourMs) * hourMs;
  const span = { fromMs: toMs - spanHours * hourMs, toMs, nowMs };
  const period = { from: timestamp(span.fromMs), to: timestamp(toMs) };
  const looks: OwnLook[] = [];
  for (const plan of plans) looks.push(countLooks(plan, await reader.wholeLooks(plan.name, period), span));
  return { ...period, looks: looks.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}

/** Where a time was claimed twice, since the clock was set back, the first that ended counts. */
export function countLooks(plan: LookPlan, { since, looks }: WholeLooks, { fromMs, toMs, nowMs }: Span): OwnLook {
  const endedMs = new Map(looks.toReversed().map(({ scheduledFor, finishedAt }) => [epochMs(scheduledFor), epochMs(finishedAt)]));
  const firstMs = since === null ? fromMs : Math.max(fromMs, epochMs(since));
  const jitterMs = jitterOf(plan);
  const times = scheduledTimes(plan.schedule, firstMs, nowMs + 1);
  let [due, done, late] = [0, 0, 0];
  for (const [index, atMs] of times.entries()) {
    if (atMs >= toMs) break;
    const ended = endedMs.get(atMs);
    // One that may still be going on is neither done nor missed.
    if (ended === undefined && atMs + jitterMs + plan.deadlineMs + recordingMs > nowMs) continue;
    due += 1;
    if (ended === undefined) continue;
    done += 1;
    const next = times[index + 1];
    if (next !== undefined && ended > next + jitterMs) late += 1;
  }
  return { name: plan.name, due, done, late };
}
