import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import type { FollowedFact, KnownFact } from '../domain/fact-follower.ts';
import type { Json } from '../domain/json.ts';
import type { FactKind } from '../domain/look.ts';
import type { Timestamp } from '../domain/time.ts';
import type { Read, Trx, Write } from './database.ts';
import { parseJson } from './json-column.ts';

/** More in one transaction would hold the thread for more than 10 ms on a busy machine. */
const batchSize = 50;

interface FollowedRow {
  readonly subject: string;
  readonly digest: string;
  readonly at: Timestamp;
  readonly baseline: string;
}

export async function readFollowed(read: Read, kind: FactKind, subjects: readonly string[]): Promise<ReadonlyMap<string, KnownFact>> {
  const known = new Map<string, KnownFact>();
  for (const batch of inBatches(subjects)) {
    const query = sql<FollowedRow>`
      select subject, digest, at, baseline from followed_facts
      where kind = ${kind} and subject in (select value from json_each(${JSON.stringify(batch)}))`;
    const { rows } = await read((database) => query.execute(database));
    for (const { subject, digest, at, baseline } of rows) known.set(subject, { digest, at, baseline: parseJson<Json>(baseline) });
  }
  return known;
}

export async function followFacts(write: Write, followed: readonly FollowedFact[]): Promise<void> {
  for (const batch of inBatches(followed)) {
    await write((trx) => moveFollowed(trx, batch));
    await setImmediate();
  }
}

/** Those that were moved on: not what somebody else moved on since it was read. */
export async function moveFollowed(trx: Trx, followed: readonly FollowedFact[]): Promise<readonly FollowedFact[]> {
  const moved: FollowedFact[] = [];
  for (const fact of followed) if (await move(trx, fact)) moved.push(fact);
  return moved;
}

async function move(trx: Trx, { kind, subject, before, digest, at, baseline }: FollowedFact): Promise<boolean> {
  if (before === null) {
    const inserted = trx.insertInto('followed_facts').values({ kind, subject, digest, at, baseline });
    const first = inserted.onConflict((conflict) => conflict.columns(['kind', 'subject']).doNothing()).returning('subject');
    return (await first.executeTakeFirst()) !== undefined;
  }
  const next = trx
    .updateTable('followed_facts')
    .set({ digest, at, baseline })
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('digest', '=', before.digest)
    .where('at', '=', before.at)
    .returning('subject');
  return (await next.executeTakeFirst()) !== undefined;
}

function inBatches<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) => all.slice(index * batchSize, (index + 1) * batchSize));
}
