import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { sql } from 'kysely';
import type { Json } from '../domain/json.ts';
import type { BodyText, StoredBody } from '../domain/ports.ts';
import { DamagedContentError } from './damaged-content-error.ts';
import type { Database, Read, Trx, Write } from './database.ts';
import { parseJson } from './json-column.ts';

/** More in one transaction would hold the thread for more than 10 ms on a busy machine; fewer would wait for the disk too often. */
const batchSize = 50;

export async function putBodies(write: Write, bodies: readonly StoredBody[]): Promise<void> {
  for (const batch of inBatches(bodies)) {
    await write((trx) => insertBodies(trx, batch));
    await setImmediate();
  }
}

async function insertBodies(trx: Trx, bodies: readonly StoredBody[]): Promise<void> {
  const rows = bodies.map(({ digest, deflated }) => ({ digest: toBytes(digest), deflated }));
  await trx
    .insertInto('bodies')
    .values(rows)
    .onConflict((conflict) => conflict.column('digest').doNothing())
    .execute();
}

/** @throws DamagedContentError where a body does not have the digest under which it stands: damaged evidence is never handed out. */
export async function readBodies(read: Read, digests: readonly string[]): Promise<ReadonlyMap<string, Json>> {
  return await readBodiesAs(read, digests, ({ text }) => parseJson<Json>(text));
}

/** @throws DamagedContentError as above. */
export async function readBodiesAs<Kept>(
  read: Read,
  digests: readonly string[],
  keep: (body: BodyText) => Kept,
): Promise<ReadonlyMap<string, Kept>> {
  const found = new Map<string, Kept>();
  for (const batch of inBatches([...new Set(digests)])) {
    for (const { digest, deflated } of await read((database) => selectBodies(database, batch))) {
      found.set(digest, keep({ digest, deflated, text: inflate(digest, deflated) }));
    }
    if (found.size > batchSize) await setImmediate();
  }
  return found;
}

/** @throws DamagedContentError where it is not there: what a recorded row points to must be. */
export async function readBody(read: Read, digest: string): Promise<Json> {
  const body = (await readBodies(read, [digest])).get(digest);
  if (body === undefined) throw new DamagedContentError(`the stored body ${digest} is missing`);
  return body;
}

type Selected = { readonly digest: string; readonly deflated: Uint8Array };

async function selectBodies(database: Database, digests: readonly string[]): Promise<readonly Selected[]> {
  const query = sql<Selected>`
    select lower(hex(digest)) as digest, deflated from bodies
    where digest in (select unhex(value) from json_each(${JSON.stringify(digests)}))`;
  return (await query.execute(database)).rows;
}

function inflate(digest: string, deflated: Uint8Array): string {
  const text = tryInflate(deflated);
  if (text === null || createHash('sha256').update(text).digest('hex') !== digest)
    throw new DamagedContentError(`the stored body ${digest} is damaged`);
  return text.toString('utf8');
}

/** Null where it is no deflated text. Nothing but damage can be the reason: the input is whole and in memory. */
function tryInflate(deflated: Uint8Array): Buffer | null {
  try {
    return inflateRawSync(deflated);
  } catch {
    return null;
  }
}

function toBytes(digest: string): Uint8Array {
  if (!/^[0-9a-f]{64}$/.test(digest)) throw new TypeError(`"${digest}" is no SHA-256 digest in lower-case hex`);
  return Buffer.from(digest, 'hex');
}

function inBatches<T>(all: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / batchSize) }, (_, index) => all.slice(index * batchSize, (index + 1) * batchSize));
}
