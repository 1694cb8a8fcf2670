import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Peer } from '../src/sources/tls/probe-limits.ts';
import { buildProgram, daemonFlags, mostResidentMb } from './daemon.ts';
import type { Bench, Figure } from './report.ts';
import type { TlsJob, TlsTimes } from './tls-jobs.ts';
import { type PeerTimes, timeCommand, timeSslscan, timeTestssl } from './tls-peers.ts';
import { type BenchServer, benchHost, startEverything, startIntermediate } from './tls-servers.ts';

const oneWayMs = 15;
const warmRuns = 50;
const delayedRuns = 7;
/** As many as a look takes by default. */
const endpointsAtOnce = 16;

export interface TlsBenchOptions {
  /** Without testssl, and with sslscan over the slow network only for the first server. */
  readonly quick: boolean;
  /** testssl for the second server, too, which takes minutes. */
  readonly full: boolean;
}

interface ServerBudgets {
  readonly warmMs: number;
  readonly delayedSeconds: number;
}

/** Everything that a server would agree to, of one like Mozilla's intermediate and of one that agrees to everything; then a thousand addresses of the first. */
export async function measureTls({ quick, full }: TlsBenchOptions): Promise<Bench> {
  buildProgram();
  const [intermediate, everything] = [await startIntermediate(), await startEverything()];
  try {
    return {
      name: 'tls',
      figures: [
        ...(await serverFigures(intermediate, { warmMs: 25, delayedSeconds: 0.6 }, { testssl: !quick, delayedSslscan: true })),
        ...(await serverFigures(everything, { warmMs: 90, delayedSeconds: 2.5 }, { testssl: full, delayedSslscan: !quick })),
        ...(await fleetFigures(intermediate)),
      ],
    };
  } finally {
    await intermediate.stop();
    await everything.stop();
  }
}

interface Peers {
  readonly testssl: boolean;
  readonly delayedSslscan: boolean;
}

async function serverFigures(server: BenchServer, budgets: ServerBudgets, peers: Peers): Promise<readonly Figure[]> {
  const { name, port } = server;
  const sslscan = timeSslscan(port, benchHost);
  const testssl = peers.testssl ? timeTestssl(port) : null;
  const peer: Peer = { address: '127.0.0.1', port, serverName: benchHost };
  const audits = { kind: 'audits', peer, configured: server.configured } as const;
  const first = await firstAudits({ ...audits, runs: 1, warmUps: 0 });
  const commands = Array.from({ length: coldRuns }, () => timeCommand(port, benchHost));
  const serverBefore = server.cpuSeconds();
  const { times: warm } = await measureIn('thread', { ...audits, runs: warmRuns, warmUps: 5 });
  const serverMs = ((server.cpuSeconds() - serverBefore) * 1_000) / (warmRuns + 5);
  const { times: names } = await measureIn('thread', { ...audits, kind: 'other-names', runs: 20, warmUps: 5 });
  const { times: chains } = await measureIn('thread', { kind: 'modern-chains', peer, runs: 20 });
  const { times: looks } = await measureIn('thread', { kind: 'looks', peer, runs: 10 });
  const peerOf = (program: string, times: PeerTimes | null, of: keyof PeerTimes = 'wall') =>
    times === null ? {} : { peer: { name: program, value: times[of] * 1_000 } };
  return [
    { name: `${name}: hellos`, value: warm.hellos, unit: 'hellos' },
    { name: `${name}: answers unlike the configuration`, value: warm.wrong.length + names.wrong.length, unit: 'answers', budget: 0 },
    { name: `${name}: warm, p50`, value: percentile(warm.ms, 50), unit: 'ms', budget: budgets.warmMs, ...peerOf('sslscan', sslscan) },
    ...(testssl === null
      ? []
      : [{ name: `${name}: warm, p50`, value: percentile(warm.ms, 50), unit: 'ms', ...peerOf('testssl', testssl) }]),
    { name: `${name}: warm, p95`, value: percentile(warm.ms, 95), unit: 'ms' },
    { name: `${name}: warm, CPU`, value: percentile(warm.cpuMs, 50), unit: 'ms', ...peerOf('sslscan', sslscan, 'cpu') },
    { name: `${name}: warm, waited for a processor`, value: warm.waitedMs / warmRuns, unit: 'ms' },
    { name: `${name}: warm, CPU of the server`, value: serverMs, unit: 'ms' },
    { name: `${name}: first audit of a process`, value: percentile(first, 50), unit: 'ms', ...peerOf('sslscan', sslscan) },
    { name: `${name}: the command tls`, value: medianMs(commands, 'wall'), unit: 'ms', ...peerOf('sslscan', sslscan) },
    { name: `${name}: the command tls, CPU`, value: medianMs(commands, 'cpu'), unit: 'ms', ...peerOf('sslscan', sslscan, 'cpu') },
    { name: `${name}: with other names, p50`, value: percentile(names.ms, 50), unit: 'ms' },
    { name: `${name}: chains of TLS 1.3, p50`, value: percentile(chains.ms, 50), unit: 'ms' },
    { name: `${name}: whole look of the source, p50`, value: percentile(looks.ms, 50), unit: 'ms' },
    ...(await delayedFigures(server, budgets, peers)),
  ];
}

