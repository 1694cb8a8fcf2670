import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Azure, type Setting, startAzure, writeConfiguration } from './azure.ts';
import { buildProgram, mostResidentMb, readyPort, scrape, startDaemon, stateBytes, sum } from './daemon.ts';
import { measureJudging } from './judging.ts';
import type { Bench, Figure } from './report.ts';

/** Whole estates of several sizes: how long a look takes, what it costs, and what a change costs. */
export async function measureEstate({ quick }: { readonly quick: boolean }): Promise<Bench> {
  buildProgram();
  const small = await measureSize(10_000);
  const large = quick ? null : await measureSize(100_000);
  const growth = await measureGrowth(quick ? 20 : 60);
  const limited = await measureLimited();
  const judging = await measureJudging(quick ? 10_000 : 100_000);
  const figures: readonly Figure[] = [
    ...sizeFigures('10,000', small, {}),
    ...(large === null ? [] : sizeFigures('100,000', large, { seconds: 30, megabytes: 900, again: 10 })),
    { name: 'requests of 100,000 for each of 10,000', value: large === null ? Number.NaN : large.requests / small.requests, unit: 'times' },
    ...judging,
    { name: 'state file, growth per day, 10,000, 1% changed', value: growth, unit: 'MB', budget: 30 },
    { name: 'real limits and 80 ms, 10,000: look', value: limited.seconds, unit: 's' },
    { name: 'real limits and 80 ms, 10,000: answers 429', value: limited.refused, unit: 'answers' },
    { name: 'real limits and 80 ms, 10,000: unread', value: limited.unread, unit: 'scopes', budget: 0 },
    // Resource Graph answers three questions a second, a thousand rows each.
    { name: 'predicted look of 100,000 under real limits', value: limited.seconds * 10, unit: 's' },
  ];
  return { name: 'estate', figures: figures.filter(({ value }) => !Number.isNaN(value)) };
}

interface Size {
  readonly readyMs: number;
  readonly idleMb: number;
  readonly seconds: number;
  readonly againSeconds: number;
  readonly requests: number;
  readonly megabytes: number;
  readonly delayMs: number;
}

function sizeFigures(
  size: string,
  measured: Size,
  budgets: { readonly seconds?: number; readonly megabytes?: number; readonly again?: number },
): readonly Figure[] {
  const within = (budget: number | undefined) => (budget === undefined ? {} : { budget });
  return [
    { name: `ready after start, ${size}`, value: measured.readyMs, unit: 'ms', budget: 1_500 },
    { name: `resident memory when ready, ${size}`, value: measured.idleMb, unit: 'MB', budget: 190 },
    { name: `look at ${size} resources`, value: measured.seconds, unit: 's', ...within(budgets.seconds) },
    { name: `look at ${size} again, unchanged`, value: measured.againSeconds, unit: 's', ...within(budgets.again) },
    { name: `requests of one look, ${size}`, value: measured.requests, unit: 'requests' },
    { name: `resident memory, most, ${size}`, value: measured.megabytes, unit: 'MB', ...within(budgets.megabytes) },
    { name: `main thread delay, p99 of the worst interval, ${size}`, value: measured.delayMs, unit: 'ms', budget: 20 },
  ];
}

async function measureSize(resources: number): Promise<Size> {
  return await withDaemon({ resources, schedule: '*/20 * * * * *' }, async ({ azure, port, pid, readyMs }) => {
    const idleMb = await mostResidentMb(pid);
    await azure.counts();
    let delayMs = 0;
    const watch = async () => {
      delayMs = Math.max(delayMs, sum(await scrape(port), 'nodejs_eventloop_lag_p99_seconds') * 1000);
    };
    await scrape(port);
    await waitForLooks(port, 1, watch, watchedMs);
    const { requests } = await azure.counts();
    const first = lookSeconds(await scrape(port));
    await waitForLooks(port, 2, watch, watchedMs);
    const seconds = lookSeconds(await scrape(port));
    // The judgements of the second look.
    await delay(10_000);
    await watch();
    return { readyMs, idleMb, seconds: first, againSeconds: seconds - first, requests, megabytes: await mostResidentMb(pid), delayMs };
  });
}

/** As many looks as fit in a shorter time; each with as many changes as 1% of 10,000 in a day come to in a quarter of an hour. */
async function measureGrowth(looks: number): Promise<number> {
  const looksPerDay = 96;
  return await withDaemon({ resources: 10_000, schedule: '*/5 * * * * *' }, async ({ azure, port, folder }) => {
    await waitForLooks(port, 3, async () => undefined);
    const before = stateBytes(folder);
    for (let look = 1; look <= looks; look += 1) {
      azure.change();
      await waitForLooks(port, 3 + look, async () => undefined);
    }
    return (((stateBytes(folder) - before) / looks) * looksPerDay) / 1e6;
  });
}

async function measureLimited(): Promise<{ readonly seconds: number; readonly refused: number; readonly unread: number }> {
  return await withDaemon({ resources: 10_000, schedule: '0 * * * * *', isLimited: true }, async ({ azure, port }) => {
    await azure.counts();
    await waitForLooks(port, 1, async () => undefined);
    const metrics = await scrape(port);
    const { refused } = await azure.counts();
    return { seconds: lookSeconds(metrics), refused, unread: sum(metrics, 'claimwatch_look_subjects', /result="unread"/) };
  });
}

function lookSeconds(metrics: string): number {
  return sum(metrics, 'claimwatch_look_duration_seconds_sum', /look="azure"/);
}

/** A histogram of delays counts from the last scrape: over so long, a hundredth of it is more than one piece of work. */
const watchedMs = 5_000;

async function waitForLooks(port: number, count: number, meanwhile: () => Promise<void>, everyMs = 500): Promise<void> {
  const until = performance.now() + 300_000;
  for (;;) {
    await delay(everyMs);
    await meanwhile();
    const metrics = await scrape(port);
    if (sum(metrics, 'claimwatch_look_duration_seconds_count', /look="azure"/) >= count) return;
    if (performance.now() > until) throw new Error(`look ${count} did not end within five minutes`);
  }
}

interface Running {
  readonly azure: Azure;
  readonly port: number;
  readonly pid: number;
  readonly folder: string;
  readonly readyMs: number;
}

async function withDaemon<T>(setting: Setting, measure: (running: Running) => Promise<T>): Promise<T> {
  const azure = await startAzure(setting.resources, setting.isLimited === true);
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-bench-'));
  await writeConfiguration(folder, azure.address, setting);
  const startedAt = performance.now();
  const daemon = startDaemon(folder);
  try {
    const port = await readyPort(daemon.stdout);
    return await measure({ azure, port, pid: daemon.pid ?? 0, folder, readyMs: performance.now() - startedAt });
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    azure.stop();
    await rm(folder, { recursive: true });
  }
}
