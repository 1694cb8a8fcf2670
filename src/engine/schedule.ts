import { parse, validateDetailed } from 'node-cron';
import type { DueLook, LookPlan } from '../domain/plan.ts';
import { isFromFuture } from '../domain/status.ts';
import { epochMs, type Timestamp, timestamp } from '../domain/time.ts';

const daySeconds = 86_400;
const dayMs = daySeconds * 1_000;
/** A schedule that matches nothing for four years and a day (29 February) matches nothing at all. */
const longestGapDays = 4 * 366;

/** What is wrong with a cron expression, or null. Day of month and day of week must both match, unlike in Vixie cron. */
export function findScheduleError(expression: string): string | null {
  const result = validateDetailed(expression);
  if (!result.valid) return result.errors.map((error) => error.message).join('; ');
  return latestScheduledTime(expression, Date.UTC(2028, 11, 31)) === null ? 'it matches no time' : null;
}

/** The calendar repeats after 28 years: each day that can come does so twice. */
const calendarDays = 2 * 28 * 366;

/** The longest time between two times that the expression matches, milliseconds; infinite where it matches fewer than two days. */
export function longestGapMs(expression: string): number {
  const fields = parseOnce(expression);
  const second = spread(fields.second, 1, { first: 0, last: 0, gap: 0 });
  const timeOfDay = spread(fields.hour, 3600, spread(fields.minute, 60, second));
  const days = matchesEachDay(fields) ? [0, 1] : daysOfCalendar(fields);
  return days.length < 2 ? Number.POSITIVE_INFINITY : spread(days, daySeconds, timeOfDay).gap * 1000;
}

/** As most looks are scheduled: going through the calendar for each took a tenth of a second of the start (measured). */
function matchesEachDay({ month, dayOfMonth, dayOfWeek }: ReturnType<typeof parse>): boolean {
  const numbers = new Set(dayOfMonth.filter((day) => typeof day === 'number'));
  return new Set(month).size === 12 && numbers.size === 31 && new Set(dayOfWeek.map((day) => Number(day) % 7)).size === 7;
}

function daysOfCalendar(fields: ReturnType<typeof parse>): readonly number[] {
  return Array.from({ length: calendarDays }, (_, day) => day).filter((day) => matchesDay(fields, new Date(Date.UTC(2000, 0, 1 + day))));
}

/** The first and the last time of a period, and the longest gap within it; seconds. */
interface Spread {
  readonly first: number;
  readonly last: number;
  readonly gap: number;
}

function spread(values: readonly number[], unitSeconds: number, within: Spread): Spread {
  const starts = values.map((value) => value * unitSeconds).toSorted((a, b) => a - b);
  const [earliest = 0, latest = 0] = [starts[0], starts.at(-1)];
  let gap = within.gap;
  let before = earliest;
  for (const start of starts.slice(1)) {
    gap = Math.max(gap, start + within.first - (before + within.last));
    before = start;
  }
  return { first: earliest + within.first, last: latest + within.last, gap };
}

/** The latest time at or before `nowMs` that the expression (UTC, five or six fields) matches; null where there is none. */
function latestScheduledTime(expression: string, nowMs: number): number | null {
  const fields = parseOnce(expression);
  const descending = (values: readonly number[]) => values.toSorted((a, b) => b - a);
  const timesOfDay = { hours: descending(fields.hour), minutes: descending(fields.minute), seconds: descending(fields.second) };
  let limit = nowMs;
  for (let day = 0; day <= longestGapDays; day += 1) {
    const date = new Date(limit);
    const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
    if (matchesDay(fields, new Date(midnight))) {
      const second = latestSecondOfDay(timesOfDay, Math.floor((limit - midnight) / 1000));
      if (second !== null) return midnight + second * 1000;
    }
    limit = midnight - 1;
  }
  return null;
}

const parsedExpressions = new Map<string, ReturnType<typeof parse>>();

/** Asked every second for every look. */
function parseOnce(expression: string): ReturnType<typeof parse> {
  const fields = parsedExpressions.get(expression) ?? parse(expression);
  parsedExpressions.set(expression, fields);
  return fields;
}

function matchesDay(fields: ReturnType<typeof parse>, date: Date): boolean {
  if (!fields.month.includes(date.getUTCMonth() + 1)) return false;
  const lastDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const day = date.getUTCDate();
  const inMonth = fields.dayOfMonth.some((allowed) => (typeof allowed === 'number' ? allowed === day : allowed === 'L' && day === lastDay));
  return inMonth && fields.dayOfWeek.some((allowed) => Number(allowed) % 7 === date.getUTCDay());
}

interface TimesOfDay {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

function latestSecondOfDay({ hours, minutes, seconds }: TimesOfDay, limit: number): number | null {
  if (limit < 0 || limit >= daySeconds) return null;
  for (const hour of hours) {
    if (hour * 3600 > limit) continue;
    for (const minute of minutes) {
      if (hour * 3600 + minute * 60 > limit) continue;
      const second = seconds.find((candidate) => hour * 3600 + minute * 60 + candidate <= limit);
      if (second !== undefined) return hour * 3600 + minute * 60 + second;
    }
  }
  return null;
}

/**
 * Whether a look is due, from its persisted last scheduled time. However many times were missed, it is one look (the latest): a catch-up, never a burst.
 * A last time in the future means that the clock was set back: due at once, since waiting would be silence. A nudge makes no look twice.
 */
export function findDueLook(look: LookPlan, lastScheduled: Timestamp | null, nowMs: number): DueLook | null {
  const latest = latestScheduledTime(look.schedule, nowMs - jitterOf(look));
  if (latest === null) return null;
  if (lastScheduled !== null) {
    if (latest <= epochMs(lastScheduled) && !isFromFuture(lastScheduled, nowMs)) return null;
  }
  return { look: look.name, scheduledFor: timestamp(latest) };
}

/** Every time from `fromMs` on and before `toMs` that the expression (UTC) matches, in order. */
export function scheduledTimes(expression: string, fromMs: number, toMs: number): readonly number[] {
  const fields = parseOnce(expression);
  const [hours, minutes, seconds] = [fields.hour, fields.minute, fields.second].map((values) => [...new Set(values)].sort((a, b) => a - b));
  const times: number[] = [];
  for (let midnight = Math.floor(fromMs / dayMs) * dayMs; midnight < toMs; midnight += dayMs) {
    if (!matchesDay(fields, new Date(midnight))) continue;
    for (const hour of hours ?? [])
      for (const minute of minutes ?? [])
        for (const second of seconds ?? []) {
          const at = midnight + ((hour * 60 + minute) * 60 + second) * 1_000;
          if (at >= fromMs && at < toMs) times.push(at);
        }
  }
  return times;
}

/** The same for a look at every tick and after every restart: its name decides. */
export function jitterOf(look: LookPlan): number {
  let hash = 7;
  for (const character of look.name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return look.jitterMs === 0 ? 0 : hash % look.jitterMs;
}

/** How many scheduled times were passed over between the last look and the one that is due now; capped, since only "some" matters. */
export function countMissedTimes(look: LookPlan, lastScheduled: Timestamp | null, due: DueLook): number {
  if (lastScheduled === null) return 0;
  const last = epochMs(lastScheduled);
  let missed = 0;
  let at = latestScheduledTime(look.schedule, epochMs(due.scheduledFor) - 1);
  while (at !== null && at > last && missed < 100) {
    missed += 1;
    at = latestScheduledTime(look.schedule, at - 1);
  }
  return missed;
}
