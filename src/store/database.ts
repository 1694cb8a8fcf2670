import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** Queries run on either; inside a transaction only on the transaction, since asking the database there would wait for ever. */
export type Database = Kysely<Tables>;
export type Trx = Transaction<Tables>;

/** Runs reads, again while another connection holds a lock that they need. */
export type Read = <T>(work: (database: Database) => Promise<T>) => Promise<T>;

/** Runs one transaction at a time: committed whole, or rolled back when the work throws. Nothing but `trx` is awaited in it. */
export type Write = <T>(work: (trx: Trx) => Promise<T>) => Promise<T>;
