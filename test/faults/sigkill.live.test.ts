import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { type Arrival, startWebhookInbox } from '../../sandbox/webhook-inbox.ts';
import { checkIntegrity } from '../../src/store/check-integrity.ts';
import { type DaemonProcess, readyMessage, startDaemonProcess } from '../support/daemon-process.ts';
import { expectToldOnce, expectWholeRecord, hasJudgedAll, hasNothingToSend, untilState, withReader } from '../support/state-laws.ts';
import { makeWatchFolder, secretVariable, startWatchedEndpoint, type WatchFolder, webhookSecret } from '../support/watched-endpoint.ts';

/** Where a life ends: at an edge of a stage (see kill-at-step.ts), when a message has just arrived, or so long after its start. */
type Kill = { readonly at: string } | { readonly arrival: true } | { readonly afterMs: number };

/** Evenly over the edges that one look, its runs and their messages pass. */
function overEdges(stage: string, count: number, edges: number): readonly Kill[] {
  return Array.from({ length: count }, (_, index) => ({ at: `${stage}:${1 + Math.floor((index * edges) / count)}` }));
}

const kills: readonly Kill[] = interleave([
  overEdges('look', 18, 46),
  overEdges('probe', 8, 10),
  overEdges('facts', 10, 42),
  overEdges('record', 28, 94),
  overEdges('send', 22, 58),
  Array.from({ length: 6 }, () => ({ arrival: true })),
  Array.from({ length: 8 }, (_, index) => ({ afterMs: 50 + index * 120 })),
]);

function interleave(groups: readonly (readonly Kill[])[]): readonly Kill[] {
  const placed = groups.flatMap((group) => group.map((kill, index) => ({ kill, place: (index + 0.5) / group.length })));
  return placed.toSorted((a, b) => a.place - b.place).map(({ kill }) => kill);
}

const preload = fileURLToPath(new URL('../support/kill-at-step.ts', import.meta.url));
const neededLooks = { 'tls-certificate-expiry': ['tls'], 'tls-certificate-trust': ['tls'], 'https-redirect': ['http'] };
/** The first of a month: no look is due while a test runs. */
const never = { schedule: '0 0 0 1 * *', maxAge: '32d' };

interface Lives {
  readonly folder: WatchFolder;
  start(killAt?: string): DaemonProcess;
}

async function prepareLives(folder: WatchFolder): Promise<Lives> {
  // Half of a start is reading our own source; a compile cache spares it. It is written at an orderly end.
  const cache = await mkdtemp(join(tmpdir(), 'claimwatch-cache-'));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const fixed = { [secretVariable]: webhookSecret, NODE_OPTIONS: `--import ${preload}`, NODE_COMPILE_CACHE: cache };
  return { folder, start: (killAt) => startDaemonProcess(folder.path, { ...fixed, ...(killAt === undefined ? {} : { KILL_AT: killAt }) }) };
}

async function stopInOrder(daemon: DaemonProcess): Promise<void> {
  await daemon.whenLogged(readyMessage);
  daemon.kill('SIGTERM');
  expect([await daemon.ended, daemon.complaints()]).toEqual([0, '']);
}

interface LivedArrival {
  readonly life: number;
  readonly arrival: Arrival;
}

/** How many messages each life sent that an earlier one had sent already; no life sends one twice. */
function countRepeats(arrivals: readonly LivedArrival[]): readonly number[] {
  const known = new Set<string>();
  return [...Map.groupBy(arrivals, (one) => one.life).values()].map((own) => {
    const ids = own.map(({ arrival }) => arrival.id);
    expect(new Set(ids).size).toBe(ids.length);
    const repeats = ids.filter((id) => known.has(id));
    for (const id of ids) known.add(id);
    return repeats.length;
  });
}

/** Every error in the log is an alert that the log receiver wrote. */
function expectNoDefect(daemon: DaemonProcess): void {
  expect(daemon.log().filter((line) => Number(line['level']) >= 50 && line['receiver'] !== 'log')).toEqual([]);
}

