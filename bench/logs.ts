import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createActivityLogSource } from '../src/sources/logs/activity-log-source.ts';
import { mostResidentMb } from './daemon.ts';
import { makeAccess, makeRequest } from './logs-access.ts';
import type { LogsTimes } from './logs-worker.ts';
import type { Bench, Figure } from './report.ts';

/** What an activity log lists against what arrived: all of it at once, then look by look over a day; and how much of Azure's allowance it takes. */
export async function measureLogs(): Promise<Bench> {
  const azure = fork(pathOf('logs-pages.ts'));
  try {
    const [origin] = (await once(azure, 'message')) as [string];
    return await measureAt(origin);
  } finally {
    azure.kill('SIGKILL');
  }
}

async function measureAt(origin: string): Promise<Bench> {
  const { times, megabytes, withoutWorldMb } = await measureReconciliation(origin);
  const hourly = await Promise.all([1, 10, 100].map((workspaces) => measureQuestions(origin, workspaces)));
  const nextMs = times.nextMs.toSorted((left, right) => left - right);
  return {
    name: 'logs',
    figures: [
      { name: 'events in the settled 24 hours', value: times.events, unit: 'events' },
      { name: 'first look, all of it', value: times.firstMs / 1_000, unit: 's', budget: 10 },
      { name: 'look of a quarter of an hour, median', value: nextMs[Math.floor(nextMs.length / 2)] ?? Number.NaN, unit: 'ms' },
      { name: 'look of a quarter of an hour, most', value: nextMs.at(-1) ?? Number.NaN, unit: 'ms' },
      { name: 'all 96 looks of a day', value: nextMs.reduce((sum, ms) => sum + ms, 0) / 1_000, unit: 's' },
      { name: 'lost events that were not told', value: times.missed, unit: 'events', budget: 0 },
      { name: 'arrived events that were called missing', value: times.wronglyMissing, unit: 'events', budget: 0 },
      { name: 'events counted twice, or not at all', value: times.doubleCounted, unit: 'events', budget: 0 },
      { name: 'resident memory of the world thread, most', value: megabytes - withoutWorldMb, unit: 'MB', budget: 300 },
      { name: 'resident memory of the process, most', value: megabytes, unit: 'MB' },
      ...hourly.flat(),
    ],
  };
}

interface Measured {
  readonly times: LogsTimes;
  /** Of the whole process, at its most; and before its worker was started. */
  readonly megabytes: number;
  readonly withoutWorldMb: number;
}

async function measureReconciliation(origin: string): Promise<Measured> {
  const ours = fork(pathOf('logs-process.ts'), [origin]);
  const [measured] = (await Promise.race([once(ours, 'message'), once(ours, 'exit').then(failAtEnd)])) as [Omit<Measured, 'megabytes'>];
  const megabytes = await mostResidentMb(ours.pid ?? 0);
  ours.send('seen');
  await once(ours, 'exit');
  return { ...measured, megabytes };
}

const hourMs = 3_600_000;
/** Source: Microsoft, "Service limits for Azure Monitor": 200 queries and 50 pages of the activity log in 30 seconds. */
const allowed = { queries: (200 * 3_600) / 30, pages: (50 * 3_600) / 30 };

/** Of the looks of an hour, when all that was before has been read. */
async function measureQuestions(origin: string, workspaces: number): Promise<readonly Figure[]> {
  const startMs = Date.parse('2026-11-20T00:00:00Z');
  const access = makeAccess(origin, { startMs, everyMs: 60_000, lostEvery: 1_000 });
  const source = createActivityLogSource(access);
  for (let looks = 0; looks <= 4; looks += 1) {
    access.nowMs = startMs + 36 * hourMs + (looks * hourMs) / 4;
    if (looks === 1) Object.assign(access, { queries: 0, pages: 0 });
    for await (const { thrown } of source.look(makeRequest(workspaces))) if (thrown !== undefined) throw thrown;
  }
  const of = `activity-log, ${workspaces} workspace${workspaces === 1 ? '' : 's'}`;
  return [
    { name: `queries an hour, ${of}`, value: access.queries, unit: 'queries', budget: allowed.queries },
    { name: `pages an hour, ${of}`, value: access.pages, unit: 'pages', budget: allowed.pages },
  ];
}

function failAtEnd(): never {
  throw new Error('the measured process ended before it had measured');
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
