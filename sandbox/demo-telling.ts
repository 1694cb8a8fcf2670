import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { wrapText } from '../src/commands/text.ts';
import { readClaims } from './claim-standings.ts';
import { tellArrival } from './demo-arrivals.ts';
import { type AzureAct, playAzureAct } from './demo-azure-act.ts';
import { liveLines, overviewLines } from './demo-overview.ts';
import { makeAttention, margin, type Scene } from './demo-scene.ts';
import { fetchMetrics } from './demo-status.ts';
import { breakAndHeal, type Measurement, waitForFirstCycle, waitUntilReady } from './demo-story.ts';
import { type Closers, makeClosers, startWorld, stopDaemon } from './demo-world.ts';
import { subjectOf } from './estate.ts';
import type { Screen } from './screen.ts';

export interface Telling {
  readonly isOnce: boolean;
  readonly azure: AzureAct;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly screen: Screen;
}

/** Starts everything, tells the story, ends everything; returns the exit code. */
export async function tellDemo(telling: Telling): Promise<0 | 1> {
  const closers = makeClosers();
  try {
    const scene = await setScene(telling, closers);
    return await tellStory(telling, scene).catch((error: unknown) => tellFailure(telling, scene, error));
  } finally {
    telling.screen.settle();
    await closers.closeAll();
  }
}

async function setScene({ screen, isOnce, interrupted }: Telling, closers: Closers): Promise<Scene> {
  const startedAt = Date.now();
  const attention = makeAttention();
  function say(line: string): void {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
    screen.say(`${screen.paint('dim', `${seconds} s`)}  ${wrapText(line, screen.columns - margin.length, margin)}`);
  }
  say('starting on loopback: a pretend Azure, endpoints, a name server, an inbox, and the daemon');
  const world = await startWorld(closers, (arrival) => tellArrival(arrival, attention, screen, say));
  attention.subject = subjectOf(world.estate, 'good');
  const daemonEnded = new AbortController();
  void world.daemon.ended.then((end) => daemonEnded.abort(new Error(`the daemon ended by itself (${end})`)));
  const over = AbortSignal.any([interrupted, daemonEnded.signal]);
  return {
    screen,
    world,
    attention,
    over,
    say,
    add: (line) => screen.say(line === '' ? '' : `${margin}${line}`),
    pauseMs: isOnce ? 500 : 4_000,
  };
}

async function tellStory({ isOnce, azure }: Telling, scene: Scene): Promise<0 | 1> {
  const { world, screen, say, over } = scene;
  await waitUntilReady(world, over);
  say(`the daemon is ready and serves ${world.daemonUrl}/`);
  await waitForFirstCycle(world, over);
  await tellFirstCycle(scene);
  const freshness = new AbortController();
  const live = screen.isLive ? keepFresh(scene, AbortSignal.any([over, freshness.signal])) : Promise.resolve();
  try {
    tellMeasurements(scene, await breakAndHeal(scene));
    await playAzureAct(scene, azure);
    if (isOnce) return await endOnce(scene);
    tellWhereToLook(scene);
    await untilAborted(over);
    over.throwIfAborted();
    return 0;
  } finally {
    freshness.abort();
    await live;
  }
}

async function tellFirstCycle(scene: Scene): Promise<void> {
  const { world, screen, say, over, attention } = scene;
  say('every check has judged everything once:');
  const lines = await overviewLines(world, screen, over);
  for (const line of lines) scene.add(line);
  attention.isQuiet = false;
  say(`${attention.unheard} webhooks came meanwhile, rightly signed, about endpoints that are wrong on purpose`);
}

async function endOnce({ world, say }: Scene): Promise<0 | 1> {
  const end = await stopDaemon(world.daemon);
  say(end === 0 ? 'the daemon was told to stop and ended cleanly' : `the daemon was told to stop and ended with ${end}`);
  return end === 0 ? 0 : 1;
}

function tellFailure({ interrupted, isOnce, screen }: Telling, { world, say }: Scene, error: unknown): 0 | 1 {
  if (interrupted.aborted) {
    say('interrupted; stopping everything');
    return isOnce ? 1 : 0;
  }
  say(screen.paint('red', `the demo failed: ${error instanceof Error ? error.message : String(error)}`));
  if (world.inbox.refusedCount() > 0) say(`${world.inbox.refusedCount()} webhooks were refused because of a wrong signature`);
  say('the last lines of the daemon:');
  for (const line of world.daemon.lastLines()) screen.say(`    ${line}`);
  return 1;
}

function tellMeasurements({ say, add, world, screen }: Scene, measurements: readonly Measurement[]): void {
  say(screen.paint('bold', `what was measured on ${subjectOf(world.estate, 'good')}:`));
  for (const { check, alertSeconds, resolveSeconds } of measurements) {
    const [alert, resolve] = [alertSeconds.toFixed(1), resolveSeconds.toFixed(1)];
    add(`${check.padEnd(24)}  alert after ${alert} s, resolve after ${resolve} s`);
  }
}

function tellWhereToLook({ say, add, world }: Scene): void {
  const config = `--config ${world.folder}`;
  say('all stays up until Ctrl-C; where to look:');
  const places = [
    ['pages', `${world.daemonUrl}/`],
    ['metrics', `${world.daemonUrl}/metrics`],
    ['configuration', world.folder],
    ['state', `${world.folder}/state`],
    ['every claim', `node src/main.ts claims ${config}`],
    ['what does not pass', `node src/main.ts findings ${config}`],
    ['the last runs', `node src/main.ts runs ${config}`],
    ['judge a run again', `node src/main.ts reperform <run> ${config}`],
    ['look by hand', `node src/main.ts check ${config}`],
    ['accepted risks', `node src/main.ts waivers list ${config}`],
    ['who was disclosed', `node src/main.ts disclose --list ${config}`],
  ];
  for (const [what = '', where = ''] of places) add(`${what.padEnd(18)}  ${where}`);
  say(`the names under shop.test are known to the demo's own name server only: by hand, connect to 127.0.0.1 with the same port`);
}

/** Draws the live part every few seconds until the signal aborts; what cannot be read is tried at the next time. */
async function keepFresh({ world, screen }: Scene, signal: AbortSignal): Promise<void> {
  const known = await readClaims(world.folder, signal).catch(() => []);
  while (!signal.aborted) {
    const samples = await fetchMetrics(world.daemonUrl, signal).catch(() => null);
    if (samples !== null) screen.draw(liveLines(known, samples, screen));
    await sleep(2_000, undefined, { signal }).catch(() => {});
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
