import { expect } from 'vitest';
import type { Mutation } from '../../sandbox/azure/mutation.ts';
import { mutations } from '../../sandbox/azure/mutations.ts';
import type { ChangedBy, FailAlert, Notification } from '../../src/domain/alert.ts';
import type { Check } from '../../src/domain/check.ts';
import { gravestStatus } from '../../src/domain/status.ts';
import type { AzureWorld, Picture } from './azure-world.ts';

function mutationOf(name: string): Mutation {
  const mutation = mutations[name];
  if (mutation === undefined) throw new Error(name);
  return mutation;
}

/** `check interpretation` of all that the mutation is to turn. */
function expectedTurns(mutation: Mutation, checks: ReadonlyMap<string, Check>): readonly string[] {
  const turns = mutation.checks.flatMap((id) =>
    (checks.get(id)?.claims ?? []).flatMap(({ claim, interpretations }) =>
      interpretations
        .filter((one) => mutation.claims[claim]?.includes(one) && mutation.only?.[id]?.includes(one) !== false)
        .map((one) => `${id} ${one}`),
    ),
  );
  return [...new Set(turns)].sort();
}

/** Every finding that is not pass, as one line; of two pictures the lines of `after` that `before` does not hold. */
function linesOf(picture: Picture): readonly string[] {
  return [...picture.findings].flatMap(([check, findings]) =>
    findings.map(({ interpretation, status, subject, observed }) => [check, interpretation, status, subject, observed].join(' | ')),
  );
}

function turned(before: Picture, after: Picture): readonly string[] {
  const known = new Set(linesOf(before));
  return linesOf(after).filter((line) => !known.has(line));
}

const keysOf = (picture: Picture) => picture.alerts.map(({ key }) => key).sort();
export const statusesOf = (picture: Picture) => Object.fromEntries(picture.statuses);
export const claimsOf = (picture: Picture) => Object.fromEntries(picture.claims);

/** The claims as they were, but those of the mutation at least as grave as its verdict. */
export function expectedClaims(before: Picture, { claims, verdict }: Mutation): object {
  const after = new Map(before.claims);
  for (const key of keysIn(claims)) {
    const was = after.get(key);
    if (was === 'pass' || was === 'unknown' || was === 'fail') after.set(key, gravestStatus([was, verdict]));
  }
  return Object.fromEntries(after);
}

/** `claim interpretation`, or `check interpretation`. */
function keysIn(some: Mutation['claims']): readonly string[] {
  return Object.entries(some).flatMap(([name, interpretations]) => interpretations.map((interpretation) => `${name} ${interpretation}`));
}

function expectedStatuses(before: Picture, turns: readonly string[], { verdict }: Mutation): object {
  return { ...statusesOf(before), ...Object.fromEntries(turns.map((turn) => [turn, verdict])) };
}

/** What a person is told of it. */
function toldOf({ running }: AzureWorld, alert: FailAlert, kind: Notification['kind']): readonly Notification[] {
  return running.told.filter((told) => told.message.alertId === alert.id && told.kind === kind);
}

async function lookUntil(world: AzureWorld, before: Picture, turns: readonly string[]): Promise<{ picture: Picture; looks: number }> {
  let picture = await world.look();
  const isThere = () => {
    const found = new Set(turned(before, picture).map((line) => line.split(' | ').slice(0, 2).join(' ')));
    return turns.every((turn) => found.has(turn)) && turned(before, picture).every((line) => !line.includes('not confirmed yet'));
  };
  if (isThere()) return { picture, looks: 1 };
  picture = await world.look();
  return { picture, looks: 2 };
}

function checkTold(world: AzureWorld, name: string, alert: FailAlert): void {
  const mutation = mutationOf(name);
  const [firing] = toldOf(world, alert, 'firing');
  expect(firing, `${name}: somebody is told`).toBeDefined();
  const [subject] = firing?.message.subjects ?? [];
  expect(firing?.message.subjectCount, name).toBe(1);
  for (const text of [subject?.expected, subject?.observed, subject?.rule, subject?.repeat, firing?.message.mend])
    expect(text?.length ?? 0, `${name}: ${JSON.stringify(subject)}`).toBeGreaterThan(3);
  const named = Object.entries(mutation.claims).flatMap(([id, interpretations]) =>
    firing?.message.interpretation && interpretations.includes(firing.message.interpretation) ? [id] : [],
  );
  expect(named, name).toEqual(expect.arrayContaining(firing?.message.claims.map(({ id }) => id) ?? []));
  checkWho(mutation, subject?.changedBy ?? null, name);
  expect(JSON.stringify(world.running.told)).not.toContain('@example.com');
}

function checkWho(mutation: Mutation, changedBy: ChangedBy | null, name: string): void {
  if (mutation.isUntold === true) {
    expect(changedBy, name).toBeNull();
    return;
  }
  expect(changedBy, name).toMatchObject({ operation: mutation.operation });
  expect(changedBy?.by, name).toMatch(mutation.by.includes('@') ? /^person/ : /./);
}

/** Does it, looks, undoes it and looks again: exactly its checks and claims turn, people are told of it and of its end. One line for each turn. */
export async function walkMutation(world: AzureWorld, name: string): Promise<readonly string[]> {
  const before = await world.picture();
  const mutation = world.estate.mutate(name);
  const turns = expectedTurns(mutation, world.checks);
  const { picture: after, looks } = await lookUntil(world, before, turns);
  const lines = turned(before, after);
  expect(new Set(lines.map((line) => line.split(' | ').slice(0, 3).join(' '))), `${name}\n${lines.join('\n')}`).toEqual(
    new Set(turns.map((turn) => `${turn} ${mutation.verdict}`)),
  );
  expect(statusesOf(after), name).toEqual(expectedStatuses(before, turns, mutation));
  expect(claimsOf(after), name).toEqual(expectedClaims(before, mutation));
  const opened = after.fails.filter(({ id }) => !before.fails.some((one) => one.id === id));
  expect(opened.map(({ key }) => key).sort(), name).toEqual(
    mutation.verdict === 'fail' ? turns.map((turn) => `fail:${turn.replace(' ', ':')}`) : [],
  );
  for (const alert of opened) checkTold(world, name, alert);
  world.estate.undo(name);
  const back = await undone(world, before);
  const restored = await world.picture();
  expect(linesOf(restored), name).toEqual(linesOf(before));
  expect(statusesOf(restored), name).toEqual(statusesOf(before));
  expect(restored.fails, name).toEqual(before.fails);
  expect(keysOf(restored), name).toEqual(keysOf(before));
  for (const alert of opened) expect(toldOf(world, alert, 'resolved').length, `${name}: its end is told`).toBe(1);
  return turns.map((turn) => {
    const was = before.statuses.get(turn);
    return `${name}: ${turn} ${was} -> ${mutation.verdict}${was === mutation.verdict ? ' (in the text alone)' : ''}, looks ${looks} and ${back}`;
  });
}

async function undone(world: AzureWorld, before: Picture): Promise<number> {
  const first = await world.look();
  if (JSON.stringify(linesOf(first)) === JSON.stringify(linesOf(before))) return 1;
  await world.look();
  return 2;
}
