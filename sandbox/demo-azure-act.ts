import { setTimeout as sleep } from 'node:timers/promises';
import { askProgram } from './ask-program.ts';
import type { Mutation } from './azure/mutation.ts';
import { within } from './deadline.ts';
import { readSteadyClaims, tellMoves, tellNoMoves } from './demo-claim-moves.ts';
import { waitForAzureCycles } from './demo-cycles.ts';
import { tellEarlyEnd, tellLateIndex } from './demo-lag.ts';
import { attendTo, type Scene } from './demo-scene.ts';
import { waitUntilReady } from './demo-story.ts';
import { restartDaemon } from './demo-world.ts';
import { readTold, type Told } from './told-message.ts';

const messageSeconds = 45;

export interface AzureAct {
  /** What is done to the estate. */
  readonly mutation: string;
  /** Whether Resource Graph lags meanwhile, to show that nothing is told on an old row. */
  readonly withLag: boolean;
}

/** Changes the pretend Azure, waits for what is told, undoes it and waits for the end. @throws Error where something else happens. */
export async function playAzureAct(scene: Scene, { mutation: name, withLag }: AzureAct): Promise<void> {
  const { world, say, over, attention } = scene;
  const { estate } = world.azure;
  await sleep(scene.pauseMs, undefined, { signal: over });
  if (withLag) await tellLateIndex(scene, name);
  const before = await readSteadyClaims(scene);
  const changedAtMs = Date.now();
  const mutation = estate.mutate(name);
  attendTo(attention, mutation.checks);
  say(`somebody changes something in Azure (${name}): ${mutation.title}`);
  if (mutation.isRemembered === true) await startAnew(scene);
  await hearOfIt(scene, mutation, changedAtMs);
  await tellMoves(scene, before, mutation);
  const alerts = newsSince(scene, changedAtMs);
  await discloseWho(scene, alerts);
  await sleep(scene.pauseMs, undefined, { signal: over });
  if (withLag) await tellEarlyEnd(scene, name);
  const undoneAtMs = Date.now();
  estate.undo(name);
  say('the change is undone');
  await hearOfTheEnd(scene, alerts, undoneAtMs);
  await tellNoMoves(scene, before);
}

async function startAnew({ world, say, over }: Scene): Promise<void> {
  say('it would take the daemon its time to see it, since it remembers what it heard itself: it is started anew');
  await restartDaemon(world.daemon);
  await waitUntilReady(world, over);
}

/** Until each check has told what fails; what became unknown is told only when it stays so. */
async function hearOfIt({ world, say, over }: Scene, { verdict, checks }: Mutation, sinceMs: number): Promise<void> {
  if (verdict === 'unknown') {
    await waitForAzureCycles(world, { sinceMs, count: 2 }, over);
    say('nobody is told of it yet: an unknown is told when it lasts for half an hour');
    return;
  }
  const toldAtMs = await within(messageSeconds, `alert of ${checks.join(', ')} at the inbox`, over, (signal) =>
    Promise.all(
      checks.map((check) =>
        world.inbox.waitFor(({ body, arrivedAtMs }) => {
          const isIt = arrivedAtMs >= sinceMs && newsOf(body).some(({ message }) => message.check === check);
          return isIt ? arrivedAtMs : undefined;
        }, signal),
      ),
    ),
  );
  say(`${secondsBetween(sinceMs, Math.max(...toldAtMs))} s from the change to the alert`);
}

function newsSince({ world }: Scene, sinceMs: number): readonly Told[] {
  return world.inbox.arrivals().flatMap(({ body, arrivedAtMs }) => (arrivedAtMs >= sinceMs ? newsOf(body) : []));
}

/** Alerts that opened or grew. */
function newsOf(body: unknown): readonly Told[] {
  const told = readTold(body);
  return told?.kind === 'firing' || told?.kind === 'update' ? [told] : [];
}

async function hearOfTheEnd({ world, say, over }: Scene, alerts: readonly Told[], sinceMs: number): Promise<void> {
  if (alerts.length === 0) return await waitForAzureCycles(world, { sinceMs, count: 2 }, over);
  const endedAtMs = await within(messageSeconds, 'resolve at the inbox', over, (signal) =>
    Promise.all(
      alerts.map(({ message }) =>
        world.inbox.waitFor(({ body, arrivedAtMs }) => {
          const told = readTold(body);
          return told?.kind === 'resolved' && told.message.alertId === message.alertId ? arrivedAtMs : undefined;
        }, signal),
      ),
    ),
  );
  say(`${secondsBetween(sinceMs, Math.max(...endedAtMs))} s from the undoing to the resolve`);
}

function secondsBetween(startMs: number, endMs: number): string {
  return ((endMs - startMs) / 1000).toFixed(1);
}

/** Who stands behind the pseudonym of an alert, asked as anybody would. */
async function discloseWho({ world, say, add, over }: Scene, alerts: readonly Told[]): Promise<void> {
  const who = alerts
    .flatMap(({ message }) => message.subjects.flatMap(({ changedBy }) => changedBy?.by ?? []))
    .find((by) => by.startsWith('person-'));
  if (who === undefined) return;
  say(`who is ${who}? Each answer is recorded:`);
  add(`$ claimwatch disclose ${who} --reason "demo"`);
  const answer = await askProgram(['disclose', who, '--reason', 'demo'], world.folder, over);
  add(`${answer.trim()}`);
}
