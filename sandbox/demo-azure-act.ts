import { setTimeout as sleep } from 'node:timers/promises';
import { askProgram } from './ask-program.ts';
import type { Mutation } from './azure/mutation.ts';
import { type ClaimMove, type ClaimStanding, claimMoves, readClaims } from './claim-standings.ts';
import { within } from './deadline.ts';
import { waitForAzureCycles } from './demo-cycles.ts';
import { tellEarlyEnd, tellLateIndex } from './demo-lag.ts';
import { attendTo, type Scene } from './demo-scene.ts';
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
  const before = await readClaims(world.folder, over);
  const changedAtMs = Date.now();
  const mutation = estate.mutate(name);
  attendTo(attention, mutation.checks);
  say(`somebody changes something in Azure (${name}): ${mutation.title}`);
  const alerts = await hearAlerts(scene, mutation, changedAtMs);
  checkMoves(scene, mutation, claimMoves(before, await readClaims(world.folder, over)));
  await discloseWho(scene, alerts);
  await sleep(scene.pauseMs, undefined, { signal: over });
  if (withLag) await tellEarlyEnd(scene, name);
  const undoneAtMs = Date.now();
  estate.undo(name);
  say('the change is undone');
  await hearEnds(scene, alerts, undoneAtMs);
  checkNothingMoved(scene, before, await readClaims(world.folder, over));
}

/** The alerts that came of it. What became unknown is told only when it stays so. */
async function hearAlerts(scene: Scene, mutation: Mutation, sinceMs: number): Promise<readonly Told[]> {
  const { world, say, over } = scene;
  if (mutation.verdict === 'fail') {
    await within(messageSeconds, `alert of ${mutation.checks.join(', ')} at the inbox`, over, (signal) =>
      Promise.all(
        mutation.checks.map((check) =>
          world.inbox.waitFor(({ body, arrivedAtMs }) => {
            const told = readTold(body);
            return arrivedAtMs >= sinceMs && isNews(told) && told.message.check === check ? told : undefined;
          }, signal),
        ),
      ),
    );
    say(`${((Date.now() - sinceMs) / 1000).toFixed(1)} s from the change to the alert`);
  } else {
    await waitForAzureCycles(world, { sinceMs, count: 2 }, over);
    say('nobody is told of it yet: an unknown is told when it lasts for half an hour');
  }
  return world.inbox.arrivals().flatMap(({ body, arrivedAtMs }) => {
    const told = readTold(body);
    return arrivedAtMs >= sinceMs && isNews(told) ? [told] : [];
  });
}

function isNews(told: Told | null): told is Told {
  return told?.kind === 'firing' || told?.kind === 'update';
}

async function hearEnds({ world, say, over }: Scene, alerts: readonly Told[], sinceMs: number): Promise<void> {
  if (alerts.length === 0) return await waitForAzureCycles(world, { sinceMs, count: 2 }, over);
  await within(messageSeconds, 'resolve at the inbox', over, (signal) =>
    Promise.all(
      alerts.map(({ message }) =>
        world.inbox.waitFor(({ body }) => {
          const told = readTold(body);
          return told?.kind === 'resolved' && told.message.alertId === message.alertId ? told : undefined;
        }, signal),
      ),
    ),
  );
  say(`${((Date.now() - sinceMs) / 1000).toFixed(1)} s from the undoing to the resolve`);
}

/** @throws Error where a claim moved that should not have, or one does not stand where it should. */
function checkMoves(scene: Scene, { claims, verdict }: Mutation, moves: readonly ClaimMove[]): void {
  const { say, add } = scene;
  const strangers = moves.filter(({ claim, interpretation }) => claims[claim]?.includes(interpretation) !== true);
  const wrong = moves.filter((move) => !strangers.includes(move) && move.after.checked !== verdict);
  say(moves.length === 0 ? 'no claim moved: what it breaks fails already' : 'of all the claims, these moved:');
  for (const move of moves) add(`${showMove(move)}`);
  if (strangers.length > 0) throw new Error(`a claim moved that should not: ${strangers.map(showMove).join('; ')}`);
  if (wrong.length > 0) throw new Error(`expected ${verdict}: ${wrong.map(showMove).join('; ')}`);
}

function checkNothingMoved({ say }: Scene, before: readonly ClaimStanding[], after: readonly ClaimStanding[]): void {
  const moves = claimMoves(before, after);
  if (moves.length > 0) throw new Error(`not as before: ${moves.map(showMove).join('; ')}`);
  say('every claim stands as before');
}

function showMove({ claim, interpretation, before, after }: ClaimMove): string {
  const way = interpretation === 'intent' ? 'as meant' : 'literally';
  const checked = before.checked === after.checked ? '' : ` (what is checked: ${before.checked} -> ${after.checked})`;
  return `${claim}, ${way}: ${before.status} -> ${after.status}${checked}`;
}

/** Who stands behind the pseudonym of an alert, asked as anybody would. */
async function discloseWho({ world, say, add, over }: Scene, alerts: readonly Told[]): Promise<void> {
  const who = alerts.flatMap(({ message }) => message.subjects.flatMap(({ changedBy }) => changedBy?.by ?? []))[0];
  if (who === undefined) return;
  say(`who is ${who}? Each answer is recorded:`);
  add(`$ claimwatch disclose ${who} --reason "demo"`);
  const answer = await askProgram(['disclose', who, '--reason', 'demo'], world.folder, over);
  add(`${answer.trim()}`);
}
