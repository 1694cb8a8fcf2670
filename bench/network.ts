import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { mostResidentMb } from './daemon.ts';
import type { NetworkTimes } from './network-worker.ts';
import type { Bench, Figure } from './report.ts';

const rulesPerGroup = 100;
const pageSize = 1_000;

/** What can reach what in networks of several sizes: reading, judging all, judging anew what one group concerns, and what it costs. */
export async function measureNetwork({ quick }: { readonly quick: boolean }): Promise<Bench> {
  const sizes = quick ? [1_000, 10_000] : [1_000, 10_000, 100_000];
  const figures: Figure[] = [];
  const perInterface: number[] = [];
  for (const interfaces of sizes) {
    const measured = await measureSize(interfaces);
    perInterface.push(measured.times.exposureMs / interfaces);
    figures.push(...sizeFigures(interfaces, measured));
  }
  const growth = (perInterface.at(-1) ?? Number.NaN) / (perInterface[1] ?? Number.NaN);
  figures.push({ name: 'exposure of one among the most for one among 10,000', value: growth, unit: 'times', budget: 1.5 });
  return { name: 'network', figures };
}

interface Measured {
  readonly times: NetworkTimes;
  readonly delayMs: number;
  readonly megabytes: number;
}

function sizeFigures(interfaces: number, { times, delayMs, megabytes }: Measured): readonly Figure[] {
  const size = interfaces.toLocaleString('en');
  const isLarge = interfaces === 100_000;
  const within = (budget: number) => (isLarge ? { budget } : {});
  return [
    { name: `read ${(interfaces / 10).toLocaleString('en')} groups, ${size} interfaces`, value: times.readMs / 1_000, unit: 's' },
    { name: `exposure of ${size} interfaces`, value: times.exposureMs / 1_000, unit: 's', ...within(5) },
    ...Object.entries(times.outcomes).map(([outcome, count]) => ({ name: `of which ${outcome}`, value: count, unit: 'interfaces' })),
    { name: `group of 10 interfaces changed, ${size}`, value: median(times.changeMs), unit: 'ms', budget: 50 },
    { name: `group of a subnet of 250 changed, ${size}`, value: median(times.subnetChangeMs), unit: 'ms', budget: 50 },
    { name: `resident memory, most, ${size}`, value: megabytes, unit: 'MB', ...within(900) },
    { name: `main thread delay, p99, ${size}`, value: delayMs, unit: 'ms', budget: 20 },
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measureSize(interfaces: number): Promise<Measured> {
  const pages = fork(pathOf('network-pages.ts'), [interfaces, rulesPerGroup, pageSize].map(String));
  try {
    const [origin] = (await once(pages, 'message')) as [string];
    const ours = fork(pathOf('network-process.ts'), [origin, String(interfaces)]);
    const [measured] = (await Promise.race([once(ours, 'message'), once(ours, 'exit').then(failAtEnd)])) as [Omit<Measured, 'megabytes'>];
    const megabytes = await mostResidentMb(ours.pid ?? 0);
    ours.send('seen');
    await once(ours, 'exit');
    return { ...measured, megabytes };
  } finally {
    pages.kill('SIGKILL');
  }
}

function failAtEnd(): never {
  throw new Error('the measured process ended before it had measured');
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
