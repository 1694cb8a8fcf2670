import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import PQueue from 'p-queue';
import type { Peer } from '../src/sources/tls/probe-limits.ts';
import { auditPeer, type BenchAudit, type Configured, lookAt, readModern } from './tls-audit.ts';

/** What one process is to measure. */
export type TlsJob =
  | {
      readonly kind: 'audits' | 'other-names';
      readonly peer: Peer;
      readonly configured: Configured;
      readonly runs: number;
      readonly warmUps: number;
    }
  | { readonly kind: 'modern-chains'; readonly peer: Peer; readonly runs: number }
  | { readonly kind: 'looks'; readonly peer: Peer; readonly runs: number }
  | { readonly kind: 'fleet'; readonly peers: readonly Peer[]; readonly configured: Configured; readonly atOnce: number }
  | { readonly kind: 'fleet-looks'; readonly peers: readonly Peer[]; readonly atOnce: number };

export interface TlsTimes {
  /** Of each run. */
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  readonly hellos: number;
  readonly wrong: readonly string[];
  /** 99th percentile; of a fleet. */
  readonly loopDelayMs: number;
  /** How long threads of this process that could have run had to wait for a processor, in all. */
  readonly waitedMs: number;
}

export async function doTlsJob(job: TlsJob): Promise<TlsTimes> {
  switch (job.kind) {
    case 'audits':
      return await timeAudits(job, false);
    case 'other-names':
      return await timeAudits(job, true);
    case 'modern-chains':
      return await timeEach(job.runs, () => readModern(job.peer));
    case 'looks':
      // By a name that resolves to loopback.
      return await timeEach(job.runs, () => lookAt(['localhost'], job.peer.port, 1));
    case 'fleet':
      return await auditFleet(job);
    case 'fleet-looks':
      return await lookAtFleet(job);
  }
}

type AuditJob = Extract<TlsJob, { kind: 'audits' | 'other-names' }>;

async function timeAudits({ peer, configured, runs, warmUps }: AuditJob, asksOtherNames: boolean): Promise<TlsTimes> {
  await repeat(warmUps, () => auditPeer(peer, configured, asksOtherNames));
  const waitedMs = readWaitedMs();
  const audits = await repeat(runs, () => auditPeer(peer, configured, asksOtherNames));
  return { ...timesOf(audits), waitedMs: readWaitedMs() - waitedMs };
}

async function repeat<Value>(times: number, act: () => Promise<Value>): Promise<readonly Value[]> {
  const values: Value[] = [];
  while (values.length < times) values.push(await act());
  return values;
}

const nothingMeasured: Omit<TlsTimes, 'ms' | 'cpuMs'> = { hellos: 0, wrong: [], loopDelayMs: 0, waitedMs: 0 };

function timesOf(audits: readonly BenchAudit[]): TlsTimes {
  return {
    ...nothingMeasured,
    ms: audits.map(({ ms }) => ms),
    cpuMs: audits.map(({ cpuMs }) => cpuMs),
    hellos: Math.max(...audits.map(({ hellos }) => hellos)),
    wrong: audits.flatMap(({ wrong }) => wrong),
  };
}

async function timeEach(runs: number, act: () => Promise<number>): Promise<TlsTimes> {
  await repeat(3, act);
  const startedCpu = process.cpuUsage();
  const ms = await repeat(runs, act);
  const { user, system } = process.cpuUsage(startedCpu);
  return { ...nothingMeasured, ms, cpuMs: [(user + system) / 1_000 / runs] };
}

/** Not warmed up: the first look of a daemon is one, too. */
async function timeFleet(act: () => Promise<Pick<TlsTimes, 'hellos' | 'wrong'>>): Promise<TlsTimes> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const [startedAt, startedCpu, waitedMs] = [performance.now(), process.cpuUsage(), readWaitedMs()];
  delays.enable();
  const { hellos, wrong } = await act();
  delays.disable();
  const { user, system } = process.cpuUsage(startedCpu);
  return {
    ms: [performance.now() - startedAt],
    cpuMs: [(user + system) / 1_000],
    hellos,
    wrong,
    loopDelayMs: delays.percentile(99) / 1e6,
    waitedMs: readWaitedMs() - waitedMs,
  };
}

async function auditFleet({ peers, configured, atOnce }: Extract<TlsJob, { kind: 'fleet' }>): Promise<TlsTimes> {
  const queue = new PQueue({ concurrency: atOnce });
  return await timeFleet(async () => timesOf(await queue.addAll(peers.map((peer) => () => auditPeer(peer, configured)))));
}

async function lookAtFleet({ peers, atOnce }: Extract<TlsJob, { kind: 'fleet-looks' }>): Promise<TlsTimes> {
  const [{ port } = { port: 0 }] = peers;
  return await timeFleet(async () => {
    const hosts = peers.map(({ address }) => address);
    await lookAt(hosts, port, atOnce);
    return nothingMeasured;
  });
}

/** The kernel counts it for each thread (sched-stats.rst): on a busy machine it is what is not ours. */
function readWaitedMs(): number {
  const waited = readdirSync('/proc/self/task').map((thread) => readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[1]);
  return waited.reduce((sum, nanoseconds) => sum + Number(nanoseconds), 0) / 1e6;
}
