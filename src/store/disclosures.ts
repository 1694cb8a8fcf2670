import { sql } from 'kysely';
import type { DisclosureRequest, PersonDisclosure } from '../domain/person-disclosure.ts';
import type { Entry } from '../domain/ports.ts';
import { normaliseIdentifier, type Pseudonym } from '../domain/pseudonym.ts';
import type { Database, Trx } from './database.ts';
import { deletePerson, selectIdentifier } from './pseudonyms.ts';
import { countEntries, insertEntry } from './runs.ts';

export type SealDisclosure = (disclosure: PersonDisclosure) => Entry;

/** The opening is recorded before the name leaves the transaction: where it cannot be, nobody learns anything. */
export async function openPseudonym(
  trx: Trx,
  pseudonym: Pseudonym,
  request: DisclosureRequest,
  seal: SealDisclosure,
): Promise<string | null> {
  const identifier = await selectIdentifier(trx, pseudonym);
  await recordDisclosure(
    trx,
    { ...withoutName(request, identifier, pseudonym), action: 'opening', pseudonym, found: identifier !== null },
    seal,
  );
  return identifier;
}

/** Gives whether there was a person to forget. */
export async function forgetPerson(trx: Trx, pseudonym: Pseudonym, request: DisclosureRequest, seal: SealDisclosure): Promise<boolean> {
  const identifier = await selectIdentifier(trx, pseudonym);
  if (identifier !== null) await deletePerson(trx, pseudonym);
  const found = identifier !== null;
  await recordDisclosure(trx, { ...withoutName(request, identifier, pseudonym), action: 'erasure', pseudonym, found }, seal);
  return found;
}

/** Newest first. */
export async function selectDisclosures(database: Database, limit: number): Promise<readonly PersonDisclosure[]> {
  const rows = await database.selectFrom('disclosures').selectAll().orderBy('entry', 'desc').limit(limit).execute();
  return rows.map(({ entry, at, action, pseudonym, user_name: user, asked_by: by, reason, found }) => ({
    action,
    pseudonym,
    found: found === 1,
    at,
    user,
    by,
    reason,
    entry,
  }));
}

async function recordDisclosure(trx: Trx, outcome: Omit<PersonDisclosure, 'entry'>, seal: SealDisclosure): Promise<void> {
  const disclosure: PersonDisclosure = { ...outcome, entry: await countEntries(trx) };
  const entry = seal(disclosure);
  if (entry.index !== disclosure.entry) throw new Error(`entry ${disclosure.entry} was sealed as ${entry.index}`);
  await insertEntry(trx, entry);
  const { user, by, found, at, action, pseudonym, reason } = disclosure;
  const row = { entry: entry.index, at, action, pseudonym, user_name: user, asked_by: by, reason, found: found ? 1 : 0 };
  await trx.insertInto('disclosures').values(row).execute();
}

/** What is recorded stays when the person is forgotten: their name, wherever it was written, gives way to the pseudonym. */
function withoutName(request: DisclosureRequest, identifier: string | null, pseudonym: Pseudonym): DisclosureRequest {
  if (identifier === null) return request;
  const name = new RegExp(identifier.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
  const replace = (text: string) => {
    const replaced = text.normalize('NFKC').replaceAll(name, pseudonym);
    // A few letters have a lower case that no pattern finds them by.
    return normaliseIdentifier(replaced).includes(identifier) ? pseudonym : replaced;
  };
  const { reason, by, user, at } = request;
  return { reason: replace(reason), by: by === null ? null : replace(by), user: replace(user), at };
}

/**
 * Writes the log into the file and cuts it to nothing, so that no older copy of a page is left in it. Gives false while another connection reads.
 */
export async function truncateLog(database: Database): Promise<boolean> {
  const { rows } = await sql<{ readonly busy: number }>`pragma wal_checkpoint(truncate)`.execute(database);
  return rows[0]?.busy === 0;
}
