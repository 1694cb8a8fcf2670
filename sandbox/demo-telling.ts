import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsLine, fetchMetrics } from './demo-status.ts';
import { breakAndHeal, type Measurement, waitForFirstRuns, waitUntilReady } from './demo-story.ts';
import { type Closers, type DemoWorld, makeClosers, startWorld, stopDaemon } from './demo-world.ts';
import { subjectOf } from './estate.ts';
import type { Screen } from './screen.ts';
import { readStandings, standingOf } from './standings.ts';
import { renderStandings } from './status-table.ts';
import { details, headline, isAbout, readTold } from './told-message.ts';
import type { Arrival } from './webhook-inbox.ts';

export interface Telling {
  readonly isOnce: boolean;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
  readonly screen: Screen;
}

/** A story under way: what its parts share. */
interface Scene extends Telling {
  readonly world: DemoWorld;
  /** Aborts when nothing more can come: Ctrl-C, or the daemon ended by itself. */
  readonly over: AbortSignal;
  /** A line that stays, with the seconds since the start. */
  say(line: string): void;
}

/** Starts everything, tells the story, ends everything; returns the exit code. */
export async function tellDemo(telling: Telling): Promise<0 | 1> {
  const closers = makeClosers();
  try {
    const scene = await setScene(telling, closers);
    return await tellStory(scene).catch((error: unknown) => tellFailure(scene, error));
  } finally {
    telling.screen.settle();
    await closers.closeAll();
  }
}

async function setScene(telling: Telling, closers: Closers): Promise<Scene> {
  const { screen } = telling;
  const startedAt = Date.now();
  function say(line: string): void {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(5);
    screen.say(`${screen.paint('dim', `${seconds} s`)}  ${line}`);
  }
  say('starting endpoints, a name server and a webhook inbox on loopback, and the daemon that watches them');
  const world = await startWorld(closers, (arrival, subject) => tellArrival(arrival, subject, screen, say));
  const daemonEnded = new AbortController();
  void world.daemon.ended.then((end) => daemonEnded.abort(new Error(`the daemon ended by itself (${end})`)));
  return { ...telling, world, say, over: AbortSignal.any([telling.interrupted, daemonEnded.signal]) };
}

async function tellStory(scene: Scene): Promise<0 | 1> {
  const { world, screen, say, over, isOnce } = scene;
  await waitUntilReady(world, over);
  say(`the daemon is ready and serves ${world.daemonUrl}/`);
  const freshness = new AbortController();
  const live = screen.isLive ? keepTableFresh(scene, AbortSignal.any([over, freshness.signal])) : Promise.resolve();
  try {
    await waitForFirstRuns(world, over);
    say('every check has judged every endpoint once');
    await showTable(scene);
    const measurements = await breakAndHeal(world, { say, showTable: () => showTable(scene), pauseMs: isOnce ? 1_000 : 4_000 }, over);
    tellMeasurements(scene, measurements);
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

async function endOnce({ world, say }: Scene): Promise<0 | 1> {
  const end = await stopDaemon(world.daemon);
  say(end === 0 ? 'the daemon was told to stop and ended cleanly' : `the daemon was told to stop and ended with ${end}`);
  return end === 0 ? 0 : 1;
}

function tellFailure({ interrupted, isOnce, world, say, screen }: Scene, error: unknown): 0 | 1 {
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

function tellArrival(arrival: Arrival, goodSubject: string, screen: Screen, say: Scene['say']): void {
  const told = readTold(arrival.body);
  if (told === null) {
    say(`webhook ${arrival.id}, signature verified, has a body that the demo cannot read`);
    return;
  }
  say(`webhook, signature verified: ${headline(told, screen.paint)}`);
  if (!isAbout(told, goodSubject)) return;
  for (const line of details(told, goodSubject, screen.paint)) screen.say(`       ${line}`);
}

function tellMeasurements({ say, world, screen }: Scene, measurements: readonly Measurement[]): void {
  say(screen.paint('bold', `what was measured on ${subjectOf(world.estate, 'good')}:`));
  for (const { check, alertSeconds, resolveSeconds } of measurements) {
    const [alert, resolve] = [alertSeconds.toFixed(1), resolveSeconds.toFixed(1)];
    screen.say(`           ${check.padEnd(24)}  from the break to the alert ${alert} s, from the heal to the resolve ${resolve} s`);
  }
}

function tellWhereToLook({ say, world, screen }: Scene): void {
  const config = `--config ${world.folder}`;
  say('all stays up until Ctrl-C; where to look:');
  const places = [
    ['pages', `${world.daemonUrl}/`],
    ['metrics', `${world.daemonUrl}/metrics`],
    ['configuration', world.folder],
    ['state', `${world.folder}/state`],
    ['what does not pass', `node src/main.ts findings ${config}`],
    ['the last runs', `node src/main.ts runs ${config}`],
    ['judge a run again', `node src/main.ts reperform <run> ${config}`],
    ['look by hand', `node src/main.ts check ${config}`],
    ['accepted risks', `node src/main.ts waivers list ${config}`],
  ];
  for (const [what = '', where = ''] of places) screen.say(`           ${what.padEnd(18)}  ${where}`);
  say(`the names under shop.test are known to the demo's own name server only: by hand, connect to 127.0.0.1 with the same port`);
}

async function showTable(scene: Scene): Promise<void> {
  const lines = await tableLines(scene, scene.over);
  if (scene.screen.isLive) return scene.screen.draw(lines);
  for (const line of lines) scene.screen.say(line === '' ? '' : `           ${line}`);
}

async function tableLines({ world, screen }: Scene, signal: AbortSignal): Promise<readonly string[]> {
  const { endpoints } = world.estate;
  const [samples, standings] = await Promise.all([fetchMetrics(world.daemonUrl, signal), readStandings(world.folder, signal)]);
  const table = renderStandings(
    endpoints.map((endpoint) => standingOf(endpoint, standings, endpoints.length)),
    screen.paint,
  );
  return ['', ...table, '', screen.paint('dim', claimsLine(samples)), ''];
}

/** Draws the live part every two seconds, as often as is looked, until the signal aborts; what cannot be read is tried at the next time. */
async function keepTableFresh(scene: Scene, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const lines = await tableLines(scene, signal).catch(() => null);
    if (lines !== null) scene.screen.draw(lines);
    await sleep(2_000, undefined, { signal }).catch(() => {});
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
