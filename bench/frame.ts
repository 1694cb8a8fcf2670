import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { findFreePort } from '../sandbox/listen.ts';
import { endpointChecks } from './checks.ts';
import { buildProgram, mostResidentMb, readyPort, scrape, startDaemon, stateBytes, sum } from './daemon.ts';
import type { Bench, Figure } from './report.ts';

const projectRoot = fileURLToPath(new URL('..', import.meta.url));
const checks = Object.keys(endpointChecks);
const endpoints = 1_000;
const dayMs = 86_400_000;

interface Estate {
  readonly hosts: readonly string[];
  readonly httpsPort: number;
  readonly httpPort: number;
  readonly nameServer: string;
  readonly rootPem: string;
}

/** The frame under its intended load: 1,000 endpoints, each check of endpoints, each minute, on loopback; and idle, with nothing to watch. */
export async function measureFrame({ quick }: { readonly quick: boolean }): Promise<Bench> {
  buildProgram();
  const estateProcess = fork(join(projectRoot, 'bench/estate-process.ts'), [String(endpoints)]);
  try {
    const [estate] = (await once(estateProcess, 'message')) as [Estate];
    const idle = await measureDaemon({ ...estate, hosts: [] }, 10_000, 0);
    const loaded = await measureDaemon(estate, quick ? 130_000 : 310_000, 125_000);
    const figures: readonly Figure[] = [
      { name: 'ready after start, nothing to watch', value: idle.readyMs, unit: 'ms', budget: 1_000 },
      { name: 'resident memory, nothing to watch', value: idle.mostResidentMb, unit: 'MB', budget: 150 },
      { name: `ready after start, ${endpoints} endpoints`, value: loaded.readyMs, unit: 'ms', budget: 1_000 },
      { name: 'resident memory, most', value: loaded.mostResidentMb, unit: 'MB', budget: 250 },
      { name: 'main thread delay, p99 of the worst interval', value: loaded.worstDelayMs, unit: 'ms', budget: 20 },
      { name: 'state file, growth per day', value: loaded.growthPerDayMb, unit: 'MB', budget: 100 },
      { name: 'state file, at the end', value: loaded.stateMb, unit: 'MB' },
      { name: 'processor time of one', value: loaded.cpuShare, unit: 'cores' },
      { name: 'runs recorded per minute', value: loaded.runsPerMinute, unit: 'runs' },
      { name: 'findings that are not pass or not-provable', value: loaded.notPass, unit: 'findings', budget: 0 },
    ];
    return { name: 'frame', figures };
  } finally {
    estateProcess.kill('SIGKILL');
  }
}

interface Measured {
  readonly readyMs: number;
  readonly mostResidentMb: number;
  readonly worstDelayMs: number;
  readonly growthPerDayMb: number;
  readonly stateMb: number;
  readonly cpuShare: number;
  readonly runsPerMinute: number;
  readonly notPass: number;
}

async function measureDaemon(estate: Estate, forMs: number, growthFromMs: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'claimwatch-bench-'));
  await writeConfiguration(folder, estate);
  const startedAt = performance.now();
  const daemon = startDaemon(folder);
  try {
    const port = await readyPort(daemon.stdout);
    const readyMs = performance.now() - startedAt;
    return { readyMs, ...(await watchDaemon(daemon.pid ?? 0, port, folder, { startedAt, forMs, growthFromMs })) };
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    await rm(folder, { recursive: true });
  }
}

async function watchDaemon(
  pid: number,
  port: number,
  folder: string,
  span: { readonly startedAt: number; readonly forMs: number; readonly growthFromMs: number },
): Promise<Omit<Measured, 'readyMs'>> {
  let worstDelayMs = 0;
  let growthFrom: { readonly bytes: number; readonly at: number } | null = null;
  // The first scrape empties the histogram of start-up, which is not the main thread at work.
  await scrape(port);
  for (;;) {
    await delay(5_000);
    const metrics = await scrape(port);
    worstDelayMs = Math.max(worstDelayMs, sum(metrics, 'nodejs_eventloop_lag_p99_seconds') * 1000);
    const at = performance.now() - span.startedAt;
    if (growthFrom === null && at >= span.growthFromMs) growthFrom = { bytes: stateBytes(folder), at };
    if (at < span.forMs) continue;
    const bytes = stateBytes(folder);
    const grown = growthFrom === null || at === growthFrom.at ? 0 : ((bytes - growthFrom.bytes) / (at - growthFrom.at)) * dayMs;
    return {
      mostResidentMb: await mostResidentMb(pid),
      worstDelayMs,
      growthPerDayMb: grown / 1e6,
      stateMb: bytes / 1e6,
      cpuShare: sum(metrics, 'process_cpu_seconds_total') / (at / 1000),
      runsPerMinute: sum(metrics, 'claimwatch_check_runs_total') / (at / 60_000),
      notPass:
        sum(metrics, 'claimwatch_check_findings', /interpretation="intent".*status="(fail|unknown|waived)"/) -
        (estateIsEmpty(metrics) ? checks.length : 0),
    };
  }
}

async function writeConfiguration(folder: string, estate: Estate): Promise<void> {
  const pace = { schedule: '* * * * *', jitter: '0s', deadline: '50s', subjectDeadline: '10s', concurrency: 16 };
  const configuration = {
    state: './state',
    register: 'claims.yaml',
    waivers: 'waivers.yaml',
    listen: { host: '127.0.0.1', port: await findFreePort() },
    vantage: { name: 'bench', external: false, egressAddress: null, resolver: [estate.nameServer] },
    endpoints: estate.hosts.map((host) => ({ host, port: estate.httpsPort, httpPort: estate.httpPort })),
    looks: {
      tls: { source: 'tls', ...pace, options: { extraRoots: ['${file:root.pem}'], addressFamilies: ['ipv4'] } },
      http: { source: 'http', ...pace, options: { addressFamilies: ['ipv4'] } },
      https: { source: 'https', ...pace, options: { addressFamilies: ['ipv4'] } },
      dns: { source: 'dns', ...pace },
    },
    checks: Object.fromEntries(checks.map((check) => [check, { maxAge: '5m' }])),
    receivers: { log: { kind: 'log' } },
  };
  await writeFile(join(folder, 'claimwatch.yaml'), stringify(configuration));
  await writeFile(join(folder, 'waivers.yaml'), 'waivers: []\n');
  await writeFile(join(folder, 'root.pem'), estate.rootPem);
  await cp(join(projectRoot, 'config/claims.yaml'), join(folder, 'claims.yaml'));
}

function estateIsEmpty(metrics: string): boolean {
  return sum(metrics, 'claimwatch_check_findings', /interpretation="intent"/) === checks.length;
}
