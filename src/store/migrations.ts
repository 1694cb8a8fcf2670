import type { DatabaseSync } from 'node:sqlite';

/** Marks a file as ours ("CWst"), in the header field that SQLite keeps for this. */
const applicationId = 0x43577374;

/** Step n takes a file of version n to version n + 1. Steps are only ever added: files in the field went through them. */
export const steps: readonly string[] = [
  `
  create table bodies (
    id integer primary key,
    digest blob not null unique check (length(digest) = 32),
    deflated blob not null
  ) strict;

  create table looks (
    id integer primary key,
    name text not null,
    base integer references looks (id),
    details text not null
  ) strict;
  create index looks_by_name on looks (name, id);

  create table look_claims (
    name text primary key,
    claimed_for text,
    ended_for text
  ) strict;

  create table entries (
    position integer primary key,
    body text not null,
    leaf_hash text not null
  ) strict;

  create table runs (
    id integer primary key,
    check_id text not null,
    finished_at text not null,
    entry integer not null unique references entries (position),
    details text not null
  ) strict;
  create index runs_by_check on runs (check_id, id);

  create table statuses (
    check_id text not null,
    interpretation text not null,
    counts text not null,
    since text not null,
    run integer not null references runs (id),
    run_trigger text not null,
    data_as_of text not null,
    finished_at text not null,
    primary key (check_id, interpretation)
  ) strict;

  create table alerts (
    id text primary key,
    key text not null,
    kind text not null,
    opened_at text not null,
    closed_at text,
    details text not null
  ) strict;
  create unique index one_open_alert_per_key on alerts (key) where closed_at is null;
  create index alerts_by_opening on alerts (opened_at, id);

  create table outbox (
    position integer primary key,
    id text not null unique,
    receiver text not null,
    lane text not null,
    sequence integer not null,
    decided_at text not null,
    notification text not null,
    state text not null default 'pending' check (state in ('pending', 'accepted')),
    attempts integer not null default 0,
    may_have_arrived integer not null default 0,
    attempt_open integer not null default 0,
    next_attempt_at text,
    noted_at text,
    last_error text,
    accepted_at text,
    receipt text
  ) strict;
  create index outbox_lanes on outbox (state, receiver, lane, sequence, decided_at);

  create table origin (quarantined text) strict;
  `,
  'alter table outbox add column sent_as text',
  'create index runs_by_end on runs (finished_at)',
  `
  create table mirrored_alerts (
    target text not null,
    fingerprint text not null,
    alert text not null,
    firing_accepted_at text,
    firing_accepted_by text,
    resolved_at text,
    end_accepted_at text,
    primary key (target, fingerprint)
  ) strict;
  `,
  `
  create table persons (
    pseudonym text primary key,
    identifier text not null unique,
    salt blob not null check (length(salt) = 32)
  ) strict;

  create table disclosures (
    entry integer primary key references entries (position),
    at text not null,
    action text not null check (action in ('opening', 'erasure')),
    pseudonym text not null,
    user_name text not null,
    asked_by text,
    reason text not null check (trim(reason) <> ''),
    found integer not null check (found in (0, 1))
  ) strict;
  `,
  `
  create table followed_facts (
    kind text not null,
    subject text not null,
    digest text not null,
    at text not null,
    baseline text not null,
    primary key (kind, subject)
  ) strict;
  `,
  `
  alter table looks add column scheduled_for text generated always as (json_extract(details, '$.scheduledFor')) virtual;
  alter table looks add column finished_at text generated always as (json_extract(details, '$.finishedAt')) virtual;
  alter table looks add column extent text generated always as (json_extract(details, '$.extent.kind')) virtual;
  create index looks_by_schedule on looks (extent, name, scheduled_for, finished_at);
  `,
];

export const newestVersion = steps.length;

export function versionOf(database: DatabaseSync): number {
  return readNumber(database, 'user_version');
}

export function isOurs(database: DatabaseSync): boolean {
  return readNumber(database, 'application_id') === applicationId;
}

/** Each step is a transaction of its own: a process that dies in between goes on at the next start. */
export function migrate(database: DatabaseSync, through: readonly string[] = steps): void {
  for (const [version, step] of through.entries()) {
    if (versionOf(database) > version) continue;
    database.exec('begin immediate');
    try {
      if (versionOf(database) === version)
        database.exec(`${step}; pragma application_id = ${applicationId}; pragma user_version = ${version + 1};`);
      database.exec('commit');
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      throw error;
    }
  }
}

function readNumber(database: DatabaseSync, pragma: 'user_version' | 'application_id'): number {
  return Number(database.prepare(`pragma ${pragma}`).get()?.[pragma]);
}
