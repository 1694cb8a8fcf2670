import type { Fault } from '../domain/fault.ts';
import type { PropertyVerdict } from '../domain/judge-properties.ts';
import { nameSome } from '../domain/resource-sorting.ts';
import type { Resource } from '../domain/subject.ts';
import { epochMs, type Timestamp } from '../domain/time.ts';
import type { LogTablesFact, Silence, TableFact, Told } from './log-facts.ts';

/** A log of which somebody says that it arrives: that of a console, of a monitor. */
export interface DeclaredLog {
  /** `console portal`: for people. */
  readonly what: string;
  /** Compared without case. */
  readonly table: string;
  /** Name or id of the workspace; undefined: the only one. */
  readonly workspace?: string | undefined;
}

/** A workspace as a look at its tables shows it. */
export interface SeenWorkspace {
  readonly workspace: Pick<Resource, 'id' | 'name'>;
  readonly fact: Pick<LogTablesFact, 'workspaces' | 'hours' | 'resolutionMinutes' | 'tables'> & { readonly moreFault?: Fault | undefined };
  /** When the look was, at the earliest. */
  readonly asOf: Timestamp;
}

/** `undecided`: there are several workspaces and none is named. `nowhere`: the named one does not exist. */
export type Place = 'here' | 'elsewhere' | 'nowhere' | 'undecided';

export function placeOf(declared: string | undefined, workspace: Pick<Resource, 'id' | 'name'>, workspaces: readonly string[]): Place {
  if (declared === undefined) return workspaces.length > 1 ? 'undecided' : 'here';
  const text = declared.toLowerCase().replace(/\/+$/, '');
  if (text === workspace.id.toLowerCase() || text === workspace.name.toLowerCase()) return 'here';
  const name = text.slice(text.lastIndexOf('/') + 1);
  // This one may have the same name in another resource group, and is not the one that is meant.
  const ofThisName = name === workspace.name.toLowerCase() ? 1 : 0;
  return workspaces.filter((known) => known.toLowerCase() === name).length > ofThisName ? 'elsewhere' : 'nowhere';
}

/**
 * What a declared log shows of one workspace: its table is there, can be read, and has no silence longer than so many minutes. `now`: only such a silence
 * counts that goes on. None where the log stands in another workspace; one that stands in none fails in each, else nobody would notice.
 */
export function judgeDeclaredLog(
  log: DeclaredLog & { readonly quietMinutes: number },
  seen: SeenWorkspace,
  counts: 'now' | 'always',
): readonly PropertyVerdict[] {
  return atItsPlace(log, seen, (table) => judgeSilences(log, table.silences, seen, counts));
}

/** Where the log's table stands in this workspace and can be read, what `judge` says of it; else why it is not there. */
export function atItsPlace(
  log: DeclaredLog,
  { workspace, fact }: Pick<SeenWorkspace, 'workspace' | 'fact'>,
  judge: (table: TableFact) => PropertyVerdict,
): readonly PropertyVerdict[] {
  const { what, table } = log;
  const { moreFault } = fact;
  if (log.workspace === undefined && moreFault !== undefined)
    return [
      { observed: `${what}: which workspace holds ${table}: ${moreFault.message}; name it`, status: 'unknown', reason: moreFault.code },
    ];
  switch (placeOf(log.workspace, workspace, fact.workspaces)) {
    case 'elsewhere':
      return [];
    case 'nowhere':
      return [noWorkspace(`${what}: no workspace ${log.workspace} is watched`, moreFault)];
    case 'undecided':
      return [unknown(`${what}: there are ${fact.workspaces.length} workspaces; name the one that holds ${table}`)];
    case 'here':
  }
  const told = tableOf(fact, table);
  if (told === null) return [unknown(`${what}: ${table} is not looked at; add it to options.tables of the look logs`)];
  if ('fault' in told) return [{ observed: `${what}: ${table}: ${told.fault.message}`, status: 'unknown', reason: told.fault.code }];
  if (!told.is.isThere) return [{ observed: `${what}: the workspace has no table ${table}`, status: 'fail' }];
  return [judge(told.is)];
}

/** One that was not found may be among those that could not be listed. */
function noWorkspace(observed: string, moreFault: Fault | undefined): PropertyVerdict {
  if (moreFault === undefined) return { observed, status: 'fail' };
  return { observed: `${observed} that we know; ${moreFault.message}`, status: 'unknown', reason: moreFault.code };
}

/** By name, without case; null: nobody looked at it. */
export function tableOf({ tables }: Pick<LogTablesFact, 'tables'>, table: string): Told<TableFact> | null {
  return Object.entries(tables).find(([name]) => name.toLowerCase() === table.toLowerCase())?.[1] ?? null;
}

function judgeSilences(
  { what, table, quietMinutes }: DeclaredLog & { readonly quietMinutes: number },
  silences: readonly Silence[],
  { fact: { hours, resolutionMinutes }, asOf }: SeenWorkspace,
  counts: 'now' | 'always',
): PropertyVerdict {
  const name = `${what}: ${table}`;
  if (quietMinutes < resolutionMinutes)
    return unknown(`${name}: silences under ${resolutionMinutes} minutes are not seen; let it be quiet for at least as long`);
  if (quietMinutes > hours * 60)
    return unknown(
      `${name}: only the last ${hours} hours are looked at; lengthen options.hours of the look logs, or let it be quiet for less`,
    );
  const counted = silences.filter(({ to }) => counts === 'always' || to === null);
  const long = counted.filter((silence) => isLong(silence, quietMinutes, { hours, asOf }));
  if (long.length > 0) return { observed: nameSome(`${name} is silent`, long.map(describeSilence)).join(''), status: 'fail' };
  return { observed: `${name} arrives`, status: 'pass' };
}

/** The looks behind one judgement are at most so far apart. */
const lookSpreadMs = 60 * 60_000;

/**
 * Only what is surely longer. When the look was is known by its earliest time alone: a silence that goes on lasts at least until then, and the hours begin
 * at most so much later. One that began before them was told with its begin while that was among them.
 */
function isLong(
  { from, to }: Silence,
  quietMinutes: number,
  { hours, asOf }: { readonly hours: number; readonly asOf: Timestamp },
): boolean {
  if (from === null && to === null) return true;
  const asOfMs = epochMs(asOf);
  const fromMs = from === null ? asOfMs - hours * 3_600_000 + lookSpreadMs : epochMs(from);
  const toMs = to === null ? asOfMs : epochMs(to);
  return toMs - fromMs > quietMinutes * 60_000;
}

function describeSilence({ from, to }: Silence): string {
  if (to === null) return from === null ? 'all the time' : `since ${from}`;
  return from === null ? `until ${to}` : `from ${from} to ${to}`;
}

function unknown(observed: string): PropertyVerdict {
  return { observed, status: 'unknown', reason: 'unsupported' };
}