/** Each over a network of 30 ms there and back. */
async function delayedFigures(server: BenchServer, { delayedSeconds }: ServerBudgets, peers: Peers): Promise<readonly Figure[]> {
  const proxy = fork(pathOf('delay-proxy.ts'), [server.port, oneWayMs].map(String));
  try {
    const [port] = (await once(proxy, 'message')) as [number];
    const sslscan = peers.delayedSslscan ? timeSslscan(port, benchHost) : null;
    const peer: Peer = { address: '127.0.0.1', port, serverName: benchHost };
    const before = await connectionsOf(proxy);
    const { times } = await measureIn('thread', { kind: 'audits', peer, configured: server.configured, runs: delayedRuns, warmUps: 1 });
    const connections = (await connectionsOf(proxy)) - before;
    const { times: looks } = await measureIn('thread', { kind: 'looks', peer, runs: 3 });
    const seconds = percentile(times.ms, 50) / 1_000;
    const name = `${server.name}: at ${2 * oneWayMs} ms`;
    return [
      {
        name: `${name}, p50`,
        value: seconds,
        unit: 's',
        budget: delayedSeconds,
        ...(sslscan === null ? {} : { peer: { name: 'sslscan', value: sslscan.wall } }),
      },
      { name: `${name}, connections`, value: connections / (delayedRuns + 1), unit: 'times' },
      // A connection goes there and back once, and the hello on it once.
      { name: `${name}, connections in a row`, value: (seconds * 1_000) / (4 * oneWayMs), unit: 'times' },
      { name: `${name}, whole look of the source, p50`, value: percentile(looks.ms, 50) / 1_000, unit: 's' },
      { name: `${name}, answers unlike the configuration`, value: times.wrong.length, unit: 'answers', budget: 0 },
    ];
  } finally {
    proxy.kill();
  }
}

async function connectionsOf(proxy: ChildProcess): Promise<number> {
  proxy.send('how many');
  const [connections] = (await once(proxy, 'message')) as [number];
  return connections;
}

const fleetSize = 1_000;

/** The same server at a thousand addresses of loopback, whose own work on the same processors is in the time. */
async function fleetFigures(server: BenchServer): Promise<readonly Figure[]> {
  const peers = Array.from({ length: fleetSize }, (_, index): Peer => {
    return { address: `127.1.${index >> 8}.${index & 255}`, port: server.port, serverName: benchHost };
  });
  const [audits, looks] = [fleetName(server, 'audited'), fleetName(server, 'whole looks')];
  const fleet = { kind: 'fleet', peers, configured: server.configured, atOnce: endpointsAtOnce } as const;
  const serverBefore = server.cpuSeconds();
  const audited = await measureIn('thread', fleet);
  const serverSeconds = server.cpuSeconds() - serverBefore;
  const looked = await measureIn('thread', { kind: 'fleet-looks', peers, atOnce: endpointsAtOnce });
  return [
    ...costFigures(audits, audited, { seconds: 40, megabytes: 250, loopDelayMs: 50 }),
    { name: `${audits}, CPU of the server`, value: serverSeconds, unit: 's' },
    { name: `${audits}, unlike the configuration`, value: audited.times.wrong.length, unit: 'answers', budget: 0 },
    ...costFigures(looks, looked, {}),
  ];
}

function fleetName({ name }: BenchServer, done: string): string {
  return `${fleetSize.toLocaleString('en')} of ${name} ${done}`;
}

interface FleetBudgets {
  readonly seconds?: number;
  readonly megabytes?: number;
  readonly loopDelayMs?: number;
}

function costFigures(name: string, { times, megabytes }: Measured, budgets: FleetBudgets): readonly Figure[] {
  const [ms = Number.NaN] = times.ms;
  const [cpuMs = Number.NaN] = times.cpuMs;
  const within = (budget: number | undefined) => (budget === undefined ? {} : { budget });
  return [
    { name, value: ms / 1_000, unit: 's', ...within(budgets.seconds) },
    { name: `${name}, CPU`, value: cpuMs / 1_000, unit: 's' },
    { name: `${name}, waited for a processor`, value: times.waitedMs / 1_000, unit: 's' },
    { name: `${name}, resident, most`, value: megabytes, unit: 'MB', ...within(budgets.megabytes) },
    { name: `${name}, loop delay, p99`, value: times.loopDelayMs, unit: 'ms', ...within(budgets.loopDelayMs) },
  ];
}

interface Measured {
  readonly times: TlsTimes;
  readonly megabytes: number;
}

async function measureIn(where: 'thread' | 'alone', job: TlsJob): Promise<Measured> {
  const ours = fork(pathOf('tls-process.ts'), [where, JSON.stringify(job)], { execArgv: where === 'thread' ? daemonFlags : [] });
  const [times] = (await Promise.race([once(ours, 'message'), once(ours, 'exit').then(failAtEnd)])) as [TlsTimes];
  const megabytes = await mostResidentMb(ours.pid ?? 0);
  ours.send('seen');
  await once(ours, 'exit');
  return { times, megabytes };
}

const coldRuns = 5;

/** The first audit of a process, each in a process of its own. */
async function firstAudits(job: TlsJob): Promise<readonly number[]> {
  const runs: number[] = [];
  while (runs.length < coldRuns) runs.push(...(await measureIn('alone', job)).times.ms);
  return runs;
}

function percentile(values: readonly number[], percent: number): number {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor((values.length * percent) / 100))] ?? Number.NaN;
}

function medianMs(times: readonly PeerTimes[], of: keyof PeerTimes): number {
  return percentile(
    times.map((one) => one[of] * 1_000),
    50,
  );
}

function failAtEnd(): never {
  throw new Error('the measured process ended before it had measured');
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
