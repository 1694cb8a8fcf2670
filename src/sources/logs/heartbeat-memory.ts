import type { LogRow } from './logs-client.ts';

/** When machines were heard last, as the looks of a process have read it. Machines are named by their id, lower case. */
export interface HeartbeatMemory {
  addRows(rows: readonly LogRow[]): void;
  /** Milliseconds since the epoch; null: not in the last day, as far as it was read. */
  lastHeardMs(machine: string): number | null;
  /** The last day of this machine was read from every workspace. */
  noteRead(machine: string): void;
  isRead(machine: string): boolean;
  /** Somewhere nobody could listen: what was read of a last day is not whole any more. */
  noteGap(): void;
  /** Before each look: what is older is forgotten. Where nobody listened for longer than was listened back, what was read has a gap. */
  begin(nowMs: number, withinMs: number): void;
}

export const machineColumn = '_ResourceId';
export const rememberedMs = 86_400_000;
const mostRead = 50_000;

export function createHeartbeatMemory(): HeartbeatMemory {
  const heard = new Map<string, number>();
  const read = new Set<string>();
  let lastLookMs = Number.NaN;
  return {
    addRows(rows) {
      for (const { generatedAt, ingestedAt, columns } of rows) {
        const machine = columns[machineColumn]?.trim().toLowerCase() ?? '';
        // Nothing happens after it was written down: a machine whose clock is ahead must not be heard after its end.
        const atMs = Math.min(Date.parse(generatedAt), Date.parse(ingestedAt));
        if (machine !== '') heard.set(machine, Math.max(heard.get(machine) ?? 0, atMs));
      }
    },
    lastHeardMs: (machine) => heard.get(machine) ?? null,
    noteRead(machine) {
      // Machines come and go: what is held here is not in use for ever.
      if (read.size >= mostRead) read.clear();
      read.add(machine);
    },
    isRead: (machine) => read.has(machine),
    noteGap: () => read.clear(),
    begin(nowMs, withinMs) {
      for (const [machine, atMs] of heard) if (atMs < nowMs - rememberedMs) heard.delete(machine);
      if (!(Math.abs(nowMs - lastLookMs) <= withinMs)) read.clear();
      lastLookMs = nowMs;
    },
  };
}
