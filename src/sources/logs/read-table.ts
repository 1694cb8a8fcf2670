import type { Fault } from '../../domain/fault.ts';
import { epochMs, timestamp } from '../../domain/time.ts';
import { type CoveredTime, createCoveredTime, type Span, spansToRead } from '../../logs/covered-time.ts';
import type { LogQuery } from '../../logs/log-query.ts';
import { createSeenApplications, type SeenApplications } from '../../logs/seen-applications.ts';
import { signInTable } from '../../logs/sign-ins.ts';
import { createTimeline, type Timeline } from '../../logs/silences.ts';
import type { Clock } from '../azure/clock.ts';
import type { AskedWorkspace } from './asked-workspace.ts';
import type { LogRow, LogsClient } from './logs-client.ts';
import { callOptionsOf, type ReadUntil, readOn, readParts } from './read-in-parts.ts';

/** What was read of one table. */
export interface TableRead {
  /** Of which time of arrival it was read. */
  readonly covered: CoveredTime;
  readonly timeline: Timeline;
  /** Of sign-ins only. */
  readonly applications: SeenApplications;
  /** How many rows came, some of them more than once. */
  rows: number;
}

/** What the looks of a process have read of one table, so that the next one goes on from there. */
export interface TableMemory {
  readonly resolutionMs: number;
  read: TableRead;
  /** Until when it was read, and until when it was when that began at the beginning of the span; of the wall clock, null: never to the end. */
  readUntilMs: number | null;
  readAnewUntilMs: number | null;
  /** Of the look before. */
  lookedAtMs: number;
}

/** By whatever else tells apart: a workspace that was made anew, another resolution. */
export function createTableMemories(): (key: string, resolutionMs: number) => TableMemory {
  const memories = new Map<string, TableMemory>();
  return (key, resolutionMs) => {
    const name = `${resolutionMs} ${key}`;
    const known = memories.get(name);
    if (known !== undefined) return known;
    // Workspaces come and go.
    forgetUnused(memories);
    const begun = { resolutionMs, ...neverRead(resolutionMs) };
    memories.set(name, begun);
    return begun;
  };
}

/** Longer than any span: nothing that was read before such a time is asked about. */
const longestUnusedMs = 4 * 86_400_000;

function forgetUnused(memories: Map<string, TableMemory>): void {
  const newestMs = Math.max(...[...memories.values()].map(({ lookedAtMs }) => lookedAtMs));
  for (const [name, { lookedAtMs }] of memories) if (newestMs - lookedAtMs > longestUnusedMs) memories.delete(name);
}

function neverRead(resolutionMs: number): Omit<TableMemory, 'resolutionMs'> {
  return { read: nothingRead(resolutionMs), readUntilMs: null, readAnewUntilMs: null, lookedAtMs: Number.NEGATIVE_INFINITY };
}

function nothingRead(resolutionMs: number): TableRead {
  return { covered: createCoveredTime(), timeline: createTimeline(resolutionMs), applications: createSeenApplications(), rows: 0 };
}

const signInColumns = { AppDisplayName: 'text', AppId: 'text', ResourceDisplayName: 'text' } as const;

/** All of a table that could first be asked for in this time. */
function tableQuery(table: string, { fromMs, toMs }: Span): LogQuery {
  const window = { from: timestamp(fromMs), to: timestamp(toMs), by: 'ingested' } as const;
  return { table, columns: table === signInTable ? signInColumns : {}, window };
}

export interface ReadTableNeeds {
  readonly logs: LogsClient;
  readonly clock: Pick<Clock, 'now'>;
  readonly workspace: AskedWorkspace;
  readonly until: ReadUntil;
  /** Of the rows that arrived since the look before, the slowest; milliseconds. */
  readonly tellSlowest: (ms: number) => void;
}

/** A table with no more rows is read anew by each look, one with more by one look in so long. */
const fewRows = 20_000;
const longestUnreadMs = 6 * 3_600_000;

/**
 * Null: all that arrived in the table since the span began is in the memory. It is read from the beginning of the span time and again: what arrived may have
 * been taken away since, which no reading of what is new shows. Until that has come to its end, what was read before stands, and is read on.
 */
export async function readTable(table: string, memory: TableMemory, span: Span, needs: ReadTableNeeds): Promise<Fault | null> {
  // By a clock that was ahead it was read what had not arrived yet.
  if (span.toMs < memory.lookedAtMs) Object.assign(memory, neverRead(memory.resolutionMs));
  memory.lookedAtMs = span.toMs;
  const newlyFromMs = memory.readUntilMs ?? span.fromMs;
  if (isToReadAnew(memory, span)) {
    const read = nothingRead(memory.resolutionMs);
    if ((await readInto(read, table, span, { ...needs, newlyFromMs, isShort: hasFew(memory) })) === null) {
      Object.assign(memory, { read, readUntilMs: span.toMs, readAnewUntilMs: span.toMs });
      return null;
    }
  }
  const fault = await readInto(memory.read, table, span, { ...needs, newlyFromMs, isShort: false });
  if (fault !== null) return fault;
  memory.readUntilMs = span.toMs;
  memory.readAnewUntilMs ??= span.toMs;
  return null;
}

function isToReadAnew(memory: TableMemory, { toMs }: Span): boolean {
  const { readAnewUntilMs } = memory;
  return readAnewUntilMs !== null && (hasFew(memory) || toMs - readAnewUntilMs >= longestUnreadMs);
}

function hasFew({ read }: TableMemory): boolean {
  return read.rows <= fewRows;
}

interface ReadingNeeds extends ReadTableNeeds {
  /** What arrived since then is new. */
  readonly newlyFromMs: number;
  /** Few rows are expected. */
  readonly isShort: boolean;
}

async function readInto(read: TableRead, table: string, span: Span, needs: ReadingNeeds): Promise<Fault | null> {
  const { logs, clock, workspace, until, newlyFromMs, isShort } = needs;
  const { covered, timeline, applications } = read;
  let slowestMs = -1;
  const fault = await readOn(`${table} of the workspace ${workspace.resource.name}`, covered, span, async () => {
    for (const open of spansToRead(covered, span))
      await readParts(open, isShort, async (part) => {
        const rows = await logs.rows(workspace.customerId, tableQuery(table, part), callOptionsOf(clock, until));
        for (const row of rows) {
          addRow(read, table, row);
          if (epochMs(row.ingestedAt) >= newlyFromMs)
            slowestMs = Math.max(slowestMs, epochMs(row.ingestedAt) - epochMs(row.generatedAt), 0);
        }
        read.rows += rows.length;
        covered.cover(part);
        return rows.length;
      });
  });
  if (slowestMs >= 0) needs.tellSlowest(slowestMs);
  for (const one of [covered, timeline, applications]) one.forgetBefore(span.fromMs);
  return fault;
}

function addRow({ timeline, applications }: TableRead, table: string, { generatedAt, ingestedAt, columns }: LogRow): void {
  const times = { generatedMs: epochMs(generatedAt), ingestedMs: epochMs(ingestedAt) };
  timeline.add(times);
  if (table !== signInTable) return;
  const text = (column: string): string => columns[column]?.trim() ?? '';
  const application = { id: text('AppId'), name: text('AppDisplayName'), resource: text('ResourceDisplayName') };
  applications.add(application, times.generatedMs);
}
