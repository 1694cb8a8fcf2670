import { parentPort, workerData } from 'node:worker_threads';
import type { ActivityLogFact } from '../src/logs/log-facts.ts';
import { settledSpan } from '../src/logs/reconciled-events.ts';
import { createActivityLogSource } from '../src/sources/logs/activity-log-source.ts';
import { makeAccess, makeRequest, type PretendAccess } from './logs-access.ts';
import { type Activity, firstFrom, idOf, isLost } from './logs-activity.ts';

/** The world's part: the first look of a process, then the looks of a day. */
export interface LogsTimes {
  readonly events: number;
  readonly firstMs: number;
  readonly nextMs: readonly number[];
  /** Events that are lost and were not told, and such that arrived and were called missing, over all looks. */
  readonly missed: number;
  readonly wronglyMissing: number;
  /** Events that were counted more often than they happened, or less. */
  readonly doubleCounted: number;
}

const hourMs = 3_600_000;
const cadenceMs = hourMs / 4;
const startMs = Date.parse('2026-11-20T00:00:00Z');
const activity: Activity = { startMs, everyMs: (24 * hourMs) / 200_000, lostEvery: 5_000 };
const wrong = { missed: 0, wronglyMissing: 0, doubleCounted: 0 };

function compare(fact: ActivityLogFact, nowMs: number): number {
  const { fromMs, toMs } = settledSpan({ nowMs, hours: 24, settleHours: 6 });
  const [first, last] = [firstFrom(activity, fromMs), firstFrom(activity, toMs)];
  const lost = new Set<string>();
  for (let number = first; number < last; number += 1) if (isLost(activity, number)) lost.add(idOf(number));
  const told = fact.missing.filter(({ id }) => lost.has(id)).length;
  wrong.missed += lost.size - told;
  wrong.wronglyMissing += fact.missingCount - told;
  wrong.doubleCounted += Math.abs(fact.listed - (last - first)) + Math.abs(fact.found - (last - first - lost.size));
  return last - first;
}

const access: PretendAccess = makeAccess((workerData as { readonly origin: string }).origin, activity);
const source = createActivityLogSource(access);
const request = makeRequest(1);

async function look(nowMs: number): Promise<{ readonly tookMs: number; readonly events: number }> {
  access.nowMs = nowMs;
  const startedAt = performance.now();
  for await (const { seen, thrown } of source.look(request)) {
    const tookMs = performance.now() - startedAt;
    const brought = seen['activity-log'];
    if (thrown !== undefined) throw thrown;
    if (brought === undefined || 'fault' in brought) throw new Error(`no fact: ${JSON.stringify(brought)}`);
    return { tookMs, events: compare(brought.fact as unknown as ActivityLogFact, nowMs) };
  }
  throw new Error('nobody was answered for');
}

// Not at a whole hour, so that the windows do not end where the settled time does.
const firstAt = startMs + 36 * hourMs + 137_000;
const first = await look(firstAt);
const nextMs: number[] = [];
for (let nowMs = firstAt + cadenceMs; nowMs <= firstAt + 24 * hourMs; nowMs += cadenceMs) nextMs.push((await look(nowMs)).tookMs);
const times: LogsTimes = { events: first.events, firstMs: first.tookMs, nextMs, ...wrong };
parentPort?.postMessage(times);
