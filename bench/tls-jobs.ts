import { monitorEventLoopDelay } from 'node:perf_hooks';
import PQueue from 'p-queue';
import type { Peer } from '../src/sources/tls/probe-limits.ts';
import { auditPeer, type BenchAudit, type Configured, lookAtPeer, readModern } from './tls-audit.ts';

/** What one process is to measure. */
export type TlsJob =
  | { readonly kind: 'audits'; readonly peer: Peer; readonly configured: Configured; readonly runs: number; readonly warmUps: number }
  | { readonly kind: 'other-names'; readonly peer: Peer; readonly configured: Configured; readonly runs: number }
  | { readonly kind: 'modern-chains'; readonly peer: Peer; readonly runs: number }
  | { readonly kind: 'looks'; readonly peer: Peer; readonly runs: number }
  | { readonly kind: 'fleet'; readonly peers: readonly Peer[]; readonly configured: Configured; readonly atOnce: number };

export interface TlsTimes {
  /** Of each run. */
  readonly ms: readonly number[];
  readonly cpuMs: readonly number[];
  readonly hellos: number;
  readonly wrong: readonly string[];
  /** 99th percentile; of a fleet. */
  readonly loopDelayMs: number;
}

export async function doTlsJob(job: TlsJob): Promise<TlsTimes> {
  switch (job.kind) {
    case 'audits':
      await repeat(job.warmUps, () => auditPeer(job.peer, job.configured));
      return timesOf(await repeat(job.runs, () => auditPeer(job.peer, job.configured)));
    case 'other-names':
      await repeat(5, () => auditPeer(job.peer, job.configured, true));
      return timesOf(await repeat(job.runs, () => auditPeer(job.peer, job.configured, true)));
    case 'modern-chains':
      return await timeEach(job.runs, () => readModern(job.peer));
    case 'looks':
      return await timeEach(job.runs, () => lookAtPeer(job.peer.port));
    case 'fleet':
      return await auditFleet(job);
  }
}

async function repeat<Value>(times: number, act: () => Promise<Value>): Promise<readonly Value[]> {
  const values: Value[] = [];
  while (values.length < times) values.push(await act());
  return values;
}

function timesOf(audits: readonly BenchAudit[], loopDelayMs = 0): TlsTimes {
  return {
    ms: audits.map(({ ms }) => ms),
    cpuMs: audits.map(({ cpuMs }) => cpuMs),
    hellos: Math.max(...audits.map(({ hellos }) => hellos)),
    wrong: audits.flatMap(({ wrong }) => wrong),
    loopDelayMs,
  };
}

async function timeEach(runs: number, act: () => Promise<number>): Promise<TlsTimes> {
  await repeat(3, act);
  const startedCpu = process.cpuUsage();
  const ms = await repeat(runs, act);
  const { user, system } = process.cpuUsage(startedCpu);
  return { ms, cpuMs: [(user + system) / 1_000 / runs], hellos: 0, wrong: [], loopDelayMs: 0 };
}

/** Not warmed up: the first look of a daemon is one, too. */
async function auditFleet({ peers, configured, atOnce }: Extract<TlsJob, { kind: 'fleet' }>): Promise<TlsTimes> {
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const queue = new PQueue({ concurrency: atOnce });
  const startedAt = performance.now();
  const startedCpu = process.cpuUsage();
  delays.enable();
  const audits = await queue.addAll(peers.map((peer) => () => auditPeer(peer, configured)));
  delays.disable();
  const { user, system } = process.cpuUsage(startedCpu);
  const times = timesOf(audits, delays.percentile(99) / 1e6);
  return { ...times, ms: [performance.now() - startedAt], cpuMs: [(user + system) / 1_000] };
}
