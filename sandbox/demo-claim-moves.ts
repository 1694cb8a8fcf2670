import { setTimeout as sleep } from 'node:timers/promises';
import type { Mutation } from './azure/mutation.ts';
import { type ClaimMove, type ClaimStanding, claimMoves, readClaims, type Stance } from './claim-standings.ts';
import type { Scene } from './demo-scene.ts';

const pauseMs = 1_000;
const mostReads = 10;

/** As they stand when they have stood so for a while: a look that ran out of time makes its claims unknown until the next one. */
export async function readSteadyClaims({ world, over }: Scene): Promise<readonly ClaimStanding[]> {
  let before = await readClaims(world.folder, over);
  for (let read = 1; read < mostReads; read += 1) {
    await sleep(pauseMs, undefined, { signal: over });
    const now = await readClaims(world.folder, over);
    if (claimMoves(before, now).length === 0) return now;
    before = now;
  }
  return before;
}

/** Tells which claims moved. @throws Error where one moved that should not have, or stands where it should not. */
export async function tellMoves(scene: Scene, before: readonly ClaimStanding[], { claims, verdict }: Mutation): Promise<void> {
  const { say, add } = scene;
  const isExpected = ({ claim, interpretation }: ClaimMove) => claims[claim]?.includes(interpretation) === true;
  const moves = await readMoves(scene, before, isExpected);
  say(moves.length === 0 ? 'no claim moved: those that it breaks stood no better before' : 'of all the claims, these moved:');
  for (const move of moves) add(showMove(move));
  const strangers = moves.filter((move) => !isExpected(move));
  if (strangers.length > 0) throw new Error(`a claim moved that should not: ${strangers.map(showMove).join('; ')}`);
  const wrong = moves.filter(({ after }) => after.checked !== verdict);
  if (wrong.length > 0) throw new Error(`expected ${verdict}: ${wrong.map(showMove).join('; ')}`);
}

/** @throws Error where a claim stands otherwise than before. */
export async function tellNoMoves(scene: Scene, before: readonly ClaimStanding[]): Promise<void> {
  const moves = await readMoves(scene, before, () => false);
  if (moves.length > 0) throw new Error(`not as before: ${moves.map(showMove).join('; ')}`);
  scene.say('every claim stands as before');
}

/** Read again for a while where others only became unknown, and never where one fails. */
async function readMoves(
  { world, over }: Scene,
  before: readonly ClaimStanding[],
  isExpected: (move: ClaimMove) => boolean,
): Promise<readonly ClaimMove[]> {
  for (let read = 1; ; read += 1) {
    const moves = claimMoves(before, await readClaims(world.folder, over));
    const strangers = moves.filter((move) => !isExpected(move));
    if (read === mostReads || strangers.length === 0 || strangers.some(({ after }) => after.checked !== 'unknown')) return moves;
    await sleep(pauseMs, undefined, { signal: over });
  }
}

function showMove({ claim, interpretation, before, after }: ClaimMove): string {
  const way = interpretation === 'intent' ? 'as meant' : 'literally';
  return `${claim}, ${way}: ${showStance(before)} -> ${showStance(after)}`;
}

function showStance({ status, because }: Stance): string {
  return because === 'partly-checked' ? 'well so far' : status;
}
