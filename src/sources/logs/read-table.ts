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

/** What the looks of a process have read of one table, so that the next one goes on from there. */
export interface TableMemory {
  /** Of which time of arrival it was read. */
  readonly covered: CoveredTime;
  readonly timeline: Timeline;
  /** Of sign-ins only. */
  readonly applications: SeenApplications;
}

/** By whatever else tells apart: a workspace that was made anew, another resolution. */
export function createTableMemories(): (key: string, resolutionMs: number) => TableMemory {
  const memories = new Map<string, TableMemory>();
  return (key, resolutionMs) => {
    const name = `${resolutionMs} ${key}`;
    const known = memories.get(name) ?? {
      covered: createCoveredTime(),
      timeline: createTimeline(resolutionMs),
      applications: createSeenApplications(),
    };
    memories.set(name, known);
    return known;
  };
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
  /** Of the rows that came, the slowest; milliseconds. */
  readonly tellSlowest: (table: string, ms: number) => void;
}

/** Null: all that arrived in the table since the span began is in the memory. */
export async function readTable(table: string, memory: TableMemory, span: Span, needs: ReadTableNeeds): Promise<Fault | null> {
  const { logs, clock, workspace, until } = needs;
  const { covered } = memory;
  let slowestMs = -1;
  const fault = await readOn(`${table} of the workspace ${workspace.resource.name}`, covered, span, async () => {
    for (const open of spansToRead(covered, span))
      await readParts(open, async (part) => {
        const rows = await logs.rows(workspace.customerId, tableQuery(table, part), callOptionsOf(clock, until));
        for (const row of rows) slowestMs = Math.max(slowestMs, addRow(memory, table, row));
        covered.cover(part);
        return rows.length;
      });
  });
  if (slowestMs >= 0) needs.tellSlowest(table, slowestMs);
  memory.covered.forgetBefore(span.fromMs);
  memory.timeline.forgetBefore(span.fromMs);
  memory.applications.forgetBefore(span.fromMs);
  return fault;
}

/** How long it took, in milliseconds. */
function addRow({ timeline, applications }: TableMemory, table: string, { generatedAt, ingestedAt, columns }: LogRow): number {
  const times = { generatedMs: epochMs(generatedAt), ingestedMs: epochMs(ingestedAt) };
  timeline.add(times);
  if (table === signInTable) {
    const text = (column: string): string => columns[column]?.trim() ?? '';
    const application = { id: text('AppId'), name: text('AppDisplayName'), resource: text('ResourceDisplayName') };
    applications.add(application, times.generatedMs);
  }
  return Math.max(0, times.ingestedMs - times.generatedMs);
}
