import type { ActivityEvents } from './activity-events.ts';
import { signInsBy } from './directory-rows.ts';
import type { DoneLogEdit, LogEdit } from './log-edit.ts';
import { hourMs, type LogRow, minuteMs } from './log-row.ts';
import type { TableAsk } from './table-rows.ts';

/** How much later than it happened anything can arrive. */
export function slowestMs(edits: readonly DoneLogEdit[]): number {
  const late = edits.map(({ edit }) => {
    if ('late' in edit) return edit.minutes * minuteMs;
    return 'signIn' in edit ? edit.fromMinutes * minuteMs : 0;
  });
  return Math.max(10 * minuteMs, ...late);
}

/** The rows of a table after what was done to the logs. */
export function* editedRows(
  rows: Iterable<LogRow>,
  edits: readonly DoneLogEdit[],
  { ask, events, central }: { readonly ask: TableAsk; readonly events: ActivityEvents; readonly central: string | null },
): Generator<LogRow> {
  const dropped = new Set(edits.flatMap((done) => droppedEvent(done, ask, events)));
  for (const row of rows) {
    const id = row.cells['EventDataId'];
    if (edits.some((done) => isSilenced(row, ask.table, done)) || (typeof id === 'string' && dropped.has(id))) continue;
    yield edits.reduce((slow, done) => slowed(slow, ask.table, done), row);
  }
  if (ask.table === 'SigninLogs' && ask.workspace === central) yield* furtherSignIns(edits, ask);
}

function isSilenced(row: LogRow, table: string, { edit, atMs }: DoneLogEdit): boolean {
  if (!('silence' in edit) || edit.silence !== table) return false;
  const resource = edit.resource?.toLowerCase();
  if (resource !== undefined && row.cells['_ResourceId'] !== resource) return false;
  const toMs = edit.toMinutes === null ? Number.POSITIVE_INFINITY : atMs - edit.toMinutes * minuteMs;
  return row.atMs >= atMs - edit.fromMinutes * minuteMs && row.atMs < toMs;
}

function slowed(row: LogRow, table: string, { edit, atMs }: DoneLogEdit): LogRow {
  if (!('late' in edit) || table !== 'AzureActivity' || row.cells['SubscriptionId'] !== edit.late.toLowerCase()) return row;
  if (row.atMs < atMs - edit.fromMinutes * minuteMs) return row;
  return { ...row, ingestedMs: row.atMs + edit.minutes * minuteMs };
}

function droppedEvent({ edit, atMs }: DoneLogEdit, { table }: TableAsk, events: ActivityEvents): readonly string[] {
  if (table !== 'AzureActivity' || !('drop' in edit)) return [];
  const id = droppedBy(edit, atMs, events);
  return id === null ? [] : [id];
}

/** The id of the event that such an edit takes away; null: nothing happened for hours. */
function droppedBy(edit: Extract<LogEdit, { readonly drop: string }>, atMs: number, events: ActivityEvents): string | null {
  const fromMs = atMs - edit.agoMinutes * minuteMs;
  const known = [...events.in(edit.drop, { fromMs, toMs: fromMs + 4 * hourMs })];
  const first = known.filter(({ category }) => category === 'Administrative').toSorted((one, other) => one.atMs - other.atMs)[0];
  return first?.id ?? null;
}

function* furtherSignIns(edits: readonly DoneLogEdit[], { window }: TableAsk): Generator<LogRow> {
  for (const { edit, atMs } of edits) {
    if (!('signIn' in edit)) continue;
    const fromMs = Math.max(window.fromMs, atMs - edit.fromMinutes * minuteMs);
    for (const row of signInsBy({ id: edit.applicationId, name: edit.signIn }, { ...window, fromMs })) {
      // Whoever has read the past already sees them arrive.
      yield { ...row, ingestedMs: Math.max(row.ingestedMs, atMs) };
    }
  }
}