it(`${kills.length} times SIGKILL in look, record and send: no run lost, no alert lost, at most one repeat of a message per kill`, async () => {
  const endpoint = await startWatchedEndpoint();
  const arrivals: LivedArrival[] = [];
  let life = 0;
  let killOnArrival: (() => void) | null = null;
  const inbox = await startWebhookInbox(webhookSecret, (arrival) => {
    arrivals.push({ life, arrival });
    killOnArrival?.();
  });
  onTestFinished(() => inbox.close());
  const folder = await makeWatchFolder(endpoint, { webhooks: { inbox: inbox.url } });
  const { statePath } = folder;
  const lives = await prepareLives(folder);
  await stopInOrder(lives.start());

  const endedAt: string[] = [];
  const sealed: { readonly index: number; readonly leafHash: string }[] = [];
  for (const kill of kills) {
    life += 1;
    // The opposite of what is recorded, so that every life has something to tell.
    const isOpen = await withReader(statePath, async (reader) => (await reader.openAlerts()).length > 0);
    endpoint.server.useCertificate(isOpen ? endpoint.valid : endpoint.expired);
    const daemon = lives.start('at' in kill ? kill.at : undefined);
    if ('arrival' in kill) killOnArrival = () => daemon.kill('SIGKILL');
    // A time is what this kill is about; nothing waits for it.
    if ('afterMs' in kill) void delay(kill.afterMs).then(() => daemon.kill('SIGKILL'));
    expect([kill, await daemon.ended]).toEqual([kill, 'SIGKILL']);
    killOnArrival = null;
    expectNoDefect(daemon);
    endedAt.push(daemon.complaints());
    await withReader(statePath, async (reader) => {
      const index = (await reader.entryCount()) - 1;
      if (index >= 0) sealed.push({ index, leafHash: (await reader.entry(index))?.leafHash ?? '' });
    });
  }
  // Each planned kill happened where it was meant to, and not always at the same place.
  const planned = kills.flatMap((kill) => ('at' in kill ? [kill.at.split(':')[0]] : []));
  expect(endedAt.flatMap((text) => /^killed at (\w+): .*\n$/s.exec(text)?.[1] ?? [])).toEqual(planned);
  expect(new Set(endedAt).size).toBeGreaterThan(30);

  // To quiet: all is well and told, then a life without looks, in which only what is left over is judged.
  life += 1;
  endpoint.server.useCertificate(endpoint.valid);
  const healed = lives.start();
  await untilState(statePath, 'no open alert, nothing to send', async (reader) => {
    return (await reader.openAlerts()).length === 0 && (await hasNothingToSend(reader)) && (await hasJudgedAll(reader, neededLooks));
  });
  await stopInOrder(healed);
  expectNoDefect(healed);
  life += 1;
  await folder.rewrite({ webhooks: { inbox: inbox.url }, ...never });
  const quiet = lives.start();
  await untilState(
    statePath,
    'all is judged and sent',
    async (reader) => (await hasJudgedAll(reader, neededLooks)) && hasNothingToSend(reader),
  );
  await stopInOrder(quiet);
  expectNoDefect(quiet);

  // No run lost: what was sealed at any death still stands as it was, nothing has a hole, and every look was judged or a newer one was.
  expect(checkIntegrity(statePath)).toEqual([]);
  await withReader(statePath, async (reader) => {
    const runs = await expectWholeRecord(reader);
    for (const { index, leafHash } of sealed) expect((await reader.entry(index))?.leafHash).toBe(leafHash);
    expect(await hasJudgedAll(reader, neededLooks)).toBe(true);
    expect(runs.length).toBeGreaterThan(kills.length / 2);
    expect((await reader.alerts(1000)).length).toBeGreaterThan(20);
  });

  // No alert lost; a message repeats only what a killed life sent, unchanged and under its id, once per kill.
  expect(inbox.refusedCount()).toBe(0);
  await expectToldOnce(statePath, 'inbox', inbox.arrivals());
  const repeats = countRepeats(arrivals);
  expect(repeats.length).toBeGreaterThan(0);
  // Two alerts are told at a time, so that one kill may leave two messages of which nobody knows whether they arrived; each repeats once.
  expect(Math.max(...repeats)).toBeLessThanOrEqual(2);
  expect(repeats.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(kills.length);

  const reperformed = await promisify(execFile)(process.execPath, ['src/main.ts', 'reperform', '--all', '--config', folder.path], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { PATH: process.env['PATH'], [secretVariable]: webhookSecret },
  });
  expect(reperformed.stdout).toMatch(/^\d+ runs judged again\.\n$/);
}, 600_000);
