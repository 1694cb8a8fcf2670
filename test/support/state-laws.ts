import { watch } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'vitest';
import { z } from 'zod';
import type { Arrival } from '../../sandbox/webhook-inbox.ts';
import type { Alert } from '../../src/domain/alert.ts';
import type { StoreReader } from '../../src/domain/ports.ts';
import type { Run } from '../../src/domain/run.ts';
import { leafHash } from '../../src/evidence/merkle-log.ts';
import { sealRun } from '../../src/evidence/run-entry.ts';
import { openStoreReader } from '../../src/store/open-store.ts';

/** Reads the state of a daemon, running or dead, on a connection of its own. */
export async function withReader<T>(path: string, work: (reader: StoreReader) => Promise<T>): Promise<T> {
  const reader = await openStoreReader(path);
  if (reader === null) throw new Error(`there is no state file ${path}`);
  try {
    return await work(reader);
  } finally {
    await reader.close();
  }
}

/** Resolves when the state comes to what is wanted; asked again whenever a file of the state folder changes. */
export async function untilState(
  path: string,
  what: string,
  wanted: (reader: StoreReader) => Promise<boolean>,
  seconds = 20,
): Promise<void> {
  const late = AbortSignal.timeout(seconds * 1000);
  let changed = Promise.withResolvers<void>();
  const watcher = watch(dirname(path), () => changed.resolve());
  late.addEventListener('abort', () => changed.resolve());
  try {
    await withReader(path, async (reader) => {
      while (!(await wanted(reader))) {
        await changed.promise;
        if (late.aborted) throw new Error(`the state did not come to this within ${seconds} s: ${what}`);
        changed = Promise.withResolvers<void>();
      }
    });
  } finally {
    watcher.close();
  }
}

export async function hasNothingToSend(reader: StoreReader): Promise<boolean> {
  return (await reader.outboxSummary()).every((summary) => summary.pending === 0);
}

/** Whether the latest look of each name is what the latest run of each check rests on. */
export async function hasJudgedAll(reader: StoreReader, needed: NeededLooks): Promise<boolean> {
  for (const [check, looks] of Object.entries(needed)) {
    const run = await reader.latestRun(check);
    for (const name of looks) if (run?.looks[name] !== (await reader.latestLook(name))?.id) return false;
  }
  return true;
}

/** Check -> the looks that bring what it needs. */
export interface NeededLooks {
  readonly [check: string]: readonly string[];
}

/**
 * Runs and entries have no hole, each run is sealed by its own entry and carries on from the run of its check before,
 * and the statuses are those of the last runs.
 */
export async function expectWholeRecord(reader: StoreReader): Promise<readonly Run[]> {
  const count = await reader.entryCount();
  const runs = (await reader.runs({ limit: 100_000 })).toReversed();
  expect(runs.map((run) => [run.id, run.entry])).toEqual(Array.from({ length: count }, (_, index) => [index + 1, index]));
  const lastOf = new Map<string, Run>();
  for (const run of runs) {
    const entry = await reader.entry(run.entry);
    expect(entry).toEqual(sealRun(run));
    expect(entry?.leafHash).toBe(leafHash(Buffer.from(entry?.body ?? '')));
    expect(run.previousRun).toBe(lastOf.get(run.check)?.id ?? null);
    for (const [name, id] of Object.entries(run.looks)) expect(id).toBeGreaterThanOrEqual(lastOf.get(run.check)?.looks[name] ?? 0);
    lastOf.set(run.check, run);
  }
  const statuses = await reader.statuses();
  for (const { check, interpretation, counts, run } of statuses) {
    expect([run, counts]).toEqual([lastOf.get(check)?.id, lastOf.get(check)?.counts[interpretation]]);
  }
  expect(statuses).toHaveLength([...lastOf.values()].flatMap((run) => Object.keys(run.counts)).length);
  return runs;
}

const messageSchema = z.object({
  type: z.string(),
  timestamp: z.string(),
  data: z.looseObject({
    alertId: z.string().nullable(),
    reason: z.string(),
    delayed: z.boolean(),
    decidedAt: z.string(),
    sentAt: z.string(),
    subjectCount: z.number(),
    notifications: z.array(z.object({ id: z.string(), kind: z.string(), at: z.string() })),
  }),
});

/** A message as the inbox got it. */
export type Message = z.infer<typeof messageSchema>;

export function messageOf(arrival: Pick<Arrival, 'body'>): Message {
  return messageSchema.parse(arrival.body);
}

/** What must be the same in every attempt at a message. */
function lastingPart({ body }: Arrival): unknown {
  const { data, ...message } = messageOf({ body });
  return { ...message, data: { ...data, sentAt: null, delayed: null } };
}

/** The arrivals without those that repeat an earlier one, each of which must say the same. */
export function withoutRepeats(arrivals: readonly Arrival[]): readonly Arrival[] {
  const first = new Map<string, Arrival>();
  for (const arrival of arrivals) {
    const known = first.get(arrival.id);
    if (known === undefined) first.set(arrival.id, arrival);
    else expect(lastingPart(arrival)).toEqual(lastingPart(known));
  }
  return [...first.values()];
}

/**
 * Every notification for this receiver was accepted, stands in exactly one message (repeats of it aside) and came in its lane's order;
 * every alert was told by one firing, and each closed one by one resolve, which came last.
 */
export async function expectToldOnce(path: string, receiver: string, arrivals: readonly Arrival[]): Promise<void> {
  const rows = readOutbox(path, receiver);
  expect(rows.filter((row) => row.state !== 'accepted')).toEqual([]);
  const told = withoutRepeats(arrivals).flatMap((arrival) => messageOf(arrival).data.notifications.map(({ id }) => id));
  expect(told.toSorted()).toEqual(rows.map((row) => row.id).toSorted());
  for (const [lane, own] of Map.groupBy(rows, (row) => row.lane)) {
    const ids = own.map((row) => row.id);
    expect([lane, told.filter((id) => ids.includes(id))]).toEqual([lane, ids]);
  }
  const alerts = await withReader(path, (reader) => reader.alerts(100_000));
  for (const alert of alerts) expectAlertTold(alert, receiver, rows);
}

function expectAlertTold(alert: Alert, receiver: string, rows: readonly OutboxEntry[]): void {
  expect(alert.toldTo).toContain(receiver);
  const kinds = rows.filter((row) => row.lane === alert.id).map((row) => row.kind);
  const count = (kind: string) => kinds.filter((own) => own === kind).length;
  expect([alert.key, kinds[0], count('firing')]).toEqual([alert.key, 'firing', 1]);
  expect([alert.key, count('resolved')]).toEqual([alert.key, alert.closedAt === null ? 0 : 1]);
  if (alert.closedAt !== null) expect(kinds.at(-1)).toBe('resolved');
}

export interface OutboxEntry {
  readonly id: string;
  readonly lane: string;
  readonly state: string;
  readonly kind: string;
  readonly attempts: number;
}

/** Rows of the outbox, in the order of their lanes, accepted ones included; the store's own contract has no such question. */
function readOutbox(path: string, receiver: string): readonly OutboxEntry[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const query = database.prepare('select id, lane, state, notification, attempts from outbox where receiver = ? order by lane, sequence');
    return query.all(receiver).map((row) => {
      const [id, lane, state, attempts] = [String(row['id']), String(row['lane']), String(row['state']), Number(row['attempts'])];
      return { id, lane, state, attempts, kind: z.object({ kind: z.string() }).parse(JSON.parse(String(row['notification']))).kind };
    });
  } finally {
    database.close();
  }
}
