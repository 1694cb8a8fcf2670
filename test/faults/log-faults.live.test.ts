import { expect, test } from 'vitest';
import {
  activityScope,
  fastFaults,
  type LogScope,
  logAnalytics,
  type Outage,
  settingsOfSubscriptions,
  settingsScopes,
  startFailingWorld,
  tablesOfWorkspaces,
  walkOutage,
  workspaceScopes,
} from '../support/log-fault-table.ts';

/** In each round something of everything is down, each in another way, and in all of them everything in every way. */
const rounds: readonly Outage[] = fastFaults.map((_, round) => {
  const hit = (scope: LogScope | undefined, shift: number): Outage => {
    const name = fastFaults[(round + shift) % fastFaults.length];
    return scope === undefined || name === undefined || !canHave(scope, name) ? [] : [{ scope, name }];
  };
  return [
    ...hit(workspaceScopes[round % workspaceScopes.length], 0),
    ...hit(activityScope, 3),
    ...hit(settingsScopes[round % settingsScopes.length], 6),
  ];
});

/** A sign-in shows no token, and waits for real where it is throttled. */
function canHave({ isSignIn }: LogScope, name: (typeof fastFaults)[number]): boolean {
  return isSignIn !== true || !['expired-token', 'claims-challenge', 'throttled'].includes(name);
}

test('each fault blinds what it hits for as long as it lasts, and nothing where it passes; no alert opens or ends by it', async () => {
  const { world, before } = await startFailingWorld();
  for (const outage of rounds) await walkOutage(world, outage, before);
  await walkOutage(world, [{ scope: logAnalytics, name: 'partial-answer' }], before);
  expect(world.running.defects).toEqual([]);
}, 120_000);

test('answers that come byte by byte are not waited for', async () => {
  const { world, before } = await startFailingWorld({ deadlinesFasterBy: 25 });
  const slow = [tablesOfWorkspaces, activityScope, settingsOfSubscriptions].map((scope) => ({ scope, name: 'slow-drip' }) as const);
  await walkOutage(world, slow, before);
  expect(world.running.defects).toEqual([]);
}, 120_000);
